"""What holds at a venue when answers get lost, sockets break, and processes die."""

from decimal import Decimal

import trio

from batactors import CommandStatus, OrderCanceled, OrderFilled
from batactors.testing import faults
from batactors.testing.conformance.capability import Group, capability
from batactors.testing.conformance.stand import LONG, Stand
from batactors.testing.simulation import moments

SAFETY = Group.SAFETY


@capability("lost_answer", SAFETY, "a lost answer to a create is found to be Accepted")
async def lost_answer(stand: Stand) -> None:
    """The order is found, though nobody answered."""
    stand.world.add(faults.LoseAck())
    await stand.place()


@capability("lost_command", SAFETY, "a create that never came is proved not executed")
async def lost_command(stand: Stand) -> None:
    """That it is nowhere is proof, once it can come no more."""
    stand.world.add(faults.LoseCommand())
    (handle,) = await stand.account.create_orders([stand.order()])
    with trio.fail_after(LONG):
        assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED


@capability("cut", SAFETY, "fills during a cut are told after it", roads=False)
async def cut(stand: Stand) -> None:
    """Nobody was connected when it traded."""
    handle = await stand.place()
    moments.RefuseConnections(at=0, seconds=3.0).strike(stand.world)
    moments.Cut(at=0).strike(stand.world)
    stand.world.venue.fill(str(handle.client_order_id), Decimal("0.2"))
    await trio.sleep(30.0)
    await stand.told(handle, OrderFilled)


@capability("restart", SAFETY, "fills while the process is dead are told by the next", roads=False)
async def restart(stand: Stand) -> None:
    """The journal is all that is left of it."""
    handle = await stand.place()
    moments.Kill(at=0, down_for=5.0).strike(stand.world)
    stand.world.venue.fill(str(handle.client_order_id), Decimal("0.2"))
    await trio.sleep(30.0)
    account = await stand.world.account_again()
    (again,) = [one for one in account.commands(ended=True) if one.client_order_id == handle.client_order_id]
    await stand.told(again, OrderFilled)


@capability(
    "dead_mans_switch",
    SAFETY,
    "the venue cancels what is open when the process dies",
    roads=False,
    cancel_after=60,
)
async def dead_mans_switch(stand: Stand) -> None:
    """Armed while the engine lives; nobody else has cancelled it."""
    handle = await stand.place()
    await trio.sleep(5.0)
    moments.Kill(at=0, down_for=120.0).strike(stand.world)
    await trio.sleep(180.0)
    account = await stand.world.account_again()
    (again,) = [one for one in account.commands(ended=True) if one.client_order_id == handle.client_order_id]
    await stand.told(again, OrderCanceled)
