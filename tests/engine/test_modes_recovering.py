"""New risk while an account recovers: it waits, is refused or goes, as the account's setting says."""

import pytest
import trio

from batactors import (
    AccountRecovering,
    BatactorsError,
    CommandStatus,
    NewRisk,
    Transport,
)
from batactors.actors.lane import Lane
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_crashes import crash_once
from tests.engine.test_modes import ORDER, place
from tests.engine.test_unknown_outcomes import adds

pytestmark = pytest.mark.usefixtures("network")

SHUT = 30.0
"""Virtual seconds that the roads are kept shut; far longer than a command may wait."""


async def lose_session(bench: Bench) -> None:
    """Cut the session, and let no other become ready for a while."""
    bench.venue.faults.add(f.RefuseToken(method="subscribe", count=1_000))
    bench.venue.cut()
    await trio.sleep(0.5)
    assert bench.account.health().status == "Disconnected"


def let_session_come(bench: Bench) -> None:
    bench.venue.faults.clear()


@pytest.mark.holds("D10", "R02")
async def test_new_risk_waits_until_the_account_has_recovered(network: SimulatedNetwork, seams: Seams) -> None:
    """Without a session, creates wait by whatever road they were to go, and go out when one is ready; what adds no
    risk goes by REST at once, past them.
    """
    async with open_bench(seams, send_within=60.0) as bench:
        order = await place(bench, quantity="2")
        other = await place(bench, price="48000")
        await lose_session(bench)
        waiting = [await bench.account.create_order(**ORDER, transport=road) for road in ("auto", "rest", "websocket")]
        waiting.append(await order.amend(quantity="3"))
        lower = await other.amend(quantity="0.5")
        assert (await lower.ack()).transport is Transport.REST
        reducing = await bench.account.create_order(**ORDER, reduce_only=True)
        assert (await reducing.ack()).transport is Transport.REST
        cancel = await bench.account.cancel_order(other.client_order_id)
        assert (await cancel.ack()).transport is Transport.REST
        await trio.sleep(SHUT)
        assert adds(bench) == 3
        let_session_come(bench)
        for handle in waiting:
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert adds(bench) == 6
        assert bench.at_venue(order.client_order_id).quantity == 3


@pytest.mark.holds("D10")
async def test_new_risk_waits_no_longer_than_send_within(network: SimulatedNetwork, seams: Seams) -> None:
    """An account that does not recover in time: the create is told as not sent, why, and that it may be sent anew."""
    async with open_bench(seams, send_within=2.0) as bench:
        await lose_session(bench)
        began = trio.current_time()
        handles = [await bench.account.create_order(**ORDER, transport=road) for road in ("auto", "rest", "websocket")]
        for handle in handles:
            receipt = await handle.resolved()
            assert (receipt.status, receipt.retriable) == (CommandStatus.NOT_EXECUTED, True)
            assert "there is no session" in (receipt.message or "")
        assert trio.current_time() - began < 2.5
        assert adds(bench) == 0


@pytest.mark.holds("D10")
@pytest.mark.parametrize("status", ["maintenance", "cancel_only"])
async def test_new_risk_waits_while_the_venue_takes_none(network: SimulatedNetwork, seams: Seams, status: str) -> None:
    """While the venue itself says that it takes no new orders, they wait, the session being up; then they go."""
    async with open_bench(seams, send_within=20.0) as bench:
        bench.venue.set_status(status)
        await trio.sleep(0.5)
        late = await bench.account.create_order(**ORDER)
        await trio.sleep(19.0)
        in_time = await bench.account.create_order(**ORDER)
        receipt = await late.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert f"the venue is {status}" in (receipt.message or "")
        bench.venue.set_status("online")
        assert (await in_time.resolved()).status is CommandStatus.ACCEPTED
        assert adds(bench) == 1


@pytest.mark.holds("D10")
async def test_new_risk_can_be_refused_at_once(network: SimulatedNetwork, seams: Seams) -> None:
    """With ``refuse``, what adds risk raises while the account recovers, naming why, and what adds none goes."""
    async with open_bench(seams, new_risk_while_recovering=NewRisk.REFUSE) as bench:
        order = await place(bench)
        await lose_session(bench)
        with pytest.raises(AccountRecovering, match=r"'kraken' recovers \(there is no session\)") as caught:
            await bench.account.create_order(**ORDER)
        assert caught.value.retriable
        with pytest.raises(AccountRecovering):
            await order.amend(quantity="2")
        assert bench.account.commands() == []
        assert (await (await order.amend(price="48000")).ack()).transport is Transport.REST
        assert (await (await order.cancel()).ack()).transport is Transport.REST
        let_session_come(bench)
        await trio.sleep(10.0)
        await place(bench)


@pytest.mark.holds("D10", "G01", "X24")
async def test_new_risk_can_be_allowed(network: SimulatedNetwork, seams: Seams) -> None:
    """With ``allow``, a create goes by REST while there is no session, and the venue itself says if it takes it."""
    async with open_bench(seams, new_risk_while_recovering=NewRisk.ALLOW) as bench:
        await lose_session(bench)
        handle = await bench.account.create_order(**ORDER)
        assert (await handle.ack()).transport is Transport.REST
        let_session_come(bench)
        await trio.sleep(10.0)
        bench.venue.set_status("cancel_only")
        await trio.sleep(0.5)
        handle = await bench.account.create_order(**ORDER)
        assert (await handle.resolved()).status is CommandStatus.REJECTED
        assert adds(bench) == 2


@pytest.mark.holds("D10")
async def test_recovery_outlives_the_lane(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash of the lane while creates wait for a session: none of them is lost, and none goes before its time."""
    async with open_bench(seams, send_within=60.0) as bench:
        await lose_session(bench)
        waiting = await bench.account.create_order(**ORDER)
        crash_once(monkeypatch, Lane, "_register")
        with pytest.raises(BatactorsError):
            await bench.account.create_order(**ORDER)
        await trio.sleep(5.0)
        after = await bench.account.create_order(**ORDER)
        await trio.sleep(5.0)
        assert adds(bench) == 0
        let_session_come(bench)
        assert (await waiting.resolved()).status is CommandStatus.ACCEPTED
        assert (await after.resolved()).status is CommandStatus.ACCEPTED
