"""Commands over REST (sections 4.1 and 4.4), and what their answers say."""

from collections.abc import Sequence

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, SettingCommand
from batactors.model.facts import AnswerFact, Fact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.venues.binance.answers import accepted, error_in, refusal, unclear
from batactors.venues.binance.checks import unsupported
from batactors.venues.binance.errors import Outcome
from batactors.venues.binance.ids import algo_id, order_id, parts_of
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_rows import read_order
from batactors.venues.binance.rows import ORDER
from batactors.venues.binance.terms import (
    Params,
    address,
    amend_terms,
    conditional_terms,
    is_algo,
    order_terms,
    scope,
)
from batactors.venues.binance.words import ENDS
from batactors.venues.codec import HttpRequest
from batactors.venues.reading import UNREADABLE


@frozen(slots=False)
class ResultRow:
    """What any command's success may say of its order."""

    symbol: str | None = None
    orderId: int | None = None
    clientOrderId: ClientOrderId | None = None
    algoId: int | None = None
    clientAlgoId: ClientOrderId | None = None
    status: str | None = None


_RESULT = Decoder(ResultRow)


def request_of(command: Command, names: Names) -> HttpRequest:
    """The request for a command.

    Raises:
        Unsupported: Binance, or this codec, cannot carry it.
    """
    match command:
        case CreateOrder() if is_algo(command):
            return _request("POST", "algoOrder", conditional_terms(command, names))
        case CreateOrder():
            return _request("POST", "order", order_terms(command, names))
        case AmendOrder():
            return _request("PUT", "order", amend_terms(command, names))
        case CancelOrder():
            return _request("DELETE", "algoOrder" if is_algo(command) else "order", address(command, names))
        case CancelAll():
            call = "algoOpenOrders" if command.conditional else "allOpenOrders"
            return _request("DELETE", call, scope(command, names))
        case _:
            raise unsupported(f"{command.operation} is a setting: batactors.venues.binance.settings has its request")


def check_of(order: CreateOrder, names: Names) -> HttpRequest:
    """The request that checks an order without placing it.

    Raises:
        Unsupported: There is none for orders that wait for a trigger, or Binance cannot carry the order at all.
    """
    if is_algo(order):
        raise unsupported(f"Binance checks no {order.order_type} order before it is placed")
    return _request("POST", "order/test", order_terms(order, names))


def read_command(command: Command, request_id: RequestId, status: int, body: bytes, names: Names) -> list[Fact]:
    """The answer. Whatever is not certain is ``UNCLEAR``. Never raises."""
    error = error_in(status, body)
    if error is not None:
        return [refusal(request_id, status, error, command.operation)]
    return read_result(command, request_id, body, names)


def read_result(
    command: Command,
    request_id: RequestId | None,
    result: bytes | Raw,
    names: Names,
    *,
    leg: int | None = None,
    legs: int | None = None,
) -> list[Fact]:
    """A success: the answer, and behind it the order's end, if that is what the venue says.

    What is filled is never taken from it, but for the count with which the order ended: an amend may cancel the order.
    """
    try:
        row = _RESULT.decode(result)
    except UNREADABLE as problem:
        return [unclear(request_id, f"success, with a result that cannot be read: {problem}", leg=leg, legs=legs)]
    if isinstance(command, CancelAll | SettingCommand):
        return [accepted(request_id)]
    if row.status == "REJECTED":
        meaning = Outcome.REFUSED.value
        fact = AnswerFact(
            request_id=request_id, answer=meaning.answer, error=meaning.kind, leg=leg, legs=legs, message="REJECTED",
            native_code="REJECTED",
        )  # fmt: skip
        return [fact]
    if row.algoId is not None:
        return [accepted(request_id, algo_id(row.algoId), row.clientAlgoId or None, leg=leg, legs=legs)]
    if row.orderId is None:
        return [unclear(request_id, "success, without the order's number", leg=leg, legs=legs)]
    symbol = row.symbol or _symbol_of(command, names)
    answer = accepted(
        request_id,
        None if symbol is None else order_id(symbol, row.orderId),
        row.clientOrderId or command.client_order_id,
        leg=leg,
        legs=legs,
    )
    return [answer, *_end(result, names)]


def _end(result: bytes | Raw, names: Names) -> Sequence[Fact]:
    try:
        fact = read_order(ORDER.decode(result), names)
    except UNREADABLE:
        return ()
    return (fact,) if fact.says in ENDS else ()


def _symbol_of(command: CreateOrder | AmendOrder | CancelOrder, names: Names) -> str | None:
    if command.instrument is not None:
        return names.symbol(command.instrument)
    return None if command.venue_order_id is None else parts_of(command.venue_order_id)[0]


def _request(method: str, call: str, params: Params) -> HttpRequest:
    return HttpRequest(method=method, path=f"/fapi/v1/{call}", fields=tuple(params.items()))
