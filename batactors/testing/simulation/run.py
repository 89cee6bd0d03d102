"""One plan, run from beginning to end: storm, calm, and the judgement of all checks."""

import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

import trio
from attrs import field, frozen

from batactors import BatactorsError, Happening
from batactors.testing.actor_names import actor_of
from batactors.testing.faults import LoseFrame
from batactors.testing.schedule import deterministic_entropy
from batactors.testing.simulation.bounds import round_bound
from batactors.testing.simulation.checks import ALL_CHECKS, OF_PLANS, Check, Violation
from batactors.testing.simulation.judge import InvariantViolation
from batactors.testing.simulation.plan import Plan
from batactors.testing.simulation.reached import note_reached
from batactors.testing.simulation.settling import still_open
from batactors.testing.simulation.trader import Trader
from batactors.testing.simulation.world import World
from batactors.testing.trace import Trace
from batactors.testing.virtual_time import run_in_virtual_time

BOUND = {False: 150.0, True: 1200.0}
"""Virtual seconds after the world has healed until nothing may be unresolved, by whether the venue's limits are on: at
its own pace a venue answers the questions that follow many reconnects for minutes."""
AT_LEAST = 60.0
"""Virtual seconds that a run takes; longer where something was lost without a trace, see `bounds.round_bound`."""
CANCEL_EVERY = 15.0
"""Virtual seconds between the commands that bring what is still open to its end, or the signs of life."""


@frozen(kw_only=True)
class RunReport:
    """What a run came to.

    Attributes:
        violations: The promises that were broken; none in a good run.
        virtual_seconds: How long it took by its own clock.
        settled_after: Virtual seconds from the healing until everything was settled; `None` if it never was.
        orders, commands, fills: That the engine was asked for, and that the venue's ledger has.
        compared: How many verdicts of NotExecuted and Rejected were compared with the venue's ledger (`checked`), how
            many of them were `wrong`, and how many the ledger does not tell from others alike.
        longest: Virtual seconds that the slowest verdict took, from the healing or from its command's registration.
        bound: Virtual seconds that a verdict may take, by `bounds.verdict_bound`.
        undecided: The commands of which it was said that nothing tells what became of them, and with what outcome.
        faults: How often each kind of fault struck.
        restarts: How often each actor was started again, and the process (`machine`).
        reached: How often each thing happened that runs should reach sometimes.
        digest: Of the whole trace: equal for equal runs.
    """

    plan: Plan
    violations: tuple[Violation, ...]
    virtual_seconds: float
    settled_after: float | None
    orders: int
    commands: int
    fills: int
    compared: Mapping[str, int]
    longest: float
    bound: float
    undecided: Sequence[str]
    faults: Mapping[str, int]
    restarts: Mapping[str, int]
    reached: Mapping[str, int]
    trace: Trace = field(repr=False)
    digest: str

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return not self.violations


def run_plan(plan: Plan, *, checks: Sequence[type[Check]] = ALL_CHECKS) -> RunReport:
    """Run a plan, in a trio run of its own and in virtual time. Whatever goes wrong in it is in the report."""
    run = _Run(plan, checks)
    with deterministic_entropy(plan.seed):
        try:
            timeout = plan.storm + 2 * BOUND[True] + round_bound(plan.knobs)
            run_in_virtual_time(run.main, seed=plan.seed, strategy=plan.knobs.strategy, timeout=timeout)
        except* InvariantViolation:
            pass  # the world has them
        except* Exception as group:
            run.error = group
    return run.report()


class _Run:
    def __init__(self, plan: Plan, checks: Sequence[type[Check]]) -> None:
        self.plan = plan
        self.error: BaseException | None = None
        self._checks = checks
        self._world: World | None = None
        self._ended = 0.0
        self._settled_after: float | None = None

    async def main(self) -> None:
        world = self._world = World(
            seed=self.plan.seed, knobs=self.plan.knobs, checks=(*self._checks, *OF_PLANS), venue=self.plan.venue
        )
        try:
            async with world.opened():
                world.add(*self.plan.faults)
                trader = Trader(world)
                for step in self.plan.steps:
                    world.start(trader.do, step)
                await trio.sleep_until(world.began + self.plan.storm)
                await self._calm(world)
                note_reached(world)
        finally:
            self._ended = trio.current_time()

    async def _calm(self, world: World) -> None:
        """Heal, bring all orders to their end, and see that everything is settled in time."""
        world.heal()
        healed = trio.current_time()
        next_cancel = healed + 3.0
        enough = max(world.began + AT_LEAST, healed + _until_found(world))
        while trio.current_time() < max(enough, healed + BOUND[self.plan.knobs.rate_limits]):
            await trio.sleep(1.0)
            if is_settled(world):
                self._settled_after = self._settled_after or trio.current_time() - healed
                if trio.current_time() >= enough:
                    break
            elif trio.current_time() >= next_cancel:
                next_cancel = trio.current_time() + CANCEL_EVERY
                if world.ledger.all_open():
                    world.start(self._cancel_all, world)
                else:
                    self._sign_of_life(world)
        world.judge.check("settled")

    def _sign_of_life(self, world: World) -> None:
        """Somebody else's order comes and goes: where the last frame was lost, only the next one can tell."""
        symbol = world.stage.symbol
        order = world.venue.place_external(symbol=symbol, side="buy", quantity=Decimal(1), price=Decimal(1000))
        world.venue.cancel(order)

    async def _cancel_all(self, world: World) -> None:
        try:
            account = await world.account_again()
            for instrument, conditional in _scopes(world):
                await account.cancel_all(instrument, conditional=conditional)
        except BatactorsError as error:
            world.trace.note("user", "did", f"could not: {type(error).__name__}")

    def report(self) -> RunReport:
        world = self._world
        if world is None or not hasattr(world, "machine"):
            assert self.error is not None
            raise self.error  # there was no run: the plan, or the way the world is set up, makes no sense
        violations = list(world.violations)
        if self.error is not None and not violations:
            violations += [
                Violation(check=type(one).__name__, text=told(one), at=self._ended) for one in leaves(self.error)
            ]
        restarts = Counter(actor_of(event.child) for event in world.happenings if event.what is Happening.CRASHED)
        restarts["machine"] = world.machine.lives - 1
        return RunReport(
            plan=self.plan,
            violations=tuple(violations),
            virtual_seconds=self._ended,
            settled_after=self._settled_after,
            orders=len(world.record.creates),
            commands=len(world.record.commands),
            fills=len(world.ledger.fills),
            compared=dict(world.record.compared),
            longest=world.record.longest,
            bound=world.record.bound,
            undecided=tuple(world.record.undecided()),
            faults=world.struck,
            restarts={actor: number for actor, number in sorted(restarts.items()) if number},
            reached=dict(world.reached),
            trace=world.trace,
            digest=world.trace.digest(),
        )


def _scopes(world: World) -> list[tuple[str | None, bool]]:
    """What cancels of all together take off everything that is open: an instrument, and which of the two kinds."""
    if world.stage.cancels_all_of is None:
        return [(None, False)]
    instrument, ledger = world.stage.words.instrument, world.ledger
    placed = [(instrument(one.pair.symbol), False) for one in ledger.open_orders()]
    waiting = [(instrument(one.pair.symbol), True) for one in ledger.waiting.open()]
    return list(dict.fromkeys([*placed, *waiting]))


def leaves(error: BaseException) -> list[BaseException]:
    """The errors at the ends of a group's branches."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for branch in error.exceptions for leaf in leaves(branch)]
    return [error]


def told(error: BaseException) -> str:
    """An error with the last places that it came by."""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-4, chain=False))


def _until_found(world: World) -> float:
    """Virtual seconds until what was lost without a trace has been asked for; none if nothing was."""
    return round_bound(world.knobs) if world.struck[LoseFrame.__name__] else 0.0


def is_settled(world: World) -> bool:
    """Whether every command has its verdict, every follower its end, and the engine nothing left to ask."""
    return not any(still_open(world))
