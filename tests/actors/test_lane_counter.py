"""Kraken Spot's trading counter, as the lane keeps to it: weights, priorities and deadlines together."""

from itertools import pairwise

import pytest
import trio

from batactors.model.commands import Command
from batactors.venues.kraken_spot.pace import pace_of
from tests.actors.lanes import Bench, ids, open_lane, settle
from tests.actors.words import ETH, amend, cancel, create

PACE = pace_of("starter")  # 60, of which 30 are for cancels alone; 1 a second


async def sent_at(bench: Bench, seconds: float) -> list[tuple[float, Command]]:
    """What goes out from now on, each with when."""
    began, found = trio.current_time(), []
    while trio.current_time() < began + seconds:
        found += [(trio.current_time() - began, command) for command in bench.sent()]
        await trio.sleep(0.05)
    return found


@pytest.mark.holds("X36")
async def test_weights_priorities_and_deadlines_of_the_counter() -> None:
    """A full counter lets a cancel out at once, by its weight, from the reserve; then amends go before creates, whoever
    came first, each when its own weight fits; what does not fit in time is told as not sent, and never goes. This is
    all that holds at Kraken Spot, whose answers carry no count; ``tests/engine/test_windows.py`` has those that do.
    """
    async with open_lane(pace=PACE, send_within=13.0) as bench:
        await bench.submit(create("young"))
        for _ in range(29):
            await bench.submit(create())
        await settle()
        assert len(bench.sent()) == 30  # as many as leave the reserve to cancels
        creates = [create() for _ in range(12)]
        for command in creates:
            await bench.submit(command)
        await bench.submit(moved := amend("young"))
        await bench.submit(gone := cancel("young"))
        await bench.submit(elsewhere := create(instrument=ETH))
        found = await sent_at(bench, 15.0)
        times = {command.command_id: at for at, command in found}
        assert times[gone.command_id] == times[elsewhere.command_id] == 0.0  # another pair has a counter of its own
        # The cancel of so young an order cost 8: the amend, of 1 and 3, waits for 12 in all. A create, of 1, would fit
        # earlier, and as one came after the other the amend would never; they came first, and wait for it.
        assert 9.0 < times[moved.command_id] <= 12.1
        late = [times[one] for one in ids(creates) if one in times]
        assert 1 <= len(late) <= 3
        assert all(at >= times[moved.command_id] for at in late)
        unsent = [one for one in ids(creates) if one not in times]
        assert list(bench.unsent) == unsent
        assert all("could not be sent within 13 s" in bench.unsent[one] for one in unsent)
        assert await sent_at(bench, 30.0) == []


@pytest.mark.holds("X36")
async def test_an_amend_weighs_more_the_younger_its_order() -> None:
    """One of an order of a second waits for four of the counter, one of an old order for one."""
    for age, weight in ((1.0, 4.0), (7.0, 3.0), (12.0, 2.0), (20.0, 1.0)):
        async with open_lane(pace=PACE, send_within=60.0) as bench:
            await bench.submit(create("order"))
            await trio.sleep(age)
            for _ in range(31):
                await bench.submit(create())
            await settle()
            bench.sent()
            await bench.submit(moved := amend("order"))
            (when,) = [at for at, command in await sent_at(bench, 10.0) if command is moved]
            assert when <= weight + 0.2
            assert when > weight - 1.2  # nearly: by then the counter had sunk a little


@pytest.mark.holds("X36")
async def test_what_is_lighter_and_less_urgent_is_told_in_its_own_time() -> None:
    """Creates that wait behind an amend wait no longer than their own time for it."""
    async with open_lane(pace=PACE, send_within=6.0) as bench:
        await bench.submit(create("young"))
        for _ in range(35):
            await bench.submit(create())
        await settle()
        bench.sent()
        await trio.sleep(0.5)
        early = create()
        await bench.submit(early)
        await bench.submit(cancel("young"))
        await trio.sleep(2.0)
        await bench.submit(moved := amend("another"))
        await trio.sleep(3.6)  # `early` is 5.6 s old
        assert early.command_id not in bench.unsent
        await trio.sleep(0.5)
        assert early.command_id in bench.unsent
        assert moved.command_id not in bench.unsent


@pytest.mark.holds("X36")
async def test_creates_go_out_one_a_second_when_the_counter_is_full() -> None:
    """As fast as the counter sinks, in the order in which they came."""
    async with open_lane(pace=PACE, send_within=60.0) as bench:
        commands = [create() for _ in range(40)]
        for command in commands:
            await bench.submit(command)
        found = await sent_at(bench, 15.0)
        assert ids([command for _, command in found]) == ids(commands)
        later = [at for at, _ in found[30:]]
        assert all(0.9 <= after - before <= 1.1 for before, after in pairwise(later))
