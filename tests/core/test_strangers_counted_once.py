"""Orders of others: what their status and their fills say is one thing, and is counted once."""

from decimal import Decimal
from itertools import pairwise

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.facts import Fact, FillFact, OrderFact, Says
from batactors.model.reports import FillReport, OrderStatusReport
from batactors.model.terms import OrderState, Origin
from tests.core.story import Story
from tests.core.words import canceled, fill, filled, opened, pending

ROADS = st.sampled_from(["stream", "snapshot", "orders", "fills"])
TOTAL = 10


@frozen(kw_only=True)
class Life:
    """What truly happened to another's order, and all that is said of it."""

    facts: tuple[Fact, ...]
    fills: dict[str, Decimal]
    ends: OrderState | None


@st.composite
def lives(draw: st.DrawFn, venue_id: str) -> Life:
    """Some fills, and perhaps an end; each step told as a fill, as a status, or as both, as venues do."""
    whole = opened(venue_id, draw(st.sampled_from([None, f"by hand {venue_id}"])), whole=True, quantity=str(TOTAL))
    facts: list[Fact] = [evolve(pending(venue_id), whole=True, client_order_id=whole.client_order_id), whole]
    count, fills = 0, dict[str, Decimal]()
    for number, size in enumerate(draw(st.lists(st.integers(1, 3), max_size=3))):
        count += size
        fills[f"{venue_id}-{number}"] = Decimal(size)
        row = fill(f"{venue_id}-{number}", str(size), venue_id)
        facts += [row, evolve(row, filled=Decimal(count), total=Decimal(TOTAL))]
        facts += [opened(venue_id, filled=str(count)), evolve(whole, filled=Decimal(count))]
    end = draw(st.sampled_from([None, "canceled", "filled"]))
    if end == "filled":
        fills[f"{venue_id}-last"] = Decimal(TOTAL - count)
        last = fill(f"{venue_id}-last", str(TOTAL - count), venue_id, filled=str(TOTAL), total=str(TOTAL))
        facts += [last, evolve(last, filled=None, total=None), filled(str(TOTAL), venue_id)]
        facts.append(evolve(whole, says=Says.FILLED, filled=Decimal(TOTAL)))
    elif end == "canceled":
        facts += [canceled(str(count), venue_id), evolve(whole, says=Says.CANCELED, filled=Decimal(count))]
    return Life(facts=tuple(facts), fills=fills, ends=OrderState(end) if end is not None else None)


def tell(story: Story, fact: Fact, road: str) -> None:
    """Tell it by this road, if it can come by it."""
    if road == "orders" and isinstance(fact, OrderFact):
        story.find_open(fact) if fact.says is Says.OPEN else story.hear(fact, origin=Origin.QUERY)
    elif road == "fills" and isinstance(fact, FillFact):
        story.find_fills(evolve(fact, filled=None, total=None))
    else:
        story.hear(fact, origin=Origin.SNAPSHOT if road == "snapshot" else Origin.STREAM)


def check(story: Story, venue_id: str, life: Life) -> None:
    """What was told of this order until now is true, each part of it once, and nothing is taken back."""
    fills = [report for report in story.reports if isinstance(report, FillReport) and report.venue_order_id == venue_id]
    assert len({report.fill_id for report in fills}) == len(fills)
    for report in fills:
        assert report.quantity == life.fills[report.fill_id]
    statuses = [
        report for report in story.reports
        if isinstance(report, OrderStatusReport) and report.venue_order_id == venue_id
    ]  # fmt: skip
    truth = sum(life.fills.values())
    for before, after in pairwise(statuses):
        assert (after.filled or 0) >= (before.filled or 0)
        assert after.state.is_closed >= before.state.is_closed
    assert all((status.filled or 0) <= truth for status in statuses)


@pytest.mark.holds("S05")
@given(data=st.data())
def test_status_and_fills_of_others_are_counted_once_in_any_order(data: st.DataObject) -> None:
    """Whatever is told of others' orders, in any order, by any road, any number of times, with sessions that end and
    crashes between: each fill is reported once, the count in a status is never above the truth nor below what it was,
    and in the end both say what is true.
    """
    named = {"S1": data.draw(lives("S1")), "S2": data.draw(lives("S2"))}
    facts = [fact for life in named.values() for fact in life.facts]
    some = data.draw(st.lists(st.sampled_from([*facts, "crash", "reconnect"]), max_size=20))
    story, epoch = Story(), 1
    for step in [*some, *data.draw(st.permutations(facts))]:
        if step == "crash":
            story.crash(ready=False)
        if isinstance(step, str):
            epoch += 1
            story.ended(epoch - 1)
            story.ready(epoch)
        else:
            tell(story, step, data.draw(ROADS))
        for venue_id, life in named.items():
            check(story, venue_id, life)
    assert [report.sequence for report in story.reports] == list(range(1, len(story.reports) + 1))
    for venue_id, life in named.items():
        mine = [report for report in story.reports if report.venue_order_id == venue_id]
        fills = [report.quantity for report in mine if isinstance(report, FillReport)]
        assert sum(fills) == sum(life.fills.values())
        last = [report for report in mine if isinstance(report, OrderStatusReport)][-1]
        assert (last.filled or 0) == sum(life.fills.values())
        if life.ends is not None:
            assert last.state is life.ends


@pytest.mark.holds("S05")
@pytest.mark.parametrize("first", ["status", "fill"])
def test_a_status_and_the_fill_that_it_counts_are_one(first: str) -> None:
    """The venue tells one trade as a status with a count and as a fill: the fill is reported once, and the count holds
    it already, whichever comes first.
    """
    story = Story()
    story.hear(opened("S1", "by hand", whole=True, quantity="1", filled="0"))
    both: list[Fact] = [opened("S1", filled="0.3"), fill("g1", "0.3", "S1", filled="0.3")]
    for fact in both if first == "status" else reversed(both):
        story.hear(fact)
    story.hear(*both)
    (report,) = [report for report in story.reports if isinstance(report, FillReport)]
    assert report.quantity == Decimal("0.3")
    statuses = [report for report in story.reports if isinstance(report, OrderStatusReport)]
    assert [(status.filled, status.state) for status in statuses] == [
        (0, OrderState.ACCEPTED), (Decimal("0.3"), OrderState.PARTIALLY_FILLED)
    ]  # fmt: skip
