"""How fast the simulation is on one core: drawn plans as `batactors simulate` runs them, and steady trading.

`python -m benchmarks.simulation [--json]`. Times are processor time of this process, so that others on the machine
count for less. The workloads alternate with two yardsticks of trio's own: one checkpoint, and one sleep that the mock
clock jumps over. What is measured is told in real figures and as multiples of the checkpoint measured just before, each
as its median with its range; only the multiples may be compared between machines.
"""

import gc
import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

import trio
from attrs import frozen
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from trio.testing import MockClock

from batactors.model.order_events import OrderFilled
from batactors.testing.schedule import deterministic_entropy
from batactors.testing.simulation import draw_plan, run_plan
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.world import World
from batactors.testing.virtual_time import run_in_virtual_time

ROUNDS = 5
SEEDS = range(16)
CHECKPOINTS = 20_000
SLEEPS = 4_000
DIFFERENCES = (
    "The sheet's engine was a throwaway one. It spoke place-and-fill over WebSocket only, to 4 venues, a heartbeat "
    "each 15 s; it had no REST reconcile, no journal, no checks and no trace. Here one venue is traded, which sends a "
    "heartbeat each second and is asked by signed HTTP every 30 s; each order is journaled and checked against the "
    "venue's ledger, and every frame is in the trace. The dense workload is 5 s long: the engine keeps to the venue's "
    "trading counter, which lets no account go on like that. Opening and closing are in every figure."
)


@frozen(kw_only=True)
class Workload:
    """Orders that are filled at once, so far apart.

    Attributes:
        every: Virtual seconds between two orders; none are placed if there are to be 0.
        orders: How many.
        idle: Virtual seconds to wait instead.
        sheet: What `shared/simulation.md` has for it.
    """

    every: float = 1.0
    orders: int = 0
    idle: float = 0.0
    sheet: str

    @property
    def seconds(self) -> float:
        """Virtual seconds that it takes at least."""
        return self.every * self.orders + self.idle


WORKLOADS = {
    "20 orders/s": Workload(every=0.05, orders=100, sheet="1035 lifecycles/s, 54x"),
    "1 order/s": Workload(every=1.0, orders=200, sheet="946 lifecycles/s, 950x"),
    "1 order/30 s": Workload(every=30.0, orders=40, sheet="316 lifecycles/s, 9500x"),
    "1 order/10 min": Workload(every=600.0, orders=6, sheet="27 lifecycles/s, 16000x"),
    "idle hour": Workload(idle=3600.0, sheet="-"),
}
PLANS = "drawn plans"
PLANS_SHEET = "47-50 runs/s, swarm 26 runs/s, some 43 virtual s each"


@frozen(kw_only=True)
class Measured:
    """One round of one workload: processor seconds, virtual seconds, and how much was done in them."""

    took: float
    virtual: float
    units: int


def trade(workload: Workload) -> Measured:
    """One workload, the engine's start and its stop included."""
    filled = 0
    ended = 0.0

    async def follow(world: World) -> None:
        nonlocal filled
        handle = await world.account.create_order(
            instrument="BTC/USD", side="buy", order_type="limit", quantity="0.1", price="51500.3"
        )
        async for event in handle.events():
            filled += isinstance(event, OrderFilled)

    async def main() -> None:
        nonlocal ended
        world = World(seed=0, knobs=Knobs(reconcile_every=30.0), options={"tier": "pro"})
        async with world.opened():
            for _ in range(workload.orders):
                world.start(follow, world)
                await trio.sleep(workload.every)
            await trio.sleep(workload.idle)
            await world.settled()
        ended = trio.current_time()

    began = time.process_time()
    with deterministic_entropy(0):
        run_in_virtual_time(main, seed=0, timeout=workload.seconds + 600)
    took = time.process_time() - began
    assert filled == workload.orders, f"{filled} fills of {workload.orders} orders"
    return Measured(took=took, virtual=ended, units=workload.orders)


def plans() -> Measured:
    """Drawn plans."""
    drawn = [draw_plan(seed) for seed in SEEDS]
    began = time.process_time()
    reports = [run_plan(plan) for plan in drawn]
    took = time.process_time() - began
    for report in reports:
        assert report.good, f"seed {report.plan.seed}: {report.violations}"
    return Measured(took=took, virtual=sum(report.virtual_seconds for report in reports), units=len(reports))


async def _checkpoints() -> None:
    for _ in range(CHECKPOINTS):
        await trio.lowlevel.checkpoint()


async def _sleeps() -> None:
    for _ in range(SLEEPS):
        await trio.sleep(1.0)


def yardstick(work: Callable[[], Awaitable[None]], times: int) -> float:
    """Processor seconds of one step."""
    began = time.process_time()
    trio.run(work, clock=MockClock(autojump_threshold=0))
    return (time.process_time() - began) / times


def told(values: list[float], digits: int = 0) -> str:
    """The median with its range."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def spread(values: list[float]) -> dict[str, float]:
    """The same as data."""
    return {"median": round(median(values), 2), "least": round(min(values), 2), "most": round(max(values), 2)}


def main() -> None:
    """Measure and report."""
    logging.getLogger().addHandler(logging.NullHandler())  # what faults cause is no news
    works: dict[str, Callable[[], Measured]] = {PLANS: plans}
    for name, workload in WORKLOADS.items():
        works[name] = lambda workload=workload: trade(workload)  # type: ignore[misc]
    run_plan(draw_plan(0))  # what is made once per process is made here
    gc.freeze()  # as the workers of `batactors simulate` do
    checkpoints: list[float] = []
    sleeps: list[float] = []
    measured: dict[str, list[Measured]] = {name: [] for name in works}
    ratios: dict[str, list[float]] = {name: [] for name in works}
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        bar = progress.add_task("measuring", total=ROUNDS * len(works))
        for _ in range(ROUNDS):
            for name, work in works.items():
                checkpoints.append(yardstick(_checkpoints, CHECKPOINTS))
                sleeps.append(yardstick(_sleeps, SLEEPS))
                measured[name].append(one := work())
                ratios[name].append(one.took / (one.units or one.virtual) / checkpoints[-1])
                progress.advance(bar)

    speed = {name: [one.virtual / one.took for one in some] for name, some in measured.items()}
    rate = {name: [one.units / one.took for one in some] for name, some in measured.items() if some[0].units}
    sheets = {PLANS: PLANS_SHEET, **{name: workload.sheet for name, workload in WORKLOADS.items()}}
    if "--json" in sys.argv:
        report = {
            "checkpoint_microseconds": spread([one * 1e6 for one in checkpoints]),
            "sleep_microseconds": spread([one * 1e6 for one in sleeps]),
            "workloads": {
                name: {
                    "per_second": spread(rate[name]) if name in rate else None,
                    "virtual_to_real": spread(speed[name]),
                    "checkpoints_each": spread(ratios[name]),
                    "sheet": sheets[name],
                }
                for name in works
            },
        }
        print(json.dumps(report))
        return
    table = Table("workload", "a second", "virtual to real", "checkpoints for each", "the sheet", title="On one core")
    for name in works:
        each = "run" if name == PLANS else "order" if name in rate else "virtual s"
        per_second = f"{told(rate[name], 1)} {each}s" if name in rate else "-"
        table.add_row(name, per_second, f"{told(speed[name])}x", f"{each}: {told(ratios[name])}", sheets[name])
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    console.print(f"Yardsticks, in us: a checkpoint {told([one * 1e6 for one in checkpoints], 1)}, "
                  f"a sleep and a jump {told([one * 1e6 for one in sleeps], 1)}.")  # fmt: skip
    console.print(DIFFERENCES)


if __name__ == "__main__":
    main()
