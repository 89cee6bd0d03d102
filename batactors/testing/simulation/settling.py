"""When nothing is open any more: every command has its verdict, every order its end, and everybody was told."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import trio

from batactors import Account, ComponentState
from batactors.model.receipts import PassReport
from batactors.testing.simulation.judge import Judge
from batactors.testing.simulation.machine import Machine
from batactors.testing.simulation.record import Held, Record
from batactors.testing.simulation.stages.stage import Stage
from batactors.testing.venue.ledger import Ledger

LOOK_EVERY = 0.5
"""Virtual seconds between two looks."""


class World(Protocol):
    """What is looked at."""

    @property
    def machine(self) -> Machine: ...
    @property
    def account(self) -> Account: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def record(self) -> Record: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def judge(self) -> Judge: ...
    def holdings(self) -> Mapping[str, Held]:
        """The positions and balances, by name."""
        ...

    def leaks(self) -> Mapping[str, tuple[int, int]]:
        """For each thing that must be given back: how much of it there is, and how much may be."""
        ...


def still_open(world: World) -> Iterator[str]:
    """What has not come to its end yet, in words."""
    record = world.record
    for order in world.ledger.all_open():
        name = order.client_order_id or order.order_id
        yield f"order {name} is open at the venue, with {order.filled} of {order.quantity} filled"
    for client_order_id in record.creates:
        events, there = record.events[client_order_id], record.at_venue(client_order_id, world.ledger)
        if there and there[0].closed and not (events and events[-1].is_terminal):
            yield f"order {client_order_id} is {there[0].status} at the venue, and that is not told yet"
    for command in record.unresolved():
        if not record.cannot_be_told(command):
            yield f"{command.operation} {command.command_id} has no verdict"
    for follower in record.followers:
        if not follower.done:
            yield f"a {follower.kind} follower of {follower.client_order_id} still waits"
    for call in record.calls.values():
        yield f"a call has not come back: {call}"
    yield from down(world)
    for what, held in world.holdings().items():
        if not held.agrees:
            yield f"{what} is told as {held.told}, and it is {held.real}"
    if world.machine.engine is not None and (doubtful := world.account.health().orders_in_doubt):
        yield f"{doubtful} orders are in doubt"


def down(world: World) -> Iterator[str]:
    """What of the engine is not up, in words."""
    if world.machine.engine is None:
        yield "the engine's process is down"
        return
    components = world.account.health().components
    for name in world.stage.sockets:
        socket = components.get(name)
        if socket is None or socket.state is not ComponentState.UP:
            yield f"the {name} is {socket.state if socket is not None else 'not there'}"


def passes(world: World) -> tuple[PassReport | None, int]:
    """The reconciler's last pass in this life of the process, and how many of its passes never ended."""
    if world.machine.engine is None:
        return None, 0
    wiring = world.account._wiring
    return wiring.board.last_pass, wiring.dedup_actor.dispatch.ledger.passes.unended


async def settle(world: World, within: float) -> None:
    """Wait until nothing is open any more; then let the checks judge what they can only judge at rest.

    Raises:
        AssertionError: Something is open after so many virtual seconds.
    """
    __tracebackhide__ = True
    until = trio.current_time() + within
    while things := [*still_open(world), *_not_given_back(world)]:
        if trio.current_time() >= until:
            raise AssertionError("\n".join([f"not settled after {within:g} virtual seconds:", *things]))
        await trio.sleep(LOOK_EVERY)
    world.judge.check("settled")
    await trio.lowlevel.checkpoint()  # if that has broken a promise, the run ends here


def _not_given_back(world: World) -> Iterator[str]:
    for what, (there, most) in world.leaks().items():
        if there > most:
            yield f"{what}: {there}, and at rest there are {most}"
