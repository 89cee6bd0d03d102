"""Several commands in one request (section 3.3). Its rows may come in any order, and each names what it is about."""

from collections.abc import Sequence

import msgspec
from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelOrder, Command, CreateOrder, Operation
from batactors.model.facts import Fact
from batactors.model.ids import RequestId
from batactors.venues.codec import HttpRequest, Stamp
from batactors.venues.kraken_futures.checks import unsupported
from batactors.venues.kraken_futures.envelope import answer, refusal, trouble_of
from batactors.venues.kraken_futures.errors import Outcome
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.quarantine import aside
from batactors.venues.kraken_futures.rest_commands import ROOT, StatusRow, read_status
from batactors.venues.kraken_futures.terms import Params, address, amend_terms, in_time, order_terms
from batactors.venues.reading import UNREADABLE

# The venue names no limit; these are what others send (section 3.3).
LIMITS: dict[Operation, int] = {Operation.CREATE_ORDER: 10, Operation.AMEND_ORDER: 10, Operation.CANCEL_ORDER: 50}
_NUMBERS = ("size", "limitPrice", "stopPrice")


@frozen(slots=False)
class BatchBody:
    """The answer to a batch."""

    batchStatus: list[Raw]


_BODY, _ROW = Decoder(BatchBody), Decoder(StatusRow)


def request_of(commands: Sequence[Command], stamp: Stamp, names: Names) -> HttpRequest:
    """The request for several commands of one operation.

    Raises:
        Unsupported: There is no batch of them.
    """
    operation = commands[0].operation
    if len(commands) > LIMITS.get(operation, 0) or any(one.operation is not operation for one in commands):
        raise unsupported(f"a batch holds commands of one operation, up to {LIMITS}")
    rows = [_row(command, str(leg), names) for leg, command in enumerate(commands)]
    order = msgspec.json.encode({"batchOrder": rows}).decode()
    fields = (("json", order), *in_time(stamp).items())
    return HttpRequest(method="POST", path=ROOT + "batchorder", fields=fields)


def read(commands: Sequence[Command], request_id: RequestId, status: int, body: bytes, names: Names) -> list[Fact]:
    """One answer per row; a command without one has none. Never raises."""
    operation = commands[0].operation
    trouble = trouble_of(status, body)
    if trouble is not None:
        return [refusal(trouble, request_id, operation)]
    try:
        parts = _BODY.decode(body).batchStatus
    except UNREADABLE as problem:
        return [answer(Outcome.UNKNOWN, request_id, f"success, with a result that cannot be read: {problem}")]
    facts: list[Fact] = []
    for position, part in enumerate(parts):
        try:
            row = _ROW.decode(part)
        except UNREADABLE as problem:
            facts += aside(part, str(problem))
            continue
        leg = _leg(row, commands)
        place = (position, len(parts)) if leg is None else (leg, len(commands))
        command = commands[min(leg if leg is not None else position, len(commands) - 1)]
        facts += read_status(command, request_id, row, names, place)
    return facts or [answer(Outcome.UNKNOWN, request_id, "success, without a row")]


def _leg(row: StatusRow, commands: Sequence[Command]) -> int | None:
    """Which command a row is about: by its tag, or by the ids that the command has."""
    tag = str(row.order_tag)
    if row.order_tag is not None and tag.isascii() and tag.isdigit() and int(tag) < len(commands):
        return int(tag)
    for leg, command in enumerate(commands):
        if isinstance(command, CreateOrder | AmendOrder | CancelOrder):
            asked = getattr(command, "venue_order_id", None)
            if asked is not None and asked == row.venue_order_id:
                return leg
            if command.client_order_id is not None and command.client_order_id == row.client_order_id:
                return leg
    return None


def _row(command: Command, tag: str, names: Names) -> Params:
    match command:
        case CreateOrder():
            terms: Params = {"order": "send", "order_tag": tag} | order_terms(command, names)
        case AmendOrder():
            terms = {"order": "edit"} | amend_terms(command)
            if "orderId" in terms:
                terms["order_id"] = terms.pop("orderId")  # a batch spells it in its own way
        case CancelOrder():
            terms = {"order": "cancel"} | address(command)
        case _:
            raise unsupported("a batch places, amends or cancels")
    return {name: _number(name, value) for name, value in terms.items()}


def _number(name: str, value: object) -> object:
    """Inside of the JSON, amounts are numbers, written digit by digit as they are."""
    return Raw(str(value).encode()) if name in _NUMBERS else value
