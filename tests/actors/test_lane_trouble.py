"""What the lane does with commands that cannot go out: told as not sent, taken back, or sent by the other road."""

from typing import Any

import pytest
import trio

from batactors.actors.messages import Outgoing, Wake
from batactors.model.commands import CancelAll, Command, CreateOrder
from batactors.model.errors import InvalidCommand, TemporaryUnavailable
from batactors.model.terms import TransportPolicy
from tests.actors.lanes import SLOWLY, ids, open_lane, settle
from tests.actors.words import ETH, cancel, cancel_all, create


@pytest.mark.parametrize("wrong", [create(quantity=0), create(instrument="?"), cancel(None)])
async def test_a_command_that_cannot_be_right_reaches_its_caller_only(wrong: Command) -> None:
    """The caller's mistake is the caller's error: the lane lives, and nothing was registered or sent."""
    async with open_lane() as bench:
        for _ in range(20):
            with pytest.raises(InvalidCommand):
                await bench.submit(wrong)
        good = create()
        await bench.submit(good)
        await settle()
        assert bench.sent() == [good]
        assert bench.registered == [good.command_id]
        assert not bench.crashes


@pytest.mark.holds("I04")
async def test_an_id_that_was_used_before_is_refused_before_anything_is_sent() -> None:
    """The dedup actor's refusal to register reaches the caller; the lane lives, and nothing was sent."""
    async with open_lane() as bench:
        bench.refusal = InvalidCommand("used before")
        with pytest.raises(InvalidCommand, match="used before"):
            await bench.submit(create(), create())
        bench.refusal = None
        await bench.submit(good := create())
        await settle()
        assert bench.sent() == [good]
        assert not bench.unsent
        assert not bench.crashes


async def test_a_crash_of_who_registers_is_told_as_not_sent() -> None:
    """When it is not known whether a command was registered, it is not sent, and told so to whoever may follow it."""
    async with open_lane() as bench:
        bench.refusal = TemporaryUnavailable("the dedup actor crashed on it")
        command = create()
        with pytest.raises(TemporaryUnavailable):
            await bench.submit(command)
        await settle()
        assert bench.sent() == []
        assert set(bench.unsent) == {command.command_id}
        assert not bench.crashes


@pytest.mark.holds("G05")
async def test_what_waited_too_long_is_told_as_not_sent() -> None:
    """A command that could not go out within its time is told as not sent then, and never goes out later."""
    async with open_lane(pace=SLOWLY, send_within=2.0) as bench:
        commands = [create() for _ in range(20)]
        for command in commands:
            await bench.submit(command)
        await trio.sleep(1.9)
        assert not bench.unsent
        await trio.sleep(0.2)
        sent = ids(bench.sent())
        assert len(sent) == 6
        assert set(bench.unsent) == set(ids(commands)) - set(sent)
        assert all("2 s" in reason for reason in bench.unsent.values())
        await trio.sleep(60.0)
        assert bench.sent() == []


@pytest.mark.holds("G05", "G01")
async def test_without_a_session_a_socket_only_command_is_told_as_not_sent() -> None:
    """A command for the socket alone waits for a session as long as it may, and is then told as not sent and why."""
    async with open_lane(send_within=2.0) as bench:
        bench.session(None)
        await bench.submit(command := create(transport=TransportPolicy.WEBSOCKET))
        await trio.sleep(2.1)
        assert "no session" in bench.unsent[command.command_id]
        bench.session(2)
        bench.mailbox.post(Wake(reason="a session is ready"))
        await settle()
        assert bench.sent() == bench.by_rest() == []


async def test_a_session_that_becomes_ready_is_used_at_once() -> None:
    """What waits for a session goes out the moment there is one."""
    async with open_lane() as bench:
        bench.session(None)
        await bench.submit(command := create(transport=TransportPolicy.WEBSOCKET))
        await trio.sleep(1.0)
        assert bench.sent() == []
        bench.session(2)
        bench.mailbox.post(Wake(reason="a session is ready"))
        await settle()
        assert bench.sent() == [command]


@pytest.mark.holds("G01", "X24", "X25")
@pytest.mark.parametrize(
    ("policy", "session", "road"),
    [
        (TransportPolicy.AUTO, True, "socket"),
        (TransportPolicy.AUTO, False, "rest"),
        (TransportPolicy.WEBSOCKET, True, "socket"),
        (TransportPolicy.WEBSOCKET, False, "none"),
        (TransportPolicy.REST, True, "rest"),
        (TransportPolicy.REST, False, "rest"),
    ],
)
async def test_rest_is_taken_where_the_socket_was_not(policy: TransportPolicy, session: bool, road: str) -> None:
    """The socket comes first; REST is taken only where a command asks for it, or may and there is no socket at all."""
    async with open_lane() as bench:
        bench.session(1 if session else None)
        await bench.submit(create(transport=policy))
        await settle()
        assert (len(bench.sent()), len(bench.by_rest())) == {"socket": (1, 0), "rest": (0, 1), "none": (0, 0)}[road]


@pytest.mark.parametrize(("policy", "road"), [(TransportPolicy.AUTO, "rest"), (TransportPolicy.WEBSOCKET, "socket")])
async def test_what_the_socket_has_no_frame_for_goes_by_rest(policy: TransportPolicy, road: str) -> None:
    """Though there is a session, and alone; if the caller allows no other road, the socket's writer is to refuse it."""
    async with open_lane(carries=lambda command: not isinstance(command, CancelAll)) as bench:
        await bench.submit(sent := create())
        await settle()
        await bench.submit(everything := cancel_all(transport=policy))
        await settle()
        expected = {"socket": ([sent, everything], []), "rest": ([sent], [everything])}[road]
        assert (bench.sent(), bench.by_rest()) == expected


@pytest.mark.parametrize(("events", "takes", "road"), [(1, False, "rest"), (None, True, "socket")])
async def test_the_road_is_that_of_the_socket_for_commands(events: int | None, takes: bool, road: str) -> None:
    """Where each socket has a role of its own, a session that only tells what happens is no road for a command."""
    async with open_lane() as bench:
        bench.board.epoch, bench.board.takes_commands = events, takes
        await bench.submit(gone := cancel("resting"))
        await settle()
        assert (bench.sent(), bench.by_rest()) == {"socket": ([gone], []), "rest": ([], [gone])}[road]


@pytest.mark.holds("G16")
async def test_a_burst_by_rest_delays_no_cancel() -> None:
    """The rest client serves one request at a time: creates wait for it in the lane, where a cancel overtakes them."""
    async with open_lane(send_within=60.0) as bench:
        bench.session(None)
        for _ in range(20):
            await bench.submit(create())
        await bench.submit(gone := cancel("resting"))
        await settle()
        served: list[Command] = []
        while len(served) < 21:
            message = await bench.rest.take()
            assert isinstance(message, Outgoing)
            served += message.commands
            await trio.sleep(0.2)
        assert ids(served).index(gone.command_id) <= 2


async def test_a_full_outbox_is_tried_again() -> None:
    """When the writer has no room, commands wait in the lane, in order, and a cancel overtakes them."""
    async with open_lane(outbox=2, send_within=60.0) as bench:
        creates = [create() for _ in range(5)]
        for command in creates:
            await bench.submit(command)
        await bench.submit(gone := cancel("resting"))
        await settle()
        sent = bench.sent()
        await trio.sleep(0.2)
        sent += bench.sent()
        await trio.sleep(0.2)
        sent += bench.sent()
        await trio.sleep(0.2)
        sent += bench.sent()
        assert ids(sent) == [*ids(creates[:2]), gone.command_id, *ids(creates[2:])]


@pytest.mark.holds("D04")
@pytest.mark.parametrize("where", ["wait", "charge"])
async def test_a_crash_loses_the_command_in_hand_and_says_so(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a crash, the command in hand is told as not sent, the others go out, and no request id comes twice."""
    async with open_lane(send_within=60.0) as bench:
        await bench.submit(create())
        await settle()
        earlier = bench.outbox.clear()[0].request_id
        unlucky, others = create("unlucky", instrument=ETH), [create() for _ in range(5)]
        healthy = getattr(bench.limiter, where)

        def crash_once(operation: Any, instrument: Any, *rest: Any) -> Any:
            if instrument == ETH:
                monkeypatch.undo()
                raise ZeroDivisionError("injected")
            return healthy(operation, instrument, *rest)

        bench.session(None)
        for command in (unlucky, *others):
            await bench.submit(command.__class__(**_fields(command), transport=TransportPolicy.WEBSOCKET))
        monkeypatch.setattr(bench.limiter, where, crash_once)
        bench.session(2)
        bench.mailbox.post(Wake(reason="a session is ready"))
        await trio.sleep(1.0)
        outgoing = bench.outbox.clear()
        assert bench.crashes == 1
        assert "crashed" in bench.unsent[unlucky.command_id]
        assert [command.command_id for one in outgoing for command in one.commands] == ids(others)
        assert earlier not in {one.request_id for one in outgoing}


async def test_a_cancel_takes_back_an_order_that_was_not_sent() -> None:
    """To cancel an order that still waits for its turn sends neither: it cannot slip out behind its own cancel."""
    async with open_lane(pace=SLOWLY, send_within=60.0) as bench:
        creates = [create(f"order {number}") for number in range(10)]
        for command in creates:
            await bench.submit(command)
        await settle()
        bench.sent()
        await bench.submit(gone := cancel("order 7"))
        await trio.sleep(30.0)
        assert ids(bench.sent()) == [*ids(creates[5:7]), *ids(creates[8:])]
        assert set(bench.unsent) == {creates[7].command_id, gone.command_id}


async def test_a_cancel_of_all_takes_back_what_was_not_sent() -> None:
    """After a cancel of everything, no order that was given before it goes out."""
    async with open_lane(pace=SLOWLY, send_within=60.0) as bench:
        creates = [create() for _ in range(10)]
        for command in creates:
            await bench.submit(command)
        await settle()
        bench.sent()
        await settle()
        await bench.submit(everything := cancel_all())
        await bench.submit(after := create())
        await trio.sleep(30.0)
        assert ids(bench.sent()) == [everything.command_id, after.command_id]
        assert set(bench.unsent) == set(ids(creates[5:]))


def _fields(command: CreateOrder) -> dict[str, Any]:
    names = ("command_id", "account", "client_order_id", "instrument", "side", "order_type", "quantity", "price")
    return {name: getattr(command, name) for name in names}
