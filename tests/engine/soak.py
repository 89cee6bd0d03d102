"""A seeded storm: many orders, many faults, then calm; and a comparison with the venue's own ledger.

`python -m tests.engine.soak 0 200` runs the seeds from 0 to 199 and names those that fail.
"""

import logging
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from random import Random
from typing import Any

import trio

from batactors import CommandHandle, CommandStatus, OrderAccepted, OrderEvent, OrderFilled, OrderState, OrderSubmitted
from batactors.model.commands import AmendOrder, CancelAll
from batactors.model.errors import InvalidCommand
from batactors.model.ids import CommandId
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing import SimulatedNetwork, VirtualClock, run_in_virtual_time, virtual_keep_alive
from batactors.testing import faults as f
from batactors.testing.fault_script import Fault
from tests.engine.bench import open_bench

STORM = 20.0
CALM = {False: 200.0, True: 1200.0}
"""Seconds until all is settled after a storm, by whether the venue's limits are on."""
Followed = dict[str, list[OrderEvent]]
AnyBench = Any
"""A venue, an engine and an account of it."""
Opened = Callable[..., AbstractAsyncContextManager[AnyBench]]
"""What opens one."""


def kinds(rng: Random) -> list[Fault]:
    """One of each fault, with drawn parameters."""
    nth = rng.randint(1, 6)
    commands = ["add_order", "amend_order", "cancel_order"]
    method = rng.choice(commands)
    reads = ["OpenOrders", "ClosedOrders", "QueryOrders", "TradesHistory"]
    return [
        f.LoseAck(method=method, nth=nth),
        f.LoseCommand(method=method, nth=nth),
        f.Refuse(method=method, nth=nth, error="EOrder:Insufficient funds"),
        f.Refuse(method=method, nth=nth, error="EService:Unavailable"),
        f.RefuseRate(method=method, nth=nth),
        f.RefuseToken(nth=nth),
        f.DelayCommand(method=method, nth=nth, seconds=rng.choice([0.5, 3.0, 4.9, 5.1, 20.0])),
        f.DelayAck(method=method, nth=nth, seconds=rng.choice([0.5, 3.0, 8.0])),
        f.EventsBeforeAck(method=method, nth=nth, count=3),
        f.CutBeforeCommand(method=method, nth=nth),
        f.CutAfterCommand(method=method, nth=nth),
        f.CloseAfterCommand(method=method, nth=nth),
        f.GoSilent(method=method, nth=nth, seconds=rng.choice([2.0, 15.0, f.FOREVER])),
        f.RestartAfterCommand(method=method, nth=nth, down_for=rng.choice([0.1, 2.0])),
        f.PendingCancel(nth=nth, seconds=rng.choice([0.5, 4.0])),
        f.FillBeforeCancel(nth=nth, share=rng.choice(["half", "all"])),
        f.HttpError(method=rng.choice(reads), nth=nth, status=rng.choice([502, 520, 429]), when="before"),
        f.Stall(method=rng.choice(reads), nth=nth),
        f.CutReply(method=rng.choice(reads), nth=nth),
        f.ReadLag(nth=nth, count=5, seconds=0.4),
        f.DuplicateFrame(nth=nth, count=5),
        f.SwapFrames(nth=nth, count=3),
        f.SkipSequence(nth=nth, count=2),
        f.LoseFrame(nth=nth),
        f.DelayFrame(nth=nth, seconds=rng.choice([0.2, 2.0])),
        f.CutInFrame(nth=nth),
        f.BalancesFirst(nth=nth),
        f.MalformedRow(nth=nth),
        f.UnknownEvent(nth=nth),
        f.UnknownChannel(nth=nth),
    ]


async def follow(handle: CommandHandle, into: list[OrderEvent]) -> None:
    async for event in handle.events():
        into.append(event)


async def trade(
    bench: AnyBench, instrument: str, rng: Random, handles: list[CommandHandle], followed: Followed, calm: float
) -> None:
    """Place, amend, cancel and have filled, for as long as the storm lasts."""
    creates: list[CommandHandle] = []
    async with trio.open_nursery() as nursery:
        nursery.cancel_scope.deadline = trio.current_time() + STORM + calm
        ends = trio.current_time() + STORM
        while trio.current_time() < ends:
            await trio.sleep(rng.choice([0.0, 0.05, 0.3, 1.0]))
            what = rng.random()
            if what < 0.45 or not creates:
                side = rng.choice(["buy", "sell"])
                kind = rng.choice(["plain", "plain", "plain", "post_only", "ioc"])
                low, high = (48_000, 50_000) if side == "buy" else (50_000, 52_000)
                handle = await bench.account.create_order(
                    instrument=instrument, side=side, order_type="limit", quantity=f"0.{rng.randint(1, 9)}",
                    price=rng.choice([low, high, 51_500 if side == "buy" else 48_500]),
                    post_only=kind == "post_only", time_in_force="ioc" if kind == "ioc" else "gtc",
                )  # fmt: skip
                creates.append(handle)
                into = followed.setdefault(str(handle.client_order_id), [])
                nursery.start_soon(follow, handle, into)
            elif what < 0.6:
                handle = await rng.choice(creates).amend(quantity=f"0.{rng.randint(1, 9)}")
            elif what < 0.75:
                handle = await rng.choice(creates).cancel()
            else:
                counterparty(bench, rng)
                continue
            handles.append(handle)
        bench.venue.faults.clear()
        await trio.sleep(3.0)
        bench.venue.faults.clear()
        handles.append(await bench.account.cancel_all())
        for handle in handles:
            await handle.resolved()
        handles.append(await bench.account.cancel_all())
        await handles[-1].resolved()


def counterparty(bench: AnyBench, rng: Random) -> None:
    """Somebody trades against one of the open orders."""
    mine = bench.venue.ledger.open_orders()
    if mine:
        order = rng.choice(mine)
        left = order.quantity - order.filled
        part = left if rng.random() < 0.4 else (left / 2).quantize(Decimal("0.00000001"))
        if part > 0:
            bench.venue.fill(order.order_id, quantity=part)


def compare(
    bench: AnyBench, handles: list[CommandHandle], followed: Followed, verdicts: Mapping[CommandId, CommandStatus]
) -> list[str]:
    """What is wrong between what was told and what happened, in words."""
    wrong: list[str] = []
    for client_order_id, events in followed.items():
        there = bench.venue.ledger.orders_by_client_id(client_order_id)
        if len(there) > 1:
            wrong.append(f"{client_order_id} is at the venue {len(there)} times")
        told = Counter((str(e.fill_id), e.quantity, e.price) for e in events if isinstance(e, OrderFilled))
        real = Counter(
            (fill.exec_id, fill.quantity, fill.price)
            for one in there
            for fill in bench.venue.ledger.fills_of(one.order_id)
        )
        if told != real:
            wrong.append(f"{client_order_id}: told {told - real}, not told {real - told}")
        if [event.sequence for event in events] != list(range(1, len(events) + 1)):
            wrong.append(f"{client_order_id}: sequence {[event.sequence for event in events]}")
        if not events or not isinstance(events[0], OrderSubmitted):
            wrong.append(f"{client_order_id}: begins with {events[:1]}")
        if sum(isinstance(event, OrderAccepted) for event in events) > 1:
            wrong.append(f"{client_order_id}: accepted twice")
        state = events[-1].state
        lived = bool(there)
        if state is OrderState.NOT_EXECUTED and lived:
            wrong.append(f"{client_order_id}: told as not executed, and the venue has {there}")
        if lived and not there[0].closed:
            wrong.append(f"{client_order_id}: still open at the venue, told {state}")
    for handle in handles:
        status = verdicts[handle.command_id]
        if handle.operation == "create_order":
            lived = bool(bench.venue.ledger.orders_by_client_id(str(handle.client_order_id)))
            if status is CommandStatus.ACCEPTED and not lived:
                wrong.append(f"{handle}: accepted, and the venue never had it")
            if status is CommandStatus.NOT_EXECUTED and lived:
                wrong.append(f"{handle}: {status}, and the venue has it")
        if status is CommandStatus.UNKNOWN_EXECUTION and handle.operation not in ("cancel_all", "amend_order"):
            wrong.append(f"{handle}: still unknown")
    return wrong


async def storm(seed: int, opened: Opened = open_bench, instrument: str = "BTC/USD") -> Counter[str]:
    """One seed: storm, calm, comparison; on Kraken Spot, unless another bench is given."""
    rng = Random(f"soak-{seed}")
    limited = seed % 2 == 1
    seams = Seams(clock=VirtualClock(), ids=SeededIds(seed), chance=SeededChance(seed))
    network = SimulatedNetwork(seed=seed, latency=rng.choice([(0.0, 0.0), (0.001, 0.02), (0.05, 0.3)]), tick=0.01)
    handles: list[CommandHandle] = []
    followed: Followed = {}
    with network.installed(), virtual_keep_alive():
        async with opened(
            seams, rate_limits=limited, reconcile_every=rng.choice([5.0, 20.0]), answer=4.0,
            recovery_patience=CALM[limited] * 0.75, read_lag=1.0,
        ) as bench:  # fmt: skip
            pool = kinds(rng)
            bench.venue.faults.add(*rng.sample(pool, rng.randint(0, 8)))
            try:
                await trade(bench, instrument, rng, handles, followed, CALM[limited])
            except* InvalidCommand as group:
                raise AssertionError("a command was refused by us") from group
            dispatch = bench.account._wiring.dedup_actor.dispatch
            verdicts = {one.command_id: dispatch.desk.commands[one.command_id].receipt.status for one in handles}
            wrong = [
                f"{order.client_order_id} never settled: {order.state} {[str(d) for d in order.doubts.values()]}"
                for order in dispatch.book.orders.values()
                if not order.settled
            ]
            wrong += [
                f"{one.command} has no verdict: {one.receipt.message} {one.steps}"
                for one in dispatch.desk.unresolved()
                # What a lost cancel-all did to an order whose create was under way, nothing can tell: it says so. Nor
                # whether it was a lost amend to less than was filled that took the order off the book.
                if not (isinstance(one.command, CancelAll | AmendOrder) and one.gave_up)
            ]
            wrong += compare(bench, handles, followed, verdicts)
            fired: Counter[str] = bench.venue.faults.fired
            counters = bench.account.counters()
            crashed = [e for e in bench.engine.happenings if e.what == "crashed" and e.child != "connection"]
            if crashed:
                wrong.append(f"crashed: {crashed}")
    assert not wrong, f"seed {seed}, faults {dict(fired)}, counters {counters}:\n" + "\n".join(wrong)
    return fired


def main() -> None:
    logging.disable(logging.CRITICAL)
    first, last = int(sys.argv[1]), int(sys.argv[2])
    failed = []
    total: Counter[str] = Counter()
    for seed in range(first, last):
        try:
            total += run_in_virtual_time(storm, seed, seed=seed)
        except BaseException as error:
            failed.append(seed)
            print(f"--- seed {seed}")
            traceback.print_exception(error, limit=-4)
            if isinstance(error, KeyboardInterrupt):
                break
    print(f"{last - first} seeds, failed {failed}, fired {dict(total)}")


if __name__ == "__main__":
    main()
