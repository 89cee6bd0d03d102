"""Orders that a venue places by itself, and the two positions of one instrument in hedge mode."""

from decimal import Decimal

import pytest

from batactors.journal.codec import decode, encode
from batactors.model.facts import FillFact, OrderFact
from batactors.model.order_events import OrderEvent, OrderFilled
from batactors.model.positions import Forced, PositionSide
from batactors.model.reports import FillReport, OrderStatusReport, Report
from batactors.model.terms import OrderType
from tests.core.story import Story
from tests.core.words import fill, filled, opened


def order(forced: Forced) -> OrderFact:
    return opened("BTCUSDT:7", whole=True, forced=forced, order_type=OrderType.LIMIT, position_side=PositionSide.LONG)


def its_fill(name: str, count: str, *, known: bool = True) -> FillFact:
    """Live it says why; in the history it does not."""
    forced = Forced.LIQUIDATION if known else None
    return fill(name, "1", "BTCUSDT:7", filled=count, forced=forced, whole=known, position_side=PositionSide.LONG)


@pytest.mark.parametrize("forced", list(Forced))
def test_reports_say_why_the_venue_placed_it(forced: Forced) -> None:
    """Nobody sent it: it is reported with its reason, and with the position that it changes."""
    story = Story()
    story.hear(order(forced))
    (report,) = story.reports
    assert isinstance(report, OrderStatusReport)
    assert (report.forced, report.position_side) == (forced, PositionSide.LONG)


def test_its_fills_are_counted_once_and_each_says_why() -> None:
    """Live, live again, and from a history that does not say it any more."""
    story = Story()
    story.hear(order(Forced.LIQUIDATION), its_fill("f1", "1"))
    story.hear(its_fill("f1", "1"))
    story.find_fills(its_fill("f1", "1", known=False), its_fill("f2", "2", known=False))
    story.crash()
    story.find_fills(its_fill("f2", "2", known=False), its_fill("f3", "3", known=False))
    fills = [report for report in story.reports if isinstance(report, FillReport)]
    assert [(one.fill_id, one.forced) for one in fills] == [(name, Forced.LIQUIDATION) for name in ("f1", "f2", "f3")]


@pytest.mark.holds("Y19")
def test_in_hedge_mode_each_fill_says_which_position_it_changed() -> None:
    """Long and short orders of one instrument; the venue's word counts, and where it gives none, the order's own."""
    story = Story()
    story.create("long", position_side=PositionSide.LONG)
    story.create("short", position_side=PositionSide.SHORT)
    story.hear(opened("V1", "long"), opened("V2", "short"))
    story.hear(fill("f1", "5", "V1", filled="5", position_side=PositionSide.LONG))
    story.hear(fill("f2", "5", "V2", filled="5"), filled("5", "V1"), filled("5", "V2"))
    sides = [
        (event.client_order_id, event.position_side)
        for told in story.events.values()
        for event in told
        if isinstance(event, OrderFilled)
    ]
    assert sides == [("long", PositionSide.LONG), ("short", PositionSide.SHORT)]


def test_what_is_journaled_of_them_is_read_again() -> None:
    """And what was written before there were such fields is read without them."""
    story = Story()
    story.create(position_side=PositionSide.SHORT)
    story.hear(order(Forced.DELEVERAGING), opened("V1", "mine"), fill("f1", "1"))
    entries: list[OrderEvent | Report] = [*story.reports, *story.events["mine"]]
    for entry in entries:
        kind, text = encode(entry)
        assert decode(kind, text) == entry
        bare = text.replace(',"forced":"deleveraging"', "").replace(',"position_side":"long"', "")
        old = decode(kind, bare)
        assert getattr(old, "forced", None) is None
        assert old.received_at == entry.received_at  # type: ignore[union-attr]
    assert Decimal(1) == story.order().fills.sum
