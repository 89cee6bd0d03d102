"""The venues that a world can have, each with what a world and its checks must know of it."""

from collections.abc import Callable, Mapping

from batactors.config.rules import listed
from batactors.seams import Seams
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.stages.binance import BinanceStage
from batactors.testing.simulation.stages.bybit import BybitStage
from batactors.testing.simulation.stages.kraken_futures import KrakenFuturesStage
from batactors.testing.simulation.stages.kraken_spot import KrakenSpotStage
from batactors.testing.simulation.stages.kraken_unified import KrakenUnifiedStage
from batactors.testing.simulation.stages.stage import Stage

STAGES: Mapping[str, Callable[[Knobs, Seams], Stage]] = {
    "kraken-spot": KrakenSpotStage,
    "binance": BinanceStage,
    "kraken-futures": KrakenFuturesStage,
    "kraken-futures-unified": KrakenUnifiedStage,
    "bybit": BybitStage,
}
"""By the name that a configuration has for the venue: what makes a stage of these knobs and the venue's own seams."""


def stage_of(venue: str, knobs: Knobs, seams: Seams) -> Stage:
    """A new stage with this venue.

    Raises:
        ValueError: There is no simulation of it.
    """
    if venue not in STAGES:
        raise ValueError(f"venue is {venue!r}: write {listed(STAGES)}")
    return STAGES[venue](knobs, seams)
