"""Words for tests that tell a story in a simulated world."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from batactors import (
    CommandHandle,
    CommandReceipt,
    CommandStatus,
    LifecycleEvent,
    OrderEvent,
    OrderFilled,
    Origin,
    Receipt,
    Verdict,
)
from batactors.testing import World
from batactors.testing.trace import TraceEvent

ASKED = r"asked ([2-9]|\d\d) times after its validity ran out"


async def buy(world: World, **changes: Any) -> CommandHandle:
    """Place an order that rests, unless it is changed."""
    terms = {
        "instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "48000", **changes
    }  # fmt: skip
    return await world.account.create_order(**terms)


async def bought(world: World, **changes: Any) -> CommandHandle:
    """The same, and it is accepted."""
    handle = await buy(world, **changes)
    assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    return handle


async def steps_of(handle: CommandHandle) -> list[LifecycleEvent]:
    """All steps of a command, until it is resolved."""
    return [step async for step in handle.lifecycle()]


async def receipts_of(handle: CommandHandle) -> list[CommandReceipt]:
    """All receipts of a command, until it is resolved."""
    return [step.receipt for step in await steps_of(handle) if isinstance(step, Receipt)]


async def statuses_of(handle: CommandHandle) -> list[CommandStatus]:
    """What the receipts of a command said, until it is resolved."""
    return [receipt.status for receipt in await receipts_of(handle)]


async def first_events(handle: CommandHandle, count: int) -> list[OrderEvent]:
    """So many events of an order, from the first on."""
    events: list[OrderEvent] = []
    async for event in handle.events():
        events.append(event)
        if len(events) == count:
            break
    return events


def journaled(world: World, handle: CommandHandle) -> list[OrderEvent]:
    """What the engine has told of an order until now."""
    assert handle.client_order_id is not None
    return world.record.events[handle.client_order_id]


def is_proved(verdict: Verdict, says: str) -> bool:
    """Whether a verdict rests on this, found by asking twice at least when the command could not be done any more."""
    last = verdict.evidence[-1]
    return last.origin is Origin.QUERY and bool(re.fullmatch(f"{says}, {ASKED}", last.says))


def kinds_of(things: Sequence[object]) -> list[str]:
    """The names of their types."""
    return [type(one).__name__ for one in things]


def fills_of(events: Sequence[OrderEvent]) -> list[OrderFilled]:
    """The fills among them."""
    return [event for event in events if isinstance(event, OrderFilled)]


def fill(world: World, handle: CommandHandle, quantity: str) -> None:
    """Let a counterparty trade with an order."""
    world.venue.fill(str(handle.client_order_id), Decimal(quantity))


def happened(world: World, kind: str, text: str = "", since: float = 0.0) -> list[TraceEvent]:
    """What the trace has of this kind whose text has this in it, from a moment on."""
    return [one for one in world.trace.events if one.kind == kind and text in one.text and one.at >= since]


def methods_at_venue(world: World) -> list[str]:
    """The commands that reached the venue's engine."""
    return [command.method for command in world.ledger.commands]
