"""A venue that counts in windows: bursts, cancels, refusals and bans, by socket and by REST."""

from typing import Any

import pytest
import trio

from batactors import CommandStatus, HealthReason, HealthStatus, RateLimited, TemporaryUnavailable
from batactors.model.health import ComponentState
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import BID
from tests.engine.counting import ORDERS, CountingBench, open_counting

pytestmark = pytest.mark.usefixtures("network")
ORDER: dict[str, Any] = {
    "instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.01", "price": BID
}  # fmt: skip
ROADS = pytest.mark.parametrize("transport", ["websocket", "rest"])


@pytest.mark.holds("D11", "X36")
@ROADS
@pytest.mark.parametrize("in_order", [True, False], ids=["one by one", "several at once"])
async def test_a_burst_delays_no_cancel(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, transport: str, in_order: bool
) -> None:
    """Five times what the venue takes in a window, at once: no window is ever over its limit and nothing is refused,
    a cancel by the same road is done within a second, and every order goes out in the end.
    """
    async with open_counting(seams, monkeypatch, in_order=in_order, send_within=300.0) as bench:
        resting = await bench.account.create_order(**ORDER)
        await resting.resolved()
        handles = [await bench.account.create_order(**ORDER, transport=transport) for _ in range(60)]
        began = trio.current_time()
        cancel = await bench.account.cancel_order(resting.client_order_id, transport=transport)
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert trio.current_time() - began < 1.0
        assert bench.counting.by_window.total() < 20
        assert {(await handle.resolved()).status for handle in handles} == {CommandStatus.ACCEPTED}
        counted = bench.counting.by_window
        assert counted.total() == 61
        assert max(counted.values()) == ORDERS.limit - ORDERS.reserve, "as fast as it may, and no faster"


@pytest.mark.holds("D11")
@ROADS
async def test_orders_of_others_count_too(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """What the venue tells with its answers of what others ordered on the same account leaves us so much less."""
    async with open_counting(seams, monkeypatch, send_within=300.0) as bench:
        bench.counting.others = 7
        for _ in range(9):
            handle = await bench.account.create_order(**ORDER, transport=transport)
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert max(bench.counting.by_window.values()) == ORDERS.limit - ORDERS.reserve - bench.counting.others


async def refused(bench: CountingBench, status: int, **headers: str) -> None:
    """A question is refused for too many requests."""
    bench.counting.refuses.append((status, headers))
    with pytest.raises((RateLimited, TemporaryUnavailable)):
        await bench.account.fetch_balances()


@pytest.mark.holds("D11")
@ROADS
async def test_after_a_refusal_nothing_but_cancels_goes_out(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """For as long as the venue said: a create waits, a cancel does not, a question says why it is not asked, and health
    says what, why, since when and until when.
    """
    async with open_counting(seams, monkeypatch, send_within=300.0) as bench:
        resting = await bench.account.create_order(**ORDER)
        await resting.resolved()
        await trio.sleep(5.0)
        now = seams.clock.now()
        await refused(bench, 429, **{"retry-after": "20"})
        began = trio.current_time()
        report = bench.account.health()
        limits = report.components["limits"]
        assert limits.state is ComponentState.DEGRADED
        assert limits.cause is not None
        assert "HTTP 429" in limits.cause
        assert "nothing but cancels" in limits.cause
        assert "until 20" in limits.cause
        assert abs((limits.since - now).total_seconds()) < 1.0
        assert HealthReason.COMMANDS_BLOCKED in report.reasons
        with pytest.raises(RateLimited, match="nothing but cancels"):
            await bench.account.fetch_balances()
        waits = await bench.account.create_order(**ORDER, transport=transport)
        cancel = await bench.account.cancel_order(resting.client_order_id, transport=transport)
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert trio.current_time() - began < 1.0
        assert (await waits.resolved()).status is CommandStatus.ACCEPTED
        assert 19.0 < trio.current_time() - began < 21.0
        await trio.sleep(0.1)
        assert bench.account.health().components["limits"].state is ComponentState.UP
        await bench.account.fetch_balances()
        assert bench.account.health().status is HealthStatus.HEALTHY


@pytest.mark.holds("D11")
@ROADS
async def test_under_a_ban_nothing_goes_out(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """Not a cancel, nor a question, nor the clock's; what was to be sent in that time is told as not sent, and why."""
    async with open_counting(seams, monkeypatch, send_within=5.0, reconcile_every=10.0, clock_every=20.0) as bench:
        resting = await bench.account.create_order(**ORDER)
        await resting.resolved()
        await trio.sleep(5.0)
        await refused(bench, 418, **{"retry-after": "120"})
        began, sent = trio.current_time(), len(bench.venue.ledger.commands)
        cancel = await bench.account.cancel_order(resting.client_order_id, transport=transport)
        receipt = await cancel.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert "HTTP 418" in str(receipt)
        await trio.sleep_until(began + 119.0)
        assert bench.since(began + 0.001) == []
        assert len(bench.venue.ledger.commands) == sent
        assert "nothing is sent" in str(bench.account.health().components["limits"].cause)
        await trio.sleep(60.0)
        assert bench.since(began + 119.0) != []
        assert (await (await resting.cancel()).resolved()).status is CommandStatus.ACCEPTED
        await trio.sleep(30.0)
        assert bench.account.health().status is HealthStatus.HEALTHY


@pytest.mark.holds("D12")
async def test_a_request_refused_for_its_time_has_the_clock_measured(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, and not when it is next due in five minutes; and no more often than once a second, whoever complains."""
    async with open_counting(seams, monkeypatch) as bench:
        await trio.sleep(30.0)
        began = trio.current_time()
        for _ in range(20):
            bench.counting.refuses.append((200, {"x-clock": "1"}))
            with pytest.raises(Exception, match="Throttled"):
                await bench.account.fetch_balances()
        await trio.sleep(2.0)
        asked = [at for at, call in bench.counting.arrived if call == "Time" and at >= began]
        assert asked
        assert asked[0] - began < 0.5
        await trio.sleep(20.0)
        asked = [at for at, call in bench.counting.arrived if call == "Time" and at >= began]
        assert len(asked) <= 12


@pytest.mark.parametrize("in_order", [True, False], ids=["one by one", "several at once"])
async def test_a_command_by_rest_waits_for_one_question_at_the_most(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, in_order: bool
) -> None:
    """However many questions wait for slow answers. Where requests need not arrive in order, it waits for none."""
    async with open_counting(seams, monkeypatch, in_order=in_order) as bench:
        resting = await bench.account.create_order(**ORDER)
        await resting.resolved()
        bench.counting.stalls["Balance"] = bench.counting.stalls["BalanceEx"] = 3.0
        async with trio.open_nursery() as nursery:
            for _ in range(10):
                nursery.start_soon(bench.account.fetch_balances)
            await trio.sleep(1.0)
            began = trio.current_time()
            cancel = await bench.account.cancel_order(resting.client_order_id, transport="rest")
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            took = trio.current_time() - began
            assert took < (2.5 if in_order else 0.5)
            assert took > 1.5 or not in_order, "it did take turns"
            nursery.cancel_scope.cancel()


@pytest.mark.holds("D11")
@ROADS
async def test_what_the_venue_does_not_count_leaves_room(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """Its count wins where it is lower than ours, too."""
    async with open_counting(seams, monkeypatch, send_within=300.0) as bench:
        bench.counting.others = -4
        for _ in range(30):
            handle = await bench.account.create_order(**ORDER, transport=transport)
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert max(bench.counting.by_window.values()) == ORDERS.limit - ORDERS.reserve + 4


@pytest.mark.holds("D11")
async def test_the_limits_that_the_venue_lists_replace_those_assumed(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its instruments it says what its limits are, and from then on they hold."""
    async with open_counting(seams, monkeypatch, limit=5, send_within=300.0) as bench:
        handles = [await bench.account.create_order(**ORDER) for _ in range(12)]
        assert {(await handle.resolved()).status for handle in handles} == {CommandStatus.ACCEPTED}
        assert max(bench.counting.by_window.values()) == 5 - ORDERS.reserve


async def test_health_says_when_a_silence_is_over(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though nobody sends anything."""
    async with open_counting(seams, monkeypatch, reconcile_every=1000.0) as bench:
        await trio.sleep(10.0)
        await refused(bench, 429, **{"retry-after": "20"})
        await trio.sleep(19.5)
        assert bench.account.health().components["limits"].state is ComponentState.DEGRADED
        await trio.sleep(1.0)
        assert bench.account.health().components["limits"].state is ComponentState.UP


async def test_what_was_on_its_way_when_a_ban_began_is_not_written(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancel that waits behind a slow command by REST is told as not sent, and why."""
    async with open_counting(seams, monkeypatch, in_order=False) as bench:
        resting = await bench.account.create_order(**ORDER)
        await resting.resolved()
        bench.counting.stalls["AddOrder"] = 2.0
        slow = await bench.account.create_order(**ORDER, transport="rest")
        await trio.sleep(0.5)
        cancel = await bench.account.cancel_order(resting.client_order_id, transport="rest")
        await trio.sleep(0.5)
        await refused(bench, 418, **{"retry-after": "60"})
        assert (await slow.resolved()).status is CommandStatus.ACCEPTED
        receipt = await cancel.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert "HTTP 418" in str(receipt)
        assert [one.method for one in bench.venue.ledger.commands] == ["add_order", "add_order"]
