"""What the frames of Kraken Futures come to: refusals, ends, stops that fire, snapshots, and what REST adds."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.ids import VenueOrderId
from batactors.model.order_events import OrderCanceled, OrderExpired, OrderFilled, OrderRejected
from batactors.model.questions import AskClosedOrders, AskFills, AskOrder, Target
from batactors.model.receipts import CommandStatus
from batactors.model.reports import FillReport
from batactors.model.terms import OrderState, OrderType
from tests.core.futures import answer, hear, story_of
from tests.core.story import Story
from tests.venues.kraken_futures.samples import (
    BTC,
    EVENT_ORDER,
    EXECUTION,
    FILL_ROW,
    HISTORY_ORDER,
    ORDER,
    OTHER,
    OURS,
    STATUS_ORDER,
    WORKS,
    answered,
    by_id,
    create,
    delta,
    execution,
    fill,
    fills,
    fills_snapshot,
    history,
    page,
    sent,
    snapshot,
    success,
)


@pytest.mark.holds("F14")
@pytest.mark.parametrize("named", ["whole", "id alone"])
@pytest.mark.parametrize("reason", [
    "ioc_order_failed_because_it_would_not_be_executed", "would_execute_self", "would_not_reduce_position",
    "post_order_failed_because_it_would_filled", "post_order_failed_because_it_would_be_filled",
])  # fmt: skip
def test_what_the_engine_refuses_is_rejected(reason: str, named: str) -> None:
    """It never was in the book; the two spellings of the post-only reason are one."""
    story = story_of()
    hear(story, delta(reason, is_cancel=True) if named == "whole" else by_id(reason, cli_ord_id=OURS))
    (event,) = [one for one in story.events[OURS] if isinstance(one, OrderRejected)]
    assert story.told(OURS) == ["Submitted", "Rejected"]
    assert (event.due_post_only, event.reason) == (reason.startswith("post"), reason)


@pytest.mark.holds("F14")
def test_what_rested_and_is_refused_later_is_cancelled() -> None:
    """Rejected after Accepted is impossible."""
    story = story_of()
    hear(story, delta("new_placed_order_by_user"), delta("would_execute_self", is_cancel=True))
    assert story.told(OURS) == ["Submitted", "Accepted", "Canceled"]


@pytest.mark.holds("F15")
def test_an_expiry_and_a_margin_call_say_why() -> None:
    """The contract's end is an expiry; want of margin, and the others, a cancel."""
    for reason, kind in (("contract_expired", OrderExpired), ("not_enough_margin", OrderCanceled),
                         ("liquidation", OrderCanceled), ("dead_man_switch", OrderCanceled),
                         ("market_inactive", OrderCanceled), ("cancelled_by_admin", OrderCanceled)):  # fmt: skip
        story = story_of()
        hear(story, delta("new_placed_order_by_user"), delta(reason, is_cancel=True))
        assert type(story.events[OURS][-1]) is kind
        assert story.events[OURS][-1].reason == reason  # type: ignore[attr-defined]


@pytest.mark.holds("F15")
def test_a_liquidation_of_the_venues_is_another_order_and_is_counted() -> None:
    """It has no client order id, and its fill is reported once, with its reason."""
    story = story_of()
    own: dict[str, Any] = {"order_id": "L", "type": "liquidation"}
    hear(story, delta("liquidation", lacks=("cli_ord_id",), **own),
         fills({**fill("f9", 1.0, 0.0, order_id="L", fill_type="liquidation"), "cli_ord_id": ""}),
         delta("full_fill", is_cancel=True, qty=0.0, filled=1.0, lacks=("cli_ord_id",), **own))  # fmt: skip
    assert story.told(OURS) == ["Submitted"]
    story.wait(1)
    assert list(story.agenda().strangers) == ["L"]  # nothing says yet whose it is
    row = HISTORY_ORDER | {"uid": "L", "clientId": None, "orderType": "Liquidation"}
    ended = page(AskClosedOrders(since=story.on), history({"OrderUpdated": {"newOrder": row}}))
    story.look_up(None, *ended.facts, target=Target(venue_order_id=VenueOrderId("L")), commands=())
    (report,) = [one for one in story.reports if isinstance(one, FillReport)]
    assert (report.fill_id, report.quantity) == ("f9", Decimal(1))
    assert report.forced is not None


@pytest.mark.holds("F17")
def test_one_bad_fill_does_not_lose_those_beside_it() -> None:
    """The bad one is set aside with its order in doubt; a fill type that nobody knows spoils nothing."""
    story = story_of()
    frame = fills(fill("f1", 0.14, 0.86, fill_type="newWord"), fill("f2", "much", 0.5), fill("f3", 0.36, 0.5))  # type: ignore[arg-type]
    hear(story, delta("new_placed_order_by_user"), frame)
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1", "Filled f3"]
    assert story.asked_for(OURS)


STOP: dict[str, Any] = {"type": "stop", "stop_price": 51000.0, "limit_price": 51010.0}


def story_of_a_stop(*, limit: bool = True) -> Story:
    story = Story(renames_triggered=True, instrument=BTC)
    kind = OrderType.STOP_LIMIT if limit else OrderType.STOP_MARKET
    price = "51010" if limit else None
    story.create(OURS, "1", price, order_type=kind, trigger_price=Decimal(51000))
    return story


@pytest.mark.holds("F13")
@pytest.mark.parametrize("child", [ORDER, OTHER])
@pytest.mark.parametrize("leaves", [True, False])
def test_a_stop_that_fires_is_one_order_whatever_its_child_is_called(child: str, leaves: bool) -> None:
    """Triggered, not canceled; the fills of the child are its own, under the same id or under another."""
    story = story_of_a_stop()
    hear(story, delta("new_placed_order_by_user", **STOP),
         delta("stop_order_triggered", is_cancel=leaves, **STOP),
         delta("limit_order_from_stop", order_id=child, limit_price=51010.0),
         fills(fill("f1", 0.14, 0.86, order_id=child)),
         delta("partial_fill", order_id=child, limit_price=51010.0, qty=0.86, filled=0.14),
         fills(fill("f2", 0.86, 0.0, order_id=child)),
         delta("full_fill", is_cancel=True, order_id=child, limit_price=51010.0, qty=0.0, filled=1.0))  # fmt: skip
    assert story.told(OURS) == ["Submitted", "Accepted", "Triggered", "Filled f1", "Filled f2"]
    assert story.order(OURS).state is OrderState.FILLED
    assert story.order(OURS).venue_order_ids[0] == child
    assert story.reports == []


@pytest.mark.holds("F13")
def test_the_fills_of_a_child_that_nobody_announced() -> None:
    """A stop at the market is in no book: its fills come under an id that was never told, with our client id."""
    story = story_of_a_stop(limit=False)
    hear(story, delta("new_placed_order_by_user", **(STOP | {"limit_price": 0.0})),
         fills(fill("f1", 1.0, 0.0, order_id=OTHER)))  # fmt: skip
    assert story.told(OURS)[:4] == ["Submitted", "Accepted", "Triggered", "Filled f1"]
    assert story.reports == []


@pytest.mark.holds("F16")
def test_the_snapshots_of_a_session_say_what_was_missed() -> None:
    """The fills that were made meanwhile, what is open, and by what is missing, what to ask for."""
    story = story_of()
    story.create("gone", "1", "50000")
    hear(story, delta("new_placed_order_by_user"),
         delta("new_placed_order_by_user", order_id=OTHER, cli_ord_id="gone"))  # fmt: skip
    story.ended()
    story.wait(10)
    hear(story, fills_snapshot(fill("f1", 0.14, 0.86)), snapshot(WORKS | {"qty": 0.86, "filled": 0.14}))
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1"]
    assert story.events[OURS][-1].replayed
    assert story.asked_for("gone")
    assert not story.asked_for(OURS)


@pytest.mark.holds("F16")
def test_a_snapshot_told_again_tells_nothing() -> None:
    """Every subscription brings the latest fills again."""
    story = story_of()
    frames = (fills_snapshot(fill("f1", 0.14, 0.86)), snapshot(WORKS | {"qty": 0.86, "filled": 0.14}))
    hear(story, *frames)
    hear(story, *frames[::-1])
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1"]


def test_a_fill_that_only_rest_knows_comes_with_the_fee_of_the_history() -> None:
    """The list of fills has no fee, so that it tells ahead; the history tells the same fill in full."""
    story = story_of()
    wanted = AskFills(since=story.agenda().fills_since)
    first = page(wanted, success(fills=[FILL_ROW | {"fillTime": "2026-01-02T00:00:01.000Z"}]))
    assert first.next_offset
    executions = page(wanted, history({"Execution": {"execution": EXECUTION}}), first.next_offset)
    story.find(wanted, *first.facts, *executions.facts)
    (filled,) = [one for one in story.events[OURS] if isinstance(one, OrderFilled)]
    assert [(fee.asset, fee.amount) for fee in filled.fees] == [("USD", Decimal("0.004"))]
    assert not story.agenda().announced


def test_a_refusal_after_an_execution_ends_an_order_that_lived() -> None:
    """REJECTED_AFTER_EXECUTION: the execution counts, and the order closes as canceled with it."""
    story = story_of()
    rows = [execution("f1", 0.14, left=1.0), {"type": "REJECT", "order": EVENT_ORDER, "uid": ORDER,
                                              "reason": "REJECTED_AFTER_EXECUTION"}]  # fmt: skip
    answer(story, answered(create(), sent("insufficientAvailableFunds", rows)))
    assert story.verdict(f"create {OURS}") is CommandStatus.ACCEPTED
    hear(story, fills(fill("f1", 0.14, 0.86)))
    assert story.told(OURS) == ["Submitted", "Accepted", "Filled f1", "Canceled"]


def test_an_order_that_rested_and_that_the_venue_calls_rejected_is_canceled() -> None:
    """orders/status says REJECTED of what the engine took off the book, too; and of what never was in it."""
    for rested, expected in ((True, ["Submitted", "Accepted", "Canceled"]), (False, ["Submitted", "Rejected"])):
        story = story_of()
        if rested:
            hear(story, delta("new_placed_order_by_user"), by_id("would_execute_self"))
            assert story.asked_for(OURS)
        row = {"order": STATUS_ORDER | {"quantity": 1.0, "filled": 0}, "status": "REJECTED",
               "updateReason": "WOULD_EXECUTE_SELF_REASON", "error": "WOULD_EXECUTE_SELF"}  # fmt: skip
        wanted = AskOrder(client_order_id=OURS)
        story.look_up(OURS, *page(wanted, success(orders=[row])).facts)
        assert story.told(OURS) == expected


@pytest.mark.holds("F13")
def test_a_child_says_by_itself_that_its_stop_fired() -> None:
    """Under the same id, and without the word of the stop before it."""
    story = story_of_a_stop()
    hear(story, delta("new_placed_order_by_user", **STOP), delta("limit_order_from_stop", limit_price=51010.0))
    assert story.told(OURS) == ["Submitted", "Accepted", "Triggered"]


@pytest.mark.holds("F01")
@pytest.mark.parametrize("how", ["an amend of ours", "an edit elsewhere", "a crash"])
def test_a_last_fill_is_the_end_only_of_a_quantity_that_cannot_have_changed(how: str) -> None:
    """It says that nothing is left, not of how much: where the total may be another, the count is awaited."""
    story = story_of()
    hear(story, delta("new_placed_order_by_user"), fills(fill("f1", 0.14, 0.86)))
    total = Decimal(1)
    if how == "an amend of ours":
        story.amend(OURS, quantity="2")
    elif how == "an edit elsewhere":
        hear(story, delta("edited_by_user", qty=1.86, filled=0.14))
        total = Decimal(2)
    else:
        story.crash()
    hear(story, fills(fill("f2", float(total - Decimal("0.14")), 0.0)))
    assert not story.order(OURS).state.is_closed
    hear(story, delta("full_fill", is_cancel=True, qty=0.0, filled=float(total)))
    assert story.order(OURS).state is OrderState.FILLED
    assert story.fills(OURS) == ["f1", "f2"]


@pytest.mark.holds("F13")
@pytest.mark.parametrize("announced", [True, False])
def test_a_child_that_ends_before_anything_else_is_told_of_it(announced: bool) -> None:
    """By its ids alone, ahead of the fills that the other feed has: nobody else's order (found by the demo, seed 1)."""
    story = story_of_a_stop(limit=False)
    hear(story, delta("new_placed_order_by_user", **(STOP | {"limit_price": 0.0})))
    if announced:
        hear(story, delta("stop_order_triggered", **(STOP | {"limit_price": 0.0})))
    hear(story, by_id("ioc_order_failed_because_it_would_not_be_executed", order_id=OTHER, cli_ord_id=OURS),
         fills(fill("f1", 0.4, 0.6, order_id=OTHER)))  # fmt: skip
    assert story.told(OURS)[:4] == ["Submitted", "Accepted", "Triggered", "Filled f1"]
    assert story.order(OURS).venue_order_ids == (OTHER, ORDER)
    assert story.order(OURS).doubts, "how much of it was filled, the venue is asked"
    assert story.reports == []
