"""Fills that the venue counts and does not tell: never made up, told as missing, and told as fills once they come."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.agenda import LONG_MISSING
from batactors.core.shortfall import patience
from batactors.model.facts import Fact, QuarantineFact
from batactors.model.order_events import OrderEvent, OrderFillsMissing
from batactors.model.questions import AskFills
from batactors.model.terms import Origin
from tests.core.story import READ_LAG, Story, opening
from tests.core.words import canceled, fill, filled, opened, updated

PAUSE = 10.0


def missing(story: Story) -> list[OrderEvent]:
    return [event for event in story.events["mine"] if isinstance(event, OrderFillsMissing)]


def ask(story: Story, *fills: Fact, row: Fact | None = None, fails: bool = False, **found: Any) -> None:
    """One pass of the reconciler: the order by its id, then the history of fills since it was sent."""
    order = story.order()
    story.look_up("mine", row or canceled("5"), fills=False)
    if not fails:
        story.find(AskFills(since=order.submitted_on), *fills, **found)


def short(**rules: Any) -> Story:
    """A story with an order of 5 that was canceled with 3 filled, of which a fill of 1 was told."""
    story = Story(**rules)
    story.create()
    story.hear(opened("V1", "mine"), fill("f1", "1"), canceled("3"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]
    return story


@pytest.mark.holds("S06")
@pytest.mark.parametrize("fails", [False, True], ids=["lacks it", "cannot be had"])
def test_a_fill_that_is_counted_and_not_told_is_told_as_missing_and_as_nothing_else(fails: bool) -> None:
    """Whether the history lacks it or cannot be had: nothing is told until it was asked for as long as those who wait
    should wait; then how much is missing is told, once, and neither a fill nor the order's end.
    """
    story = short()
    until = story.now + patience(story.rules) * (2 if fails else 1)
    while story.now < until - PAUSE:
        story.wait(PAUSE)
        ask(story, fill("f1", "1"), row=canceled("3"), fails=fails)
        assert story.told() == ["Submitted", "Accepted", "Filled f1"]
        assert story.asked_for(), "it is asked for in each pass"
    for _ in range(30):
        story.wait(PAUSE)
        ask(story, fill("f1", "1"), row=canceled("3"), fails=fails)
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "FillsMissing"]
    (event,) = missing(story)
    assert isinstance(event, OrderFillsMissing)
    assert (event.missing, event.counted, event.filled) == (Decimal(2), Decimal(3), Decimal(1))
    assert event.ends_as == "canceled"
    assert event.state == "partially_filled"
    assert not event.is_terminal
    assert event.origin is Origin.QUERY
    assert bool(event.histories) is not fails
    assert story.settled == []


@pytest.mark.holds("S06")
def test_the_real_fill_takes_the_place_of_the_missing_one() -> None:
    """However late it comes, it is told once, as itself, and the end follows; nothing is missing then."""
    story = short()
    story.wait(130)
    ask(story, row=canceled("3"))
    assert story.told()[-1] == "FillsMissing"
    story.wait(3600)
    ask(story, fill("f2", "2", price="7"), fill("f1", "1"), row=canceled("3"))
    story.hear(fill("f2", "2", price="7"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "FillsMissing", "Filled f2", "Canceled"]
    assert "mine" in story.settled
    assert not story.asked_for()


@pytest.mark.holds("S06")
def test_each_missing_quantity_is_told_once() -> None:
    """Of what is missing a part comes: how much still is, is told; and again only when that changes."""
    story = short()
    story.wait(130)
    for _ in range(3):
        ask(story, row=canceled("3"))
        story.wait(PAUSE)
    story.hear(fill("f2", "0.5"))
    for _ in range(3):
        story.wait(130)
        ask(story, row=canceled("3"))
    assert [event.missing for event in missing(story) if isinstance(event, OrderFillsMissing)] == [2, Decimal("1.5")]


@pytest.mark.holds("S06")
def test_only_a_history_that_could_have_it_counts() -> None:
    """A history that may trail the fill, begins after the order, or has a row that nobody can read lacks nothing."""
    story = short()
    order = story.order()
    story.wait(READ_LAG - 1)
    story.find(AskFills(since=order.submitted_on))
    story.wait(2)
    story.find(AskFills(since=order.submitted_on), asked=2.0)
    story.find(AskFills(since=story.on))
    story.find(AskFills(since=order.submitted_on), QuarantineFact(raw="{}", reason="not a fill"))
    story.wait(60)
    ask(story, row=canceled("3"))
    (event,) = missing(story)
    assert isinstance(event, OrderFillsMissing)
    assert event.histories == 1


@pytest.mark.holds("S06")
def test_what_is_told_as_missing_is_asked_for_seldom_and_from_the_order_s_beginning() -> None:
    """It cannot be asked for in every pass for ever; and when it is, then in a history that could have it."""
    story = short()
    story.find_fills()
    story.wait(130)
    story.find_fills()
    assert story.dispatch.fills_since > story.order().submitted_on, "our knowledge goes on"
    ask(story, row=canceled("3"))
    assert not story.asked_for()
    assert story.agenda().next_due == story.now + patience(story.rules)
    story.wait(patience(story.rules))
    assert story.asked_for()
    assert story.agenda().fills_since == story.order().submitted_on


@pytest.mark.holds("S06")
def test_an_order_that_works_can_miss_fills_too() -> None:
    """The count may be ahead of the fills while the order is open; its terms still change, and its fills are told."""
    story = opening()
    story.hear(updated(price="101", filled="2"))
    story.wait(130)
    ask(story, row=opened(filled="2", price="101"))
    (event,) = missing(story)
    assert isinstance(event, OrderFillsMissing)
    assert (event.missing, event.ends_as, event.late) == (Decimal(2), None, False)
    story.hear(fill("f9", "3", filled="5", total="5"))
    assert story.told()[-1] == "Filled f9"
    assert story.order().state == "partially_filled"
    story.hear(fill("f1", "2", filled="2"))
    assert story.told()[-1] == "Filled f1"
    assert "mine" in story.settled


@pytest.mark.holds("S06")
def test_an_order_that_was_told_as_ended_can_miss_fills_too() -> None:
    """Where the venue raises its count afterwards, what is missing is told as late."""
    story = opening()
    story.hear(fill("f1", "1"), canceled("1"))
    assert story.told()[-1] == "Canceled"
    story.look_up("mine", canceled("3"))
    story.wait(130)
    ask(story, row=canceled("3"))
    (event,) = missing(story)
    assert event.late
    assert event.state == "canceled"


@pytest.mark.holds("S06")
def test_a_status_alone_is_no_fill_and_the_fill_after_it_is_told() -> None:
    """`filled` without a fill tells nothing; the fill that comes after it is told, and is the end."""
    story = opening()
    story.hear(filled("5"))
    assert story.told() == ["Submitted", "Accepted"]
    story.hear(fill("f1", "5"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]
    assert story.order().state == "filled"


@pytest.mark.holds("S06")
@pytest.mark.parametrize("ended", [False, True])
def test_a_crash_changes_nothing_about_what_is_missing(ended: bool) -> None:
    """After a crash it is known to be missing, not told again, and the fill that comes is told once."""
    story = short()
    if ended:
        story.hear(fill("f2", "2"))
        story.look_up("mine", canceled("4"))
    story.wait(130)
    ask(story, row=canceled("4" if ended else "3"))
    told = story.told()
    assert told[-1] == "FillsMissing"
    story.crash()
    story.wait(1)
    assert story.asked_for()
    assert not story.order().settled
    story.wait(130)
    ask(story, row=canceled("4" if ended else "3"))
    assert story.told() == told
    story.hear(fill("f3", "1" if ended else "2"))
    assert story.told() == [*told, "Filled f3", *([] if ended else ["Canceled"])]


@pytest.mark.holds("S06", "D14")
@given(st.lists(st.sampled_from(["status", "history", "nothing", "wait", "crash", "f2", "f3"]), max_size=25))
def test_fills_are_never_invented(steps: list[str]) -> None:
    """Whatever is counted, asked and lost: each fill that is told is one that the venue told, once, as it was told; and
    what is told as missing is never more than what is.
    """
    real = {"f1": Decimal(1), "f2": Decimal(1), "f3": Decimal(1)}
    story, heard = short(), {"f1"}
    for step in steps:
        if step == "wait":
            story.wait(70)
        elif step == "crash":
            story.crash()
        elif step == "status":
            story.hear(canceled("3"))
        elif step in real:
            heard.add(step)
            story.hear(fill(step, "1"))
        else:
            ask(story, *(fill(one, "1") for one in sorted(heard)), row=canceled("3"), fails=step == "nothing")
        assert sorted(story.fills()) == sorted(heard)
        for event in missing(story):
            assert isinstance(event, OrderFillsMissing)
            assert event.filled + event.missing == event.counted == 3
        last = story.events["mine"][-1]
        if isinstance(last, OrderFillsMissing):
            assert last.missing == 3 - len(heard)
    assert story.told().count("Canceled") <= (len(heard) == 3)


@pytest.mark.holds("S06")
def test_what_is_missing_for_long_is_asked_for_from_the_order_s_beginning() -> None:
    """At first a missing fill is looked for among the latest; it may be older than our knowledge, and is then asked for
    there, whatever else is settled meanwhile.
    """
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"))
    story.wait(3600)
    story.find_fills()
    story.wait(600)
    story.find_fills()
    story.hear(canceled("3"))
    story.wait(2)
    assert story.agenda().fills_since == story.dispatch.fills_since > story.order().submitted_on
    story.wait(LONG_MISSING)
    assert story.agenda().fills_since == story.order().submitted_on


@pytest.mark.holds("S06")
def test_a_fill_that_waits_for_an_explanation_is_not_missing() -> None:
    """The venue has told it: it is above what the order may have filled, and the venue cannot be asked why."""
    story = opening()
    story.hear(fill("f1", "7", filled="7"), opened("V1", filled="7"))
    for _ in range(40):
        story.wait(PAUSE)
        story.look_up("mine", failure="Timeout: no answer", fills=False)
    assert story.told() == ["Submitted", "Accepted"]
    story.hear(updated(quantity="9"))
    assert story.told()[-2:] == ["Updated", "Filled f1"]
