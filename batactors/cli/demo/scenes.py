"""The venues that the demo has."""

from collections.abc import Mapping

from batactors.cli.demo import binance, bybit, kraken_futures, kraken_spot
from batactors.cli.demo.scene import Scene
from batactors.config.rules import listed, suggestion
from batactors.model.errors import ConfigError

SCENES: Mapping[str, Scene] = {
    "kraken-spot": kraken_spot.SCENE,
    "binance": binance.SCENE,
    "kraken-futures": kraken_futures.SCENE,
    "bybit": bybit.SCENE,
}


def read_venue(name: str) -> str:
    """The name of a venue that the demo has.

    Raises:
        ConfigError: It has no such venue.
    """
    if name not in SCENES:
        raise ConfigError(f"--venue is {name!r}{suggestion(name, SCENES) or '.'} The demo has {listed(sorted(SCENES))}")
    return name
