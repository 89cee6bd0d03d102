"""A small trading strategy, as a user of batactors writes one: it uses nothing but the public names of the package.

It places orders of all sorts, and changes and cancels some of them.
"""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING

import trio

from batactors import Account, BatactorsError, CommandHandle, CommandStatus, HealthStatus, NewOrder
from batactors.cli.demo.drafts import Draft
from batactors.cli.demo.notes import Notes

if TYPE_CHECKING:
    from random import Random

AWAY = (Decimal("0.0008"), Decimal("0.0015"), Decimal("0.004"))  # of the price: how far from the middle orders rest
CHANGE = Decimal("0.0005")  # of the price: how far an amend moves it each time
THROUGH = Decimal("0.002")  # of the price: how far beyond it they take
BATCH = (2, 6)
SWEEP_EVERY = 0.5  # seconds between two looks at what is still open, when winding down
SWEEP_AT_ONCE = 40
LEVERAGES = 6  # that are set in a run
CLOSE_AT_MOST = 8
ZERO = Decimal(0)


class Strategy:
    """Trades until it has sent its orders, then takes back what is still open.

    Args:
        notes: Writes down what is told.
        price_of: The middle of the market in an instrument: where a user's market data would come in.
        has_positions: Whether the account has positions.
        has_leverage: Whether it can set the leverage of an instrument.
    """

    def __init__(
        self,
        account: Account,
        notes: Notes,
        chance: "Random",
        price_of: Callable[[str], Decimal],
        *,
        has_positions: bool = False,
        has_leverage: bool = False,
    ) -> None:
        self._account = account
        self._has_positions, self._has_leverage = has_positions, has_leverage
        self._notes = notes
        self._seen = notes.seen
        self._chance = chance
        self._price_of = price_of
        self._instruments = list(account.instruments.values())
        self._ways = {
            self._rest: 40, self._take: 18, self._post_only: 8, self._race: 8, self._batch: 8, self._by_rest: 8,
            self._stop: 4,
        }  # fmt: skip

    async def run(self, orders: int, seconds: float) -> None:
        """Send so many orders in about so many seconds."""
        began, sent = trio.current_time(), 0
        async with trio.open_nursery() as plays:
            if self._has_leverage:
                plays.start_soon(self._set_leverages, seconds)
            while sent < orders:
                way = self._chance.choices(list(self._ways), list(self._ways.values()))[0]
                count = min(self._chance.randint(*BATCH), orders - sent) if way == self._batch else 1
                plays.start_soon(way, [self._draw() for _ in range(count)])
                sent += count
                await trio.sleep_until(began + seconds * sent / orders)

    async def wind_down(self) -> None:
        """Cancel what is still open, again if need be, until every order has ended and every command has a verdict."""
        while self._seen.unsettled() or self._seen.unresolved():
            busy = [command.client_order_id for command in self._seen.unresolved()]
            idle = [
                order
                for order in self._seen.unsettled()
                if order.accepted and order.client_order_id not in busy and not order.events[-1].state.is_closed
            ]
            idle.sort(key=lambda order: order.instrument)  # cancels of one instrument share a frame
            handles = await self._account.cancel_orders([order.client_order_id for order in idle[:SWEEP_AT_ONCE]])
            for handle in handles:
                self._notes.watch(handle)
            await trio.sleep(SWEEP_EVERY)

    async def agree(self) -> None:
        """Have the venue asked for everything, until nothing is in doubt: of orders placed by hand either."""
        while True:
            with suppress(BatactorsError):  # it answers again sooner or later
                await self._account.reconcile()
            await trio.sleep(SWEEP_EVERY / 2)
            if self._account.health().status is HealthStatus.HEALTHY:
                return

    async def open_and_close(self) -> None:
        """Open a position where there is least of one, and close it: at a venue that has positions."""
        if not self._has_positions:
            return
        positions = self._account.positions()
        held = {str(name): abs(one.quantity) for (name, _), one in positions.items()}
        instrument = min(self._instruments, key=lambda one: held.get(one.id, ZERO) * self._price_of(one.id))
        handle = await self._place(Draft([instrument], self._price_of, self._chance).market())
        async for _ in handle.events():
            pass
        for _ in range(CLOSE_AT_MOST):  # the market may be too thin for all of it at once
            closed = await self._account.close_position(instrument.id)
            if closed.command is not None:
                side = "sell" if closed.was > 0 else "buy"
                self._notes.follow(
                    closed.command,
                    NewOrder(instrument=instrument.id, side=side, order_type="market", quantity=abs(closed.was)),
                )
            if closed.is_flat:
                self._seen.closed.append(closed)
                return

    def look(self) -> None:
        """Write down what is open at last."""
        self._seen.positions = {str(name): one.quantity for (name, _), one in self._account.positions().items()}

    # Ways to trade. Each gets the drafts of its orders.

    async def _rest(self, drafts: list[Draft]) -> None:
        """Rest in the book, perhaps with changed terms, perhaps not until the end."""
        handle = await self._place(drafts[0].limit(self._chance.choice(AWAY)))
        if not await self._done(handle):
            return
        for tick in range(1, self._chance.choice((1, 1, 2, 3))):
            await self._pause(0.2, 1.2)
            await self._amend(handle, drafts[0], tick)
        await self._pause(0.3, 2.5)
        if self._chance.random() < 0.5:
            await self._cancel(handle)

    async def _take(self, drafts: list[Draft]) -> None:
        """Take what is there: all of it or a part, now or never."""
        if self._chance.random() < 0.3:
            await self._place(drafts[0].market())
        else:
            word = self._chance.choice(("gtc", "ioc", "ioc", "fok"))
            await self._place(drafts[0].limit(-THROUGH, time_in_force=word))

    async def _post_only(self, drafts: list[Draft]) -> None:
        """Only ever make: where it would take, the venue is to refuse it."""
        away = self._chance.choice((AWAY[0], AWAY[1], -THROUGH))
        handle = await self._place(drafts[0].limit(away, post_only=True))
        await self._pause(0.5, 2.0)
        if self._chance.random() < 0.5:
            await self._cancel(handle)

    async def _race(self, drafts: list[Draft]) -> None:
        """Change one's mind before the answer is there, where it may have traded already."""
        handle = await self._place(drafts[0].limit(self._chance.choice((AWAY[0], -THROUGH))))
        await self._cancel(handle)

    async def _batch(self, drafts: list[Draft]) -> None:
        """Several orders in one frame, and some of them taken back in one."""
        rows = [drafts[0].limit(self._chance.choice(AWAY)) for _ in drafts]
        handles = await self._account.create_orders(rows)
        for handle, row in zip(handles, rows, strict=True):
            self._notes.follow(handle, row)
        await self._pause(0.5, 2.0)
        tired = [str(handle.client_order_id) for handle in handles[::2]]
        for handle in await self._account.cancel_orders(tired):
            self._notes.watch(handle)

    async def _by_rest(self, drafts: list[Draft]) -> None:
        """The other road to the venue."""
        handle = await self._place(drafts[0].limit(self._chance.choice(AWAY), transport="rest"))
        await self._pause(0.5, 1.5)
        if self._chance.random() < 0.5:
            await self._cancel(handle)

    async def _stop(self, drafts: list[Draft]) -> None:
        """Wait for a price, then take."""
        await self._place(drafts[0].stop())

    async def _set_leverages(self, seconds: float) -> None:
        """Set the leverage of some instruments, each once, while all else goes on."""
        for instrument in self._chance.sample(self._instruments, LEVERAGES):
            leverage = self._chance.randint(3, 15)
            handle = await self._account.set_leverage(instrument.id, leverage)
            self._notes.watch_setting(handle, instrument.id, leverage)
            await trio.sleep(seconds / LEVERAGES)

    # Steps of them.

    def _draw(self) -> Draft:
        """An order for an instrument whose rate limit is not used up."""
        spared = [one for one in self._instruments if one.id not in self._notes.limited]
        return Draft(spared or self._instruments, self._price_of, self._chance)

    async def _place(self, order: NewOrder) -> CommandHandle:
        handles = await self._account.create_orders([order])
        self._notes.follow(handles[0], order)
        return handles[0]

    async def _amend(self, handle: CommandHandle, draft: Draft, tick: int) -> None:
        """New terms, different each time."""
        price = draft.beside(AWAY[0] + CHANGE * tick)
        quantity = draft.quantity * (1 + tick) if self._chance.random() < 0.4 else None
        amend = await handle.amend(price=price, quantity=quantity)
        self._notes.watch(amend, price=price, quantity=quantity)
        await amend.resolved()  # to change terms that one does not know is asking for trouble

    async def _cancel(self, handle: CommandHandle) -> None:
        self._notes.watch(await handle.cancel())

    async def _done(self, handle: CommandHandle) -> bool:
        return (await handle.resolved()).status is CommandStatus.ACCEPTED

    async def _pause(self, least: float, most: float) -> None:
        await trio.sleep(self._chance.uniform(least, most))
