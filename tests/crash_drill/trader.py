"""One life of the process that trades: it follows what it has not heard the end of, and goes on trading."""

import os
from contextlib import aclosing, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trio
from attrs import frozen

from batactors import (
    Account,
    AccountConfig,
    BatactorsError,
    CommandHandle,
    EngineConfig,
    JournalConfig,
    Missed,
    NewOrder,
    Secret,
    SupervisionConfig,
    open_engine,
)
from batactors.cli.demo.scene import PRICES
from batactors.model.commands import Operation
from batactors.model.ids import InstrumentId
from tests.crash_drill.seen import Notebook, Seen

if TYPE_CHECKING:
    from random import Random

TRADERS = 4
MOST_UNKNOWN = 12
"""Commands without a verdict beyond which nothing new is sent: each costs questions at every start."""
SETTLE_WITHIN = 90.0
NAMES = ("BTC", "ETH", "DOGE", "SOL", "XRP", "ADA")


@frozen(kw_only=True)
class Place:
    """Where the process works: its directory, and the venue's addresses and key."""

    directory: Path
    venue: dict[str, str]

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.directory / "kraken.journal"

    def config(self) -> EngineConfig:
        """Every patience as short as loopback allows, so that proofs take seconds."""
        account = AccountConfig(
            api_key=Secret.value(self.venue["key"]), api_secret=Secret.value(self.venue["secret"]),
            rest_url=self.venue["rest"], websocket_url=self.venue["websocket"], tier="pro", paced=False,
            journal=JournalConfig(path=str(self.journal)), send_within=3.0, validity=1.0, margin=0.4, read_lag=0.5,
            silence=1.2, ping_every=0.4, answer=2.0, recovery_patience=15.0, reconcile_every=2.0,
        )  # fmt: skip
        supervision = SupervisionConfig(
            backoff_first=0.05, backoff_most=0.5, stable_after=0.5, start_within=30.0, stop_within=1.0
        )
        return EngineConfig(accounts={"kraken": account}, supervision=supervision)


class Trader:
    """What the program does in one life."""

    def __init__(self, account: Account, seen: Seen, notes: Notebook, chance: "Random", nursery: trio.Nursery) -> None:
        self._account = account
        self._seen = seen
        self._notes = notes
        self._chance = chance
        self._nursery = nursery
        self._open: list[CommandHandle] = []
        self.followed: dict[str, None] = {}

    def resume(self, *, all_again: bool = False) -> None:
        """Follow every order whose end was not heard, from where the life before had got to."""
        for handle in self._account.commands(ended=True):
            if handle.operation is Operation.CREATE_ORDER:
                if all_again or str(handle.client_order_id) not in self._seen.done:
                    self._nursery.start_soon(self._follow, handle)
                self._open.append(handle)
        self._nursery.start_soon(self._follow_others)

    async def _follow(self, handle: CommandHandle) -> None:
        order = str(handle.client_order_id)
        self.followed[order] = None
        with suppress(BatactorsError):
            async for event in handle.events(since=self._seen.cursor(order)):
                self._notes.event(event)
            self._notes.done(order)
            self.followed.pop(order)

    async def _follow_others(self) -> None:
        since = max((told["report"] for told in self._seen.reports), default=0)
        with suppress(BatactorsError):
            async with aclosing(self._account.reports(since=since)) as reports:
                async for report in reports:
                    if not isinstance(report, Missed):
                        self._notes.report(report)

    async def trade(self) -> None:
        """Place, amend and cancel, without end."""
        while True:
            if len(self._left()) > MOST_UNKNOWN:  # as a careful program does
                await trio.sleep(0.05)
                continue
            with suppress(BatactorsError):
                await self._chance.choices((self._place, self._amend, self._cancel), (5, 2, 2))[0]()
            await trio.sleep(self._chance.uniform(0.0, 0.06))

    def _order(self) -> NewOrder:
        name = self._chance.choice(NAMES)
        instrument = f"{name}/USD"
        tick = self._account.instruments[InstrumentId(instrument)].tick
        price = Decimal(PRICES[name]) * (1 + Decimal(self._chance.randint(-30, 30)) / 10_000)
        worth = Decimal(self._chance.randint(50, 900)) / price
        return NewOrder(
            instrument=instrument, side=self._chance.choice(("buy", "sell")), order_type="limit",
            quantity=worth.quantize(Decimal("0.0001")), price=price.quantize(tick),
            transport=self._chance.choice(("auto",) * 6 + ("rest",)),
        )  # fmt: skip

    async def _place(self) -> None:
        handles = await self._account.create_orders(self._order() for _ in range(self._chance.choice((1, 1, 1, 3))))
        for handle in handles:
            self._nursery.start_soon(self._follow, handle)
        self._open = [*self._open, *handles][-40:]

    async def _amend(self) -> None:
        if self._open:
            handle = self._chance.choice(self._open)
            tick = self._account.instruments[InstrumentId(str(handle.instrument))].tick
            price = Decimal(PRICES[str(handle.instrument).partition("/")[0]])
            price *= 1 + Decimal(self._chance.randint(-30, 30)) / 10_000
            await handle.amend(price=price.quantize(tick))

    async def _cancel(self) -> None:
        if self._open:
            await self._chance.choice(self._open).cancel()

    async def settle(self) -> dict[str, Any]:
        """Cancel what is open, until every order has ended and every command has its verdict; what is left."""
        with trio.move_on_after(SETTLE_WITHIN):
            await trio.sleep(0.5)  # those that have ended are told so at once
            while self._left() or self.followed:
                await self._take_back()
                await trio.sleep(0.5)
            with suppress(BatactorsError):
                await self._account.reconcile()
            await trio.sleep(0.5)
        verdicts = {}
        for handle in self._account.commands(ended=True):
            if handle.operation is Operation.CREATE_ORDER and handle.command_id not in self._left():
                verdicts[str(handle.client_order_id)] = str((await handle.resolved()).status)
        return {"left": self._left(), "unfollowed": list(self.followed), "verdicts": verdicts}

    async def _take_back(self) -> None:
        """Cancel what rests at the venue, unless a command about it is still without its verdict."""
        busy = [self._account.command(one).client_order_id for one in self._left()]
        for handle in self._account.commands():
            rests = str(handle.client_order_id) in self.followed and handle.client_order_id not in busy
            if rests and handle.operation is Operation.CREATE_ORDER:
                with suppress(BatactorsError):
                    await handle.cancel()

    def _left(self) -> list[str]:
        desk = self._account._wiring.dedup_actor.dispatch.desk
        return [record.command.command_id for record in desk.unresolved()]


async def live(place: Place, seen: Seen, chance: "Random", ready: int, *, settle: bool) -> dict[str, Any] | None:
    """Run the engine and trade until killed; or, in the last life, until everything has settled.

    Args:
        ready: A pipe that is told when the engine is.
    """
    notes, settled = Notebook(seen.path), None
    async with open_engine(place.config()) as engine:
        os.write(ready, b"r")
        async with trio.open_nursery() as nursery:
            trader = Trader(engine.account("kraken"), seen, notes, chance, nursery)
            trader.resume(all_again=settle)
            if not settle:
                for _ in range(TRADERS):
                    nursery.start_soon(trader.trade)
                await trio.sleep_forever()
            settled = await trader.settle()
            nursery.cancel_scope.cancel()
    return settled
