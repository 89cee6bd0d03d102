"""One simulated world: a venue, an engine on it, the network and the clocks between them, and what goes wrong.

Everything in it follows from one seed. It is opened inside of a run in virtual time: `batactors.testing.simulated` does
that for a test, and `run_plan` for a plan.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from typing import Any

import trio

from batactors import Account, Engine, Seams
from batactors.seams import SeededChance, SeededIds
from batactors.testing.await_points import AwaitPoints
from batactors.testing.fault_script import Fault
from batactors.testing.network import SimulatedNetwork
from batactors.testing.simulation.aims import Aims
from batactors.testing.simulation.checks import ALL_CHECKS, Check, Violation
from batactors.testing.simulation.counting import listening
from batactors.testing.simulation.given import faults_given, knobs_given
from batactors.testing.simulation.judge import Judge
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.machine import Machine, engine_config
from batactors.testing.simulation.moments import TimedFault
from batactors.testing.simulation.seen import Seen
from batactors.testing.simulation.settling import settle
from batactors.testing.simulation.stages import stage_of
from batactors.testing.simulation.storage import Storage
from batactors.testing.trace import Trace
from batactors.testing.virtual_time import VirtualClock, require_virtual_time, virtual_keep_alive

BID, ASK = Decimal(49_000), Decimal(51_000)


class World(Seen):
    """A venue and an engine on it, and everything that can be done to them.

    Attributes:
        venue: The simulated venue, with its ledger and its script of faults.
        stage: What is particular to it.
        network: Between the two.
        clock: The wall clock of the engine's machine; `venue_clock` is the venue's.
        trace: What happened so far.
    """

    def __init__(
        self,
        *,
        seed: int | str = 0,
        knobs: Knobs | None = None,
        checks: Sequence[type[Check]] = ALL_CHECKS,
        options: Mapping[str, Any] | None = None,
        venue: str = "kraken-spot",
    ) -> None:
        """Make a world that is not open yet.

        Args:
            seed: What ids, latencies and jitter follow from.
            knobs: How it is set up.
            checks: The promises to watch.
            options: For the `AccountConfig`, on top of what the knobs say.
            venue: Which simulated venue.
        """
        require_virtual_time()
        self.knobs = knobs = knobs_given(knobs)
        self.trace, self.clock, self.venue_clock = Trace(), VirtualClock(), VirtualClock()
        self.seams = Seams(clock=self.clock, ids=SeededIds(seed), chance=SeededChance(seed))
        venue_seams = Seams(clock=self.venue_clock, ids=SeededIds(f"venue-{seed}"), chance=SeededChance(seed))
        self.network = SimulatedNetwork(seed=seed, latency=knobs.latency, tick=knobs.tick, split=knobs.split)
        self.stage = stage_of(venue, knobs, venue_seams)
        self.venue, name = self.stage.venue, self.stage.account
        self.venue.faults.told = lambda fault: self.trace.note("fault", "fault", str(fault))
        self.venue.fill_in_parts = knobs.fill_in_parts
        self.venue.ioc_remainder = knobs.ioc_remainder
        self.await_points = AwaitPoints(account=name, on_strike=lambda text: self.trace.note("fault", "fault", text))
        self._scope = trio.CancelScope()
        self.judge = Judge(self.trace, self._scope.cancel, self.stage.words)
        self.struck = self.venue.faults.fired
        self.reached: Counter[str] = Counter()
        self.port, self.began, self._healings = 0, 0.0, 0
        self.healed_at: float | None = None
        self.machine: Machine
        self._disk = Storage(seed, knobs, (name, venue), self.clock, self.judge.wrote)
        self.judge.begin(checks, self)
        self._nursery: trio.Nursery
        self._endings: list[Callable[[], None]] = []
        self._logged: list[str] = []
        self._aims = Aims(self._strike)
        self._options = dict(options or {})
        self._baseline: dict[str, int] = {}

    # What a test holds.

    @property
    def engine(self) -> Engine:
        """The engine that runs now.

        Raises:
            RuntimeError: None does: its process was killed, and has not come back yet.
        """
        if self.machine.engine is None:
            raise RuntimeError("no engine runs now: its process was killed; `await world.account_again()` waits for it")
        return self.machine.engine

    @property
    def account(self) -> Account:
        """The account of the engine that runs now."""
        return self.engine.account(self.stage.account)

    async def account_again(self) -> Account:
        """The account of the engine that runs now, or of the next one."""
        return await self.machine.account(self.stage.account)

    @property
    def violations(self) -> Sequence[Violation]:
        """The promises that were broken."""
        return self.judge.violations

    def add(self, *faults: Fault | TimedFault) -> None:
        """Let these strike: the venue's when their request or frame comes, the others at their time.

        Times count from when trading began, which is when the world was opened; what is past strikes now.
        """
        for fault in faults_given(faults):
            if isinstance(fault, Fault):
                self.venue.faults.add(fault)
            elif fault.when is None:
                strike = partial(self._strike, fault, self._healings)
                self.after(max(0.0, self.began + fault.at - trio.current_time()), strike)
            else:
                self._aims.add(fault)

    def start(self, async_fn: Callable[..., Awaitable[object]], *args: object) -> None:
        """Run this beside everything else, until the world is closed."""
        self._nursery.start_soon(async_fn, *args, name="user")

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Call this so many virtual seconds from now."""
        self._nursery.start_soon(self._later, seconds, do, name="simulation/later")

    async def _later(self, seconds: float, do: Callable[[], None]) -> None:
        await trio.sleep(seconds)
        do()

    def sometimes(self, condition: object, name: str) -> None:
        """Note that this was reached, if it was: over many runs, what never is shows that nothing tests it."""
        self.reached[name] += bool(condition)

    async def settled(self, within: float = 120.0) -> None:
        """Wait until every order and every command has its end; then judge what can only be judged at rest.

        Faults go on meanwhile: `heal` ends them. With the venue's rate limits, recovery can take many minutes.

        Raises:
            AssertionError: Something is open after `within` virtual seconds; the text names it.
        """
        __tracebackhide__ = True
        await settle(self, within)

    def heal(self) -> None:
        """End everything that is wrong, and let nothing else go wrong."""
        self.trace.note("check", "phase", "calm")
        self._healings, self.healed_at = self._healings + 1, trio.current_time()
        self.venue.faults.clear()
        self.venue.recover()
        self.await_points.forget()
        self._aims.clear()
        for end in self._endings:
            end()
        self._endings.clear()
        self.network.heal(self.port)

    # What happens in it.

    def _drop(self) -> None:
        """Take its sockets from the engine's process, and whatever would keep it from dying now."""
        self.network.drop_clients(self.port)
        self.await_points.release()

    def _strike(self, fault: TimedFault, added: int | None = None) -> None:
        if added not in (None, self._healings):
            return  # the world has healed since
        self.struck[type(fault).__name__] += 1
        self.trace.note("fault", "fault", str(fault))
        with self.judge.of_ours():
            end = fault.strike(self)
            if end is not None:
                self._endings.append(end)

    # How it is opened.

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["World"]:
        """Open the venue and an engine on it; at the end let the engine stop in good order.

        Raises:
            InvariantViolation: A promise was broken.
        """
        trio.lowlevel.add_instrument(self.await_points)
        with self.network.installed(), virtual_keep_alive(), listening("batactors", self._logged):
            with self._scope:
                async with trio.open_nursery() as nursery:
                    self._nursery = nursery
                    await self._open(nursery)
                    yield self
                    await self._close()
                    nursery.cancel_scope.cancel()
            if not self.judge.violations:
                self._baseline["open sockets"] = 0
                self.judge.check("closed")
        self._disk.end()
        self.judge.finish()

    async def _open(self, nursery: trio.Nursery) -> None:
        self.venue.watch = self.judge.saw
        self.network.watch = lambda number, what, text: self.trace.note(f"socket {number}", what, text)
        urls = await nursery.start(self.venue.serve, name="venue")
        self.port = int(urls.rest.rpartition(":")[2])
        for symbol in (self.stage.symbol, *self.stage.others.values()):
            self.venue.set_market(symbol, bid=BID, ask=ASK)
        config = engine_config(self.stage, urls, self.knobs, self._options)
        self.machine = Machine(
            config=config,
            seams=self.seams,
            disk=self._disk,
            drop=self._drop,
            watch=self.judge.supervised,
            trace=self.trace,
            began=self.record.modes.clear,  # a new process has the modes of its configuration
        )
        await nursery.start(self.machine.run, name="machine")
        self._baseline = self._count()
        if self.stage.most_connections is not None:
            self._baseline["open sockets"] = self.stage.most_connections
        self.trace.watch(self._aims.look)
        self.began = trio.current_time()
        self._aims.begin(self.began)
        self.trace.note("check", "phase", "storm")

    async def _close(self) -> None:
        self.machine.stop()
        await self.machine.stopped.wait()
