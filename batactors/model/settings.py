"""Requests to change how an account trades: settings, not orders."""

from attrs import frozen

from batactors.model.ids import InstrumentId
from batactors.model.operations import CommandBase, Operation
from batactors.model.positions import MarginMode, PositionMode


@frozen(kw_only=True)
class SetLeverage(CommandBase):
    """Set how many times its margin a position in this instrument may be worth."""

    instrument: InstrumentId
    leverage: int

    @property
    def operation(self) -> Operation:
        return Operation.SET_LEVERAGE


@frozen(kw_only=True)
class SetMarginMode(CommandBase):
    """Set what stands for the positions in this instrument; without one, for all, at venues that have it so."""

    instrument: InstrumentId | None = None
    margin_mode: MarginMode

    @property
    def operation(self) -> Operation:
        return Operation.SET_MARGIN_MODE


@frozen(kw_only=True)
class SetPositionMode(CommandBase):
    """Set how many positions the account has per instrument."""

    position_mode: PositionMode

    @property
    def operation(self) -> Operation:
        return Operation.SET_POSITION_MODE


SettingCommand = SetLeverage | SetMarginMode | SetPositionMode
