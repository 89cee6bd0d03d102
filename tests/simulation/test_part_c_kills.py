"""Part C of what must hold, on the simulated Kraken Spot: the process is killed with a command under way."""

from contextlib import suppress

import pytest
import trio

from batactors import CommandHandle, CommandStatus, EngineStopped
from batactors.testing import Knobs, World, faults, moments, simulated
from tests.simulation.stories import (
    buy,
    first_events,
    is_proved,
    kinds_of,
    statuses_of,
    steps_of,
)

ACCEPTED, UNKNOWN, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.UNKNOWN_EXECUTION, CommandStatus.NOT_EXECUTED
SHORT = Knobs(read_lag=1.0)


@pytest.mark.holds("Y10")
@pytest.mark.parametrize(
    ("when", "status"),
    [("step Sent", NOT_EXECUTED), ("frame up add_order", ACCEPTED), ("frame down add_order", ACCEPTED)],
    ids=["before_it_arrived", "after_it_arrived", "before_the_answer_came"],
)
@simulated(seeds=3, knobs=SHORT)
async def test_a_kill_between_send_and_answer_is_resolved(world: World, when: str, status: CommandStatus) -> None:
    """Killed after it wrote down that it sends, the process finds out, when it is back, what became of the command."""
    world.add(moments.Kill(when=when))
    if status is NOT_EXECUTED:
        world.add(faults.LoseCommand(method="add_order"))  # by that moment its bytes may be on their way
    first: list[CommandHandle] = []
    with suppress(EngineStopped):
        first.append(await buy(world))
        await first[0].ack()
    (command,) = world.record.commands.values()
    assert [one.command_id for one in first] == [command.command_id], "it was registered before it was sent"
    await trio.sleep(0.5)
    assert world.machine.engine is None
    account = await world.account_again()
    handle = account.command(command.command_id)
    assert handle.client_order_id == first[0].client_order_id
    verdict = await handle.verdict()
    assert verdict.status is status
    steps = await steps_of(handle)
    assert kinds_of(steps)[:4] == ["Sent", "Ack", "Receipt", "RecoveryScheduled"]
    assert [step.sequence for step in steps] == list(range(1, len(steps) + 1))
    assert await statuses_of(handle) == [UNKNOWN, status]
    assert world.machine.lives == 2
    landed = status is ACCEPTED
    assert len(world.ledger.orders) == landed, "it was not sent a second time"
    last = "OrderAccepted" if landed else "OrderNotExecuted"
    assert kinds_of(await first_events(handle, 2)) == ["OrderSubmitted", last]
    if landed:
        await handle.cancel()
    else:
        assert is_proved(verdict, "no endpoint knows of it")
    await world.settled()
