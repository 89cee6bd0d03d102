"""Responses to commands on the socket (sections 7.1 and 8) become answers."""

import pytest

from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer, AnswerFact, QuarantineFact
from batactors.model.ids import RequestId
from tests.venues.kraken_spot.samples import (
    ORDER,
    OURS,
    REQUEST,
    STAMP,
    TOKEN,
    answer,
    cancel,
    only,
    raw,
    response,
    session,
    told,
)

PLACED = {"order_id": ORDER, "cl_ord_id": OURS}
METHODS = ("add_order", "batch_add", "amend_order", "cancel_order", "batch_cancel", "cancel_all")


@pytest.mark.parametrize("method", ["add_order", "amend_order", "cancel_order"])
def test_success(method: str) -> None:
    """A success with the result that it should have is an acceptance, with the ids that it names."""
    assert answer(response(method, success=True, result=PLACED | {"amend_id": "TAMEND-00001-AAAAAA"})) == AnswerFact(
        request_id=REQUEST, answer=Answer.ACCEPTED, venue_order_id=ORDER, client_order_id=OURS
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("success", [{}, {"success": None}, {"success": False}])
def test_without_the_word_success_it_is_not_one(method: str, success: dict[str, object]) -> None:
    """A response that does not say success, and not why, is unclear."""
    assert answer(response(method, **success, result={"order_id": ORDER})).answer is Answer.UNCLEAR


@pytest.mark.parametrize("result", [..., None, {}, {"order_id": ""}, {"order_id": 5}, "done", 7])
@pytest.mark.parametrize("method", ["add_order", "amend_order", "batch_add", "batch_cancel"])
def test_a_success_that_does_not_show_what_was_done_is_unclear(method: str, result: object) -> None:
    """An order placed has an id, an amendment names itself, a batch has rows or a count; otherwise: ask."""
    fields = {} if result is ... else {"result": result}
    read = answer(response(method, success=True, **fields))
    assert (read.answer, read.request_id) == (Answer.UNCLEAR, REQUEST)


def test_a_refusal_in_the_venues_words() -> None:
    """A refusal that the table knows is certain, and keeps the venue's words."""
    assert answer(response("add_order", success=False, error="EOrder:Insufficient funds")) == AnswerFact(
        request_id=REQUEST,
        answer=Answer.REFUSED,
        message="EOrder:Insufficient funds",
        native_code="EOrder:Insufficient funds",
        error=ErrorKind.EXCHANGE_REJECT,
    )


def test_post_only_refused_at_once() -> None:
    """A post-only order may also be refused directly (section 9)."""
    assert answer(response("add_order", success=False, error="EOrder:Post only order")).post_only


@pytest.mark.parametrize("method", ["cancel_order", "amend_order"])
def test_an_order_that_is_not_open(method: str) -> None:
    """For a command that addresses an order, "invalid order" says only that it is not open now."""
    assert answer(response(method, success=False, error="EOrder:Invalid order")).answer is Answer.NOT_OPEN


def test_invalid_order_on_a_create_is_a_question() -> None:
    """There the same words are in no table."""
    assert answer(response("add_order", success=False, error="EOrder:Invalid order")).answer is Answer.UNCLEAR


def test_one_response_per_cancelled_order() -> None:
    """A cancel of several ids is answered by as many responses, tied by the id that each names (section 8)."""
    by_client = response("cancel_order", success=True, result={"cl_ord_id": OURS})
    by_venue = response("cancel_order", success=True, result={"order_id": ORDER})
    unnamed = response("cancel_order", success=False, error="EOrder:Invalid order")
    assert [(a.client_order_id, a.venue_order_id) for a in map(answer, (by_client, by_venue, unnamed))] == [
        (OURS, None),
        (None, ORDER),
        (None, None),
    ]


def test_a_failed_cancel_may_name_its_order() -> None:
    """Whether it does, and where, is unverified: beside the error, as a refused subscription does, or in a result."""
    for naming in ({"cl_ord_id": OURS}, {"result": {"cl_ord_id": OURS}}):
        read = answer(response("cancel_order", success=False, error="EOrder:Invalid order", **naming))
        assert (read.answer, read.client_order_id, read.venue_order_id) == (Answer.NOT_OPEN, OURS, None)


ROWS = [PLACED, {"cl_ord_id": "b", "error": "EOrder:Invalid price"}, {"cl_ord_id": "c", "error": "ENew:Word"}, {}]


@pytest.mark.parametrize("success", [True, False])
@pytest.mark.parametrize("result", [ROWS, {"orders": ROWS}], ids=["array", "orders"])
def test_a_batch_has_an_answer_per_row(result: object, success: bool) -> None:
    """Each row answers for itself, by position and id, in either shape, and also under "success": false."""
    answers = [fact for fact in told(response("batch_add", success=success, result=result))
               if isinstance(fact, AnswerFact)]  # fmt: skip
    assert [(a.leg, a.legs, a.answer) for a in answers] == [
        (0, 4, Answer.ACCEPTED),
        (1, 4, Answer.REFUSED),
        (2, 4, Answer.UNCLEAR),
        (3, 4, Answer.UNCLEAR),
    ]
    assert [a.client_order_id for a in answers] == [OURS, "b", "c", None]
    assert {a.request_id for a in answers} == {REQUEST}


def test_a_batch_row_that_cannot_be_read_is_unclear_alone() -> None:
    """A bad row is a leg that we must ask about; its siblings are answered."""
    facts = told(response("batch_add", success=True, result=[PLACED, {"order_id": 5}, 7]))
    assert [fact.answer for fact in facts if isinstance(fact, AnswerFact)] == [
        Answer.ACCEPTED,
        Answer.UNCLEAR,
        Answer.UNCLEAR,
    ]


def test_a_batch_refused_whole() -> None:
    """A validation error of any row refuses all: one answer for the whole request."""
    read = answer(response("batch_add", success=False, error="EGeneral:Invalid arguments:volume"))
    assert (read.leg, read.answer) == (None, Answer.REFUSED)


@pytest.mark.parametrize(
    ("count", "expected"), [(2, Answer.ACCEPTED), (1, Answer.UNCLEAR), (0, Answer.UNCLEAR), (None, Answer.UNCLEAR)]
)
def test_a_batch_of_cancels_has_only_a_count(count: int | None, expected: Answer) -> None:
    """If fewer were cancelled than asked, nobody knows which: each must be looked up."""
    it = session()
    it.encode([cancel(), cancel(client_order_id="b")], request_id=REQUEST, token=TOKEN, stamp=STAMP)
    frame = response("batch_cancel", success=True, result={"count": count})
    read = only(it.decode(frame))
    assert (read.answer, read.leg) == (expected, None)
    assert it.decode(frame) == [read]  # told twice, it means the same


def test_cancel_all() -> None:
    """Its count may be anything: nothing open is as good as all cancelled."""
    assert answer(response("cancel_all", success=True, result={"count": 0})).answer is Answer.ACCEPTED


def test_cancel_pending_is_an_accepted_cancel() -> None:
    """The venue has the cancel and has not carried it out."""
    assert answer(response("cancel_order", success=False, error="EOrder:Cancel pending")).answer is Answer.ACCEPTED


@pytest.mark.parametrize("key", ["error", "Error"])
def test_the_bare_message_rate_error(key: str) -> None:
    """The message limit is told without method, success and perhaps id (section 6): refused, by nobody's name."""
    read = only(told(f'{{"{key}":"Exceeded msg rate"}}'))
    assert (read.request_id, read.answer, read.error, read.retriable) == (
        None,
        Answer.REFUSED,
        ErrorKind.RATE_LIMITED,
        True,
    )


def test_a_bare_error_with_an_id_belongs_to_it() -> None:
    """If it does name a request, it answers that."""
    assert only(told('{"error":"Exceeded msg rate","req_id":7}')).request_id == 7


def test_a_list_of_errors_is_read_too() -> None:
    """The socket writes one string; REST's habit is read as well."""
    read = answer(response("add_order", success=False, error=["EOrder:Insufficient funds"]))
    assert read.answer is Answer.REFUSED


@pytest.mark.parametrize("bad", [{"success": "true"}, {"error": 5}, {"result": raw("{}"), "method": "amend_order",
                                                                      "success": 1}])  # fmt: skip
def test_a_response_that_cannot_be_read_leaves_its_command_unclear(bad: dict[str, object]) -> None:
    """The request that it names is answered with a question, and the frame is kept."""
    first, aside = told(
        response(str(bad.get("method", "add_order")), **{k: v for k, v in bad.items() if k != "method"})
    )
    assert isinstance(first, AnswerFact)
    assert (first.request_id, first.answer) == (RequestId(101), Answer.UNCLEAR)
    assert isinstance(aside, QuarantineFact)
