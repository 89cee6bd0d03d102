"""What the tests on any venue do again and again: place, hear, judge what was told."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

import trio
from attrs import frozen

from batactors import Account, CommandHandle, CommandStatus, HealthStatus, LifecycleEvent, OrderEvent, OrderFilled
from batactors.testing.venue.orders import VenueOrder


class AnyBench(Protocol):
    """What a test holds, whatever the venue: it, an account at it, and the terms of an order that rests there."""

    @property
    def venue(self) -> Any: ...

    @property
    def account(self) -> Account: ...

    @property
    def terms(self) -> Mapping[str, Any]: ...


async def place(bench: AnyBench, **changes: Any) -> CommandHandle:
    """An order that rests, unless its terms are changed; its fate is not waited for."""
    return await bench.account.create_order(**{**bench.terms, **changes})


async def rest(bench: AnyBench, **changes: Any) -> CommandHandle:
    """An order that the venue has accepted."""
    handle = await place(bench, **changes)
    with trio.fail_after(30.0):
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    return handle


def name_of(handle: CommandHandle) -> str:
    """Its client order id."""
    return str(handle.client_order_id)


def at_venue(bench: AnyBench, handle: CommandHandle) -> list[VenueOrder]:
    """The venue's orders with its client order id."""
    orders: list[VenueOrder] = bench.venue.ledger.orders_by_client_id(name_of(handle))
    return orders


def fill(bench: AnyBench, handle: CommandHandle, quantity: str) -> None:
    """Let it trade."""
    bench.venue.fill(name_of(handle), quantity=Decimal(quantity))


def sent(bench: AnyBench, method: str) -> int:
    """How many commands of this kind the venue's engine has had."""
    return sum(command.method == method for command in bench.venue.ledger.commands)


async def events_of(handle: CommandHandle, within: float = 60.0) -> list[OrderEvent]:
    """All that is told of an order, to its end."""
    with trio.fail_after(within):
        return [event async for event in handle.events()]


async def steps_of(handle: CommandHandle, within: float = 60.0) -> list[LifecycleEvent]:
    """All that is told of a command, to its verdict."""
    with trio.fail_after(within):
        return [step async for step in handle.lifecycle()]


async def told_so_far(handle: CommandHandle) -> list[OrderEvent]:
    """What is told of an order by now."""
    events: list[OrderEvent] = []
    with trio.move_on_after(1.0):
        async for event in handle.events():
            events.append(event)
    return events


def fills_in(events: list[OrderEvent]) -> list[Decimal]:
    """The quantities of the fills, in the order in which they were told."""
    return [event.quantity for event in events if isinstance(event, OrderFilled)]


async def healthy(bench: AnyBench, within: float = 300.0) -> None:
    """Wait until it is."""
    with trio.fail_after(within):
        while bench.account.health().status is not HealthStatus.HEALTHY:  # noqa: ASYNC110
            await trio.sleep(0.5)


@frozen
class Health:
    """What health said, each time it changed: its status, its reasons, and what was not up."""

    said: list[tuple[str, tuple[str, ...], tuple[str, ...]]]

    @property
    def statuses(self) -> set[str]:
        """Every status that was told."""
        return {status for status, _, _ in self.said}


async def follow_health(
    bench: AnyBench, told: Health, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """Note all that health says, until cancelled."""
    task_status.started()
    async for report in bench.account.watch_health():
        down = tuple(name for name, one in report.components.items() if one.state != "up")
        told.said.append((str(report.status), tuple(map(str, report.reasons)), down))


async def until(holds: Callable[[], bool], within: float = 60.0) -> None:
    """Wait until this holds."""
    with trio.fail_after(within):
        while not holds():  # noqa: ASYNC110
            await trio.sleep(0.05)
