"""Positions, and what else an account has set for each market: leverage, margin type, one position or two."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from attrs import define, evolve

from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Happened, LedgerEntry, Position, VenueFill

LEVERAGE = 20  # the venue's default
CENTS = Decimal("0.00000001")


@define(kw_only=True)
class Setting:
    """What an account has set for one market."""

    leverage: int | Decimal = LEVERAGE
    isolated: bool = False


class Positions:
    """Every position of every account. What has never been traded has none."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._positions: dict[tuple[str, str, str], Position] = {}
        self._settings: dict[tuple[str, str], Setting] = {}
        self._hedged: dict[str, bool] = {}

    def setting(self, account: str, symbol: str) -> Setting:
        """What is set for this market."""
        return self._settings.setdefault((account, symbol), Setting())

    def hedged(self, account: str) -> bool:
        """Whether a market may have a long and a short position at once."""
        return self._hedged.get(account, False)

    def set_hedged(self, account: str, hedged: bool) -> None:
        """One position for each market, or two."""
        self._hedged[account] = hedged

    def of(self, account: str, symbol: str, side: str = "BOTH") -> Position:
        """This position; an empty one if there was none yet."""
        fresh = Position(account=account, symbol=symbol, side=side)
        found = self._positions.get((account, symbol, side), fresh)
        isolated = self.setting(account, symbol).isolated
        return found if found.isolated is isolated else evolve(found, isolated=isolated)

    def sides(self, account: str) -> tuple[str, ...]:
        """The positions that a market has for this account."""
        return ("LONG", "SHORT") if self.hedged(account) else ("BOTH",)

    def open(self, account: str) -> list[Position]:
        """The positions that are not empty."""
        return [position for position in self._positions.values() if position.account == account and position.amount]

    def end(self, position: Position) -> None:
        """It is there no more, and no trade has closed it."""
        flat = evolve(position, amount=ZERO, entry_price=ZERO, updated_at=self._now())
        self._positions[position.account, position.symbol, position.side] = flat

    def take(self, fill: VenueFill) -> Position:
        """Let a fill change its position; what it realized is in the new one's total."""
        key = (fill.account, fill.order.pair.symbol, fill.order.terms.position_side)
        old = self.of(*key)
        signed = fill.quantity if fill.order.side == "buy" else -fill.quantity
        amount = old.amount + signed
        closing = min(abs(signed), abs(old.amount)) if old.amount * signed < ZERO else ZERO
        direction = 1 if old.amount > ZERO else -1
        won = (fill.order.pair.profit_of(closing, old.entry_price, fill.price) * direction).quantize(CENTS)
        if amount == ZERO:
            entry = ZERO
        elif closing == ZERO:
            entry = (old.entry_price * abs(old.amount) + fill.price * fill.quantity) / abs(amount)
        elif old.amount * amount < ZERO:
            entry = fill.price  # it went through zero: what is left was opened by this fill
        else:
            entry = old.entry_price
        new = evolve(
            old,
            amount=amount,
            entry_price=entry.quantize(CENTS),
            realized=old.realized + won,
            isolated_margin=self._margin(key[0], key[1], amount, entry) if old.isolated else ZERO,
            updated_at=self._now(),
        )
        self._positions[key] = new
        return new

    def _margin(self, account: str, symbol: str, amount: Decimal, entry: Decimal) -> Decimal:
        return (abs(amount) * entry / self.setting(account, symbol).leverage).quantize(CENTS)


def settle(fill: VenueFill, positions: Positions, ledger: Ledger, kind: str) -> Happened:
    """The step that a fill is: it moves a position, and the wallet by what that realized and by the fee."""
    before = positions.of(fill.account, fill.order.pair.symbol, fill.order.terms.position_side)
    position = positions.take(fill)
    won = position.realized - before.realized
    asset = fill.order.pair.quote.name
    entry = LedgerEntry(
        ledger_id=fill.exec_id,
        ref_id=fill.exec_id,
        account=fill.account,
        asset=asset,
        amount=won,
        fee=fill.fee,
        balance=ledger.deposit(fill.account, asset, won - fill.fee),
        at=fill.at,
    )
    fill = evolve(fill, realized=won)
    return Happened(exec_type=kind, order=fill.order, fill=fill, entries=(entry,), positions=(position,))
