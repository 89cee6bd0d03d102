"""What Bybit's frames and rows come to: an answer first and the truth later, two topics in any order, one end."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.account_facts import PositionFact
from batactors.model.facts import AnswerFact, Fact
from batactors.model.ids import RequestId
from batactors.model.order_events import OrderFilled, OrderRejected
from batactors.model.positions import Forced
from batactors.model.questions import AskFills, AskOrder
from batactors.model.receipts import CommandStatus, Proof
from batactors.model.reports import FillReport
from batactors.model.terms import OrderType
from tests.core.story import ANSWER_BY, READ_LAG, Story
from tests.venues.bybit.samples import (
    ANSWER,
    BTC,
    CANCELED,
    EXEC_ID,
    EXECUTION,
    FAST,
    FILL_ID,
    FILLED,
    FILLED_AGAIN,
    FLAT,
    FUNDING,
    LAST,
    LAST_EXEC,
    NEW,
    ORDER,
    ORDER_ID,
    OURS,
    POSITION,
    REJECTED,
    UNTRIGGERED,
    WOULD_TAKE,
    event,
    execution_event,
    listed,
    order_event,
    taught,
    text,
    told,
    trade,
)

LAST_FILL = f"{LAST_EXEC}:{ORDER_ID}"
FILLS = {f"Filled {FILL_ID}", f"Filled {LAST_FILL}"}


def answer_of(request: int, op: str = "order.create") -> list[Fact]:
    """The answer to a request, as the trade socket tells it, without what it says of the pace."""
    facts = trade().decode(text(ANSWER | {"reqId": f"{request}-1700000000000", "op": op}))
    return [fact for fact in facts if isinstance(fact, AnswerFact)]


def story_of_an_order(**terms: Any) -> Story:
    """The order of the sheet's frames, sent."""
    story = Story(instrument=BTC)
    story.create("a1", "0.010", "60000.0", **terms)
    return story


# What the answer leaves open.


@pytest.mark.parametrize("row_first", [True, False])
def test_a_refusal_by_the_matcher_after_code_0_is_a_refusal(row_first: bool) -> None:
    """The order's row may come before the answer; either way both the order and its command are rejected."""
    story = story_of_an_order()
    frames = [answer_of(1), told(order_event(REJECTED))]
    for facts in frames[::-1] if row_first else frames:
        story.hear(*facts)
    assert story.told("a1") == ["Submitted", "Rejected"]
    verdict = story.whole_verdict("create a1")
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.REJECTED, Proof.ORDER_REJECTED)
    assert "EC_NoEnoughQtyToFill" in (story.dispatch.desk.commands["create a1"].receipt.message or "")  # type: ignore[index]
    assert story.agenda().is_empty


@pytest.mark.parametrize("status", ["Cancelled", "Rejected"])
def test_a_post_only_order_that_would_have_taken_is_rejected(status: str) -> None:
    """By whichever word; the event says that this is why."""
    story = story_of_an_order(post_only=True)
    story.hear(*answer_of(1), *told(order_event(WOULD_TAKE | {"orderStatus": status})))
    assert story.told("a1") == ["Submitted", "Rejected"]
    rejected = story.events["a1"][-1]
    assert isinstance(rejected, OrderRejected)
    assert rejected.due_post_only
    assert story.verdict("create a1") is CommandStatus.REJECTED


def test_a_refusal_that_nobody_heard_is_found_in_the_history() -> None:
    """The answer said yes and the topic nothing: asked for, the closed orders tell it."""
    story = story_of_an_order()
    story.hear(*answer_of(1))
    story.wait(ANSWER_BY)
    story.look_up("a1", *taught().read(AskOrder(client_order_id=OURS), 0, 200, listed(REJECTED)).facts)
    assert story.verdict("create a1") is CommandStatus.REJECTED
    assert story.told("a1") == ["Submitted", "Rejected"]


@pytest.mark.holds("Y08")
def test_a_create_of_which_no_list_has_anything_is_not_executed_after_its_deadline() -> None:
    """An empty list is an answer; a single one, or one that was asked early, proves nothing (W9)."""
    story = story_of_an_order()
    story.unanswered("create a1")
    question = AskOrder(client_order_id=OURS, instrument=BTC)

    def ask() -> None:
        first = taught().read(question, 0, 200, listed())
        assert first.next_offset is not None
        story.look_up("a1", *first.facts, *taught().read(question, first.next_offset, 200, listed()).facts)

    for _ in range(3):
        ask()
        story.wait(1)
    assert story.verdict("create a1") is None
    story.wait(ANSWER_BY)
    ask()
    assert story.verdict("create a1") is None, "reads trail"
    story.wait(READ_LAG)
    ask()
    verdict = story.whole_verdict("create a1")
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.ABSENT)
    assert story.told("a1") == ["Submitted", "NotExecuted"]


# Two topics, and no order between them.


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_an_order_that_is_filled_is_told_once_however_its_topics_interleave(order: tuple[int, ...]) -> None:
    """Each fill once, one end, and nothing in doubt, whatever comes first."""
    frames = (
        order_event(NEW), order_event(ORDER), order_event(FILLED), execution_event(EXECUTION), execution_event(LAST),
    )  # fmt: skip
    story = story_of_an_order()
    story.hear(*answer_of(1))
    for one in order:
        story.hear(*told(frames[one]))
    assert story.told("a1")[:2] == ["Submitted", "Accepted"]
    fills = [name for name in story.told("a1") if name.startswith("Filled")]
    assert (len(fills), set(fills)) == (2, FILLS)
    assert story.order("a1").settled
    assert story.verdict("create a1") is CommandStatus.ACCEPTED
    assert story.agenda().is_empty


FRAMES = (
    order_event(NEW), order_event(ORDER), order_event(FILLED), order_event(FILLED_AGAIN), execution_event(EXECUTION),
    execution_event(LAST), execution_event(LAST, EXECUTION), event("execution.fast.linear", FAST),
    event("execution.fast.linear", FAST | {"execId": LAST_EXEC, "execQty": "0.006"}), execution_event(FUNDING),
)  # fmt: skip


@given(st.permutations(range(len(FRAMES))), st.lists(st.integers(0, len(FRAMES) - 1), max_size=8))
def test_repetitions_and_fills_told_ahead_change_nothing(order: list[int], more: list[int]) -> None:
    """Whatever is told again, and however early: each fill is told once, with its fee."""
    story = story_of_an_order()
    for one in [*order, *more]:
        story.hear(*told(FRAMES[one]))
    filled = [event for event in story.events["a1"] if isinstance(event, OrderFilled)]
    assert sorted(event.fill_id for event in filled) == [FILL_ID, LAST_FILL]
    assert all(event.fees for event in filled)
    assert story.order("a1").settled
    story.wait(10)
    assert not story.agenda().announced
    assert story.reports == []


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_cancel_that_the_last_fill_overtook(order: tuple[int, ...]) -> None:
    """The order is told as filled twice, the second time as notice that the cancel came too late: it is one end."""
    story = story_of_an_order()
    story.hear(*told(order_event(NEW)), *told(execution_event(EXECUTION)))
    cancel = story.cancel("a1")
    frames = (
        answer_of(story.requests, "order.cancel"), told(execution_event(LAST)), told(order_event(FILLED)),
        told(order_event(FILLED_AGAIN)),
    )  # fmt: skip
    for one in order:
        story.hear(*frames[one])
    assert [name for name in story.told("a1") if name != "Updated"] == [
        "Submitted", "Accepted", f"Filled {FILL_ID}", f"Filled {LAST_FILL}",
    ]  # fmt: skip
    verdict = story.whole_verdict(cancel)
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.ORDER_GONE)
    assert story.order("a1").settled
    assert story.agenda().is_empty


@pytest.mark.parametrize("fill_first", [True, False])
def test_a_fill_that_follows_the_cancel(fill_first: bool) -> None:
    """The cancel's row counts it: the end is told when it is told."""
    story = story_of_an_order()
    story.hear(*told(order_event(NEW)))
    cancel = story.cancel("a1")
    story.hear(*answer_of(story.requests, "order.cancel"))
    frames = [order_event(CANCELED), execution_event(EXECUTION)]
    for frame in frames[::-1] if fill_first else frames:
        story.hear(*told(frame))
    assert story.told("a1") == ["Submitted", "Accepted", f"Filled {FILL_ID}", "Canceled"]
    assert story.verdict(cancel) is CommandStatus.ACCEPTED


def test_a_fill_told_ahead_and_then_lost_is_asked_for_and_told_from_the_history() -> None:
    """Under the same id, with its fee."""
    story = story_of_an_order()
    story.hear(*told(order_event(NEW)), *told(event("execution.fast.linear", FAST)))
    assert story.told("a1") == ["Submitted", "Accepted"]
    story.wait(3)
    assert story.agenda().announced
    question = AskFills(since=story.agenda().fills_since)
    story.find(question, *taught().read(question, 0, 200, listed(EXECUTION, FUNDING)).facts)
    assert story.told("a1")[-1] == f"Filled {FILL_ID}"
    assert not story.agenda().announced


# Orders that wait, and orders of the venue's own.


@pytest.mark.parametrize("skips", [0, 1])
def test_a_stop_is_triggered_under_its_own_id(skips: int) -> None:
    """That it was is told once, also if only the order that works tells it."""
    story = story_of_an_order(order_type=OrderType.STOP_LIMIT, trigger_price=Decimal("61000.0"))
    rows = [UNTRIGGERED, *[UNTRIGGERED | {"orderStatus": word} for word in ("Triggered", "New")][skips:]]
    story.hear(*answer_of(1))
    for row in rows:
        story.hear(*told(order_event(row)))
    assert story.told("a1") == ["Submitted", "Accepted", "Triggered"]
    story.hear(*told(order_event(UNTRIGGERED | {"orderStatus": "Rejected", "rejectReason": "EC_Others"})))
    assert story.told("a1")[-1] == "Canceled"
    assert story.order("a1").settled


def test_a_liquidation_is_reported_with_its_reason_and_funding_is_not_reported() -> None:
    """Neither is an order of ours; the first changes the position."""
    story = Story(instrument=BTC)
    bust = EXECUTION | {"execType": "BustTrade", "orderLinkId": "", "createType": "CreateByLiq"}
    story.hear(*told(execution_event(bust, FUNDING)), *told(execution_event(bust)))
    (fill,) = [report for report in story.reports if isinstance(report, FillReport)]
    assert (fill.fill_id.partition(":")[0], fill.forced) == (EXEC_ID, Forced.LIQUIDATION)
    assert {report.venue_order_id for report in story.reports} == {ORDER_ID}


@pytest.mark.holds("Y18")
def test_a_position_that_is_closed_is_flat_at_once() -> None:
    """Not only when REST is asked the next time (W35)."""
    story = Story(instrument=BTC)
    story.hear(*told(event("position.linear", POSITION)))
    (position,) = story.dispatch.ledger.positions.all.values()
    assert position.quantity
    story.hear(*told(event("position.linear", FLAT)))
    (position,) = story.dispatch.ledger.positions.all.values()
    assert isinstance(position, PositionFact)
    assert position.instrument == BTC
    assert position.quantity == 0


def test_an_answer_names_its_request_by_our_number() -> None:
    """Another request's answer settles nothing."""
    story = story_of_an_order()
    (fact,) = answer_of(9)
    assert isinstance(fact, AnswerFact)
    assert fact.request_id == RequestId(9)
    story.hear(fact)
    assert story.counted("answer") == {"tied to no command": 1}
