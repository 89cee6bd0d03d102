"""Modes: what may go out of an account, or for one instrument of it; and new risk while the account recovers."""

from typing import Any

import pytest
import trio

from batactors import (
    BatactorsError,
    CommandHandle,
    CommandStatus,
    InvalidCommand,
    ModeForbids,
    NewOrder,
    OrderNotExecuted,
    TradingMode,
)
from batactors.actors.lane import Lane
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import BID, Bench, open_bench
from tests.engine.test_crashes import crash_once
from tests.engine.test_unknown_outcomes import adds, events_of

pytestmark = pytest.mark.usefixtures("network")

ORDER: dict[str, Any] = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "1", "price": BID}
ETHER = ORDER | {"instrument": "ETH/USD", "price": "1800"}


async def place(bench: Bench, **fields: Any) -> CommandHandle:
    """Place an order that rests, and have it accepted."""
    handle = await bench.account.create_order(**(ORDER | fields))
    assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    return handle


async def refused(attempt: Any) -> str:
    with pytest.raises(ModeForbids) as caught:
        await attempt
    assert caught.value.retriable
    return str(caught.value)


@pytest.mark.holds("D10")
async def test_halted_lets_only_cancels_out(network: SimulatedNetwork, seams: Seams) -> None:
    """Halted, a create and an amend are refused at once by name, and nothing of them is kept; cancels go on."""
    async with open_bench(seams) as bench:
        first, second = await place(bench), await place(bench, price="48000")
        bench.account.set_mode("halted", reason="end of day")
        commands = len(bench.engine.account("kraken").commands())
        text = await refused(bench.account.create_order(**ORDER))
        assert "account 'kraken' is halted (end of day)" in text
        assert "set_mode('active')" in text
        await refused(bench.account.create_order(**ORDER, reduce_only=True))
        await refused(first.amend(price="47000"))
        assert len(bench.account.commands()) == commands
        assert (await (await first.cancel()).resolved()).status is CommandStatus.ACCEPTED
        assert (await (await bench.account.cancel_all()).resolved()).status is CommandStatus.ACCEPTED
        assert (await events_of(second))[-1].is_terminal
        assert adds(bench) == 2
        bench.account.set_mode(TradingMode.ACTIVE)
        await place(bench)


@pytest.mark.holds("D10")
async def test_reduce_only_lets_out_what_adds_no_risk(network: SimulatedNetwork, seams: Seams) -> None:
    """Reduce-only, creates with reduce_only go, and amends of the price or to no more; the others are refused."""
    async with open_bench(seams) as bench:
        order = await place(bench, quantity="2")
        bench.account.set_mode(TradingMode.REDUCE_ONLY)
        assert "reduce_only" in await refused(bench.account.create_order(**ORDER))
        await refused(order.amend(quantity="3"))
        for terms in ({"price": "48500"}, {"quantity": "1.5"}):
            assert (await (await order.amend(**terms)).resolved()).status is CommandStatus.ACCEPTED
        await refused(order.amend(quantity="2"))  # it has 1.5 by now
        assert bench.at_venue(order.client_order_id).quantity == 1.5
        reducing = await bench.account.create_order(**ORDER, reduce_only=True)
        await reducing.resolved()
        assert adds(bench) == 2


@pytest.mark.holds("D10")
async def test_an_instrument_has_a_mode_of_its_own(network: SimulatedNetwork, seams: Seams) -> None:
    """What is set for one instrument holds for it alone, the stricter of the two counts, and all of it is told."""
    async with open_bench(seams) as bench:
        account = bench.account
        account.set_mode("halted", instrument="BTC/USD", reason="bad prices")
        assert "instrument 'BTC/USD'" in await refused(account.create_order(**ORDER))
        await place(bench, **ETHER)
        account.set_mode("reduce_only")
        await refused(account.create_order(**ETHER))
        assert (account.mode(), account.mode("ETH/USD"), account.mode("BTC/USD")) == (
            "reduce_only", "reduce_only", "halted",
        )  # fmt: skip
        told = [(one.instrument, one.mode, one.reason) for one in account.health().modes]
        assert told == [(None, "reduce_only", ""), ("BTC/USD", "halted", "bad prices")]
        assert account.gauges()["modes of instruments"].there == 1
        account.set_mode("active")
        account.set_mode("active", instrument="BTC/USD")
        await place(bench)
        assert account.gauges()["modes of instruments"].there == 0


async def test_a_wrong_mode_or_instrument_is_refused(network: SimulatedNetwork, seams: Seams) -> None:
    """A slip sets nothing, and the error names what would be right."""
    async with open_bench(seams) as bench:
        with pytest.raises(InvalidCommand, match=r"mode is 'halt': give one of active, reduce_only, halted"):
            bench.account.set_mode("halt")
        with pytest.raises(InvalidCommand, match=r"did you mean BTC/USD"):
            bench.account.set_mode("halted", instrument="BTCUSD")
        with pytest.raises(InvalidCommand, match=r"did you mean BTC/USD"):
            bench.account.mode("BTCUSD")
        assert bench.account.mode() is TradingMode.ACTIVE


async def test_the_mode_at_first_is_as_configured(network: SimulatedNetwork, seams: Seams) -> None:
    """An account can begin halted, so that nothing goes out before somebody says so."""
    async with open_bench(seams, mode=TradingMode.HALTED) as bench:
        assert "halted (as configured)" in await refused(bench.account.create_order(**ORDER))
        bench.account.set_mode("active")
        await place(bench)


@pytest.mark.holds("D10")
async def test_of_a_forbidden_batch_nothing_goes(network: SimulatedNetwork, seams: Seams) -> None:
    """One order of a batch that the mode forbids, and none is registered or sent."""
    async with open_bench(seams) as bench:
        bench.account.set_mode("reduce_only")
        orders = [NewOrder(**ORDER, reduce_only=True), NewOrder(**ORDER), NewOrder(**ORDER, reduce_only=True)]
        await refused(bench.account.create_orders(orders))
        assert bench.account.commands() == []
        await trio.sleep(1.0)
        assert adds(bench) == 0


@pytest.mark.holds("D10")
async def test_what_waits_when_the_mode_gets_stricter_never_goes(network: SimulatedNetwork, seams: Seams) -> None:
    """Creates that wait for the venue's pace are told as not sent at once, and may be sent anew; the others stay."""
    async with open_bench(seams, rate_limits=True, send_within=300.0) as bench:
        elsewhere = [await bench.account.create_order(**(ETHER | {"quantity": "0.01"})) for _ in range(80)]
        handles = [await bench.account.create_order(**(ORDER | {"quantity": "0.01"})) for _ in range(80)]
        await trio.sleep(1.0)
        left = {one.client_order_id for one in bench.venue.ledger.orders.values()}
        waiting = [one for one in handles if one.client_order_id not in left]
        assert 10 < len(waiting) < 70
        began = trio.current_time()
        bench.account.set_mode("halted", instrument="BTC/USD", reason="enough")
        for handle in waiting:
            receipt = await handle.resolved()
            assert (receipt.status, receipt.retriable) == (CommandStatus.NOT_EXECUTED, True)
            assert "halted (enough)" in (receipt.message or "")
            assert isinstance((await events_of(handle))[-1], OrderNotExecuted)
        assert trio.current_time() - began < 0.5
        for handle in [one for one in handles if one not in waiting] + elsewhere:
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert adds(bench) == 160 - len(waiting)


@pytest.mark.holds("D10")
async def test_a_mode_stops_what_a_road_has_not_written_yet(network: SimulatedNetwork, seams: Seams) -> None:
    """Handed to REST, which sends one at a time, or to a session that waits for a token: not written, it never is."""
    async with open_bench(seams, answer=60.0) as bench:
        bench.venue.faults.add(f.DelayAck(method="add_order", transport="rest", seconds=5.0))
        by_rest = await bench.account.create_orders([NewOrder(**ORDER, transport="rest") for _ in range(4)])
        await trio.sleep(1.0)
        bench.venue.faults.add(f.RefuseToken(method="add_order", transport="websocket"))
        assert (await (await bench.account.create_order(**ORDER)).resolved()).status is CommandStatus.REJECTED
        by_socket = await bench.account.create_order(**ORDER)  # behind REST's own, which fetches the token
        await trio.sleep(0.5)
        assert adds(bench) == 1
        bench.account.set_mode("halted")
        statuses = [(await one.resolved()).status for one in (*by_rest, by_socket)]
        assert statuses == [CommandStatus.ACCEPTED] + [CommandStatus.NOT_EXECUTED] * 4
        assert adds(bench) == 1


@pytest.mark.holds("D10")
async def test_a_mode_outlives_the_lane(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash of the lane changes no mode: what was forbidden before it is so after it."""
    async with open_bench(seams) as bench:
        bench.account.set_mode("halted")
        crash_once(monkeypatch, Lane, "_register")
        with pytest.raises(BatactorsError):
            await bench.account.cancel_all()
        await trio.sleep(1.0)
        await refused(bench.account.create_order(**ORDER))
        assert bench.account.mode() is TradingMode.HALTED
