"""What the frames of Kraken Futures come to: quantities that are what is left, two feeds in any order, edits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.order_events import OrderUpdated
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState
from tests.core.futures import answer, hear, story_of
from tests.core.story import Story
from tests.venues.kraken_futures.samples import (
    EVENT_ORDER,
    OURS,
    amend,
    answered,
    by_id,
    create,
    delta,
    edited,
    execution,
    fill,
    fills,
    sent,
)

# The order of 1 that was captured (study, section 1.3), and the order of 10 that follows it there.
OF_ONE = (
    (delta("new_placed_order_by_user"), delta("partial_fill", qty=0.86, filled=0.14),
     delta("full_fill", is_cancel=True, qty=0.0, filled=1.0)),
    (fills(fill("f1", 0.14, 0.86)), fills(fill("f2", 0.86, 0.0))),
)  # fmt: skip
OF_TEN = (
    (delta("new_placed_order_by_user", qty=10.0), delta("partial_fill", qty=6.0, filled=4.0),
     delta("partial_fill", qty=3.0, filled=7.0), delta("full_fill", is_cancel=True, qty=0.0, filled=10.0)),
    (fills(fill("f1", 4.0, 6.0)), fills(fill("f2", 3.0, 3.0)), fills(fill("f3", 3.0, 0.0))),
)  # fmt: skip
ONE_TOLD = ["Submitted", "Accepted", "Filled f1", "Filled f2"]
TEN_TOLD = ["Submitted", "Accepted", "Filled f1", "Filled f2", "Filled f3"]


def told_as_filled(story: Story, expected: list[str]) -> None:
    """The events that are right: the fills, one end, and no update that nobody asked for."""
    events = story.events[OURS]
    assert story.told(OURS) == expected
    assert [one.state.is_closed for one in events].count(True) == 1
    assert story.order(OURS).state is OrderState.FILLED
    assert set(story.settled) == {OURS}
    assert story.reports == []


@st.composite
def interleaved(draw: st.DrawFn, deltas: tuple[bytes, ...], told: tuple[bytes, ...]) -> list[bytes]:
    """One of the ways in which two feeds of one socket can come: each in its own order."""
    left, right = list(deltas), list(told)
    frames = []
    while left or right:
        takes_left = bool(left) and (not right or draw(st.booleans()))
        frames.append((left if takes_left else right).pop(0))
    return frames


@pytest.mark.holds("F01", "F02", "F03", "F04")
@given(interleaved(*OF_ONE))
def test_the_order_of_one_that_was_captured(frames: list[bytes]) -> None:
    """0.14 and 0.86, in every order that one socket and two feeds allow: Accepted, two fills, one end."""
    story = story_of()
    hear(story, *frames)
    told_as_filled(story, ONE_TOLD)


@pytest.mark.holds("F01", "F02", "F03", "F04")
@given(interleaved(*OF_TEN))
def test_an_order_of_ten_that_is_filled_in_three(frames: list[bytes]) -> None:
    """4, 3 and 3; the reference lost the third and made updates of the remaining quantity."""
    story = story_of("10")
    hear(story, *frames)
    told_as_filled(story, TEN_TOLD)


@pytest.mark.parametrize("feeds_first", ["deltas", "fills"])
def test_all_of_one_feed_before_the_other(feeds_first: str) -> None:
    """The two orders that the study traced."""
    deltas, told = OF_TEN
    story = story_of("10")
    hear(story, *(deltas + told if feeds_first == "deltas" else told + deltas))
    told_as_filled(story, TEN_TOLD)


@pytest.mark.holds("F02")
def test_a_partial_fill_of_the_book_tells_nothing_by_itself() -> None:
    """Its fill tells; until then a fill is missing, which is asked for."""
    story = story_of()
    hear(story, delta("new_placed_order_by_user"), delta("partial_fill", qty=0.86, filled=0.14))
    assert story.told(OURS) == ["Submitted", "Accepted"]
    story.wait(1.5)
    assert story.asked_for(OURS)
    hear(story, fills(fill("f1", 0.14, 0.86)))
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1"]
    assert story.order(OURS).state is OrderState.PARTIALLY_FILLED
    assert not story.asked_for(OURS)


@pytest.mark.holds("F05")
def test_an_order_that_was_filled_on_its_way_shows_in_no_book() -> None:
    """Fills alone, and the answer without PLACE: Accepted and Filled, and the answer's executions are the count."""
    story = story_of()
    hear(story, fills(fill("f1", 0.4, 0.6), fill("f2", 0.6, 0.0)))
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1", "Filled f2"]
    events = [execution("f2", 0.6, left=0.6, filled=0.4), execution("f1", 0.4, left=1.0)]
    answer(story, answered(create(), sent(events=events)))
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1", "Filled f2"]
    assert story.order(OURS).state is OrderState.FILLED
    assert story.verdict(f"create {OURS}") is CommandStatus.ACCEPTED


@pytest.mark.holds("F05")
def test_the_answer_before_its_fills() -> None:
    """The executions of the answer are told ahead, without fees; the feed tells them in full, and once."""
    story = story_of()
    answer(story, answered(create(), sent(events=[execution("f1", 1.0, left=1.0)])))
    assert story.told(OURS) == ["Submitted", "Accepted"]
    hear(story, fills(fill("f1", 1.0, 0.0)))
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1"]
    assert story.order(OURS).state is OrderState.FILLED


@pytest.mark.holds("F06", "F08")
@pytest.mark.parametrize("by_answer_too", [True, False])
def test_an_edit_of_a_part_that_was_filled_says_the_new_total(by_answer_too: bool) -> None:
    """3 left after 0.14 were filled is a total of 3.14; what was filled stays, and it is told once."""
    story = story_of()
    hear(story, delta("new_placed_order_by_user"), fills(fill("f1", 0.14, 0.86)))
    command = story.amend(OURS, quantity="3.14", price="50001")
    hear(story, delta("edited_by_user", qty=3.0, filled=0.14, limit_price=50001.0))
    if by_answer_too:
        new = EVENT_ORDER | {"quantity": 3.0, "filled": 0.14, "limitPrice": 50001.0}
        rows = [{"type": "EDIT", "old": EVENT_ORDER, "new": new, "reducedQuantity": None}]
        answer(story, answered(amend(), edited(events=rows)))
        assert story.verdict(command) is CommandStatus.ACCEPTED
    (update,) = [one for one in story.events[OURS] if isinstance(one, OrderUpdated)]
    assert (update.quantity, update.price) == (Decimal("3.14"), Decimal("50001"))
    assert story.order(OURS).fills.sum == Decimal("0.14")
    assert not story.order(OURS).doubts


@pytest.mark.holds("F07")
@pytest.mark.parametrize("status", ["edited", "filled"])
@pytest.mark.parametrize("fills_first", [True, False])
def test_an_edit_that_crosses_is_an_update_and_a_fill(status: str, fills_first: bool) -> None:
    """The answer may call it filled; it was done all the same."""
    story = story_of()
    hear(story, delta("new_placed_order_by_user"))
    command = story.amend(OURS, price="50100")
    frames = (fills(fill("f1", 1.0, 0.0)),
              delta("full_fill", is_cancel=True, qty=0.0, filled=1.0, limit_price=50100.0))  # fmt: skip
    new = EVENT_ORDER | {"limitPrice": 50100.0}
    rows = [{"type": "EDIT", "old": EVENT_ORDER, "new": new}, execution("f1", 1.0, left=1.0)]
    if fills_first:
        hear(story, *frames)
    answer(story, answered(amend(), edited(status, rows)))
    if not fills_first:
        hear(story, *frames)
    assert story.verdict(command) is CommandStatus.ACCEPTED
    assert story.told(OURS)[:2] == ["Submitted", "Accepted"]
    assert story.fills(OURS) == ["f1"]
    prices = [one.price for one in story.events[OURS] if isinstance(one, OrderUpdated)]
    assert prices
    assert set(prices) == {Decimal(50100)}
    assert story.order(OURS).state is OrderState.FILLED


@pytest.mark.holds("F09")
def test_a_delta_that_changes_nothing_is_silent() -> None:
    """The same frame again."""
    story = story_of()
    hear(story, delta("new_placed_order_by_user"), delta("new_placed_order_by_user"), delta("edited_by_user"))
    assert story.told(OURS) == ["Submitted", "Accepted"]


@pytest.mark.holds("F10")
def test_an_edit_that_is_the_first_delta_after_a_fast_fill() -> None:
    """It is compared with what is known, not with a delta before it."""
    story = story_of()
    hear(story, fills(fill("f1", 0.14, 0.86)), delta("edited_by_user", qty=1.86, filled=0.14))
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1", "Updated"]
    assert story.order(OURS).quantity == 2


@pytest.mark.holds("F11", "F12")
def test_frames_without_our_id_are_of_the_order_with_that_venue_id() -> None:
    """An edit with its order, and a cancel that names the venue's id alone."""
    story = story_of()
    hear(story, delta("new_placed_order_by_user"))
    hear(story, delta("edited_by_user", qty=2.0, lacks=("cli_ord_id",)))
    assert story.told(OURS) == ["Submitted", "Accepted", "Updated"]
    hear(story, by_id("cancelled_by_user"))
    assert story.order(OURS).ending is OrderState.CANCELED  # and how much of it was filled is asked for
    story.wait(1.5)
    assert story.asked_for(OURS)
    assert story.reports == []
