"""One run of the demo, from opening the venue to the last word, and all that can be seen of it meanwhile."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable
from typing import Any

import trio

from batactors import Account, Engine, HealthReport, Seams, open_engine
from batactors.actors.supervisor import ChildEvent, Happening
from batactors.cli.demo.config import ACCOUNT, PATIENCE, Settings, engine_config
from batactors.cli.demo.notes import Notes
from batactors.cli.demo.scenes import SCENES
from batactors.cli.demo.script import Script, draw_up
from batactors.cli.demo.seen import Seen
from batactors.cli.demo.strategy import Strategy
from batactors.cli.demo.verdict import Verdict, judge
from batactors.cli.demo.world import World
from batactors.testing.venue.ledger import Ledger

REMEMBERED = 200
PARTS = 3
"""Fills that a trade with the market is cut into."""


class Stage:
    """What is on: engine, venue, strategy, faults. Whoever watches only reads."""

    def __init__(self, settings: Settings, seams: Seams) -> None:
        chance = seams.chance
        self.settings = settings
        self.seen = Seen()
        self.phase = "opening"
        self.began = trio.current_time()
        self.ended: float | None = None
        self.happenings: deque[tuple[float, str]] = deque(maxlen=REMEMBERED)
        self.engine: Engine | None = None
        self.account: Account | None = None
        self.reconnects = 0
        self.scene = SCENES[settings.venue]
        self.venue = self.scene.open_venue(seams, settings.seed)
        self.venue.fill_in_parts = PARTS
        # Then a command that was sent twice would be carried out twice, and the verdict would show it.
        self.venue.unique_client_order_ids = False
        self.world = World(self.venue, self.scene.markets, chance.generator("demo-world"), self.tell)
        strikes = draw_up(chance.generator("demo-script"), self.scene.kinds, settings.faults, settings.trading_seconds)
        self.script = Script(self.venue, strikes, self.world.fill_some)
        self._seams = seams
        self._sockets = self.scene.sockets

    @property
    def seconds(self) -> float:
        """How long it has lasted, or lasted."""
        return (self.ended or trio.current_time()) - self.began

    @property
    def ledger(self) -> Ledger:
        """The venue's own truth."""
        return self.venue.ledger

    @property
    def health(self) -> HealthReport | None:
        """How the engine says that it does."""
        return self.account.health() if self.account is not None else None

    @property
    def fired(self) -> Counter[str]:
        """The faults that struck, by kind."""
        return self.script.fired()

    @property
    def crashes(self) -> list[ChildEvent]:
        """Crashes of actors whose work has nothing to do with the connection's health: bugs, all of them."""
        happenings = self.engine.happenings if self.engine is not None else []
        bad = (Happening.CRASHED, Happening.GAVE_UP)
        return [event for event in happenings if event.what in bad and event.child not in (*self._sockets, "metadata")]

    @property
    def losses(self) -> list[ChildEvent]:
        """The ends of sessions, latest last."""
        happenings = self.engine.happenings if self.engine is not None else []
        return [event for event in happenings if event.what is Happening.CRASHED and event.child in self._sockets]

    def judge(self) -> Verdict:
        """What came of it."""
        return judge(
            self.seen,
            self.scene.truth(self.venue),
            by_hand=self.world.by_hand,
            crashes=[f"{event.child} {event.what}: {event.cause}" for event in self.crashes],
            faults=self.fired,
        )

    def tell(self, text: str) -> None:
        """Note something that is worth a line."""
        self.happenings.append((self.seconds, text))

    async def play(self, watch: Callable[["Stage"], Awaitable[Any]] | None = None) -> None:
        """Perform it, from opening to end, with someone watching."""
        async with trio.open_nursery() as nursery:
            if watch is not None:
                nursery.start_soon(watch, self)
            urls = await nursery.start(self.venue.serve, "127.0.0.1", 0)
            account = self.scene.account(urls, self.settings.seed)
            async with open_engine(engine_config(account), seams=self._seams) as engine:
                self.engine, self.account = engine, engine.account(ACCOUNT)
                await self._trade(self.account)
                self.reconnects = self.account.health().reconnects
                self.ended = trio.current_time()
                self.phase = "done"
            nursery.cancel_scope.cancel()

    async def _trade(self, account: Account) -> None:
        chance = self._seams.chance.generator("demo-strategy")
        seconds = self.settings.trading_seconds
        async with trio.open_nursery() as nursery:
            notes = Notes(self.seen, nursery, self.tell)
            strategy = Strategy(
                account,
                notes,
                chance,
                self.world.price_of,
                has_positions=self.scene.has_positions,
                has_leverage=self.scene.has_leverage,
            )
            nursery.start_soon(notes.follow_reports, account)
            nursery.start_soon(self.world.move)
            with trio.move_on_after(seconds + PATIENCE) as limit:
                self.phase = "trading"
                async with trio.open_nursery() as disturbed:
                    disturbed.start_soon(self.world.trade_by_hand)
                    disturbed.start_soon(self.script.run)
                    await strategy.run(self.settings.orders, seconds)
                    disturbed.cancel_scope.cancel()
                self.venue.faults.clear()
                self.phase = "winding down"
                self.world.close_by_hand()
                await strategy.wind_down()
                await strategy.open_and_close()
                await strategy.wind_down()
                await strategy.agree()
                strategy.look()
                await notes.read_again()
            if limit.cancelled_caught:
                self.tell(f"not everything ended within {PATIENCE:g} s")
            nursery.cancel_scope.cancel()
