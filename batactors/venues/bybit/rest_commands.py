"""Commands over REST (section 3): orders, batches of them, cancels of all, and settings; and what the answers say."""

from collections.abc import Sequence

from attrs import frozen
from msgspec.json import Decoder

from batactors.model.account_facts import SettingFact
from batactors.model.commands import (
    AmendOrder,
    CancelAll,
    CancelOrder,
    Command,
    CreateOrder,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
    SettingCommand,
)
from batactors.model.facts import Answer, AnswerFact, Fact
from batactors.model.ids import RequestId
from batactors.venues.bybit.answers import envelope_of, is_success, read_batch, read_one, refusal, unclear
from batactors.venues.bybit.checks import check_margin_mode, unsupported
from batactors.venues.bybit.limits import BATCH, BATCHES
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.rows import Envelope
from batactors.venues.bybit.terms import OrderCommand, Params, scope, terms_of
from batactors.venues.bybit.words import CATEGORY, MARGIN_WORDS, POSITION_MODE_NUMBERS
from batactors.venues.codec import HttpRequest
from batactors.venues.reading import UNREADABLE

VERBS: dict[type[OrderCommand], str] = {CreateOrder: "create", AmendOrder: "amend", CancelOrder: "cancel"}
POSITION_MODE_COIN = "USDT"
"""The position mode is set for all instruments that are settled in one coin."""


@frozen(slots=False)
class CanceledAll:
    """The answer to a cancel of all: what it means to cancel, and whether it could be begun."""

    success: str | None = None


_CANCELED_ALL = Decoder(CanceledAll)


def request_of(commands: Sequence[Command], names: Names) -> HttpRequest:
    """The request for a command, or for several of one operation.

    Raises:
        Unsupported: Bybit, or this codec, cannot carry it.
    """
    first = commands[0]
    if isinstance(first, SettingCommand):
        return _setting(first, names)
    if isinstance(first, CancelAll):
        return _post("/v5/order/cancel-all", scope(first, names))
    verb = verb_of(first)
    if len(commands) == 1:
        return _post(f"/v5/order/{verb}", {"category": CATEGORY, **terms_of(first, names)})
    return _post(f"/v5/order/{verb}-batch", batch_of(commands, names))


def verb_of(command: OrderCommand) -> str:
    """The venue's word for what a command does.

    Raises:
        Unsupported: It is never sent.
    """
    if type(command) not in VERBS:
        raise unsupported(f"{command.operation} is not sent")
    return VERBS[type(command)]


def batch_of(commands: Sequence[Command], names: Names) -> Params:
    """The parameters of several commands of one operation.

    Raises:
        Unsupported: There is no batch of them.
    """
    operation = commands[0].operation
    if operation not in BATCHES or len(commands) > BATCH or any(one.operation is not operation for one in commands):
        raise unsupported(f"a batch holds up to {BATCH} commands of one operation about orders")
    legs = [terms_of(one, names) for one in commands if isinstance(one, CreateOrder | AmendOrder | CancelOrder)]
    return {"category": CATEGORY, "request": legs}


def check_of(order: CreateOrder, names: Names) -> HttpRequest:
    """The request that checks an order without placing it.

    Raises:
        Unsupported: Bybit cannot carry the order at all.
    """
    return _post("/v5/order/pre-check", {"category": CATEGORY, **terms_of(order, names)})


def read_command(commands: Sequence[Command], request_id: RequestId, status: int, body: bytes) -> list[Fact]:
    """The answers. Whatever is not certain is ``UNCLEAR``. Never raises."""
    first, read = commands[0], envelope_of(body)
    if isinstance(first, SettingCommand):
        return _read_setting(first, request_id, status, read)
    if isinstance(first, CancelAll):
        return [_read_cancel_all(first, request_id, status, read)]
    if len(commands) == 1:
        return [read_one(request_id, status, read, read.result, first.operation)]
    return read_batch(request_id, status, read, read.result, first.operation)


def _read_cancel_all(command: CancelAll, request_id: RequestId, status: int, read: Envelope) -> AnswerFact:
    if not is_success(status, read.retCode):
        return refusal(request_id, status, read.retCode, read.retMsg, command.operation)
    try:
        result = _CANCELED_ALL.decode(read.result)
    except UNREADABLE as problem:
        return unclear(request_id, f"success, with a result that cannot be read: {problem}")
    if result.success == "0":
        return unclear(request_id, "success, with a result that says the contrary")
    return AnswerFact(request_id=request_id, answer=Answer.ACCEPTED)


def _setting(command: SettingCommand, names: Names) -> HttpRequest:
    match command:
        case SetLeverage():
            leverage = str(command.leverage)
            return _post(
                "/v5/position/set-leverage",
                {
                    "category": CATEGORY, "symbol": names.symbol(command.instrument), "buyLeverage": leverage,
                    "sellLeverage": leverage,
                },
            )  # fmt: skip
        case SetMarginMode():
            check_margin_mode(command)
            return _post("/v5/account/set-margin-mode", {"setMarginMode": MARGIN_WORDS[command.margin_mode]})
        case SetPositionMode():
            mode = POSITION_MODE_NUMBERS[command.position_mode]
            return _post(
                "/v5/position/switch-mode", {"category": CATEGORY, "coin": POSITION_MODE_COIN, "mode": mode}
            )  # fmt: skip


def _read_setting(command: SettingCommand, request_id: RequestId, status: int, read: Envelope) -> list[Fact]:
    """The answer, and behind it the setting as it is now. That it was so before is a success."""
    if not is_success(status, read.retCode):
        answer = refusal(request_id, status, read.retCode, read.retMsg, command.operation)
        if answer.answer is not Answer.ACCEPTED:
            return [answer]
    return [AnswerFact(request_id=request_id, answer=Answer.ACCEPTED), _as_asked(command)]


def _as_asked(command: SettingCommand) -> SettingFact:
    match command:
        case SetLeverage():
            return SettingFact(instrument=command.instrument, leverage=command.leverage)
        case SetMarginMode():
            return SettingFact(margin_mode=command.margin_mode)
        case SetPositionMode():
            return SettingFact(position_mode=command.position_mode)


def _post(path: str, params: Params) -> HttpRequest:
    return HttpRequest(method="POST", path=path, fields=tuple(params.items()), json=True)
