"""Positions are what the venue says, by instrument and side; where stream and REST differ, that is told."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from batactors.model.account_facts import MarginCallFact, MarginFact, PositionFact
from batactors.model.ids import InstrumentId
from batactors.model.positions import PositionSide
from batactors.model.questions import AskPositions
from tests.core.story import BTC_USD, Story

ETH_USD = InstrumentId("ETH/USD")
LAG = 5.0
NET, LONG, SHORT = PositionSide.NET, PositionSide.LONG, PositionSide.SHORT


def position(
    quantity: str, side: PositionSide = NET, instrument: InstrumentId = BTC_USD, **fields: Any
) -> PositionFact:
    return PositionFact(instrument=instrument, position_side=side, quantity=Decimal(quantity), **fields)


class Account(Story):
    """A story of positions."""

    def __init__(self) -> None:
        super().__init__(read_lag=LAG)
        self.wait(1.0)

    def rest(self, *told: PositionFact, instrument: InstrumentId | None = None) -> None:
        """REST is asked, and tells these."""
        self.wait(0.5)
        self.find(AskPositions(instrument=instrument), *told, asked=0.5)

    @property
    def quantities(self) -> dict[tuple[str, str], str]:
        known = self.dispatch.ledger.positions.all
        return {(key[0], key[1].value): str(fact.quantity) for key, fact in known.items()}

    @property
    def apart(self) -> list[tuple[str, str, str]]:
        told = self.dispatch.ledger.positions.divergences
        return [(one.position_side.value, str(one.ours), str(one.theirs)) for one in told]


@pytest.mark.holds("X58", "Y19")
def test_each_side_of_each_instrument_is_a_position() -> None:
    """A long and a short one of the same instrument are two positions; one that closes is zero at once."""
    story = Account()
    story.hear(position("2", LONG), position("-1", SHORT), position("7", NET, ETH_USD))
    assert story.quantities == {("BTC/USD", "long"): "2", ("BTC/USD", "short"): "-1", ("ETH/USD", "net"): "7"}
    story.hear(position("0", LONG))
    assert story.quantities["BTC/USD", "long"] == "0"
    assert story.quantities["BTC/USD", "short"] == "-1"


@pytest.mark.holds("X56")
def test_an_older_word_of_the_stream_takes_no_position_back() -> None:
    """Where the venue says when, a frame that comes late changes nothing; one of the same moment does."""
    story, at = Account(), datetime(2026, 1, 1, tzinfo=UTC)
    story.hear(position("2", occurred_at=at))
    story.hear(position("1", occurred_at=at - timedelta(milliseconds=1)))
    assert story.quantities == {("BTC/USD", "net"): "2"}
    story.hear(position("3", occurred_at=at))
    story.hear(position("4"))
    assert story.quantities == {("BTC/USD", "net"): "4"}


@pytest.mark.holds("D14", "X58")
def test_a_position_that_rest_tells_otherwise_twice_is_reported() -> None:
    """With both values; the stream's stands, and no fill is made of it. It ends when they agree."""
    story = Account()
    story.hear(position("2"))
    story.wait(60)
    story.rest(position("3"))
    assert story.apart == [], "once may be a frame on its way"
    story.wait(60)
    story.rest(position("3"))
    assert story.apart == [("net", "2", "3")]
    assert story.quantities == {("BTC/USD", "net"): "2"}
    assert story.events == {}
    assert story.reports == []
    story.hear(position("3"))
    assert story.apart == []


@pytest.mark.holds("D14")
def test_a_position_that_rest_does_not_list_is_zero_there() -> None:
    """Venues list only what is open; what is left out of an answer about another instrument says nothing."""
    story = Account()
    story.hear(position("2"), position("1", NET, ETH_USD))
    for _ in range(2):
        story.wait(60)
        story.rest(position("1", NET, ETH_USD), instrument=ETH_USD)
    assert story.apart == []
    for _ in range(2):
        story.wait(60)
        story.rest(position("1", NET, ETH_USD))
    assert story.apart == [("net", "2", "0")]


def test_a_read_that_trails_the_stream_is_no_divergence() -> None:
    """What the stream said within the lag of reads is not held against a read."""
    story = Account()
    story.hear(position("2"))
    story.wait(60)
    story.hear(position("3"))
    for _ in range(3):
        story.rest(position("2"))
    assert story.apart == []


def test_a_position_that_the_stream_never_told_is_taken_from_rest() -> None:
    """One that was there before the engine; from then on it is compared like any other."""
    story = Account()
    story.rest(position("4", LONG, entry_price=Decimal(100)))
    assert story.quantities == {("BTC/USD", "long"): "4"}
    for _ in range(2):
        story.wait(60)
        story.rest(position("5", LONG))
    assert story.apart == [("long", "4", "5")]


def test_what_the_stream_leaves_out_of_a_position_stays() -> None:
    """Its prices are known from REST, as long as the quantity is the same."""
    story = Account()
    story.hear(position("2"))
    story.rest(position("2", entry_price=Decimal(100), liquidation_price=Decimal(50)))
    story.hear(position("2", entry_price=Decimal(101)))
    known = story.dispatch.ledger.positions.all[BTC_USD, NET]
    assert (known.entry_price, known.liquidation_price) == (Decimal(101), Decimal(50))
    story.hear(position("3", entry_price=Decimal(102)))
    assert story.dispatch.ledger.positions.all[BTC_USD, NET].liquidation_price is None


def test_a_margin_call_stands_until_its_position_changes() -> None:
    """It is told with the position that it is about, and again for each other one."""
    story = Account()
    story.hear(position("2", LONG), position("-1", SHORT))
    call = MarginCallFact(instrument=BTC_USD, position_side=LONG, maintenance=Decimal("1.5"))
    story.hear(call)
    told = story.dispatch.ledger.positions.margin_calls[0]
    assert (told.instrument, told.position_side, told.maintenance) == (BTC_USD, LONG, Decimal("1.5"))
    story.hear(position("2", LONG, mark_price=Decimal(5)), position("-2", SHORT))
    assert len(story.dispatch.ledger.positions.margin_calls) == 1
    story.hear(position("1", LONG))
    assert not story.dispatch.ledger.positions.margin_calls


def test_the_margin_is_the_one_told_last() -> None:
    """By the stream."""
    story = Account()
    story.hear(MarginFact(wallet=Decimal(5)))
    story.hear(MarginFact(wallet=Decimal(6)))
    assert story.dispatch.ledger.margin == MarginFact(wallet=Decimal(6))


@pytest.mark.holds("X58")
def test_after_a_break_rest_is_believed_until_the_stream_speaks() -> None:
    """A venue without a snapshot tells no position again: what changed unheard is read, and a read may trail."""
    story = Account()
    story.ready()
    story.hear(position("4", LONG), position("2", SHORT))
    story.ended()
    story.rest(position("6", LONG), position("2", SHORT))
    story.ready(2)
    story.rest(position("7", LONG))
    assert story.quantities == {("BTC/USD", "long"): "7", ("BTC/USD", "short"): "0"}
    assert story.apart == []
    story.hear(position("8", LONG))
    for _ in range(2):
        story.wait(60)
        story.rest(position("7", LONG), position("1", SHORT))
    assert story.quantities["BTC/USD", "long"] == "8"
    assert story.apart == [("long", "8", "7")]
    # The other side was read anew when no read could trail the break any more; what differs from that was not told.
    assert story.quantities["BTC/USD", "short"] == "1"
    story.wait(60)
    for _ in range(2):
        story.wait(60)
        story.rest(position("8", LONG), position("3", SHORT))
    assert ("short", "1", "3") in story.apart


@pytest.mark.holds("D14")
def test_what_rest_tells_while_there_is_no_stream_does_not_stand() -> None:
    """First read in an outage, it may change before anybody hears the account again (Binance seed 80198)."""
    story = Account()
    story.ended()
    story.wait(1.0)
    story.rest(position("0", LONG))
    story.rest(position("3", LONG))
    assert story.quantities == {("BTC/USD", "long"): "3"}
    story.ready(epoch=2)
    story.rest(position("4", LONG))
    assert story.quantities == {("BTC/USD", "long"): "4"}, "nobody has told of it since"
