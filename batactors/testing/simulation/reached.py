"""What runs should reach sometimes: faults that are never met prove nothing."""

from collections.abc import Callable, Mapping, Sequence

from batactors import Happening
from batactors.model.lifecycle import (
    LateAck,
    LifecycleEvent,
    RecoveryAttempt,
    RecoveryCompleted,
    RecoveryScheduled,
    Resolved,
)
from batactors.model.order_events import OrderFilled
from batactors.model.receipts import CommandStatus, RecoveryOutcome
from batactors.model.reports import FillReport
from batactors.testing.simulation.reached_binance import of_binance
from batactors.testing.simulation.reached_bybit import of_bybit
from batactors.testing.simulation.reached_kraken_futures import of_kraken_futures
from batactors.testing.simulation.world import World

OWN: Mapping[str, Callable[[World], Mapping[str, bool]]] = {
    "binance": of_binance,
    "futures": of_kraken_futures,
    "bybit": of_bybit,
}
"""What is noted of one venue alone, by what its stage calls the account."""


def note_reached(world: World) -> None:
    """Note what this run has reached."""
    record = world.record
    steps = [step for one in record.steps.values() for step in one]
    events = [event for one in record.events.values() for event in one]
    verdicts = [receipt.status for receipt in record.verdicts.values()]
    for name, reached in {
        "a command was unknown": any(isinstance(step, RecoveryScheduled) for step in steps),
        "an answer came late": any(isinstance(step, LateAck) for step in steps),
        "a fence was waited for": sum(isinstance(step, RecoveryAttempt) for step in steps) > 1,
        "an unknown command was proved done": _recovered(steps, CommandStatus.ACCEPTED),
        "an unknown command was proved not done": _recovered(steps, CommandStatus.NOT_EXECUTED),
        "a command was refused": CommandStatus.REJECTED in verdicts,
        "a recovery lasted too long": any(
            isinstance(s, RecoveryCompleted) and s.report.outcome is not RecoveryOutcome.SYNCHRONIZED for s in steps
        ),
        "a fill was heard by replay": any(isinstance(e, OrderFilled) and e.replayed for e in events),
        "an event was synthesized": any(event.synthesized for event in events),
        "somebody else's fill was reported": any(isinstance(report, FillReport) for report in record.reports),
        "an order was adopted": bool(record.adopted),
        "an adopted order was filled": any(
            isinstance(event, OrderFilled) for one in record.adopted for event in record.events[one]
        ),
        "a session was begun again": _started(world, world.stage.sockets[0]) > world.machine.lives,
        "an actor crashed": record.crashes > 0,
        "the process was killed": world.machine.kills > 0,
        "an ended order was forgotten": any(follower.forgotten for follower in record.followers),
        "a follower crashed": any(follower.kind == "crashes" for follower in record.followers),
    }.items():
        world.sometimes(reached, name)
    own = OWN.get(world.stage.account)
    for name, reached in own(world).items() if own is not None else ():
        world.sometimes(reached, name)
    if world.machine.engine is not None:
        for counter, number in world.account.counters().items():
            world.sometimes(number, f"counted {counter}")


def _recovered(steps: Sequence[LifecycleEvent], status: CommandStatus) -> bool:
    unknown = {step.command_id for step in steps if isinstance(step, RecoveryScheduled)}
    return any(isinstance(s, Resolved) and s.command_id in unknown and s.verdict.status is status for s in steps)


def _started(world: World, child: str) -> int:
    return sum(event.what is Happening.STARTED and event.child == child for event in world.happenings)
