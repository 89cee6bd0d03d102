"""The ordered, throttled way down for one account's commands."""

from itertools import pairwise

import pytest
import trio

from batactors.actors.messages import SlowDown
from batactors.model.commands import Command, CreateOrder
from batactors.model.ids import ClientOrderId
from batactors.model.terms import TransportPolicy
from tests.actors.lanes import SLOWLY, ids, open_lane, settle
from tests.actors.words import BTC, ETH, amend, cancel, create


async def test_a_command_is_registered_before_it_is_handed_on() -> None:
    """Nothing reaches the socket's writer that the dedup actor does not know; the caller hears when it does."""
    async with open_lane() as bench:
        command = create()
        await bench.submit(command)
        assert bench.registered == [command.command_id]
        await settle()
        assert bench.sent() == [command]


async def test_the_venue_sees_the_id_that_was_registered() -> None:
    """What goes out carries the client order id as the venue will see it."""
    async with open_lane() as bench:
        bench.wire_id = lambda command: ClientOrderId("short")
        await bench.submit(create("long" * 20))
        await settle()
        (sent,) = bench.sent()
        assert isinstance(sent, CreateOrder)
        assert sent.client_order_id == "short"


@pytest.mark.holds("G16", "D11")
async def test_cancels_overtake_creates_that_wait() -> None:
    """A burst of creates beyond the venue's pace delays neither a cancel nor, after that, an amend."""
    async with open_lane(pace=SLOWLY, send_within=60.0) as bench:
        await bench.submit(create("resting"), create("other"))
        await settle()
        bench.sent()
        for _ in range(30):
            await bench.submit(create())
        await settle()
        assert len(bench.sent()) == 3
        began = trio.current_time()
        await bench.submit(moved := amend("other"))
        await bench.submit(gone := cancel("resting"))
        await settle()
        assert ids(bench.sent()) == [gone.command_id]
        assert trio.current_time() - began < 0.1
        await trio.sleep(3.5)
        assert ids(bench.sent())[0] == moved.command_id


async def test_the_pace_is_kept() -> None:
    """Creates go out no faster than the venue allows, and none is forgotten."""
    async with open_lane(pace=SLOWLY, send_within=60.0) as bench:
        commands = [create() for _ in range(20)]
        for command in commands:
            await bench.submit(command)
        at: list[float] = []
        sent: list[Command] = []
        while len(sent) < 20:
            found = bench.sent()
            sent += found
            at += [trio.current_time()] * len(found)
            await trio.sleep(0.01)
        assert ids(sent) == ids(commands)
        assert all(later - earlier >= 0.98 for earlier, later in pairwise(at[4:]))


async def test_a_throttled_instrument_delays_no_other() -> None:
    """While one instrument's counter is full, another's commands go out at once."""
    async with open_lane(pace=SLOWLY, send_within=60.0) as bench:
        for _ in range(10):
            await bench.submit(create(instrument=BTC))
        await settle()
        bench.sent()
        await bench.submit(other := create(instrument=ETH))
        await settle()
        assert bench.sent() == [other]


@pytest.mark.holds("G16")
async def test_a_refusal_for_rate_slows_that_instrument_down() -> None:
    """When the venue says that it was too much, the next create of that instrument waits, and of another does not."""
    async with open_lane(pace=SLOWLY, send_within=60.0) as bench:
        bench.mailbox.post(SlowDown(instrument=BTC))
        await settle()
        await bench.submit(slow := create(instrument=BTC))
        await bench.submit(fast := create(instrument=ETH))
        await settle()
        assert bench.sent() == [fast]
        await trio.sleep(5.5)
        assert bench.sent() == []
        await trio.sleep(1.0)
        assert bench.sent() == [slow]


@pytest.mark.parametrize(
    ("commands", "frames"),
    [
        ([create() for _ in range(7)], [3, 3, 1]),
        ([create(instrument=BTC), create(instrument=BTC), create(instrument=ETH)], [2, 1]),
        ([create(), create(transport=TransportPolicy.REST)], [1]),
        ([create(), create(validity=1.0), create(validity=1.0)], [1, 2]),
        ([amend("a"), amend("b")], [1, 1]),
        ([cancel("a"), cancel("b"), cancel("c")], [3]),
    ],
)
async def test_a_frame_holds_what_is_alike(commands: list[Command], frames: list[int]) -> None:
    """A batch has one operation, instrument, transport and validity, and no more legs than the venue takes."""
    async with open_lane() as bench:
        await bench.submit(*commands)
        await settle()
        outgoing = bench.outbox.clear()
        assert [len(one.commands) for one in outgoing] == frames
        assert len({one.request_id for one in outgoing}) == len(outgoing)


async def test_a_request_by_rest_holds_what_rest_takes() -> None:
    """Where REST takes a batch that the socket does not, what is to go by REST goes so."""
    async with open_lane() as bench:
        for policy in (TransportPolicy.WEBSOCKET, TransportPolicy.REST):
            await bench.submit(amend("a", transport=policy), amend("b", transport=policy))
        await trio.sleep(1.0)
        assert [len(one.commands) for one in bench.outbox.clear()] == [1, 1]
        assert [len(one.commands) for one in bench.rest.clear()] == [2]


async def test_an_amend_waits_for_its_own_order() -> None:
    """An amend overtakes other orders' creates, but not that of its own order: the venue would not know it."""
    async with open_lane(pace=SLOWLY, send_within=60.0) as bench:
        creates = [create(f"order {number}") for number in range(8)]
        for command in creates:
            await bench.submit(command)
        await bench.submit(moved := amend("order 6"))
        await trio.sleep(30.0)
        assert ids(bench.sent()) == [*ids(creates), moved.command_id]
