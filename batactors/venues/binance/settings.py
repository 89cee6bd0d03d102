"""Settings: how they are changed, and what the answers say (section 4.1)."""

from attrs import frozen
from msgspec.json import Decoder

from batactors.model.account_facts import SettingFact
from batactors.model.facts import Answer, Fact
from batactors.model.ids import RequestId
from batactors.model.positions import PositionMode
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode, SettingCommand
from batactors.venues.binance.answers import accepted, error_in, refusal, unclear
from batactors.venues.binance.checks import unsupported
from batactors.venues.binance.names import Names
from batactors.venues.binance.words import MARGIN_WORDS
from batactors.venues.codec import HttpRequest
from batactors.venues.reading import UNREADABLE


@frozen(slots=False)
class LeverageRow:
    """The answer to a change of leverage."""

    leverage: int


_LEVERAGE = Decoder(LeverageRow)


def request_of(command: SettingCommand, names: Names) -> HttpRequest:
    """The request for a change of a setting."""
    match command:
        case SetLeverage():
            return _request("leverage", symbol=names.symbol(command.instrument), leverage=command.leverage)
        case SetMarginMode(instrument=None):
            raise unsupported("Binance has a margin mode for each instrument, and none for the account: name one")
        case SetMarginMode(instrument=instrument, margin_mode=mode):
            assert instrument is not None
            return _request("marginType", symbol=names.symbol(instrument), marginType=MARGIN_WORDS[mode])
        case SetPositionMode():
            hedged = "true" if command.position_mode is PositionMode.HEDGE else "false"
            return _request("positionSide/dual", dualSidePosition=hedged)


def read_command(command: SettingCommand, request_id: RequestId, status: int, body: bytes) -> list[Fact]:
    """The answer, and behind it the setting as it is now, if the venue says so. Never raises.

    That a mode was set before is a success.
    """
    error = error_in(status, body)
    if error is not None:
        answer = refusal(request_id, status, error, command.operation)
        return [answer, _as_asked(command)] if answer.answer is Answer.ACCEPTED else [answer]
    if not isinstance(command, SetLeverage):
        return [accepted(request_id), _as_asked(command)]
    try:
        row = _LEVERAGE.decode(body)
    except UNREADABLE as problem:
        return [unclear(request_id, f"success, with a result that cannot be read: {problem}")]
    return [accepted(request_id), SettingFact(instrument=command.instrument, leverage=row.leverage)]


def _as_asked(command: SettingCommand) -> SettingFact:
    match command:
        case SetLeverage():
            return SettingFact(instrument=command.instrument, leverage=command.leverage)
        case SetMarginMode():
            return SettingFact(instrument=command.instrument, margin_mode=command.margin_mode)
        case SetPositionMode():
            return SettingFact(position_mode=command.position_mode)


def _request(call: str, **fields: object) -> HttpRequest:
    return HttpRequest(method="POST", path=f"/fapi/v1/{call}", fields=tuple(fields.items()))
