"""Failures at Binance USD-M, each with a command that it strikes, by the simulated venue and the engine's settings."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from typing import Any

import trio
from attrs import frozen

from batactors import CommandHandle, CommandStatus, Proof
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing import SimulatedNetwork, VirtualClock, faults, run_in_virtual_time, virtual_keep_alive
from batactors.testing.binance import Habits
from batactors.testing.fault_script import Fault
from tests.engine.binance.bench import BTC, Bench, open_bench
from tests.engine.binance.story import fill, place, rest
from tests.outcomes.scenarios import Measured, follow

BUSY = '{"msg":"Unknown error, please check your request or try again later."}'
INTERNAL = '{"code":-1001,"msg":"Internal error; unable to process your request. Please try again."}'
TIMEOUT = '{"code":-1007,"msg":"Timeout waiting for response from backend server."}'
DOWN = '{"msg":"Service Unavailable."}'
THROTTLED = '{"code":-1008,"msg":"Server is currently overloaded with other requests. Please try again."}'
TAKEN = '{"code":-4116,"msg":"ClientOrderId is duplicated."}'

Strike = Callable[[], None]
Story = Callable[[Bench, Strike], Awaitable[CommandHandle]]
"""Prepares the account, lets the failure strike, and gives the command."""


@frozen(kw_only=True)
class BinanceScenario:
    """A failure and the command that it strikes.

    Attributes:
        name: As in the page.
        status: Its verdict.
        proof: What proves that; ``None`` where nothing does.
    """

    name: str
    status: CommandStatus
    proof: Proof | None
    faults: tuple[Fault, ...]
    story: Story

    def measure(self) -> Measured:
        """Run it, in virtual time."""
        return run_in_virtual_time(self._run, seed=self.name)

    async def _run(self) -> Measured:
        seams = Seams(clock=VirtualClock(), ids=SeededIds(self.name), chance=SeededChance(self.name))
        habits = Habits(events_first=0.0, oddities=0.0)
        with SimulatedNetwork(seed=self.name, latency=(0.01, 0.02)).installed(), virtual_keep_alive():
            async with open_bench(seams, habits=habits, read_lag=60.0, margin=2.0, validity=5.0) as bench:
                await trio.sleep(2.0)
                handle = await self.story(bench, lambda: bench.venue.faults.add(*self.faults))
                measured = await follow(handle)
                bench.venue.faults.clear()
                await trio.sleep(60.0)
                copies = [order.client_order_id for order in bench.venue.ledger.orders.values()]
                assert len(copies) == len(set(copies)), "it was sent twice"
                return measured


async def _create(bench: Bench, strike: Strike, **changes: Any) -> CommandHandle:
    strike()
    return await place(bench, **changes)


async def _cancel(bench: Bench, strike: Strike, **changes: Any) -> CommandHandle:
    order = await rest(bench)
    strike()
    return await order.cancel(**changes)


async def _amend(
    bench: Bench, strike: Strike, *, filled: str | None = None, post_only: bool = False, **terms: Any
) -> CommandHandle:
    order = await rest(bench, post_only=post_only)
    if filled is not None:
        fill(bench, order, filled)
        await trio.sleep(1.0)
    strike()
    return await order.amend(**(terms or {"price": Decimal("47000")}))


async def _cancel_all(bench: Bench, strike: Strike) -> CommandHandle:
    await rest(bench)
    strike()
    return await bench.account.cancel_all(BTC)


async def _leverage(bench: Bench, strike: Strike) -> CommandHandle:
    strike()
    return await bench.account.set_leverage(BTC, 7)


ADD, CANCEL, AMEND = "add_order", "cancel_order", "amend_order"
_by_rest = partial(_create, transport="rest")
_unheard = faults.LoseFrame(channel="executions", count=3)
"""What the stream would tell of it does not come either."""
ACCEPTED, REJECTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED
NOT_EXECUTED, UNKNOWN = CommandStatus.NOT_EXECUTED, CommandStatus.UNKNOWN_EXECUTION


def _row(name: str, status: CommandStatus, proof: Proof | None, story: Story, *struck: Fault) -> BinanceScenario:
    return BinanceScenario(name=name, status=status, proof=proof, story=story, faults=struck)


BINANCE_SCENARIOS = (
    _row("create: the frame is lost", NOT_EXECUTED, Proof.ABSENT, _create, faults.LoseCommand(method=ADD)),
    _row(
        "create: the answer is lost, the stream lives", ACCEPTED, Proof.ORDER_OPEN, _create,
        faults.LoseAck(method=ADD),
    ),
    _row(
        "create: the answer is lost, and what the stream told", ACCEPTED, Proof.ORDER_OPEN, _create,
        faults.LoseAck(method=ADD), _unheard,
    ),
    _row(
        "create: the socket of commands breaks before the venue reads it", NOT_EXECUTED, Proof.ABSENT, _create,
        faults.CutBeforeCommand(method=ADD),
    ),
    _row(
        "create: the socket of commands breaks after the venue took it", ACCEPTED, Proof.ORDER_OPEN, _create,
        faults.CutAfterCommand(method=ADD),
    ),
    _row(
        "create: -1007, not done", NOT_EXECUTED, Proof.ABSENT, _create,
        faults.HttpError(method=ADD, status=408, body=TIMEOUT, when="before"),
    ),
    _row(
        "create: -1007, done, and nothing told", ACCEPTED, Proof.ORDER_OPEN, _create,
        faults.HttpError(method=ADD, status=408, body=TIMEOUT, when="after"), _unheard,
    ),
    _row(
        "create: it lands 3 s late, within its validity", ACCEPTED, Proof.ORDER_OPEN, _create,
        faults.DelayCommand(method=ADD, seconds=3.0),
    ),
    _row(
        "create: it would land 8 s late (-5028)", REJECTED, Proof.ANSWERED, _create,
        faults.DelayCommand(method=ADD, seconds=8.0),
    ),
    _row(
        "create: its frame comes twice, the copy is answered (-4116)", ACCEPTED, Proof.ORDER_OPEN, _create,
        faults.HttpError(method=ADD, status=400, body=TAKEN, when="after"), _unheard,
    ),
    _row(
        "create by REST: 503 “Unknown error”, not done", NOT_EXECUTED, Proof.ABSENT, _by_rest,
        faults.HttpError(method=ADD, status=503, body=BUSY, when="before"),
    ),
    _row(
        "create by REST: 503 “Unknown error”, done, and nothing told", ACCEPTED, Proof.ORDER_OPEN, _by_rest,
        faults.HttpError(method=ADD, status=503, body=BUSY, when="after"), _unheard,
    ),
    _row(
        "create by REST: 503 “Service Unavailable.”", REJECTED, Proof.ANSWERED, _by_rest,
        faults.HttpError(method=ADD, status=503, body=DOWN),
    ),
    _row(
        "create by REST: 503 throttled (-1008)", REJECTED, Proof.ANSWERED, _by_rest,
        faults.HttpError(method=ADD, status=503, body=THROTTLED),
    ),
    _row(
        "create by REST: 503 “Internal error” (-1001), not done", NOT_EXECUTED, Proof.ABSENT, _by_rest,
        faults.HttpError(method=ADD, status=503, body=INTERNAL),
    ),
    _row(
        "create by REST: 503 “Internal error” (-1001), done", ACCEPTED, Proof.ORDER_OPEN, _by_rest,
        faults.HttpError(method=ADD, status=503, body=INTERNAL, when="after"),
    ),
    _row("cancel: the frame is lost", NOT_EXECUTED, Proof.STILL_OPEN, _cancel, faults.LoseCommand(method=CANCEL)),
    _row("cancel: the answer is lost", ACCEPTED, Proof.ORDER_CLOSED, _cancel, faults.LoseAck(method=CANCEL)),
    _row(
        "cancel: the answer is lost, and what the stream told", ACCEPTED, Proof.ORDER_CLOSED, _cancel,
        faults.LoseAck(method=CANCEL), _unheard,
    ),
    _row(
        "cancel: the order is filled first (-2011)", REJECTED, Proof.ORDER_GONE, _cancel,
        faults.FillBeforeCancel(),
    ),
    _row(
        "cancel: the order is filled first (-2011), and the stream is silent", REJECTED, Proof.ORDER_GONE, _cancel,
        faults.FillBeforeCancel(), _unheard,
    ),
    _row("amend: the frame is lost", NOT_EXECUTED, Proof.OLD_TERMS, _amend, faults.LoseCommand(method=AMEND)),
    _row(
        "amend: the answer is lost, and what the stream told", ACCEPTED, Proof.NEW_TERMS, _amend,
        faults.LoseAck(method=AMEND), _unheard,
    ),
    _row(
        "amend: it cancels the order (quantity at most what is filled), the answer is lost", UNKNOWN, None,
        partial(_amend, filled="0.3", quantity="0.2"), faults.LoseAck(method=AMEND),
    ),
    _row(
        "amend: it cancels the order (post-only, and would take), the answer is lost", UNKNOWN, None,
        partial(_amend, post_only=True, price="51500"), faults.LoseAck(method=AMEND),
    ),
    _row(
        "amend: it cancels the order, and says so", ACCEPTED, Proof.ANSWERED,
        partial(_amend, post_only=True, price="51500"),
    ),
    _row(
        "cancel all: the request is lost", NOT_EXECUTED, Proof.STILL_OPEN, _cancel_all,
        faults.LoseCommand(method="cancel_all"),
    ),
    _row(
        "cancel all: the answer is lost", ACCEPTED, Proof.ORDER_CLOSED, _cancel_all,
        faults.LoseAck(method="cancel_all"),
    ),
    _row(
        "leverage: the request is lost", NOT_EXECUTED, Proof.READ_BACK, _leverage,
        faults.LoseCommand(method="leverage"),
    ),
    _row("leverage: the answer is lost", ACCEPTED, Proof.READ_BACK, _leverage, faults.LoseAck(method="leverage")),
)  # fmt: skip
