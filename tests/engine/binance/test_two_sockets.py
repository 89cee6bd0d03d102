"""Two sockets, one that takes commands and one that tells what happens: each may be lost while the other lives."""

from decimal import Decimal

import pytest
import trio

from batactors import (
    AuthError,
    CommandStatus,
    HealthReason,
    HealthStatus,
    OrderAccepted,
    OrderCanceled,
    RecoveryScheduled,
    Transport,
)
from batactors.actors.supervisor import leaves
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.binance import BinanceAccount
from tests.engine.binance.bench import open_bench, open_on, open_venue
from tests.engine.binance.story import (
    COMMANDS,
    EVENTS,
    apis,
    at_venue,
    cut,
    events_of,
    fill,
    fills_in,
    healthy,
    place,
    rest,
    sent,
    steps_of,
    told_so_far,
    until,
)

pytestmark = pytest.mark.usefixtures("network")

API = "/ws-fapi/v1"
PRIVATE = "/private/ws"


@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
async def test_the_commands_socket_is_lost_while_the_stream_lives(
    network: SimulatedNetwork, seams: Seams, logs_on: bool
) -> None:
    """What was in flight is unknown, and found out; what comes then goes by REST; and the stream never pauses."""
    async with open_bench(seams, logs_on=logs_on) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(
            f.RefuseUpgrade(path=API, count=6),
            f.LoseFrame(channel="executions", event="new"),
            f.CutAfterCommand(method="add_order"),
        )
        in_flight = await place(bench, price="47000")
        with trio.fail_after(1.0):
            assert (await in_flight.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        health = bench.account.health()
        assert health.components[COMMANDS].state.is_away
        assert health.components[COMMANDS].cause
        assert health.components[EVENTS].state == "up"
        assert health.commands_blocked is None
        assert health.status is HealthStatus.COMMAND_UNCERTAIN
        by_rest = await place(bench, price="46000")
        ack = await by_rest.ack()
        assert (ack.receipt.status, ack.transport) == (CommandStatus.ACCEPTED, Transport.REST)
        fill(bench, order, "0.2")
        await trio.sleep(0.2)
        cancel = await order.cancel()
        assert (await cancel.ack()).transport is Transport.REST
        assert fills_in(await events_of(order, within=2.0)) == [Decimal("0.2")]
        with trio.fail_after(30.0):
            assert (await in_flight.resolved()).status is CommandStatus.ACCEPTED
        assert len(at_venue(bench, in_flight)) == 1
        await healthy(bench)
        assert bench.account.health().reconnects == 0, "the stream was never lost"
        by_socket = await place(bench, price="45000")
        assert (await by_socket.ack()).transport is Transport.WEBSOCKET
        assert sent(bench, "add_order") == 4


async def test_who_wants_the_socket_waits_for_it(network: SimulatedNetwork, seams: Seams) -> None:
    """While the commands socket is away a command that may go by no other road waits, and is told as not sent in the
    end.
    """
    async with open_bench(seams, send_within=4.0) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.RefuseUpgrade(path=API, count=100))
        cut(bench, COMMANDS)
        await until(lambda: apis(bench) == 0)
        await trio.sleep(0.5)
        handle = await place(bench, transport="websocket")
        receipt = await handle.resolved()
        assert (receipt.status, receipt.retriable) == (CommandStatus.NOT_EXECUTED, True)
        bench.venue.faults.clear()
        await healthy(bench)
        assert at_venue(bench, handle) == []
        again = await place(bench, transport="websocket")
        assert (await again.resolved()).status is CommandStatus.ACCEPTED


async def test_the_stream_is_lost_while_the_commands_socket_lives(network: SimulatedNetwork, seams: Seams) -> None:
    """Nobody tells what happens then: new risk waits, cancels go at once by the socket, and health says disconnected;
    what was missed is told, once.
    """
    async with open_bench(seams) as bench:
        await healthy(bench)
        order, other = await rest(bench), await rest(bench, price="47000")
        bench.venue.faults.add(f.RefuseUpgrade(path=PRIVATE, count=5))
        cut(bench, EVENTS)
        fill(bench, order, "0.1")
        await trio.sleep(0.5)
        health = bench.account.health()
        assert health.status is HealthStatus.DISCONNECTED
        assert HealthReason.DISCONNECTED in health.reasons
        assert (health.components[EVENTS].state.is_away, health.components[COMMANDS].state) == (True, "up")
        waits = await place(bench, price="46000")
        cancel = await other.cancel()
        with trio.fail_after(1.0):
            ack = await cancel.ack()
        assert (ack.receipt.status, ack.transport) == (CommandStatus.ACCEPTED, Transport.WEBSOCKET)
        assert at_venue(bench, waits) == []
        await healthy(bench)
        with trio.fail_after(30.0):
            assert (await waits.resolved()).status in (CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED)
        fill(bench, order, "0.4")
        assert fills_in(await events_of(order)) == [Decimal("0.1"), Decimal("0.4")]
        ended = await events_of(other)
        assert isinstance(ended[-1], OrderCanceled)
        assert bench.account.health().reconnects == 1


async def test_both_are_lost_with_a_command_in_flight(network: SimulatedNetwork, seams: Seams) -> None:
    """The venue restarts after it took an order: the order is found, and what happened to it meanwhile is told."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.RestartAfterCommand(method="add_order", down_for=5.0))
        handle = await place(bench)
        assert (await handle.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        fill(bench, handle, "0.5")
        assert fills_in(await events_of(handle)) == [Decimal("0.5")]
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert [type(step) for step in await steps_of(handle)].count(RecoveryScheduled) == 1
        await healthy(bench)
        assert sent(bench, "add_order") == 1


@pytest.mark.holds("X49")
async def test_a_key_that_may_not_log_on_ends_it(network: SimulatedNetwork, seams: Seams) -> None:
    """A logon that the venue refuses for the key's sake is no matter of patience: the engine ends with a typed error
    that names it, and the key stands nowhere.
    """
    async with open_venue(seams) as (venue, urls):
        venue.faults.add(f.RefuseToken(method="session.logon", error="-2015", count=50))
        with trio.fail_after(20.0), pytest.raises(AuthError, match="-2015") as caught:
            async with open_on(venue, urls, seams, logs_on=True):
                pytest.fail("it began")
    assert BinanceAccount.demo().ed25519_key not in str(caught.value)


async def test_a_key_that_is_revoked_meanwhile_ends_it(network: SimulatedNetwork, seams: Seams) -> None:
    """The venue's word in the middle of a session that the key is revoked: what was in flight is unknown, and when the
    logon is refused the engine ends with a typed error.
    """
    async with open_venue(seams) as (venue, urls):
        with trio.fail_after(120.0), pytest.raises(BaseExceptionGroup) as caught:
            async with open_on(venue, urls, seams, logs_on=True) as bench:
                await rest(bench)
                venue.faults.add(f.DelayAck(method="add_order", seconds=1.0))
                handle = await place(bench, price="47000")
                await trio.sleep(0.1)
                venue.revoke(BinanceAccount.demo().ed25519_key)
                with trio.move_on_after(2.0):
                    assert [type(one) for one in await told_so_far(handle)][1:] == [OrderAccepted]
                await trio.sleep(100.0)
    errors = [one for one in leaves(caught.value) if isinstance(one, AuthError)]
    assert errors
    assert "-2015" in str(errors[0])


@pytest.mark.holds("X54")
async def test_a_logon_that_fails_for_now_is_tried_again(network: SimulatedNetwork, seams: Seams) -> None:
    """A logon that cannot be dealt with just now ends nothing: commands go by REST until it succeeds."""
    async with open_bench(seams, logs_on=True) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.Refuse(method="session.logon", error="-1001", count=4))
        cut(bench, COMMANDS)
        await trio.sleep(0.3)
        handle = await place(bench)
        ack = await handle.ack()
        assert (ack.receipt.status, ack.transport) == (CommandStatus.ACCEPTED, Transport.REST)
        assert "-1001" in str(bench.account.health().components[COMMANDS].cause)
        await healthy(bench)
        assert (await (await place(bench, price="47000")).ack()).transport is Transport.WEBSOCKET


async def test_a_clock_that_is_wrong_at_the_logon_is_set_right(network: SimulatedNetwork, seams: Seams) -> None:
    """A logon whose time the venue does not believe is tried again, with the time measured anew."""
    async with open_bench(seams, logs_on=True) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.Refuse(method="session.logon", error="-1021", count=2))
        cut(bench, COMMANDS)
        await trio.sleep(0.2)
        await healthy(bench)
        assert bench.venue.faults.fired["Refuse"] == 2


@pytest.mark.holds("Y13", "R06", "X52")
@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
async def test_a_quiet_account_keeps_its_sockets(network: SimulatedNetwork, seams: Seams, logs_on: bool) -> None:
    """After a fill and a new order, ten minutes without any event end no session; and then the next event is told."""
    async with open_bench(seams, logs_on=logs_on) as bench:
        await healthy(bench)
        order = await rest(bench)
        fill(bench, order, "0.1")
        await trio.sleep(0.5)
        await rest(bench, price="47000")  # its NEW bears the trade id 0
        sessions = (bench.venue.sessions, list(bench.venue.open_sessions))
        await trio.sleep(600.0)
        assert (bench.venue.sessions, list(bench.venue.open_sessions)) == sessions
        assert len(bench.venue.tokens_given) == 1
        assert bench.account.health().reconnects == 0
        assert bench.account.health().status is HealthStatus.HEALTHY
        fill(bench, order, "0.4")
        assert fills_in(await events_of(order)) == [Decimal("0.1"), Decimal("0.4")]


@pytest.mark.holds("X52", "X50")
@pytest.mark.parametrize("socket", [EVENTS, COMMANDS])
async def test_a_socket_that_is_dead_is_given_up(network: SimulatedNetwork, seams: Seams, socket: str) -> None:
    """A connection that stays open and answers nothing is ended after the stated silence, and a new one made."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        sessions = bench.venue._telling.sessions if socket == EVENTS else bench.venue._api.sessions
        for session in list(sessions):
            session.connection.go_silent(f.FOREVER)
        fill(bench, order, "0.5")
        assert fills_in(await events_of(order, within=90.0)) == [Decimal("0.5")]
        await trio.sleep(90.0)
        await healthy(bench)
        assert bench.account.health().reconnects == (socket == EVENTS)
