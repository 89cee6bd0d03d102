"""Batches by REST: each leg has its own fate, whatever becomes of the request that carries it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandHandle, CommandStatus, Proof, Transport
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.binance.bench import open_bench
from tests.engine.binance.story import at_venue, events_of, fill, fills_in, healthy, name_of, sent
from tests.engine.binance.test_restarts import news

pytestmark = pytest.mark.usefixtures("network")

TIMEOUT = '{"code":-1007,"msg":"Timeout waiting for response from backend server."}'
ACCEPTED, REJECTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED
NOT_EXECUTED = CommandStatus.NOT_EXECUTED


async def ends_of(handles: Sequence[CommandHandle]) -> list[tuple[CommandStatus, Proof | None]]:
    """The verdict of each, and what proves it."""
    with trio.fail_after(120.0):
        return [(verdict.status, verdict.proof) for verdict in [await handle.verdict() for handle in handles]]


@pytest.mark.holds("G11", "Y03", "X19")
@pytest.mark.parametrize(
    ("fault", "landed"),
    [
        (f.LoseCommand(method="batch_add"), False),
        (f.LoseAck(method="batch_add"), True),
        (f.CutBeforeCommand(method="batch_add"), False),
        (f.CutReply(method="batch_add"), True),
        (f.HttpError(method="batch_add", status=503, body="<html>busy</html>"), False),
        (f.HttpError(method="batch_add", status=408, body=TIMEOUT, when="after"), True),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, f.CommandFault) else str(one),
)
async def test_a_batch_that_is_lost_whole(
    network: SimulatedNetwork, seams: Seams, fault: f.CommandFault, landed: bool
) -> None:
    """Each leg is unknown for itself, is found out for itself, and is never sent again."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(fault, f.LoseFrame(channel="executions", count=9))
        handles = await bench.account.create_orders(news(4))
        assert {(await one.ack()).receipt.status for one in handles} == {CommandStatus.UNKNOWN_EXECUTION}
        assert {(await one.ack()).transport for one in handles} == {Transport.REST}
        ends = await ends_of(handles)
        assert ends == [(ACCEPTED, Proof.ORDER_OPEN) if landed else (NOT_EXECUTED, Proof.ABSENT)] * 4
        assert sent(bench, "batch_add") == landed
        assert [len(at_venue(bench, one)) for one in handles] == [int(landed)] * 4


@pytest.mark.holds("G13", "Y03", "X19")
async def test_a_batch_that_is_refused_in_part(network: SimulatedNetwork, seams: Seams) -> None:
    """HTTP says 200, and some of the legs are refused: each has the venue's own answer to it."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.RefuseRow(nth=2, error="-2019"), f.RefuseRow(nth=4, error="-1007"))
        handles = await bench.account.create_orders(news(5))
        unknown = (await handles[3].ack()).receipt
        assert unknown.status is CommandStatus.UNKNOWN_EXECUTION, "-1007 of one leg says nothing of it"
        assert [status for status, _ in await ends_of(handles)] == [
            ACCEPTED, REJECTED, ACCEPTED, NOT_EXECUTED, ACCEPTED,
        ]  # fmt: skip
        assert "-2019" in str((await handles[1].resolved()).native_code)
        assert [len(at_venue(bench, one)) for one in handles] == [1, 0, 1, 0, 1]
        fill(bench, handles[2], "0.1")
        assert fills_in(await events_of(handles[2])) == [Decimal("0.1")]


@pytest.mark.holds("G11", "Y01")
@pytest.mark.parametrize("landed", [False, True], ids=["not_done", "done"])
async def test_a_batch_of_cancels_that_is_lost(network: SimulatedNetwork, seams: Seams, landed: bool) -> None:
    """Each cancel is settled by its own order: closed, still open, or filled before."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        orders = await bench.account.create_orders(news(4))
        assert [status for status, _ in await ends_of(orders)] == [ACCEPTED] * 4
        lost: Any = f.LoseAck if landed else f.LoseCommand
        bench.venue.faults.add(lost(method="batch_cancel"), f.LoseFrame(channel="executions", count=20))
        fill(bench, orders[0], "0.1")  # of which nothing is heard
        handles = await bench.account.cancel_orders([name_of(one) for one in orders], transport="rest")
        ends = await ends_of(handles)
        assert [status for status, _ in ends][1:] == [ACCEPTED if landed else NOT_EXECUTED] * 3
        assert {proof for _, proof in ends[1:]} == {Proof.ORDER_CLOSED if landed else Proof.STILL_OPEN}
        assert ends[0][0] in (REJECTED, NOT_EXECUTED)
        assert ends[0][1] is Proof.ORDER_GONE
        assert fills_in(await events_of(orders[0])) == [Decimal("0.1")]


@pytest.mark.holds("G11", "G12")
async def test_legs_by_the_socket_when_it_breaks(network: SimulatedNetwork, seams: Seams) -> None:
    """Orders given together go one by one by the socket; of those that were on their way when it broke each is found
    out for itself.
    """
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.CutAfterCommand(method="add_order", nth=2), f.LoseFrame(channel="executions", count=9))
        handles = await bench.account.create_orders(news(5, transport=None))
        ends = await ends_of(handles)
        for handle, (status, _) in zip(handles, ends, strict=True):
            assert len(at_venue(bench, handle)) == (status is ACCEPTED)
        assert [status for status, _ in ends][:2] == [ACCEPTED] * 2
        assert sent(bench, "add_order") == len(bench.venue.ledger.orders)
