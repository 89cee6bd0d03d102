"""Whatever is told, in whatever order and however often: each thing once, and the end only when it is the end."""

from decimal import Decimal

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.facts import Fact, FillFact, OrderFact
from batactors.model.ids import ClientOrderId
from batactors.model.order_events import OrderAccepted, OrderEvent, OrderFilled, OrderSubmitted
from batactors.model.terms import Origin
from tests.core.story import Story
from tests.core.words import accepted, canceled, expired, fill, filled, opened, pending, updated

ORIGINS = st.sampled_from([Origin.STREAM, Origin.SNAPSHOT])


@frozen(kw_only=True)
class History:
    """What truly happened to one order, and all that a venue may say of it."""

    name: str
    facts: tuple[Fact, ...]
    fills: dict[str, Decimal]
    ended: bool


@st.composite
def histories(draw: st.DrawFn, name: str = "mine", venue_id: str = "V1", request: int = 1) -> History:
    """An order of 10 with some fills, perhaps amended, perhaps ended; with all that may be said of each step."""
    sizes = draw(st.lists(st.integers(1, 4), max_size=4))
    total, facts, fills, count = 10, list[Fact](), dict[str, Decimal](), 0
    facts += [pending(venue_id, name), opened(venue_id, name), opened(venue_id), accepted(request, venue_id)]
    if draw(st.booleans()):
        total = 20
        facts += [updated(venue_id, name, quantity="20"), opened(venue_id, name, quantity="20")]
    for number, size in enumerate(sizes):
        count += size
        fill_id = f"{venue_id}-{number}"
        fills[fill_id] = Decimal(size)
        row = fill(fill_id, str(size), venue_id)
        facts += [row, evolve(row, client_order_id=ClientOrderId(name)), evolve(row, filled=Decimal(count))]
        facts.append(opened(venue_id, name, filled=str(count)))
    end = draw(st.sampled_from([None, canceled, expired, filled]))
    if end is filled:
        left = max(0, total - count)
        if left:
            count += left
            fills[f"{venue_id}-last"] = Decimal(left)
            last = fill(f"{venue_id}-last", str(left), venue_id, filled=str(count), total=str(total))
            facts += [last, evolve(last, filled=None, total=None), evolve(last, completes=True)]
        facts += [filled(str(count), venue_id), filled(str(count), venue_id, name)]
    elif end is not None:
        facts += [end(str(count), venue_id), end(str(count), venue_id, name), end(None, venue_id, name)]
    return History(name=name, facts=tuple(facts), fills=fills, ended=end is not None)


def tell(draw: st.DrawFn, *told: History) -> list[Fact]:
    """Some of these statements, any number of times, in any order; in the end all of them once."""
    facts = [fact for history in told for fact in history.facts]
    some = draw(st.lists(st.sampled_from(facts), max_size=25))
    return some + draw(st.permutations(facts))


def check(story: Story, history: History) -> None:
    """What must hold after everything was told."""
    events = story.events[history.name]
    told = {event.fill_id: event.quantity for event in events if isinstance(event, OrderFilled)}
    assert told == history.fills
    check_always(story, history.name)
    order = story.order(history.name)
    assert order.fills.sum == sum(history.fills.values())
    assert order.state.is_closed is history.ended
    if history.ended:
        assert not order.fills.parked


def check_always(story: Story, name: str) -> None:
    """What must hold at any moment."""
    desk = story.dispatch.desk
    assert list(desk.unknown) == [one for one in desk.unknown if desk.commands[one].is_unknown]
    assert len(desk.unknown) == sum(record.is_unknown for record in desk.commands.values()), "health counts by it"
    events = story.events.get(name, [])
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    kinds = [type(event) for event in events]
    assert kinds[0] is OrderSubmitted
    assert kinds.count(OrderSubmitted) == 1
    assert kinds.count(OrderAccepted) <= 1
    if len(kinds) > 1:
        assert kinds[1] is OrderAccepted
    fills = [event.fill_id for event in events if isinstance(event, OrderFilled)]
    assert len(fills) == len(set(fills))
    terminal = [event for event in events if event.is_terminal and not event.late]
    assert len(terminal) <= 1
    if terminal:
        after = events[events.index(terminal[0]) + 1 :]
        assert all(event.late for event in after)
        assert all(event.is_terminal for event in after)


def hear(story: Story, fact: Fact, origin: Origin) -> None:
    """Hear one, with a check that no end is told before its fills."""
    counts = [fact.filled for fact in [fact] if isinstance(fact, OrderFact | FillFact) and fact.filled is not None]
    changes = story.hear(fact, origin=origin)
    for event in changes.events:
        if event.is_terminal and not event.late:
            told = sum_told(story.events[event.client_order_id])
            assert all(told >= count for count in counts)


def sum_told(events: list[OrderEvent]) -> Decimal:
    return sum((event.quantity for event in events if isinstance(event, OrderFilled)), Decimal(0))


@pytest.mark.holds("A04", "B05", "B06", "B13", "B14")
@given(st.data())
def test_order_and_repetition_of_telling_do_not_matter(data: st.DataObject) -> None:
    """Any telling of one true history, reordered and repeated: each fill once, one Accepted, and no early end."""
    history = data.draw(histories())
    story = Story()
    story.create(quantity="10")
    for fact in data.draw(st.composite(lambda draw: tell(draw, history))()):
        hear(story, fact, data.draw(ORIGINS))
        check_always(story, "mine")
    # What was heard in disorder may have to be asked for: the end of the telling is the venue's own account.
    settle(story, history)
    check(story, history)


def settle(story: Story, *told: History) -> None:
    """The reconciler asks, late enough, for what is in doubt."""
    story.wait(100)
    for history in told:
        rows = [fact for fact in history.facts if isinstance(fact, OrderFact) and fact.client_order_id == history.name]
        fills = [fact for fact in history.facts if isinstance(fact, FillFact)]
        if story.asked_for(history.name):
            whole = [row for row in rows if row.filled is not None or not history.ended] or rows
            story.look_up(history.name, whole[-1], *fills)


@pytest.mark.holds("B01", "B19")
@given(st.data())
def test_facts_of_two_orders_do_not_mix(data: st.DataObject) -> None:
    """Two true histories, told interleaved: each order has its own, and nothing of the other."""
    one, two = data.draw(histories("one", "V1", 1)), data.draw(histories("two", "V2", 2))
    story = Story()
    story.create("one", quantity="10")
    story.create("two", quantity="10")
    for fact in data.draw(st.composite(lambda draw: tell(draw, one, two))()):
        hear(story, fact, Origin.STREAM)
    settle(story, one, two)
    check(story, one)
    check(story, two)
    assert story.reports == []


@pytest.mark.holds("C03")
@given(st.data())
def test_it_does_not_matter_when_the_venue_order_id_is_learned(data: st.DataObject) -> None:
    """Fills that name the order by the venue's id alone, before or after the ack: each once, and to the order only."""
    history = data.draw(histories())
    bare = [fact for fact in history.facts if isinstance(fact, FillFact) and fact.client_order_id is None]
    told: list[Fact] = [*bare, *bare, accepted()]
    heard = data.draw(st.permutations(told))
    story = Story()
    story.create(quantity="30")
    for fact in heard:
        story.hear(fact)
    assert sorted(story.fills()) == sorted(history.fills)
    assert story.reports == []


@given(st.data())
def test_orders_of_others_are_reported_once(data: st.DataObject) -> None:
    """The same histories of an order that is not ours: each fill reported once, whenever it is identified."""
    history = data.draw(histories("theirs", "S1", 99))
    facts = [fact for fact in history.facts if isinstance(fact, OrderFact | FillFact)]
    story = Story()
    for fact in data.draw(st.lists(st.sampled_from(facts), max_size=20)) + data.draw(st.permutations(facts)):
        story.hear(fact)
    story.hear(opened("S1", "theirs", whole=True))
    assert sorted(story.reported_fills()) == sorted(history.fills)
    assert [report.sequence for report in story.reports] == list(range(1, len(story.reports) + 1))
    assert story.events == {}


@pytest.mark.holds("A04", "B04")
@given(st.data())
def test_a_crash_at_any_moment_changes_nothing(data: st.DataObject) -> None:
    """Crash wherever: after everything was told again, each fill was told once, and one end."""
    history = data.draw(histories())
    story = Story()
    story.create(quantity="10")
    for fact in data.draw(st.composite(lambda draw: tell(draw, history))()):
        story.hear(fact)
        if data.draw(st.integers(0, 5)) == 0:
            story.crash()
        check_always(story, "mine")
    for fact in history.facts:
        story.hear(fact)
    settle(story, history)
    check(story, history)
