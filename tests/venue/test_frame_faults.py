"""What can be made to go wrong with what the venue pushes."""

import json
from decimal import Decimal

import pytest
from trio_websocket import ConnectionClosed

from batactors.testing import KrakenSpotVenue
from batactors.testing import faults as f
from tests.venue.client import Client


async def told(venue: KrakenSpotVenue, client: Client, *faults: f.FrameFault) -> list[tuple[int, str]]:
    """Number and event of each executions frame of a two-fill order, under these faults."""
    venue.faults.add(*faults)
    async with client.listening() as socket:
        await socket.place(cl_ord_id="a")
        venue.fill("a", Decimal("0.004"))
        venue.fill("a", Decimal("0.006"))
        frames = [frame for frame in await socket.quiet() if frame.get("channel") == "executions"]
    return [(frame["sequence"], frame["data"][0]["exec_type"]) for frame in frames]


FIVE = [(2, "pending_new"), (3, "new"), (4, "trade"), (5, "trade"), (6, "filled")]


async def test_without_faults(venue: KrakenSpotVenue, client: Client) -> None:
    """Every frame comes once, in order, numbered without a gap."""
    assert await told(venue, client) == FIVE


async def test_a_frame_comes_twice(venue: KrakenSpotVenue, client: Client) -> None:
    """A duplicate has the number of the original."""
    assert await told(venue, client, f.DuplicateFrame(event="trade")) == [*FIVE[:3], FIVE[2], *FIVE[3:]]


async def test_frames_swap(venue: KrakenSpotVenue, client: Client) -> None:
    """Two neighbours change places; the last of all comes late, if nothing follows it."""
    swapped = [FIVE[1], FIVE[0], FIVE[2], FIVE[3], FIVE[4]]
    assert await told(venue, client, f.SwapFrames(), f.SwapFrames(event="filled")) == swapped


async def test_a_number_is_skipped(venue: KrakenSpotVenue, client: Client) -> None:
    """The lost frame leaves a gap that a client can see."""
    assert await told(venue, client, f.SkipSequence(event="trade", nth=2)) == [*FIVE[:3], FIVE[4]]


async def test_a_frame_is_lost_without_a_trace(venue: KrakenSpotVenue, client: Client) -> None:
    """The lost frame leaves no gap: only the totals of the next one tell."""
    heard = await told(venue, client, f.LoseFrame(event="trade"))
    assert heard == [(2, "pending_new"), (3, "new"), (4, "trade"), (5, "filled")]


async def test_a_frame_is_late(venue: KrakenSpotVenue, client: Client) -> None:
    """A delayed frame is overtaken by those after it."""
    assert await told(venue, client, f.DelayFrame(event="new", seconds=2)) == [FIVE[0], *FIVE[2:], FIVE[1]]


@pytest.mark.parametrize("fault", [f.MalformedRow(event="trade"), f.UnknownEvent(event="trade")])
async def test_odd_rows_stand_beside_good_ones(venue: KrakenSpotVenue, client: Client, fault: f.OddRowFault) -> None:
    """The good row is in the same frame, behind the odd one."""
    venue.faults.add(fault)
    async with client.listening() as socket:
        await socket.place(cl_ord_id="a")
        venue.fill("a", Decimal("0.004"))
        odd, good = (await socket.events(4))[2:]
    assert odd == dict(fault.row)
    assert good["exec_id"] == venue.ledger.fills[0].exec_id


async def test_an_unknown_channel_speaks_up(venue: KrakenSpotVenue, client: Client) -> None:
    """A frame that nobody documented comes in between and changes nothing else."""
    venue.faults.add(f.UnknownChannel(event="new"))
    async with client.listening() as socket:
        await socket.place()
        assert (await socket.hear(channel="novelty"))["data"] == [{"x": 1}]
        await socket.events(2)


async def test_garbage_comes_in_between(venue: KrakenSpotVenue, client: Client) -> None:
    """A frame that is no JSON is followed by good ones."""
    venue.faults.add(f.Garbage(event="new"))
    async with client.listening() as socket:
        await socket.place()
        with pytest.raises(json.JSONDecodeError):
            await socket.quiet()
        assert (await socket.events(2))[1]["exec_type"] == "new"


async def test_ledger_entries_come_first(venue: KrakenSpotVenue, client: Client) -> None:
    """The balances may tell of a fill before the executions do."""
    venue.faults.add(f.BalancesFirst())
    async with client.listening("executions", "balances") as socket:
        await socket.place(cl_ord_id="a")
        await socket.events(2)
        venue.fill("a", Decimal("0.004"))
        frames = await socket.quiet()
    assert [frame["channel"] for frame in frames] == ["balances", "balances", "executions"]


@pytest.mark.parametrize("by_hand", [True, False])
async def test_the_cut_is_in_the_middle_of_a_frame(venue: KrakenSpotVenue, client: Client, by_hand: bool) -> None:
    """Half a frame arrives, which is no message, and then the connection is gone."""
    if not by_hand:
        venue.faults.add(f.CutInFrame(event="new"))
    async with client.listening() as socket:
        if by_hand:
            venue.cut(mid_frame=True)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.place()
            await socket.quiet()
    assert closed.value.reason is not None
    assert closed.value.reason.code == 1006
    assert not [text for text in socket.raw if '"exec_type":"new"' in text]


async def test_snapshots_can_go_wrong_too(venue: KrakenSpotVenue, client: Client) -> None:
    """Faults of frames are for updates, unless they are told otherwise."""
    venue.faults.add(f.DuplicateFrame(), f.LoseFrame(frame_type="snapshot"))
    async with client.socket() as socket:
        await socket.ask("subscribe", channel="executions")
        assert [frame["channel"] for frame in await socket.quiet()] == ["status"]


async def test_two_sockets_are_told_alike(venue: KrakenSpotVenue, client: Client) -> None:
    """A fault strikes one frame of one socket; another socket with the same subscription is whole."""
    venue.faults.add(f.LoseFrame(event="new"))
    async with client.listening() as first, client.listening() as second:
        await first.place()
        assert len(await first.quiet()) == 1
        assert len(await second.quiet()) == 2
    assert venue.faults.fired == {"LoseFrame": 1}


async def test_the_script_counts_what_struck(venue: KrakenSpotVenue) -> None:
    """Equal faults strike one after the other; what has not struck can be forgotten."""
    venue.faults.add(f.LoseAck(), f.LoseAck(), f.LoseAck(nth=4))
    struck = [venue.faults.take(f.LoseAck, method="add_order") is not None for _ in range(5)]
    assert struck == [True, True, False, True, False]
    venue.faults.add(f.LoseAck(method="cancel_order", count=f.FOREVER))
    assert venue.faults.take(f.LoseAck, method="add_order") is None
    assert [type(fault) for fault in venue.faults.waiting] == [f.LoseAck]
    venue.faults.clear()
    assert not venue.faults.waiting
    assert venue.faults.fired == {"LoseAck": 3}
