"""Kraken Spot's codec as a whole, and the data that it lists."""

import pytest

from batactors.model.commands import Operation
from batactors.model.errors import ConfigError
from batactors.model.terms import Transport
from batactors.venues.codec import Codec, Session
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.registry import CODECS
from tests.venues.kraken_spot.samples import KEYS

CREATE, AMEND, CANCEL, ALL = list(Operation)[:4]


def test_the_registry_makes_it() -> None:
    """By the venue's name, with the venue's options; and it is what the protocol says."""
    codec: Codec = CODECS["kraken-spot"](tier="pro")
    session: Session = codec.session("connection", KEYS)
    assert (codec.venue, codec.limits) == ("kraken-spot", ())
    assert codec.pace is not None
    assert codec.pace.limit == 180
    assert session is not codec.session("connection", KEYS)


def test_an_unknown_tier_is_a_mistake() -> None:
    """It is told with those that there are."""
    with pytest.raises(ConfigError, match="starter, intermediate, pro"):
        KrakenSpot(tier="gold")


@pytest.mark.parametrize(
    ("tier", "limit", "decay"), [("starter", 60, 1), ("intermediate", 125, 2.34), ("pro", 180, 3.75)]
)
def test_the_trading_counter(tier: str, limit: float, decay: float) -> None:
    """Per tier, with enough kept for three cancels of young orders at least (section 6)."""
    pace = KrakenSpot(tier=tier).pace
    assert (pace.limit, pace.decay) == (limit, decay)
    assert pace.reserve >= 3 * pace.costs[CANCEL].at(0)


@pytest.mark.parametrize(
    ("operation", "costs"),
    [(CREATE, [1, 1, 1, 1, 1, 1, 1]), (AMEND, [4, 3, 2, 1, 1, 1, 1]), (CANCEL, [8, 6, 5, 4, 2, 1, 0])],
)
def test_costs_by_age(operation: Operation, costs: list[float]) -> None:
    """The table of section 6, at the ages where its columns begin."""
    cost = KrakenSpot().pace.costs[operation]
    assert [cost.at(age) for age in (0, 5, 10, 15, 45, 90, 300)] == costs


def test_batches() -> None:
    """Fifteen orders, fifty cancels, and one of anything else; by REST the commands go one by one."""
    for road, limits in ((Transport.WEBSOCKET, [15, 50, 1, 1]), (Transport.REST, [1, 1, 1, 1])):
        assert [KrakenSpot().batch_limit(operation, road) for operation in (CREATE, CANCEL, AMEND, ALL)] == limits


def test_patience() -> None:
    """An answer may come as late as the default deadline; HTTP reads may trail by a minute."""
    patience = KrakenSpot().patience
    assert (patience.validity, patience.read_lag) == (5, 60)
    assert patience.ping_every < patience.silence
