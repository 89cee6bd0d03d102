"""Failures, each with a command that it strikes, in a simulated world with the engine's settings for Kraken Spot."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import trio
from attrs import frozen

from batactors import CommandHandle, CommandStatus, Proof, RecoveryAttempt, RecoveryScheduled, Verdict
from batactors.testing import Knobs, World, faults, moments, simulated
from batactors.testing.fault_script import Fault
from batactors.testing.simulation.moments import TimedFault

DEFAULTS = Knobs(
    latency=(0.01, 0.02), rate_limits=True, reconcile_every=60.0, answer=10.0, read_lag=60.0, margin=2.0,
    backoff_first=0.25, backoff_most=30.0,
)  # fmt: skip
"""The world of the page: a well-behaved network, and the engine as it is when nothing is configured."""

Strike = Callable[[], None]
Story = Callable[[World, Strike], Awaitable[CommandHandle]]
"""Prepares the world, lets the failure strike, and gives the command."""


@frozen(kw_only=True)
class Measured:
    """What became of the command.

    Attributes:
        unknown_after: Seconds from the call to the moment from which it was told as unknown; ``None`` if it never was.
        settled_after: Seconds from the call to its verdict.
        asked: How many times the venue was asked for it.
    """

    verdict: Verdict
    unknown_after: float | None
    settled_after: float
    asked: int


async def follow(handle: CommandHandle) -> Measured:
    """What becomes of a command from now on."""
    began, unknown_after, asked = trio.current_time(), None, 0
    async for step in handle.lifecycle():
        if isinstance(step, RecoveryScheduled):
            unknown_after = trio.current_time() - began
        asked += isinstance(step, RecoveryAttempt)
    return Measured(
        verdict=await handle.verdict(), unknown_after=unknown_after,
        settled_after=trio.current_time() - began, asked=asked,
    )  # fmt: skip


@frozen(kw_only=True)
class Scenario:
    """A failure and the command that it strikes.

    Attributes:
        name: As in the page.
        status: Its verdict.
        proof: What proves that.
    """

    name: str
    status: CommandStatus
    proof: Proof
    faults: tuple[Fault | TimedFault, ...]
    story: Story
    knobs: Knobs = DEFAULTS

    def measure(self) -> Measured:
        """Run it, in virtual time."""
        found: list[Measured] = []

        @simulated(seeds=1, knobs=self.knobs)
        async def run(world: World) -> None:
            found.append(await self._follow(world))
            world.heal()
            await trio.sleep(60.0)
            for row in world.ledger.open_orders():
                await world.account.cancel_order(venue_order_id=row.order_id)
            await world.settled(within=600.0)

        run()
        return found[0]

    async def _follow(self, world: World) -> Measured:
        return await follow(await self.story(world, lambda: world.add(*self.faults)))


async def _place(world: World, **changes: Any) -> CommandHandle:
    terms = {
        "instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "48000", **changes
    }  # fmt: skip
    return await world.account.create_order(**terms)


async def _create(world: World, strike: Strike, **changes: Any) -> CommandHandle:
    strike()
    return await _place(world, **changes)


async def _rests(world: World) -> CommandHandle:
    order = await _place(world)
    await order.resolved()
    return order


async def _cancel(world: World, strike: Strike) -> CommandHandle:
    order = await _rests(world)
    strike()
    return await order.cancel()


async def _amend(world: World, strike: Strike) -> CommandHandle:
    order = await _rests(world)
    strike()
    return await order.amend(price="47000")


async def _cancel_all(world: World, strike: Strike) -> CommandHandle:
    await _rests(world)
    strike()
    return await world.account.cancel_all()


async def _create_unreached(world: World, strike: Strike) -> CommandHandle:
    strike()
    await trio.sleep(2.0)
    return await _place(world)


async def _cancel_unreached(world: World, strike: Strike) -> CommandHandle:
    order = await _rests(world)
    strike()
    await trio.sleep(2.0)  # by then no connection is left that was made before
    return await world.account.cancel_order(order.client_order_id, transport="rest")


ACCEPTED, REJECTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED

SCENARIOS = (
    Scenario(
        name="create: the frame is lost", status=NOT_EXECUTED, proof=Proof.ABSENT,
        faults=(faults.LoseCommand(method="add_order"),), story=_create,
    ),
    Scenario(
        name="create: the answer is lost, the stream lives", status=ACCEPTED, proof=Proof.ORDER_OPEN,
        faults=(faults.LoseAck(method="add_order"),), story=_create,
    ),
    Scenario(
        name="create: the socket breaks before the venue reads it", status=NOT_EXECUTED, proof=Proof.ABSENT,
        faults=(faults.CutBeforeCommand(method="add_order"),), story=_create,
    ),
    Scenario(
        name="create: the socket breaks after the venue took it", status=ACCEPTED, proof=Proof.ORDER_OPEN,
        faults=(faults.CutAfterCommand(method="add_order"),), story=_create,
    ),
    Scenario(
        name="create: the venue refuses it, the answer is lost", status=NOT_EXECUTED, proof=Proof.ABSENT,
        faults=(faults.LoseAck(method="add_order"),), story=partial(_create, quantity="1000000"),
    ),
    Scenario(
        name="create: the answer comes 9 s late", status=ACCEPTED, proof=Proof.ORDER_OPEN,
        faults=(faults.DelayAck(method="add_order", seconds=9.0),), story=_create,
    ),
    Scenario(
        name="create: no session, for longer than it may wait", status=NOT_EXECUTED, proof=Proof.NEVER_WRITTEN,
        faults=(moments.RestartVenue(down_for=10.0),), story=_create_unreached,
    ),
    Scenario(
        name="create by REST: HTTP 502, not done", status=NOT_EXECUTED, proof=Proof.ABSENT,
        faults=(faults.HttpError(method="add_order", when="before"),), story=partial(_create, transport="rest"),
    ),
    Scenario(
        name="create by REST: HTTP 502, done", status=ACCEPTED, proof=Proof.ORDER_OPEN,
        faults=(faults.HttpError(method="add_order", when="after"),), story=partial(_create, transport="rest"),
    ),
    Scenario(
        name="create: REST is down for 90 s as well", status=NOT_EXECUTED, proof=Proof.ABSENT,
        faults=(faults.LoseCommand(method="add_order"), moments.RefuseConnections(seconds=90.0)), story=_create,
    ),
    Scenario(
        name="cancel: the frame is lost", status=NOT_EXECUTED, proof=Proof.STILL_OPEN,
        faults=(faults.LoseCommand(method="cancel_order"),), story=_cancel,
    ),
    Scenario(
        name="cancel: the answer is lost", status=ACCEPTED, proof=Proof.ORDER_CLOSED,
        faults=(faults.LoseAck(method="cancel_order"),), story=_cancel,
    ),
    Scenario(
        name="cancel: the order is filled first", status=REJECTED, proof=Proof.ORDER_GONE,
        faults=(faults.FillBeforeCancel(),), story=_cancel,
    ),
    Scenario(
        name="cancel by REST: no connection", status=NOT_EXECUTED, proof=Proof.NEVER_WRITTEN,
        faults=(moments.RestartVenue(down_for=10.0),), story=_cancel_unreached,
    ),
    Scenario(
        name="amend: the frame is lost", status=NOT_EXECUTED, proof=Proof.OLD_TERMS,
        faults=(faults.LoseCommand(method="amend_order"),), story=_amend,
    ),
    Scenario(
        name="amend: the socket breaks after the venue took it", status=ACCEPTED, proof=Proof.NEW_TERMS,
        faults=(faults.CutAfterCommand(method="amend_order"),), story=_amend,
    ),
    Scenario(
        name="cancel all: the frame is lost", status=NOT_EXECUTED, proof=Proof.STILL_OPEN,
        faults=(faults.LoseCommand(method="cancel_all"),), story=_cancel_all,
    ),
    Scenario(
        name="cancel all: the socket breaks after the venue took it", status=ACCEPTED, proof=Proof.ORDER_CLOSED,
        faults=(faults.CutAfterCommand(method="cancel_all"),), story=_cancel_all,
    ),
)  # fmt: skip
