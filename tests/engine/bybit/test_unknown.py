"""Commands of which nobody knows what became of them, on each road: found out, told so, and sent once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    LateAck,
    NewOrder,
    Proof,
    RecoveryAttempt,
    RecoveryScheduled,
    Resolved,
    Transport,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.bybit import troubles
from tests.engine.bybit.bench import BTC, Bench, open_bench
from tests.engine.stories import at_venue, events_of, fill, fills_in, healthy, place, rest, sent, steps_of, told_so_far

pytestmark = pytest.mark.usefixtures("network")

TROUBLES = (troubles.server_timeout, troubles.internal_error, troubles.restarting, troubles.protected)
METHODS = ("add_order", "cancel_order", "amend_order")


async def command(bench: Bench, order: CommandHandle, method: str, transport: Any) -> CommandHandle:
    """One command of each kind."""
    match method:
        case "add_order":
            return await place(bench, price="47000", transport=transport)
        case "cancel_order":
            return await bench.account.cancel_order(order.client_order_id, transport=transport)
        case _:
            return await bench.account.amend_order(order.client_order_id, price="47000", transport=transport)


@pytest.mark.holds("X32", "Y08", "G02", "G08", "G10", "Y01")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("when", "status"), [("after", "Accepted"), ("before", "NotExecuted")])
@pytest.mark.parametrize("transport", ["websocket", "rest"])
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: one.__name__)
async def test_codes_that_say_nothing(
    network: SimulatedNetwork,
    seams: Seams,
    method: str,
    when: Any,
    status: str,
    transport: str,
    trouble: Callable[..., f.HttpError],
) -> None:
    """The command is unknown, in so many words, and found out: an order that no list has was not executed."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(trouble(when, method=method), f.LoseFrame(channel="executions", count=1))
        handle = await command(bench, order, method, transport)
        receipt = (await handle.ack()).receipt
        assert (receipt.status, receipt.retriable) == (CommandStatus.UNKNOWN_EXECUTION, False)
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status == status
        kinds = [type(step) for step in await steps_of(handle)]
        assert kinds.index(RecoveryScheduled) < kinds.index(RecoveryAttempt) < kinds.index(Resolved)
        assert sent(bench, method) == (method == "add_order") + (when == "after")


@pytest.mark.holds("Y01", "Y02", "Y03")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (f.LoseAck, "Accepted"),
        (f.LoseCommand, "NotExecuted"),
        (f.CutAfterCommand, "Accepted"),
        (f.CutBeforeCommand, "NotExecuted"),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_answers_and_commands_that_are_lost(
    network: SimulatedNetwork, seams: Seams, method: str, fault: Any, status: str, transport: str
) -> None:
    """Nothing that landed is told as not executed, nothing that did not as accepted; sent once each."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(fault(method=method), f.LoseFrame(channel="executions", count=1))
        handle = await command(bench, order, method, transport)
        with trio.fail_after(90.0):
            assert (await handle.resolved()).status == status
        assert sent(bench, method) == (method == "add_order") + (status == "Accepted")
        if method == "add_order":
            assert len(at_venue(bench, handle)) == (status == "Accepted")


@pytest.mark.holds("Y08", "X45", "S08")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_an_empty_list_proves_when_it_is_asked_late_enough(
    network: SimulatedNetwork, seams: Seams, transport: str
) -> None:
    """Not before the request's validity ran out and what reads may trail; then the order was not executed."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        began = trio.current_time()
        handle = await place(bench, transport=transport)
        with trio.fail_after(60.0):
            verdict = await handle.verdict()
        assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.ABSENT)
        assert trio.current_time() - began >= 5.0 + 1.0 + 0.5


@pytest.mark.holds("Y08", "G02")
async def test_an_order_that_lands_late_is_found(network: SimulatedNetwork, seams: Seams) -> None:
    """Asked for while it was on its way, the lists have nothing: that proves nothing yet."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(
            f.DelayCommand(method="add_order", seconds=4.5), f.LoseAck(method="add_order"),
            f.LoseFrame(channel="executions", count=1),
        )  # fmt: skip
        handle = await place(bench, transport="rest")
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        fill(bench, handle, "0.5")
        assert fills_in(await events_of(handle)) == [Decimal("0.5")]


@pytest.mark.parametrize("method", METHODS)
async def test_a_late_answer_settles_nothing_by_itself(network: SimulatedNetwork, seams: Seams, method: str) -> None:
    """It says only that the command came; then the order is looked for, and that settles it."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(
            f.DelayAck(method=method, seconds=9.0),
            f.LoseFrame(channel="executions"),
            f.HttpError(transport="rest", status=502, count=1_000),
        )
        handle = await command(bench, order, method, "websocket")
        assert (await handle.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        await trio.sleep(10.0)
        assert bench.account.health().unknown_commands == 1
        bench.venue.faults.clear()
        with trio.fail_after(120.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert not any(isinstance(step, LateAck) for step in await steps_of(handle))


@pytest.mark.holds("Y03", "X19")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_legs_of_a_batch_have_each_their_verdict(network: SimulatedNetwork, seams: Seams, transport: Any) -> None:
    """The answer as a whole is a success; by leg it is accepted, refused at once, refused later, or unknown."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(
            f.RefuseRow(nth=2, error="110007 ab not enough for new order"),
            f.RefuseRow(nth=3, error="10000 Server Timeout"),
            f.RefuseLater(method="add_order", nth=2, error="EC_Others"),
        )
        orders = [bench_order(price, transport) for price in ("48000", "47000", "46000", "45000")]
        handles = await bench.account.create_orders(orders)
        with trio.fail_after(60.0):
            statuses = [(await handle.resolved()).status for handle in handles]
        assert statuses == ["Accepted", "Rejected", "NotExecuted", "Rejected"]
        assert sent(bench, "batch_add") == 1


def bench_order(price: str, transport: Any) -> NewOrder:
    return NewOrder(instrument=BTC, side="buy", order_type="limit", quantity="0.5", price=price, transport=transport)


@pytest.mark.holds("X22", "Y04")
async def test_settings_are_set_and_read_back(network: SimulatedNetwork, seams: Seams) -> None:
    """By REST; that it was so before is accepted. One that is lost is read back: done or not, as it is."""
    async with open_bench(seams) as bench:
        account = bench.account
        for _ in range(2):
            handle = await account.set_leverage(BTC, 7)
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            assert (await handle.ack()).transport is Transport.REST
            assert (await (await account.set_margin_mode(None, "isolated")).resolved()).status == "Accepted"
            assert (await (await account.set_position_mode("hedge")).resolved()).status == "Accepted"
        assert (await account.fetch_settings(BTC)).leverage == 7
        settings = await account.fetch_settings()
        assert (settings.position_mode, settings.margin_mode) == ("hedge", "isolated")
        calls: list[tuple[str, Callable[[], Any]]] = [
            ("set-leverage", lambda: account.set_leverage(BTC, 9)),
            ("set-margin-mode", lambda: account.set_margin_mode(None, "cross")),
            ("switch-mode", lambda: account.set_position_mode("one_way")),
        ]
        for method, call in calls:
            bench.venue.faults.add(f.LoseCommand(method=method))
            verdict = await (await call()).verdict()
            assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.READ_BACK)
            bench.venue.faults.add(f.LoseAck(method=method))
            verdict = await (await call()).verdict()
            assert (verdict.status, verdict.proof) == (CommandStatus.ACCEPTED, Proof.READ_BACK)


@pytest.mark.holds("X20", "G18")
async def test_a_cancel_of_all_takes_what_is_meant(network: SimulatedNetwork, seams: Seams) -> None:
    """Of one instrument, those that wait for a trigger too; the answer lost, it is found out by the orders."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        one, other = await rest(bench), await rest(bench, instrument="ETH/USDT:USDT", price="1500", quantity="1")
        stop = await rest(bench, order_type="stop_market", price=None, side="sell", trigger_price="45000")
        bench.venue.faults.add(f.LoseAck(method="cancel_all"))
        handle = await bench.account.cancel_all(BTC)
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            for order in (one, stop):
                assert (await events_of(order))[-1].is_terminal
        assert not (await told_so_far(other))[-1].is_terminal
