"""Kraken Spot's matching engine: how an order enters there, how it is changed, and which balances a fill moves."""

from decimal import Decimal
from typing import ClassVar

from attrs import evolve

from batactors.testing.kraken_spot.ids import VenueIds
from batactors.testing.venue import matching
from batactors.testing.venue.orders import (
    ZERO,
    Amendment,
    Happened,
    LedgerEntry,
    Placement,
    VenueFill,
    VenueOrder,
)

TAKER_FEE = Decimal("0.0026")


class MatchingEngine(matching.MatchingEngine):
    """The one writer of the ledger."""

    maker_fee: ClassVar[Decimal] = Decimal("0.0016")
    taker_fee: ClassVar[Decimal] = TAKER_FEE
    fee_step: ClassVar[Decimal] = Decimal("0.00001")
    _ids: VenueIds

    def place(
        self, account: str, terms: Placement, *, by_hand: bool = False, parent_id: str | None = None
    ) -> tuple[VenueOrder, list[Happened]]:
        """A new order enters the book, and trades if it can."""
        order = self.enter(account, terms, status="pending_new", parent_id=parent_id, by_hand=by_hand)
        happened = [self._record("pending_new", order)]
        self._ledger.record_amendment(Amendment(amend_id=self._ids.amend(), kind="original", order=order))
        if terms.post_only and self._crosses(order):
            happened.append(self._close(order, "canceled", "Post only order"))
        elif terms.time_in_force == "fok" and not self._fills_whole(order):
            happened.append(self._close(order, "canceled", "Fill or kill order not filled"))
        else:
            order = evolve(order, status="new")
            happened.append(self._record("new", order))
            happened += self._work(order)
        return self._ledger.orders[order.order_id], happened

    def amend(
        self,
        order: VenueOrder,
        *,
        quantity: Decimal | None,
        limit_price: Decimal | None,
        trigger_price: Decimal | None,
    ) -> tuple[str, list[Happened]]:
        """New terms in place. A new total that is already traded takes the rest off the book."""
        amended = self.amended(order, quantity=quantity, limit_price=limit_price, trigger_price=trigger_price)
        if amended.quantity <= order.filled:
            # The terms keep the total that was asked for before: the venue closes the order instead of shrinking it.
            return self._ids.amend(), [self._close(order, "canceled", "Amended below the filled quantity")]
        return self.carry_out(amended)

    def replace(self, order: VenueOrder, terms: Placement) -> tuple[VenueOrder, list[Happened]]:
        """The old way to change an order: cancel it, place another; fills stay with the old one."""
        canceled = self._close(order, "canceled", "User requested")
        successor, happened = self.place(order.account, terms, parent_id=order.order_id)
        return successor, [canceled, *happened]

    def restate(self, order: VenueOrder, quantity: Decimal, reason: str) -> list[Happened]:
        """The venue itself changes an order."""
        restated = evolve(order, quantity=quantity, reason=reason)
        self._ledger.record_amendment(
            Amendment(amend_id=self._ids.amend(), kind="restated", order=restated, reason=reason)
        )
        happened = [self._record("restated", restated)]
        if restated.remaining <= ZERO:
            happened.append(self._close(restated, "canceled", reason))
        return happened

    def after_trade(self, order: VenueOrder) -> VenueOrder:
        """The last trade still says `partially_filled`; `filled` follows as a word of its own."""
        return order

    def done(self, order: VenueOrder) -> list[Happened]:
        """An order that has traded whole is said to be filled."""
        return [self._close(order, "filled", None)]

    def settle(self, fill: VenueFill) -> Happened:
        """A fill moves two balances, base and quote; the fee is paid in the quote currency."""
        sign = 1 if fill.order.side == "buy" else -1
        changes = (
            (fill.order.pair.base.name, fill.quantity * sign, ZERO),
            (fill.order.pair.quote.name, fill.cost * -sign, fill.fee),
        )
        entries = tuple(
            LedgerEntry(
                ledger_id=self._ids.ledger(),
                ref_id=fill.exec_id,
                account=fill.account,
                asset=asset,
                amount=amount,
                fee=fee,
                balance=self._ledger.deposit(fill.account, asset, amount - fee),
                at=fill.at,
            )
            for asset, amount, fee in changes
        )
        return Happened(exec_type="trade", order=fill.order, fill=fill, entries=entries)
