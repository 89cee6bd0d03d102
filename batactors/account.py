"""One account at one venue, as its user sees it: the verbs, each of which returns a handle."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from batactors.actors.messages import Reconcile
from batactors.actors.reply import Reply
from batactors.closing_positions import ClosingAccount
from batactors.core.namesakes import whose
from batactors.core.scope import Scope
from batactors.drafts import Amend, NewOrder, Number, flag, required, word
from batactors.handle import CommandHandle
from batactors.model.commands import CancelAll
from batactors.model.errors import BatactorsError, CancelIncomplete, EngineStopped
from batactors.model.modes import ModeSetting, TradingMode
from batactors.model.positions import PositionSide
from batactors.model.questions import AskOpenOrders
from batactors.model.receipts import PassReport
from batactors.model.terms import OrderType, Side, TimeInForce, TransportPolicy, TriggerBy
from batactors.submitting import require_all


class Account(ClosingAccount):
    """The door to one account. Made by the engine."""

    # Verbs.

    async def create_order(
        self,
        *,
        instrument: str,
        side: Side | str,
        order_type: OrderType | str,
        quantity: Number,
        price: Number | None = None,
        trigger_price: Number | None = None,
        display_quantity: Number | None = None,
        time_in_force: TimeInForce | str = TimeInForce.GTC,
        expire_at: datetime | None = None,
        post_only: bool = False,
        reduce_only: bool = False,
        position_side: PositionSide | str | None = None,
        trigger_by: TriggerBy | str | None = None,
        client_order_id: str | None = None,
        transport: TransportPolicy | str | None = None,
        validity: float | None = None,
    ) -> CommandHandle:
        """Place an order. Returns once it is registered, before it is sent.

        Args:
            instrument: Such as ``BTC/USD``.
            side: ``buy`` or ``sell``.
            order_type: ``limit``, ``market``, ``stop_market``, ``stop_limit``, ``take_profit_market``, ...
            quantity: In base currency, as text, ``int`` or ``Decimal``; floats are refused.
            price: The limit price in quote currency, for types that have one.
            trigger_price: In quote currency, for types that have one.
            display_quantity: What an iceberg order shows.
            time_in_force: ``gtc``, ``gtd`` (with ``expire_at``), ``ioc`` or ``fok``.
            expire_at: When a ``gtd`` order ends, with a time zone.
            post_only: Cancel it rather than let it take liquidity.
            reduce_only: Only reduce a position.
            position_side: Which position it changes, ``long`` or ``short``, for an account in hedge mode.
            trigger_by: Which price a trigger price is compared with: ``last``, ``mark`` or ``index``.
            client_order_id: Your own id, never used before on this account; the engine makes one if you give none.
            transport: ``auto``, ``websocket`` or ``rest``; the account's own setting if you give none.
            validity: Seconds from the write within which the venue may carry it out.

        Raises:
            InvalidCommand: The venue could only refuse it; nothing was sent.
            EngineStopped: The engine has ended.
        """
        handles = await self.create_orders(
            [
                NewOrder(
                    instrument=instrument, side=side, order_type=order_type, quantity=quantity, price=price,
                    trigger_price=trigger_price, display_quantity=display_quantity, time_in_force=time_in_force,
                    expire_at=expire_at, post_only=post_only, reduce_only=reduce_only,
                    position_side=position_side, trigger_by=trigger_by, client_order_id=client_order_id,
                    transport=transport, validity=validity,
                )
            ]
        )  # fmt: skip
        return handles[0]

    async def create_orders(self, orders: Iterable[NewOrder]) -> list[CommandHandle]:
        """Place several orders, in as few frames as the venue allows; each has its own handle and its own fate.

        Raises:
            InvalidCommand: One of them the venue could only refuse; then none was sent.
            EngineStopped: The engine has ended.
        """
        given: list[Any] = list(orders)
        require_all(given, NewOrder, "order")
        return await self._submit([self._create(order) for order in given])

    async def amend_order(
        self,
        client_order_id: str | None = None,
        *,
        venue_order_id: str | None = None,
        instrument: str | None = None,
        quantity: Number | None = None,
        price: Number | None = None,
        trigger_price: Number | None = None,
        post_only: bool | None = None,
        transport: TransportPolicy | str | None = None,
        validity: float | None = None,
    ) -> CommandHandle:
        """Change terms of an order in place; what is not given stays. ``quantity`` is the new total.

        Where the venue wants every term repeated, the engine fills in what is not given, from the order as the venue
        told it last.

        Raises:
            InvalidCommand: The venue could only refuse it; nothing was sent. So it is, too, where terms that are not
                given have to be repeated and nobody knows what they will be: another amend of the order is under way.
            EngineStopped: The engine has ended.
        """
        handles = await self.amend_orders(
            [
                Amend(
                    client_order_id=client_order_id, venue_order_id=venue_order_id, instrument=instrument,
                    quantity=quantity, price=price, trigger_price=trigger_price, post_only=post_only,
                    transport=transport, validity=validity,
                )
            ]
        )  # fmt: skip
        return handles[0]

    async def amend_orders(self, amends: Iterable[Amend]) -> list[CommandHandle]:
        """Amend several orders, in as few frames as the venue allows; each amend has its own handle and its own fate.

        Raises:
            InvalidCommand: One of them the venue could only refuse; then none was sent.
            EngineStopped: The engine has ended.
        """
        given: list[Any] = list(amends)
        require_all(given, Amend, "amend")
        return await self._submit([self._amend(amend) for amend in given])

    async def cancel_order(
        self,
        client_order_id: str | None = None,
        *,
        venue_order_id: str | None = None,
        instrument: str | None = None,
        transport: TransportPolicy | str | None = None,
    ) -> CommandHandle:
        """Take an order off the book: one of ours by its client order id, any by its venue order id.

        Raises:
            InvalidCommand: Neither id was given.
            EngineStopped: The engine has ended.
        """
        return (await self._submit([self._cancel(client_order_id, venue_order_id, instrument, transport)]))[0]

    async def cancel_orders(
        self, client_order_ids: Iterable[str], *, transport: TransportPolicy | str | None = None
    ) -> list[CommandHandle]:
        """Take several orders off the book, in as few frames as the venue allows; each cancel has its own handle."""
        return await self._submit([self._cancel(one, None, None, transport) for one in client_order_ids])

    async def cancel_all(
        self,
        instrument: str | None = None,
        *,
        conditional: bool = False,
        transport: TransportPolicy | str | None = None,
    ) -> CommandHandle:
        """Take every open order of the account off the book with one request, also those of others.

        Args:
            instrument: Only those of this one, which some venues want named; others have no call for that.
            conditional: Those that wait for a trigger rather than the others, at venues that keep them apart.
            transport: As for ``create_order``.

        Raises:
            Unsupported: The venue has no call for that; ``cancel_open_orders`` cancels them one by one.
            EngineStopped: The engine has ended.
        """
        command = CancelAll(
            command_id=self._command_id(), account=self.name, transport=self._policy(transport),
            instrument=self._listed(instrument) if instrument is not None else None,
            conditional=flag(conditional, "conditional"),
        )  # fmt: skip
        return (await self._submit([command]))[0]

    async def cancel_open_orders(
        self,
        instrument: str | None = None,
        side: Side | str | None = None,
        *,
        transport: TransportPolicy | str | None = None,
    ) -> list[CommandHandle]:
        """Take the open orders of an instrument, of a side, or of both off the book, and no others.

        Ours are cancelled at once: those that wait unsent never go out, and those whose create has not been answered
        are included. Then the venue is asked what else is open, and what matches is cancelled by its venue order id.
        Each cancel has its own handle and its own verdict. An order placed after the call is left alone; to issue it
        again does no harm.

        Raises:
            InvalidCommand: There is no such instrument or side.
            CancelIncomplete: The venue did not say what else is open, or not so that it could be read.
            EngineStopped: The engine has ended.
        """
        scope = Scope(
            instrument=self._listed(instrument) if instrument is not None else None,
            side=word(Side, side, "side") if side is not None else None,
        )
        await self._to_lane([])  # what was submitted before this is registered now
        ours = scope.ours(self._wiring.dedup_actor.dispatch.book)
        handles = await self._submit([self._cancel(one.client_order_id, None, None, transport) for one in ours])
        try:
            facts = await self._facts(AskOpenOrders())
        except EngineStopped:
            raise
        except BatactorsError as error:
            raise self._incomplete(
                handles, f"the venue did not say which {scope} there are that are not ours: {error}"
            ) from error
        ledger = self._wiring.dedup_actor.dispatch.ledger
        listed = scope.others(facts, ledger)
        # One of ours may have gone between the venue's reading and our hearing of it: its cancel is on its way.
        strange = [one for one in listed.matching if whose(one, ledger) not in ours]
        others = [self._cancel(None, one.venue_order_id, one.instrument, transport) for one in strange]
        handles += await self._submit(others)
        if listed.unclear:
            raise self._incomplete(handles, f"it cannot be read whether {scope} include {', '.join(listed.unclear)}")
        return handles

    def set_mode(self, mode: TradingMode | str, instrument: str | None = None, reason: str = "") -> None:
        """Say what may go out from now on: of the account, or for one instrument of it; the stricter of the two counts.

        It holds at once. What waits unsent and is not let out any more is told as not sent; what has left goes on.
        Set again for the same scope, it replaces what was set; the same, with the same reason, is no change.
        A new process begins with the configuration's.

        Args:
            mode: ``active``, ``reduce_only`` (nothing that adds risk) or ``halted`` (only cancels).
            instrument: Such as ``BTC/USD``; the whole account if none is given.
            reason: For errors, and for who looks at the health.

        Raises:
            InvalidCommand: There is no such mode or instrument.
        """
        self._wiring.gate.set_mode(
            ModeSetting(
                mode=word(TradingMode, mode, "mode"),
                instrument=self._listed(instrument) if instrument is not None else None,
                reason=required(reason, "reason"),
                since=self._wiring.seams.clock.now(),
            )
        )

    async def reconcile(self) -> PassReport:
        """Have the venue asked for everything now; what that came to, once the answers are applied.

        Raises:
            BatactorsError: The venue did not answer; it is asked again, without being told to.
        """
        reply: Reply[PassReport] = Reply()
        await self._wiring.reconciler.put(Reconcile(reply=reply))
        return await self._wiring.answer(reply)

    # How it is done.

    def _incomplete(self, handles: Sequence[CommandHandle], why: str) -> CancelIncomplete:
        ids = tuple(handle.command_id for handle in handles)
        found = f"{len(ids)} {'cancel is' if len(ids) == 1 else 'cancels are'} on the way, see command_ids"
        return CancelIncomplete(f"{why}; {found}; issue it again", command_ids=ids)
