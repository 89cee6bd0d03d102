"""Several commands in one request over REST (section 4.1), carried out at once and answered one by one."""

from collections.abc import Sequence

import msgspec
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelOrder, Command, CreateOrder, Operation
from batactors.model.facts import Fact
from batactors.model.ids import RequestId
from batactors.venues.binance.answers import ERROR, error_in, refusal, unclear
from batactors.venues.binance.checks import unsupported
from batactors.venues.binance.names import Names
from batactors.venues.binance.rest_commands import read_result
from batactors.venues.binance.terms import Params, address, amend_terms, is_algo, order_terms
from batactors.venues.codec import HttpRequest
from batactors.venues.reading import UNREADABLE

LIMITS: dict[Operation, int] = {Operation.CREATE_ORDER: 5, Operation.AMEND_ORDER: 5, Operation.CANCEL_ORDER: 10}
_PATH = "/fapi/v1/batchOrders"
_LEGS = Decoder(list[Raw])


def request_of(commands: Sequence[Command], names: Names) -> HttpRequest:
    """The request for several commands of one operation.

    Raises:
        Unsupported: Binance has no batch of them.
    """
    operation = commands[0].operation if commands else None
    if operation is None or len(commands) > LIMITS.get(operation, 0):
        raise unsupported(f"a batch holds up to {LIMITS} commands of one operation")
    if any(command.operation is not operation or is_algo(command) for command in commands):
        raise unsupported("a batch holds commands of one operation, and none for orders that wait for a trigger")
    if operation is Operation.CANCEL_ORDER:
        cancels = [command for command in commands if isinstance(command, CancelOrder)]
        return HttpRequest(method="DELETE", path=_PATH, fields=_cancels(cancels, names))
    method = "POST" if operation is Operation.CREATE_ORDER else "PUT"
    return HttpRequest(method=method, path=_PATH, fields=(("batchOrders", _json([_of(c, names) for c in commands])),))


def read(
    commands: Sequence[Command], request_id: RequestId, status: int, body: bytes, names: Names
) -> list[Fact]:  # fmt: skip
    """One answer per command, by its place; or one for all of them. Never raises."""
    operation = commands[0].operation
    error = error_in(status, body)
    if error is not None:
        return [refusal(request_id, status, error, operation)]
    try:
        legs = _LEGS.decode(body)
    except UNREADABLE as problem:
        return [unclear(request_id, f"success, with a result that cannot be read: {problem}")]
    facts: list[Fact] = []
    for leg, (command, raw) in enumerate(zip(commands, legs, strict=False)):
        facts += _leg(command, request_id, raw, names, place=(leg, len(legs)))
    return facts or [unclear(request_id, "success, without a row")]


def _leg(command: Command, request_id: RequestId, raw: Raw, names: Names, *, place: tuple[int, int]) -> list[Fact]:
    leg, legs = place
    try:
        error = ERROR.decode(raw)
    except UNREADABLE as problem:
        return [unclear(request_id, f"a row that cannot be read: {problem}", leg=leg, legs=legs)]
    if error.number not in (None, 0, 200):
        # A row has no status of its own; with a code it is a refusal, if the code does not say otherwise.
        return [refusal(request_id, 400, error, command.operation, leg=leg, legs=legs)]
    return read_result(command, request_id, raw, names, leg=leg, legs=legs)


def _of(command: Command, names: Names) -> Params:
    match command:
        case CreateOrder():
            params = order_terms(command, names)
        case AmendOrder():
            params = amend_terms(command, names)
        case _:
            raise unsupported("a batch places or amends")
    # Inside of the list, numbers are text, too.
    return {name: str(value) for name, value in params.items()}


def _cancels(cancels: Sequence[CancelOrder], names: Names) -> tuple[tuple[str, object], ...]:
    addresses = [address(cancel, names) for cancel in cancels]
    if any(one["symbol"] != addresses[0]["symbol"] for one in addresses):
        raise unsupported("a batch of cancels is for one instrument")
    symbol = ("symbol", addresses[0]["symbol"])
    if all("orderId" in one for one in addresses):
        return (symbol, ("orderIdList", _json([one["orderId"] for one in addresses])))
    if any("orderId" in one for one in addresses):
        raise unsupported("a batch of cancels goes by venue order ids or by client order ids, not by both")
    return (symbol, ("origClientOrderIdList", _json([one["origClientOrderId"] for one in addresses])))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
