"""Every verb whose answer is lost, or says nothing, or no, where commands go by REST alone: found out, never resent."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandHandle, CommandStatus, NewOrder, OrderState, Proof, Transport
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.kraken_futures.bench import BTC, Bench, open_bench
from tests.engine.kraken_futures.story import Wire
from tests.engine.stories import at_venue, events_of, fill, fills_in, healthy, name_of, place, rest, sent

pytestmark = pytest.mark.usefixtures("network")

ACCEPTED, REJECTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED
LOST: list[tuple[Any, bool]] = [
    (f.LoseCommand, False),
    (f.LoseAck, True),
    (f.CutBeforeCommand, False),
    (f.CutReply, True),
]
SERVER_ERROR = '{"result":"error","error":"Server Error"}'
either_way = pytest.mark.parametrize(
    ("fault", "landed"), LOST, ids=[f"{kind.__name__}-{'done' if landed else 'not'}" for kind, landed in LOST]
)


def unheard(bench: Bench, fault: Any) -> None:
    """Let this strike, and let no frame of the feeds tell what became of it."""
    bench.venue.faults.add(fault, f.LoseFrame(channel="executions", count=20))


async def ends_of(handles: Sequence[CommandHandle]) -> list[CommandStatus]:
    """The verdict of each."""
    with trio.fail_after(120.0):
        return [(await handle.resolved()).status for handle in handles]


@pytest.mark.holds("G02", "G03", "Y01")
@either_way
async def test_a_create(network: SimulatedNetwork, seams: Seams, fault: Any, landed: bool) -> None:
    """Found by our id while the venue knows it, or proved absent behind its validity; it is never sent again."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        unheard(bench, fault(method="add_order"))
        order = await place(bench)
        assert (await order.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        assert (await order.ack()).transport is Transport.REST
        assert await ends_of([order]) == [ACCEPTED if landed else NOT_EXECUTED]
        assert sent(bench, "add_order") == len(at_venue(bench, order)) == landed
        if landed:
            fill(bench, order, "0.2")
            await (await order.cancel()).resolved()
            events = await events_of(order)
            assert fills_in(events) == [Decimal("0.2")]
        assert (await events_of(order))[-1].state is (OrderState.CANCELED if landed else OrderState.NOT_EXECUTED)


@pytest.mark.holds("G10", "Y01")
@either_way
async def test_an_amend(network: SimulatedNetwork, seams: Seams, fault: Any, landed: bool) -> None:
    """Read off the terms that the order has, or that the history says it had: done, or proved not to be."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        unheard(bench, fault(method="amend_order"))
        amend = await order.amend(price="47000")
        assert await ends_of([amend]) == [ACCEPTED if landed else NOT_EXECUTED]
        assert sent(bench, "amend_order") == landed
        assert at_venue(bench, order)[0].limit_price == Decimal(47000 if landed else 48000)


@pytest.mark.holds("G10")
@pytest.mark.parametrize("landed", [False, True], ids=["not_done", "done"])
async def test_an_amend_of_an_order_that_ended_since(network: SimulatedNetwork, seams: Seams, landed: bool) -> None:
    """No list of orders tells the terms any more: the history of the order's changes does (seeds 8 and 20)."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench, quantity="0.7")
        unheard(bench, (f.LoseAck if landed else f.LoseCommand)(method="amend_order"))
        wire = Wire(bench.venue)
        bench.venue.faults.add(f.HttpError(method="orders/status", status=503, count=9))
        amend = await order.amend(quantity="1.5")
        await trio.sleep(0.5)
        bench.venue.cancel(name_of(order))
        assert await ends_of([amend]) == [ACCEPTED if landed else NOT_EXECUTED]
        assert wire.calls("/api/history/v3/orders")


@pytest.mark.holds("G08", "Y01")
@either_way
async def test_a_cancel(network: SimulatedNetwork, seams: Seams, fault: Any, landed: bool) -> None:
    """Settled by its order: closed, or still open when it can no longer be carried out."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        unheard(bench, fault(method="cancel_order"))
        cancel = await order.cancel()
        assert await ends_of([cancel]) == [ACCEPTED if landed else NOT_EXECUTED]
        assert at_venue(bench, order)[0].closed is landed
        if landed:
            assert (await events_of(order))[-1].state is OrderState.CANCELED


@pytest.mark.holds("G09")
@pytest.mark.parametrize("filled", ["0.5", None], ids=["filled", "canceled"])
async def test_a_cancel_of_what_is_not_open(network: SimulatedNetwork, seams: Seams, filled: str | None) -> None:
    """`notFound` may mean filled or canceled: it is asked which, and the order ends as it ended."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(f.LoseFrame(channel="executions", count=4))
        if filled:
            fill(bench, order, filled)
        else:
            bench.venue.cancel(name_of(order))
        cancel = await order.cancel()
        assert (await ends_of([cancel]))[0] in (REJECTED, NOT_EXECUTED)
        events = await events_of(order, within=120.0)
        assert events[-1].state is (OrderState.FILLED if filled else OrderState.CANCELED)
        assert sum(fills_in(events)) == Decimal(filled or 0)


@pytest.mark.holds("G18", "Y01")
@either_way
async def test_a_cancel_of_all(network: SimulatedNetwork, seams: Seams, fault: Any, landed: bool) -> None:
    """Settled by what is open of what was; orders of another instrument are not in its scope and stay."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        orders = [await rest(bench), await rest(bench, price="47000")]
        beside = await rest(bench, instrument="ETH/USD:USD", price="1800", quantity="2")
        unheard(bench, fault(method="cancel_all"))
        cancel = await bench.account.cancel_all(BTC)
        assert await ends_of([cancel]) == [ACCEPTED if landed else NOT_EXECUTED]
        assert [at_venue(bench, one)[0].closed for one in (*orders, beside)] == [landed, landed, False]


@pytest.mark.holds("G15")
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("status", "body"),
    [(500, SERVER_ERROR), (503, "<html>busy</html>"), (200, SERVER_ERROR), (200, '{"result":"succ')],
    ids=["500", "html", "200", "torn"],
)
async def test_an_answer_that_says_nothing(
    network: SimulatedNetwork, seams: Seams, status: int, body: str, done: bool
) -> None:
    """Executed or not, nobody knows: what became of it is found out, and it is not sent again."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        when: Any = "after" if done else "before"
        unheard(bench, f.HttpError(method="add_order", status=status, body=body, when=when))
        order = await place(bench)
        assert (await order.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        assert await ends_of([order]) == [ACCEPTED if done else NOT_EXECUTED]
        assert sent(bench, "add_order") == done


@pytest.mark.holds("G15", "A09")
@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("92 INSUFFICIENT_MARGIN", REJECTED), ("11 Argument invalid: size", REJECTED), ("contractNotFound", REJECTED),
        ("unknownError", NOT_EXECUTED), ("novated", NOT_EXECUTED),
    ],
)  # fmt: skip
async def test_a_refusal_is_one_only_by_a_word_that_is_known(
    network: SimulatedNetwork, seams: Seams, error: str, status: CommandStatus
) -> None:
    """A word that says no is believed; of another it is proved what became of the order."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.Refuse(method="add_order", error=error))
        order = await place(bench)
        assert await ends_of([order]) == [status]
        assert at_venue(bench, order) == []


@pytest.mark.holds("G16")
async def test_a_refusal_for_the_rate(network: SimulatedNetwork, seams: Seams) -> None:
    """Surely not done, and told so; what is new and a cancel go out as soon as the venue listens again."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(f.RefuseRate(method="add_order"))
        refused = await place(bench, price="47000")
        receipt = await refused.resolved()
        assert (receipt.status, receipt.retriable) == (REJECTED, True)
        await trio.sleep(10.0)
        cancel, other = await order.cancel(), await place(bench, price="46000")
        assert await ends_of([cancel, other]) == [ACCEPTED, ACCEPTED]
        methods = [one.method for one in bench.venue.ledger.commands]
        assert sorted(methods[-2:]) == ["add_order", "cancel_order"]


@pytest.mark.holds("G06")
async def test_a_late_answer_settles_what_is_unknown(network: SimulatedNetwork, seams: Seams) -> None:
    """It comes when the command has long been told as unknown, and says what it says."""
    async with open_bench(seams, answer=20.0, read_lag=30.0) as bench:
        await healthy(bench)
        unheard(bench, f.DelayAck(method="add_order", seconds=12.0))
        order = await place(bench)
        assert (await order.ack()).receipt.status in (CommandStatus.UNKNOWN_EXECUTION, ACCEPTED)
        assert await ends_of([order]) == [ACCEPTED]


def news(count: int) -> list[NewOrder]:
    """So many new orders, which go in one request."""
    return [
        NewOrder(instrument=BTC, side="buy", order_type="limit", quantity="0.1", price=str(40_000 + 100 * number))
        for number in range(count)
    ]


@pytest.mark.holds("G11", "Y03")
@either_way
async def test_a_batch_that_is_lost_whole(network: SimulatedNetwork, seams: Seams, fault: Any, landed: bool) -> None:
    """Each leg is unknown for itself, is found out for itself, and is never sent again."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        unheard(bench, fault(method="batch_add"))
        handles = await bench.account.create_orders(news(4))
        assert await ends_of(handles) == [ACCEPTED if landed else NOT_EXECUTED] * 4
        proofs = {(await one.verdict()).proof for one in handles}
        assert proofs == {Proof.ORDER_OPEN if landed else Proof.ABSENT}
        assert sent(bench, "batch_add") == landed
        assert [len(at_venue(bench, one)) for one in handles] == [int(landed)] * 4


@pytest.mark.holds("G13", "Y03", "G12")
async def test_a_batch_whose_rows_come_in_any_order(network: SimulatedNetwork, seams: Seams) -> None:
    """Each row is tied to its leg by its tag; a refusal is of its own leg alone, and the others stand."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        for _ in range(4):
            bench.venue.faults.add(f.RefuseRow(nth=2))
            handles = await bench.account.create_orders(news(4))
            ends = await ends_of(handles)
            assert ends == [ACCEPTED, REJECTED, ACCEPTED, ACCEPTED]
            assert [len(at_venue(bench, one)) for one in handles] == [1, 0, 1, 1]
        cancels = await bench.account.cancel_orders([name_of(one) for one in handles if len(at_venue(bench, one))])
        assert await ends_of(cancels) == [ACCEPTED] * 3
