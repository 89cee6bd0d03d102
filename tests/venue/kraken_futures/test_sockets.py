"""WebSocket v1 besides the two feeds of orders: the public feeds, and what happens to frames and sockets."""

from decimal import Decimal

import pytest
from trio_websocket import ConnectionClosed

from batactors.testing import faults as f
from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client

D = Decimal


async def test_the_public_book_is_numbered(venue: KrakenFuturesVenue, client: Client) -> None:
    """The snapshot has a number, each level's change has the next one; a gap uses up a number."""
    venue.set_market("PF_XBTUSD", bid=D(59999), ask=D(60000))
    async with client.open() as socket:
        await socket.say(event="subscribe", feed="book", product_ids=["PF_XBTUSD"])
        await socket.hear(event="subscribed", feed="book")
        snapshot = await socket.next()
        assert snapshot["bids"] == [{"price": D("59999.0"), "qty": D("1000.0")}]
        venue.set_market("PF_XBTUSD", bid=D(59999), ask=D(60001))
        frames = await socket.quiet()
        assert [frame["seq"] - snapshot["seq"] for frame in frames] == [1, 2]
        assert [(frame["side"], frame["qty"]) for frame in frames] == [("sell", D("0.0")), ("sell", D("1000.0"))]
        venue.habits.book_gap = 1
        venue.set_market("PF_XBTUSD", bid=D(59999), ask=D(60002))
        venue.habits.book_gap = 0
        venue.set_market("PF_XBTUSD", bid=D(59999), ask=D(60003))
        assert (await socket.next())["seq"] - snapshot["seq"] == 5


async def test_trades_are_told_newest_first(venue: KrakenFuturesVenue, client: Client) -> None:
    """In the snapshot; those that follow are numbered on."""
    await client.place(cliOrdId="a1")
    venue.fill("a1", D("0.3"))
    venue.fill("a1", D("0.2"))
    async with client.open() as socket:
        await socket.say(event="subscribe", feed="trade", product_ids=["PF_XBTUSD"])
        await socket.hear(event="subscribed", feed="trade")
        snapshot = await socket.next()
        assert [row["qty"] for row in snapshot["trades"]] == [D("0.2"), D("0.3")]
        venue.fill("a1", D("0.1"))
        row = await socket.next()
        assert (row["seq"], row["side"]) == (snapshot["trades"][0]["seq"] + 1, "sell")


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (f.LoseFrame(event="partial_fill"), ["new_placed_order_by_user", "fill"]),
        (f.LoseFrame(event="trade"), ["new_placed_order_by_user", "partial_fill"]),
        (
            f.DuplicateFrame(event="partial_fill"),
            ["new_placed_order_by_user", "partial_fill", "partial_fill", "fill"],
        ),
        (f.UnknownEvent(event="trade"), ["new_placed_order_by_user", "partial_fill", "novation", "fill"]),
        (f.DelayFrame(event="partial_fill", seconds=2), ["new_placed_order_by_user", "fill", "partial_fill"]),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_frames_get_lost_and_repeated(
    venue: KrakenFuturesVenue, client: Client, fault: f.FrameFault, heard: list[str]
) -> None:
    """Each feed by itself; nothing in `open_orders` shows it."""
    venue.faults.add(fault)
    async with client.listening() as socket:
        await client.place(cliOrdId="a1")
        venue.fill("a1", D("0.5"))
        frames = await socket.quiet()
    words = [frame["feed"] if "order" not in frame else frame["reason"] for frame in frames]
    assert [word.replace("fills", "fill") if word == "fills" else word for word in words] == heard


async def test_a_socket_may_be_cut(venue: KrakenFuturesVenue, client: Client) -> None:
    """In the middle of a frame, or by the whole venue; orders live on."""
    async with client.listening() as socket:
        venue.faults.add(f.CutInFrame(event="new"))
        await client.place(cliOrdId="a1")
        with pytest.raises(ConnectionClosed):
            await socket.quiet()
    assert venue.ledger.open_orders()
    async with client.listening() as socket:
        venue.cut()
        with pytest.raises(ConnectionClosed):
            await socket.quiet()


async def test_a_fill_may_be_told_before_its_order(venue: KrakenFuturesVenue, client: Client) -> None:
    """And a state may be told twice; both by habit."""
    await client.place(cliOrdId="a1")
    async with client.listening() as socket:
        venue.habits.fills_first = 1
        venue.fill("a1", D("0.5"))
        assert [frame["feed"] for frame in await socket.quiet()] == ["fills", "open_orders"]
        venue.habits.fills_first, venue.habits.repeats = 0, 1
        venue.fill("a1", D("0.2"))
        first, again, fill = await socket.quiet()
        assert first == again
        assert (first["reason"], fill["feed"]) == ("partial_fill", "fills")


async def test_who_talks_too_much_is_cut_off(client: Client) -> None:
    """More than a hundred messages in a second."""
    async with client.open() as socket:
        with pytest.raises(ConnectionClosed):
            for _ in range(102):
                await socket.say(event="challenge", api_key="k")
            await socket.quiet()
            await socket.say(event="challenge", api_key="k")
