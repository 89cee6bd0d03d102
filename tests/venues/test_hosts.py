"""Where venues are: environments that there are, and mistakes in naming one."""

import pytest

from batactors.model.errors import ConfigError
from batactors.venues.registry import CODECS
from batactors.venues.sockets import Hosts, hosts_of

SOMEWHERE = Hosts(rest="https://a", websocket="wss://a")
KNOWN = {"production": SOMEWHERE, "demo": Hosts(rest="https://b", websocket="wss://b", commands="wss://c")}


def test_an_environment_is_found_by_its_name() -> None:
    """What a venue has no socket for is none."""
    assert hosts_of(KNOWN, "production", "A Venue", "a-venue") is SOMEWHERE
    assert SOMEWHERE.commands is None
    assert hosts_of(KNOWN, "demo", "A Venue", "a-venue").commands == "wss://c"


@pytest.mark.parametrize("name", ["", "Production", "testnet", "demo "])
def test_an_unknown_environment_is_a_mistake(name: str) -> None:
    """It is told with those that there are, and whose they are; none is taken in its place."""
    with pytest.raises(ConfigError) as caught:
        hosts_of(KNOWN, name, "A Venue", "a-venue")
    assert caught.value.message == f"environment is {name!r}: A Venue has production, demo"
    assert caught.value.venue == "a-venue"


@pytest.mark.parametrize("venue", sorted(CODECS))
def test_each_venue_knows_its_own(venue: str) -> None:
    """Production it has, encrypted; of another one it says what it has."""
    codec = CODECS[venue]()
    hosts = codec.hosts("production")
    assert hosts.rest.startswith("https://")
    assert all(road.startswith("wss://") for road in (hosts.websocket, hosts.commands) if road is not None)
    with pytest.raises(ConfigError, match=r"environment is 'moon': .* has production") as caught:
        codec.hosts("moon")
    assert caught.value.venue == codec.venue
