"""Requests to change how an account trades: settings, not orders."""

from attrs import frozen

from batactors.model.commands import Operation
from batactors.model.ids import AccountName, CommandId, InstrumentId
from batactors.model.positions import MarginMode, PositionMode


@frozen(kw_only=True)
class _Setting:
    command_id: CommandId
    account: AccountName
    validity: float | None = None
    """As for commands."""


@frozen(kw_only=True)
class SetLeverage(_Setting):
    """Set how many times its margin a position in this instrument may be worth."""

    instrument: InstrumentId
    leverage: int

    @property
    def operation(self) -> Operation:
        return Operation.SET_LEVERAGE


@frozen(kw_only=True)
class SetMarginMode(_Setting):
    """Set what stands for the positions in this instrument."""

    instrument: InstrumentId
    margin_mode: MarginMode

    @property
    def operation(self) -> Operation:
        return Operation.SET_MARGIN_MODE


@frozen(kw_only=True)
class SetPositionMode(_Setting):
    """Set how many positions the account has per instrument."""

    position_mode: PositionMode

    @property
    def operation(self) -> Operation:
        return Operation.SET_POSITION_MODE


SettingCommand = SetLeverage | SetMarginMode | SetPositionMode
