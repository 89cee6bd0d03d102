"""Commands over REST (sections 3.1 and 3.3), and what their answers say: a success is not yet a yes."""

from collections.abc import Sequence

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, Operation
from batactors.model.facts import Answer, Fact, OrderFact, Says
from batactors.model.ids import ClientOrderId, RequestId, VenueOrderId
from batactors.model.terms import OrderType, TimeInForce
from batactors.venues.codec import HttpRequest, Stamp
from batactors.venues.kraken_futures.checks import check, unsupported
from batactors.venues.kraken_futures.envelope import NOTHING, answer, refusal, trouble_of
from batactors.venues.kraken_futures.errors import Outcome, of_status
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.order_events import read_events, rows_of
from batactors.venues.kraken_futures.quarantine import each
from batactors.venues.kraken_futures.terms import Params, address, amend_terms, in_time, order_terms
from batactors.venues.reading import UNREADABLE

ROOT = "/derivatives/api/v3/"


@frozen(slots=False)
class StatusRow:
    """``sendStatus``, ``editStatus``, ``cancelStatus``, or a row of ``batchStatus``."""

    status: str | None = None
    order_id: VenueOrderId | None = None
    orderId: VenueOrderId | None = None
    cliOrdId: ClientOrderId | None = None
    cli_ord_id: ClientOrderId | None = None
    order_tag: str | int | None = None
    orderEvents: Raw = field(default=NOTHING, repr=False)
    cancelledOrders: Raw = field(default=NOTHING, repr=False)

    @property
    def venue_order_id(self) -> VenueOrderId | None:
        """The order's id; an edit spells it in its own way."""
        return self.order_id or self.orderId or None

    @property
    def client_order_id(self) -> ClientOrderId | None:
        """Our id, as the venue echoes it."""
        return self.cliOrdId or self.cli_ord_id or None


@frozen(slots=False)
class ResultBody:
    """The answer to one command."""

    sendStatus: StatusRow | None = None
    editStatus: StatusRow | None = None
    cancelStatus: StatusRow | None = None


@frozen(slots=False)
class CancelledRow:
    """An order that cancelallorders took off the book."""

    order_id: VenueOrderId
    cliOrdId: ClientOrderId | None = None


_RESULT = Decoder(ResultBody)
_CANCELLED, _CANCELLEDS = Decoder(CancelledRow), Decoder(list[CancelledRow])


def request_of(command: Command, stamp: Stamp, names: Names) -> HttpRequest:
    """The request for one command.

    Raises:
        Unsupported: Kraken Futures, or this codec, cannot carry it.
    """
    match command:
        case CreateOrder():
            return _post("sendorder", order_terms(command, names) | in_time(stamp))
        case AmendOrder():
            check(command)
            return _post("editorder", amend_terms(command) | in_time(stamp))
        case CancelOrder():
            return _post("cancelorder", address(command) | in_time(stamp))
        case CancelAll():
            check(command)
            symbol = None if command.instrument is None else names.symbol(command.instrument)
            return _post("cancelallorders", {} if symbol is None else {"symbol": symbol})
        case _:
            raise unsupported(f"this codec has no {command.operation} for Kraken Futures")


def read_command(command: Command, request_id: RequestId, status: int, body: bytes, names: Names) -> list[Fact]:
    """The answer, and behind it what became of the order at once. Whatever is not certain is unclear. Never raises."""
    trouble = trouble_of(status, body)
    if trouble is not None:
        return [refusal(trouble, request_id, command.operation)]
    try:
        result = _RESULT.decode(body)
    except UNREADABLE as problem:
        return [answer(Outcome.UNKNOWN, request_id, f"success, with a result that cannot be read: {problem}")]
    row = _row_of(command.operation, result)
    if row is None:
        return [answer(Outcome.UNKNOWN, request_id, "success, without a status")]
    return read_status(command, request_id, row, names)


def read_status(
    command: Command, request_id: RequestId, row: StatusRow, names: Names, place: tuple[int, int] | None = None
) -> list[Fact]:
    """What the status of one command says, alone or in a batch. Never raises."""
    outcome = of_status(row.status, command.operation)
    rows, bad = rows_of(row.orderEvents)
    if isinstance(command, CancelAll):
        facts = [fact for one in rows for fact in _told([one], names, stays=True)]
        return [answer(outcome, request_id, row.status), *_also(row, facts), *facts, *bad]
    facts = _told(rows, names, stays=not _takes_only(command))
    # What was executed was there: a refusal that comes with executions ends an order that lived.
    lived = any(one.type in ("EXECUTION", "PLACE") for one in rows)
    if isinstance(command, CreateOrder) and lived and outcome.value.answer is Answer.REFUSED:
        outcome = Outcome.DONE
        facts = _ended(rows, facts, row.status)
    named = row.venue_order_id or next((one.order_id for one in rows if one.order_id), None)
    if isinstance(command, CreateOrder) and outcome is Outcome.DONE and named is None:
        outcome = Outcome.UNKNOWN
    words = row.status or "success, without a status"
    keeps = outcome.value.answer in (Answer.ACCEPTED, Answer.UNCLEAR)
    # A refused order has an id, too, sometimes; it names nothing that ever was.
    told = answer(
        outcome, request_id, next((one.reason for one in rows if one.type == "REJECT" and one.reason), words),
        venue_order_id=named if keeps or not isinstance(command, CreateOrder) else None,
        client_order_id=row.client_order_id, place=place,
    )  # fmt: skip
    return [told, *facts, *bad]


def _told(rows: Sequence, names: Names, *, stays: bool) -> list[Fact]:  # type: ignore[type-arg]
    try:
        return list(read_events(rows, names, stays=stays).facts)
    except UNREADABLE:
        return []  # an amount that cannot be: the answer itself stands


def _ended(rows: Sequence, facts: list[Fact], status: str | None) -> list[Fact]:  # type: ignore[type-arg]
    """With an end, if the rows told none: what was refused does not rest."""
    ends = (Says.CANCELED, Says.FILLED)
    if any(isinstance(fact, OrderFact) and fact.says in ends for fact in facts):
        return facts
    order = next((one.order_id for one in rows if one.order_id), None)
    return [*facts, OrderFact(says=Says.UNCLEAR, venue_order_id=order, reason=status)] if order else facts


def _also(row: StatusRow, facts: list[Fact]) -> list[Fact]:
    """The cancelled orders that are listed, and have no row of their own."""
    if row.cancelledOrders is NOTHING:
        return []
    told = [fact.venue_order_id for fact in facts if isinstance(fact, OrderFact)]

    def cancelled(one: CancelledRow) -> list[Fact]:
        if one.order_id in told:
            return []
        return [OrderFact(says=Says.CANCELED, venue_order_id=one.order_id, client_order_id=one.cliOrdId or None)]

    return each(row.cancelledOrders, _CANCELLEDS, _CANCELLED, cancelled)


def _takes_only(command: Command) -> bool:
    """Whether what such an order does not take at once is gone."""
    if not isinstance(command, CreateOrder):
        return False
    return command.order_type is OrderType.MARKET or command.time_in_force in (TimeInForce.IOC, TimeInForce.FOK)


def _row_of(operation: Operation, body: ResultBody) -> StatusRow | None:
    if operation is Operation.CREATE_ORDER:
        return body.sendStatus
    return body.editStatus if operation is Operation.AMEND_ORDER else body.cancelStatus


def _post(call: str, params: Params) -> HttpRequest:
    return HttpRequest(method="POST", path=ROOT + call, fields=tuple((name, _text(params[name])) for name in params))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
