"""A strategy that does what a plan says, and follows what comes of it, whatever dies meanwhile."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal

import trio

from batactors import (
    Account,
    BatactorsError,
    CancelIncomplete,
    CommandHandle,
    EngineStopped,
    InvalidCommand,
    NewOrder,
)
from batactors.model.ids import ClientOrderId, CommandId
from batactors.testing.binance import BinanceVenue
from batactors.testing.binance.refusals import Refused
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.record import Follower, ModeSet, ScopedCancel
from batactors.testing.simulation.world import World
from batactors.testing.venue.orders import VenueOrder

ASKS_AGAIN = 1.0
"""Virtual seconds after which an order is adopted again of which the venue did not say how it stands."""
LEAVES_AFTER = 3
"""Events after which a follower that leaves does so, and comes back from where it was."""


class Bug(Exception):
    """A mistake in the user's own code."""


class Trader:
    """Does the steps of a plan. What cannot be done, because the engine is away or refuses, is noted and left."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stage = world.stage
        self._orders: dict[int, ClientOrderId] = {}
        self._by_hand: dict[int, VenueOrder] = {}
        self._calls = 0

    async def do(self, step: s.Step) -> None:
        """Do one step at its time."""
        await trio.sleep_until(self._world.began + step.at)
        self._world.trace.note("user", "did", str(step))
        calls = self._world.record.calls
        number = self._calls = self._calls + 1
        calls[number] = str(step)
        try:
            await self._do(step)
        except InvalidCommand as error:
            self._world.trace.note("user", "did", f"was refused: {error}")
        except BatactorsError as error:
            self._world.trace.note("user", "did", f"could not: {type(error).__name__}")
        finally:
            del calls[number]

    async def _do(self, step: s.Step) -> None:  # noqa: PLR0912, PLR0915 - a table of what there is to do
        match step:
            case s.Place():
                await self._place(step)
            case s.PlaceBatch():
                orders = [
                    NewOrder(
                        instrument=self._named(step.instrument), side=step.side, order_type="limit",
                        quantity=step.quantity, price=step.price, transport=self._stage.batches_by,
                        position_side=step.position_side,
                    )
                ] * step.count  # fmt: skip
                handles = await (await self._account()).create_orders(orders)
                for number, handle in enumerate(handles, step.order):
                    self._placed(number, handle, "steady")
            case s.PlaceConditional():
                handle = await (await self._account()).create_order(
                    instrument=self._named(step.instrument), side=step.side, order_type=step.order_type,
                    quantity=step.quantity, trigger_price=step.trigger_price, price=step.price,
                    reduce_only=step.reduce_only, position_side=step.position_side, transport=step.transport,
                )  # fmt: skip
                self._placed(step.order, handle, step.follower)
            case s.ClosePosition():
                await (await self._account()).close_position(self._named(step.instrument), step.position_side)
            case s.Amend():
                await self._with(step.order, lambda account, order: account.amend_order(
                    order, quantity=step.quantity, price=step.price
                ))  # fmt: skip
            case s.Cancel():
                await self._with(step.order, lambda account, order: account.cancel_order(order))
            case s.CancelBatch():
                known = [self._orders[number] for number in step.orders if number in self._orders]
                await (await self._account()).cancel_orders(known, transport=self._stage.batches_by)
            case s.CancelEverything():
                scope = step.instrument or self._stage.cancels_all_of
                await (await self._account()).cancel_all(scope, conditional=step.conditional)
            case s.CancelOpenOrders():
                await self._cancel_open_orders(step)
            case s.SetMode():
                account = await self._account()
                scope = self._stage.instrument if step.of_instrument else None
                account.set_mode(step.mode, instrument=scope, reason="by plan")
                set_at = self._world.clock.now()
                self._world.record.modes.append(ModeSet(at=set_at, mode=step.mode, instrument=scope))
            case s.Reconcile():
                await (await self._account()).reconcile()
            case s.Trade():
                self._trade(step)
            case s.VenueCancels():
                self._at_venue(step.order, lambda order: self._world.venue.cancel(order, step.reason), waits=True)
            case s.VenueExpires():
                self._at_venue(step.order, self._world.venue.expire)
            case s.ByHand(trigger_price=str(trigger)):
                self._wait_by_hand(step, Decimal(trigger))
            case s.ByHand():
                placed = self._world.venue.place_external(
                    symbol=self._stage.symbol, side=step.side, quantity=Decimal(step.quantity),
                    price=Decimal(step.price),
                    cl_ord_id=step.client_order_id,
                )  # fmt: skip
                self._by_hand[step.order] = placed
            case s.ReuseId():
                self._reuse_id(step)
            case s.SetLeverage():
                await (await self._account()).set_leverage(self._stage.instrument, step.leverage)
            case s.Adopt():
                await self._adopt(step)
            case s.MoveMarket():
                symbol = self._stage.symbol if step.instrument is None else self._stage.others[step.instrument]
                self._world.venue.set_market(symbol, bid=Decimal(step.bid), ask=Decimal(step.ask))

    def _reuse_id(self, step: s.ReuseId) -> None:
        record, order = self._world.record, self._orders.get(step.order)
        there = record.at_venue(order, self._world.ledger) if order is not None else []
        if self._stage.ids_are_reused and there and there[0].closed and not there[0].by_hand:
            self._world.venue.place_external(
                symbol=self._stage.symbol, side=step.side, quantity=Decimal(step.quantity),
                price=Decimal(step.price), cl_ord_id=there[0].client_order_id,
            )  # fmt: skip

    def _wait_by_hand(self, step: s.ByHand, trigger: Decimal) -> None:
        if isinstance(self._world.venue, BinanceVenue):
            with suppress(Refused):
                self._by_hand[step.order] = self._world.venue.place_waiting(
                    symbol=self._stage.symbol, side=step.side, quantity=Decimal(step.quantity), trigger_price=trigger
                )

    async def _adopt(self, step: s.Adopt) -> None:
        """Adopt the order, in a later life of the process if it must be."""
        placed = self._by_hand.get(step.order)
        while placed is not None:
            try:
                handle = await (await self._account()).adopt(self._stage.words.order_id(placed))
            except InvalidCommand:
                raise
            except BatactorsError:
                await trio.sleep(ASKS_AGAIN)
            else:
                return self._placed(step.order, handle, step.follower)
        return None

    async def _cancel_open_orders(self, step: s.CancelOpenOrders) -> None:
        account = await self._account()
        instrument, words = self._named(step.instrument), self._stage.words
        everything = self._world.ledger.all_open
        there = [one for one in everything() if words.instrument(one.pair.symbol) == instrument]
        before = [one.order_id for one in there if step.side in (None, one.side)]
        adopted = tuple(self._world.record.adopted.values())
        complete = True
        try:
            handles = await account.cancel_open_orders(instrument, step.side)
            command_ids = tuple(handle.command_id for handle in handles)
        except CancelIncomplete as error:
            command_ids, complete = error.command_ids, False
        still_open = {one.order_id for one in everything()}
        scoped = ScopedCancel(
            side=step.side,
            open_throughout=tuple(one for one in before if one in still_open),
            command_ids=command_ids,
            complete=complete,
            adopted=adopted,
        )
        self._world.record.scoped.append(scoped)

    def _named(self, instrument: str | None) -> str:
        return instrument or self._stage.instrument

    async def _account(self) -> Account:
        return await self._world.account_again()

    async def _place(self, step: s.Place) -> None:
        account = await self._account()
        before = set(self._world.record.creates)
        with trio.CancelScope() as caller:
            if step.caller_leaves:
                caller.deadline = trio.current_time()
            handle = await account.create_order(
                instrument=self._named(step.instrument), side=step.side,
                order_type="limit" if step.price is not None else "market",
                quantity=step.quantity, price=step.price, post_only=step.post_only,
                time_in_force=step.time_in_force if step.price is not None else "ioc", transport=step.transport,
                client_order_id=step.client_order_id, position_side=step.position_side,
            )  # fmt: skip
            self._placed(step.order, handle, step.follower)
            return
        # The caller has left. What it asked for may have been registered, and is then carried out.
        await trio.sleep(0.5)
        new = [order for order in self._world.record.creates if order not in {*before, *self._orders.values()}]
        if new:
            self._orders[step.order] = new[0]

    def _placed(self, number: int, handle: CommandHandle, kind: s.Follower) -> None:
        assert handle.client_order_id is not None
        self._orders[number] = handle.client_order_id
        follower = Follower(client_order_id=handle.client_order_id, kind=kind)
        self._world.record.followers.append(follower)
        self._world.start(self._follow, follower, handle.command_id)

    async def _with(self, number: int, do: Callable[[Account, ClientOrderId], Awaitable[CommandHandle]]) -> None:
        order = self._orders.get(number)
        if order is not None:
            await do(await self._account(), order)

    # The rest of the market.

    def _trade(self, step: s.Trade) -> None:
        def fill(order: VenueOrder) -> None:
            left = order.remaining
            lot = Decimal(1).scaleb(-order.pair.quantity_decimals)
            part = left if step.share == "all" else (left / 2).quantize(lot)
            if part > 0:
                self._world.venue.fill(order.order_id, quantity=part)

        self._at_venue(step.order, fill)

    def _at_venue(self, number: int, do: Callable[[VenueOrder], object], *, waits: bool = False) -> None:
        """Do this to the order, if it is open at the venue, and waits for no trigger, or may."""
        if number in self._by_hand:
            whole = self._world.ledger.whole(self._by_hand[number].order_id)
            found = [whole] if whole is not None else []
        else:
            known = self._orders.get(number)
            found = self._world.record.at_venue(known, self._world.ledger) if known is not None else []
        for order in found[:1]:
            may = waits or not order.waits_for_trigger
            if not order.closed and may and order.status != "pending_new":
                do(order)

    # Following.

    async def _follow(self, follower: Follower, command_id: CommandId) -> None:
        if follower.kind == "late":
            await trio.sleep(60.0)
        while True:
            try:
                account = await self._account()
                await self._read(follower, account.command(command_id))
            except (EngineStopped, BatactorsError) as error:
                if isinstance(error, InvalidCommand):
                    follower.forgotten = follower.done = True
                    return
                await trio.sleep(0.1)
            except Bug:
                pass
            else:
                follower.done = True
                return

    async def _read(self, follower: Follower, handle: CommandHandle) -> None:
        count = 0
        async for event in handle.events(since=len(follower.told)):
            self._world.judge.told(follower, event)
            count += 1
            if follower.kind == "slow":
                await trio.sleep(self._world.knobs.slow_follower)
            if follower.kind == "crashes" and count >= LEAVES_AFTER:
                raise Bug("in the user's own code")
            if follower.kind == "leaves" and count >= LEAVES_AFTER:
                return await self._read(follower, handle.again())
        return None
