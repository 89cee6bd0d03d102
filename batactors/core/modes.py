"""Which commands may go out in which mode.

A command lowers the risk that open orders are, keeps it or adds to it; a mode says which of these pass. What counts is
how much may be traded, not at which price: a new price is also how an exit is moved to where it is done.
"""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen

from batactors.core.ledger import Ledger
from batactors.core.orders import OrderRecord
from batactors.model.commands import (
    AccountCommand,
    AmendOrder,
    CancelAll,
    CancelOrder,
    Command,
    CreateOrder,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
    instrument_of,
)
from batactors.model.ids import AccountName, InstrumentId
from batactors.model.modes import Exposure, ModeSetting, Risk, TradingMode
from batactors.model.positions import MarginMode

PASSES: Mapping[TradingMode, tuple[Risk, ...]] = {
    TradingMode.ACTIVE: (Risk.LOWERS, Risk.KEEPS, Risk.ADDS),
    TradingMode.REDUCE_ONLY: (Risk.LOWERS, Risk.KEEPS),
    TradingMode.HALTED: (Risk.LOWERS,),
}
"""What each mode lets out, the least strict first."""
_STRICTNESS = list(PASSES)
_ONLY = {
    TradingMode.REDUCE_ONLY: (
        "cancels, creates with reduce_only or against their position_side, amends to no more than the order's "
        "quantity, and settings that allow no more"
    ),
    TradingMode.HALTED: "cancels",
}


@frozen(kw_only=True)
class Known:
    """What is known of the order that a command is about.

    Attributes:
        instrument: What it trades.
        total: The total quantity that it has for certain, amends under way included.
        leverage: Of the instrument, for a command that sets it.
        margin_mode: The same.
    """

    instrument: InstrumentId | None = None
    total: Decimal | None = None
    leverage: int | None = None
    margin_mode: MarginMode | None = None


def known_of(command: Command, ledger: Ledger) -> Known:
    """What is known of the order that a command is about."""
    if isinstance(command, AccountCommand):
        set_now = ledger.settings.of(instrument_of(command))
        return Known(instrument=instrument_of(command), leverage=set_now.leverage, margin_mode=set_now.margin_mode)
    if isinstance(command, CreateOrder):
        return Known(instrument=command.instrument)
    order = ledger.standing(command)
    if order is None:
        return Known(instrument=command.instrument)
    totals = [] if order.quantity is None else [order.quantity]
    if isinstance(order, OrderRecord):
        # An amend to less that is under way, or acknowledged and not seen yet, may hold already.
        amends = [record.command for record in ledger.desk.of_order(order.client_order_id)]
        amends += [order.acknowledged] if order.acknowledged is not None else []
        totals += [one.quantity for one in amends if isinstance(one, AmendOrder) and one.quantity is not None]
    return Known(instrument=order.instrument or command.instrument, total=min(totals, default=None))


def exposure_of(command: Command, known: Known) -> Exposure:
    """What a command does to the risk. Where that is not known for certain, it adds to it."""
    match command:
        case CancelAll() | CancelOrder():
            risk = Risk.LOWERS
        case CreateOrder():
            risk = Risk.KEEPS if command.reduces else Risk.ADDS
        case AmendOrder():
            raises = command.quantity is not None and (known.total is None or command.quantity > known.total)
            risk = Risk.ADDS if raises else Risk.KEEPS
        case SetLeverage():
            lowers = known.leverage is not None and command.leverage <= known.leverage
            risk = Risk.KEEPS if lowers else Risk.ADDS
        case SetMarginMode():
            # The whole account stands for a crossed position, and so more may be traded.
            crosses = command.margin_mode is MarginMode.CROSS and known.margin_mode is not MarginMode.CROSS
            risk = Risk.ADDS if crosses else Risk.KEEPS
        case SetPositionMode():
            risk = Risk.KEEPS
    return Exposure(risk=risk, instrument=known.instrument)


class Modes:
    """The modes of one account: its own, and those of single instruments. The stricter of the two counts.

    Args:
        own: The account's own mode at first.
    """

    def __init__(self, account: AccountName, own: ModeSetting) -> None:
        self._account = account
        self._own = own
        self._of: dict[InstrumentId, ModeSetting] = {}
        self.changes = 0
        """How often a mode was set; who has seen that many has seen all."""

    def __len__(self) -> int:
        """For how many instruments there is a mode of their own."""
        return len(self._of)

    @property
    def settings(self) -> tuple[ModeSetting, ...]:
        """The account's own mode, then those of instruments that are not active."""
        return (self._own, *self._of.values())

    def set(self, setting: ModeSetting) -> None:
        """From now on this holds, instead of what was set for the same before. What holds already is no change."""
        before = self._own if setting.instrument is None else self._of.get(setting.instrument)
        if before is not None and (before.mode, before.reason) == (setting.mode, setting.reason):
            return
        if before is None and setting.mode is TradingMode.ACTIVE:
            return
        self.changes += 1
        if setting.instrument is None:
            self._own = setting
        elif setting.mode is TradingMode.ACTIVE:
            self._of.pop(setting.instrument, None)  # it says no more than nothing does
        else:
            self._of[setting.instrument] = setting

    def effective(self, instrument: InstrumentId | None) -> ModeSetting:
        """The setting that counts for an instrument; where it is not known which, the strictest of all."""
        settings = [self._own, *(one for one in self._of.values() if instrument in (None, one.instrument))]
        return max(settings, key=lambda setting: _STRICTNESS.index(setting.mode))

    def why_not(self, exposure: Exposure) -> str | None:
        """Why a command may not go out now, and what to do about it; ``None`` if it may."""
        setting = self.effective(exposure.instrument)
        if exposure.risk in PASSES[setting.mode]:
            return None
        scope = f"account {self._account!r}"
        again = f"account.set_mode({TradingMode.ACTIVE.value!r}"
        if setting.instrument is not None:
            scope = f"instrument {setting.instrument!r} of {scope}"
            again += f", instrument={str(setting.instrument)!r}"
        reason = f" ({setting.reason})" if setting.reason else ""
        return f"{scope} is {setting.mode}{reason}, which lets out only {_ONLY[setting.mode]}: {again}) ends that"
