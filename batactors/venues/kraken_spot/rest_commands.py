"""Commands over REST (section 3), for when the socket provably was not used, and their responses."""

from datetime import datetime

from attrs import frozen
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import ClientOrderId, RequestId, VenueOrderId
from batactors.model.money import plain
from batactors.model.terms import TimeInForce, TriggerBy
from batactors.venues.codec import HttpRequest
from batactors.venues.kraken_spot.checks import check, check_scope, no_settings
from batactors.venues.kraken_v2.envelope import ENVELOPE
from batactors.venues.kraken_v2.errors import worst_of
from batactors.venues.kraken_v2.quarantine import UNREADABLE
from batactors.venues.kraken_v2.times import to_seconds, to_text
from batactors.venues.kraken_v2.words import ORDER_TYPE_WORDS

Fields = dict[str, str]


@frozen
class ResultRow:
    """Of whichever command: each reads its own field."""

    txid: list[str] | str | None = None
    amend_id: str | None = None
    count: int | None = None


_RESULT = Decoder(ResultRow)
TRIGGERS: dict[TriggerBy | None, str] = {None: "last", TriggerBy.LAST: "last", TriggerBy.INDEX: "index"}
"""What a trigger goes by (sections 3 and 5); the last price if nothing is said."""


def request_of(command: Command, valid_until: datetime) -> HttpRequest:
    """The request for a command.

    Raises:
        Unsupported: Kraken, or this codec, cannot carry it.
    """
    match command:
        case CreateOrder():
            call, fields = "AddOrder", _order(command) | {"deadline": to_text(valid_until)}
        case AmendOrder():
            call, fields = "AmendOrder", _amendment(command) | {"deadline": to_text(valid_until)}
        case CancelOrder():
            call, fields = "CancelOrder", _addressed(command)
        case CancelAll():
            check_scope(command)
            call, fields = "CancelAll", {}
        case _:
            raise no_settings(command)
    return HttpRequest(method="POST", path=f"/0/private/{call}", fields=tuple(fields.items()))


def validation_of(order: CreateOrder) -> HttpRequest:
    """The request that has the venue check an order and not place it (sections 3 and 5: ``validate``).

    Raises:
        Unsupported: Kraken, or this codec, cannot carry it.
    """
    fields = _order(order) | {"validate": "true"}
    return HttpRequest(method="POST", path="/0/private/AddOrder", fields=tuple(fields.items()))


def _order(order: CreateOrder) -> Fields:
    check(order)
    fields = {
        "pair": str(order.instrument),
        "type": order.side.value,
        "ordertype": ORDER_TYPE_WORDS[order.order_type],
        "volume": plain(order.quantity),
        "cl_ord_id": str(order.client_order_id),
    }
    # `price` is the trigger of the types that have one; their limit is `price2`.
    prices = [price for price in (order.trigger_price, order.price) if price is not None]
    fields |= {name: plain(price) for name, price in zip(("price", "price2"), prices, strict=False)}
    if order.trigger_price is not None:
        fields["trigger"] = TRIGGERS[order.trigger_by]
    if order.display_quantity is not None:
        fields["displayvol"] = plain(order.display_quantity)
    if order.time_in_force is not TimeInForce.GTC:
        fields["timeinforce"] = order.time_in_force.value.upper()
    if order.expire_at is not None:
        fields["expiretm"] = str(to_seconds(order.expire_at))
    if order.post_only:
        fields["oflags"] = "post"
    if order.reduce_only:
        fields["reduce_only"] = "true"
    return fields


def _amendment(amend: AmendOrder) -> Fields:
    changes = {"order_qty": amend.quantity, "limit_price": amend.price, "trigger_price": amend.trigger_price}
    fields = _addressed(amend) | {name: plain(value) for name, value in changes.items() if value is not None}
    if amend.post_only is not None:
        fields["post_only"] = "true" if amend.post_only else "false"
    return fields


def _addressed(command: AmendOrder | CancelOrder) -> Fields:
    if command.venue_order_id:
        return {"txid": str(command.venue_order_id)}
    return {"cl_ord_id": str(command.client_order_id)}


def read_command(command: Command, request_id: RequestId, status: int, body: bytes) -> list[AnswerFact]:
    """The answer. Whatever is not certain is ``UNCLEAR``, and every status but 200 is."""
    if status != 200:
        kind = ErrorKind.RATE_LIMITED if status == 429 else ErrorKind.TEMPORARY_UNAVAILABLE
        return [_unclear(request_id, f"HTTP status {status}", f"HTTP {status}", kind)]
    try:
        envelope = ENVELOPE.decode(body)
        result = None if envelope.errors else _RESULT.decode(envelope.result)
    except UNREADABLE as problem:
        return [_unclear(request_id, f"a response that cannot be read: {problem}")]
    if result is None:
        error, meaning = worst_of(envelope.errors, command.operation)
        accepted = meaning.answer is Answer.ACCEPTED
        return [
            AnswerFact(
                request_id=request_id,
                answer=meaning.answer,
                message="; ".join(envelope.errors),
                native_code=error,
                error=None if accepted else meaning.kind,
                retriable=meaning.retriable,
                post_only=meaning.post_only,
            )
        ]
    return [_answer(command, request_id, result)]


def _answer(command: Command, request_id: RequestId, result: ResultRow) -> AnswerFact:
    match command:
        case CreateOrder(client_order_id=asked):
            txid = result.txid[0] if isinstance(result.txid, list) and result.txid else result.txid
            if not txid or not isinstance(txid, str):
                return _unclear(request_id, "success, without the order's txid")
            return _accepted(request_id, VenueOrderId(txid), asked)
        case AmendOrder():
            if not result.amend_id:
                return _unclear(request_id, "success, without an amend_id")
        case CancelOrder():
            if result.count is None:
                return _unclear(request_id, "success, without a count")
            if result.count == 0:
                message = "nothing was cancelled"
                kind = ErrorKind.EXCHANGE_REJECT
                return AnswerFact(request_id=request_id, answer=Answer.NOT_OPEN, message=message, error=kind)
        case _:
            return _accepted(request_id)
    return _accepted(request_id, command.venue_order_id, command.client_order_id)


def _accepted(
    request_id: RequestId, venue_order_id: VenueOrderId | None = None, client_order_id: ClientOrderId | None = None
) -> AnswerFact:
    return AnswerFact(
        request_id=request_id,
        answer=Answer.ACCEPTED,
        venue_order_id=venue_order_id,
        client_order_id=client_order_id,
    )


def _unclear(
    request_id: RequestId, message: str, code: str | None = None, kind: ErrorKind = ErrorKind.UNKNOWN_EXECUTION
) -> AnswerFact:
    return AnswerFact(request_id=request_id, answer=Answer.UNCLEAR, message=message, native_code=code, error=kind)
