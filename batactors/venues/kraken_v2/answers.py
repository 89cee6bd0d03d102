"""Responses of WebSocket v2 to commands and to other requests (sections 7.1 and 8), as facts."""

from collections.abc import Iterator

from msgspec import Raw

from batactors.model.account_facts import SwitchFact
from batactors.model.commands import Operation
from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer, AnswerFact, Fact
from batactors.venues.kraken_v2 import rows
from batactors.venues.kraken_v2.errors import Meaning, meaning_of
from batactors.venues.kraken_v2.quarantine import UNREADABLE, parts_of
from batactors.venues.kraken_v2.rows import NOTHING, RESULT, Frame, ResultRow

METHODS: dict[str, Operation] = {
    "add_order": Operation.CREATE_ORDER,
    "batch_add": Operation.CREATE_ORDER,
    "amend_order": Operation.AMEND_ORDER,
    "cancel_order": Operation.CANCEL_ORDER,
    "batch_cancel": Operation.CANCEL_ORDER,
    "cancel_all": Operation.CANCEL_ALL,
}
SWITCH = "cancel_all_orders_after"
_ACCEPTED = Meaning(Answer.ACCEPTED, ErrorKind.UNKNOWN_EXECUTION)
_UNKNOWN = Meaning(Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION)


def read_answer(frame: Frame, asked: int | None) -> list[Fact]:
    """The answer, or one per leg of a batch. ``asked`` is how many orders a batch was to cancel, if we know."""
    operation = METHODS.get(frame.method or "")
    if frame.method == "batch_add" and (legs := _legs(frame.result)):
        # The rows count also under "success": false, where some may have been placed all the same.
        return list(_batch(frame, legs))
    result = _row(frame.result)
    if frame.success is True:
        certain = result is not None and _is_done(frame.method, result, asked)
        return [_fact(frame, _ACCEPTED if certain else _UNKNOWN, None if certain else _vague(result), result)]
    error = error_of(frame)
    return [_fact(frame, _UNKNOWN if error is None else meaning_of(error, operation), error or "no success", result)]


def read_switch(frame: Frame) -> SwitchFact:
    """How the dead man's switch stands; ``triggerTime`` is "0" if it is off (section 3.1)."""
    refused = error_of(frame) or "no success"
    if frame.success is True:
        try:
            armed = rows.SWITCH.decode(frame.result).triggerTime not in ("0", 0)
            return SwitchFact(is_armed=armed, request_id=frame.req_id)
        except UNREADABLE as error:
            refused = f"success, with a result that cannot be read: {error}"
    return SwitchFact(is_armed=False, request_id=frame.req_id, refused=refused)


def error_of(frame: Frame) -> str | None:
    """The venue's words on what went wrong; on this socket one string as a rule."""
    if isinstance(frame.error, list):
        return "; ".join(frame.error) or None
    return frame.error or frame.Error or None


def _is_done(method: str | None, result: ResultRow, asked: int | None) -> bool:
    match method:
        case "add_order":
            return bool(result.order_id)
        case "amend_order":
            return bool(result.amend_id or result.order_id or result.cl_ord_id)
        case "cancel_order":
            return True
        case "batch_cancel":
            # A lower count does not say which of them were not open.
            return result.count is not None and (asked is None or result.count >= asked)
        case _:
            return method == "cancel_all"


def _vague(result: ResultRow | None) -> str:
    return "success, with a result that cannot be read" if result is None else f"success, but only {result}"


def _batch(frame: Frame, legs: list[Raw]) -> Iterator[Fact]:
    for leg, part in enumerate(legs):
        row = _row(part)
        error = None if row is None else row.error
        if row is not None and row.order_id and not error:
            yield _fact(frame, _ACCEPTED, None, row, leg=leg, legs=len(legs))
        else:
            meaning = meaning_of(error, Operation.CREATE_ORDER) if error else _UNKNOWN
            yield _fact(frame, meaning, error or "a row without order_id and error", row, leg=leg, legs=len(legs))


def _fact(
    frame: Frame,
    meaning: Meaning,
    message: str | None,
    row: ResultRow | None,
    *,
    leg: int | None = None,
    legs: int | None = None,
) -> AnswerFact:
    accepted = meaning is _ACCEPTED
    return AnswerFact(
        request_id=frame.req_id,
        answer=meaning.answer,
        leg=leg,
        legs=legs,
        venue_order_id=(row and row.order_id) or frame.order_id or None,
        client_order_id=(row and row.cl_ord_id) or frame.cl_ord_id or None,
        message=message,
        native_code=None if accepted or meaning is _UNKNOWN else message,
        error=None if meaning.answer is Answer.ACCEPTED else meaning.kind,
        retriable=meaning.retriable,
        post_only=meaning.post_only,
    )


def _legs(result: Raw) -> list[Raw]:
    """The rows of a batch: an array, or an array under "orders"; both have been seen."""
    row = _row(result)
    listed = result if row is None else row.orders
    return [] if bytes(listed)[:1] != b"[" else parts_of(listed)


def _row(raw: Raw) -> ResultRow | None:
    if raw is NOTHING:
        return None
    try:
        return RESULT.decode(raw)
    except UNREADABLE:
        return None
