"""The public socket: books, tickers and trades."""

from decimal import Decimal

import trio

from batactors.testing.bybit import BybitVenue
from tests.venue.bybit.client import Client


async def test_books_begin_with_a_snapshot(venue: BybitVenue, client: Client) -> None:
    """Then changes, numbered one after the other; depth 1 tells itself whole, and again when nothing moves."""
    async with client.open("/v5/public/linear") as socket:
        topics = [f"orderbook.{depth}.BTCUSDT" for depth in ("1", "50", "rpi")]
        told = await socket.ask("subscribe", *topics)
        assert (told["success"], told["ret_msg"]) == (True, "")
        first = await socket.hear(topic=topics[1])
        assert (first["type"], first["data"]["u"], first["data"]["b"]) == ("snapshot", 1, [])
        await trio.sleep(1)
        await socket.quiet(0.1)
        venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
        venue.set_market("BTCUSDT", bid=Decimal(49_998), ask=Decimal(50_001))
        deltas = [await socket.hear(topic=topics[1]) for _ in range(2)]
        assert [(one["type"], one["data"]["u"]) for one in deltas] == [("delta", 2), ("delta", 3)]
        assert deltas[1]["data"]["b"] == [["49999.00", "0"], ["49998.00", "1000.000"]]
        assert (await socket.hear(topic=topics[2]))["data"]["a"] == [["50001.00", "1000.000", "0"]]
        whole = [await socket.hear(topic=topics[0]) for _ in range(3)]
        assert [(one["type"], one["data"]["u"]) for one in whole] == [("snapshot", 2), ("snapshot", 3), ("snapshot", 3)]


async def test_tickers_tell_what_has_changed(venue: BybitVenue, client: Client) -> None:
    """After the first, which is whole; and trades tell the taker's side."""
    async with client.open("/v5/public/linear") as socket:
        assert (await socket.ask("subscribe", "tickers.NOPE"))["success"] is False
        await socket.say({"op": "subscribe", "args": ["tickers.BTCUSDT", "publicTrade.BTCUSDT"]})
        assert (await socket.hear(op="subscribe"))["req_id"] == ""
        first = await socket.hear(topic="tickers.BTCUSDT")
        venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
        change = await socket.hear(topic="tickers.BTCUSDT")
        assert (first["type"], change["type"]) == ("snapshot", "delta")
        assert set(change["data"]) < set(first["data"])
        await client.place(orderType="Market", price=None)
        (trade,) = (await socket.hear(topic="publicTrade.BTCUSDT"))["data"]
        assert (trade["S"], trade["v"], trade["p"]) == ("Buy", "0.010", "50001.00")
        await socket.ask("unsubscribe", "tickers.BTCUSDT")
        venue.set_market("BTCUSDT", bid=Decimal(1), ask=Decimal(2))
        assert await socket.quiet() == []


async def test_a_change_of_the_book_may_be_lost(venue: BybitVenue, client: Client) -> None:
    """By habit; the number of the next one shows it."""
    async with client.open("/v5/public/linear") as socket:
        await socket.ask("subscribe", "orderbook.50.BTCUSDT")
        await socket.hear(topic="orderbook.50.BTCUSDT")
        for price, gap in ((1, 0.0), (2, 1.0), (3, 0.0)):
            venue.habits.book_gap = gap
            venue.set_market("BTCUSDT", bid=Decimal(price), ask=Decimal(10))
        told = await socket.quiet()
    assert [frame["data"]["u"] for frame in told] == [2, 4]
