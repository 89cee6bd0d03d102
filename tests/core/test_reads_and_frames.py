"""Reads that race with frames: what is older takes nothing back, what is newer is told once, and no doubt is left."""

from decimal import Decimal
from itertools import pairwise

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.facts import Fact, OrderFact, Says
from batactors.model.order_events import OrderFilled, OrderUpdated
from batactors.model.reports import FillReport, OrderStatusReport
from batactors.model.terms import OrderState
from tests.core.story import Story
from tests.core.words import accepted, canceled, fill, opened, updated

LAG = 10.0
STEP = 0.5
"""Seconds between two things that happen; a frame in flight for less than a second is no reason to ask."""
MOST = 6
"""Things that happen to an order between its beginning and its end."""
RANKS = [OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED, OrderState.CANCELED]


@frozen(kw_only=True)
class Moment:
    """What happened at the venue, the frame that tells it, and the order's row from then on."""

    at: float
    heard_at: float
    frame: Fact
    row: OrderFact


@frozen(kw_only=True)
class Read:
    """A list of open orders, or an order's own row, asked for at a time, showing things as of another, told later."""

    asked_at: float
    shows: float
    told_at: float
    whole: bool


@st.composite
def lives(draw: st.DrawFn, in_flight: float) -> list[Moment]:
    """The life of order V1, of 10: opened, filled, amended, perhaps canceled; each frame is late by as much at most."""
    row = opened("V1", "mine", quantity="10", price="100", filled="0", whole=True)
    frame: Fact = row
    at, heard_at, count, moments = 0.0, 0.0, 0, list[Moment]()
    steps = draw(st.lists(st.sampled_from(["fill", "99", "100", "101"]), max_size=MOST))
    for step in (None, *steps, *draw(st.sampled_from([(), ("cancel",)]))):
        if step == "fill":
            count += 1
            row = evolve(row, filled=Decimal(count))
            frame = fill(f"f{count}", "1", "V1", "mine", filled=str(count), total="10")
        elif step == "cancel":
            row = evolve(row, says=Says.CANCELED)
            frame = canceled(str(count), "V1", "mine")
        elif step is not None:
            row = evolve(row, price=Decimal(step))
            frame = updated("V1", "mine", price=step)
        heard_at = max(heard_at, at + draw(st.sampled_from([0.0, in_flight])))
        moments.append(Moment(at=at, heard_at=heard_at, frame=frame, row=row))
        at += draw(st.sampled_from([STEP, 4 * STEP, 3 * LAG]))
    return moments


@st.composite
def reads(draw: st.DrawFn, until: float) -> Read:
    """A read at some time, that shows what was some time before, and takes its time."""
    asked_at = draw(st.floats(0.0, until + 2 * LAG).map(lambda at: round(at, 1)))
    shows = asked_at - draw(st.sampled_from([0.0, 0.3, 2.0, LAG - 0.1]))
    told_at = asked_at + draw(st.sampled_from([0.1, 0.7, 3.0, 3 * LAG]))
    return Read(asked_at=asked_at, shows=shows, told_at=told_at, whole=draw(st.booleans()))


def say(story: Story, read: Read, moments: list[Moment], begins: float) -> None:
    """Tell what a read found."""
    rows = [moment.row for moment in moments if moment.at <= read.shows][-1:]
    asked = story.now - (begins + read.asked_at)
    if read.whole:
        story.find_open(*(row for row in rows if row.says is Says.OPEN), asked=asked)
    else:
        story.look_up("mine", *rows, asked=asked, fills=False)


def play(moments: list[Moment], told: list[Read], *, ours: bool) -> Story:
    """Let frames and reads come, each at its time; what is asked for meanwhile is not answered."""
    story = Story(read_lag=LAG)
    if ours:
        story.create("mine", quantity="10")
        story.hear(accepted(1, "V1"))
    begins = story.now
    happens: list[tuple[float, int, Moment | Read]] = [
        *((moment.heard_at, 0, moment) for moment in moments),
        *((read.told_at, 1, read) for read in told),
    ]
    for at, _, what in sorted(happens, key=lambda one: one[:2]):
        story.wait(max(0.0, begins + at - story.now))
        if isinstance(what, Moment):
            story.hear(what.frame)
        else:
            say(story, what, moments, begins)
    return story


def standing(story: Story, *, ours: bool) -> object:
    """How the order stands by what was told of it."""
    if not ours:
        statuses = [report for report in story.reports if isinstance(report, OrderStatusReport)]
        last = statuses[-1]
        filled = sum(report.quantity for report in story.reports if isinstance(report, FillReport))
        return (last.state is OrderState.CANCELED, last.price, filled)
    order = story.order()
    return (order.state, order.terms, order.fills.sum, order.settled)


def check_reports(story: Story) -> None:
    """No fill is reported twice, and no report of an order's standing takes back what one before it said."""
    ids = [report.fill_id for report in story.reports if isinstance(report, FillReport)]
    assert len(set(ids)) == len(ids)
    statuses = [report for report in story.reports if isinstance(report, OrderStatusReport)]
    for before, after in pairwise(statuses):
        assert (after.filled or 0) >= (before.filled or 0)
        assert RANKS.index(after.state) >= RANKS.index(before.state)


@pytest.mark.holds("S11")
@pytest.mark.parametrize("ours", [True, False], ids=["ours", "another's"])
@given(data=st.data())
def test_a_read_of_what_was_heard_changes_nothing_however_old_it_is(ours: bool, data: st.DataObject) -> None:
    """A read whose every part had been heard when it was told, and which may show the order as it was long before,
    tells nothing of ours, takes nothing back, and leaves no doubt.
    """
    moments = data.draw(lives(in_flight=0.0))
    every = st.lists(reads(moments[-1].at), max_size=4)
    told = [one for one in data.draw(every) if all(m.heard_at <= one.told_at for m in moments if m.at <= one.shows)]
    alone, raced = play(moments, [], ours=ours), play(moments, told, ours=ours)
    if ours:
        assert raced.told() == alone.told()
    check_reports(raced)
    assert standing(raced, ours=ours) == standing(alone, ours=ours)
    raced.wait(2)
    assert raced.agenda().is_empty, raced.agenda()


@pytest.mark.holds("S11")
@pytest.mark.parametrize("ours", [True, False], ids=["ours", "another's"])
@given(data=st.data())
def test_a_read_that_overtakes_frames_tells_nothing_twice(ours: bool, data: st.DataObject) -> None:
    """Where a read knows more than the frames that were heard, because they are in flight, the order stands in the end
    as it would without the read; each fill is told once, and the end once; and what they settle leaves no doubt.
    """
    moments = data.draw(lives(in_flight=0.9))
    told = data.draw(st.lists(reads(moments[-1].at), max_size=3))
    alone, raced = play(moments, [], ours=ours), play(moments, told, ours=ours)
    raced.wait(2)
    alone.wait(2)
    assert standing(raced, ours=ours) == standing(alone, ours=ours)
    if ours:
        fills = [event.fill_id for event in raced.events["mine"] if isinstance(event, OrderFilled)]
        assert fills == [event.fill_id for event in alone.events["mine"] if isinstance(event, OrderFilled)]
        assert not any(event.late for event in raced.events["mine"])
        prices = {event.price for event in raced.events["mine"] if isinstance(event, OrderUpdated)}
        assert prices <= {moment.row.price for moment in moments}
        assert raced.order().settled == alone.order().settled
        assert not raced.dispatch.book.doubtful
    check_reports(raced)


@pytest.mark.holds("S11")
@pytest.mark.parametrize("road", ["ack", "stream", "rest ack of a post-only order"])
def test_a_list_that_was_asked_for_before_an_order_was_there_does_not_doubt_it(road: str) -> None:
    """The list was under way when the order was accepted: that it lacks it says nothing."""
    story = Story(read_lag=LAG)
    story.create("mine", post_only=road.startswith("rest"))
    story.wait(1)
    story.hear(opened("V1", "mine") if road == "stream" else accepted(1, "V1"))
    doubts = dict(story.order().doubts)
    story.wait(0.5)
    story.find_open(asked=1.0)
    assert story.order().doubts == doubts
    story.wait(3 * LAG)
    story.find_open()
    assert story.asked_for(), "a list that could not overlook it is another thing"
