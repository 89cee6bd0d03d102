"""The manners of a WebSocket v2 session at the simulated venue."""

from decimal import Decimal

import pytest
import trio
from trio_websocket import ConnectionClosed, ConnectionRejected

from batactors.testing import KrakenSpotVenue
from tests.venue.client import Client

NOT_HERE = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
NOT_THERE = "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"


async def test_the_status_comes_first(venue: KrakenSpotVenue, client: Client) -> None:
    """Unasked, with a connection id that no double can hold; and again when the status changes."""
    async with client.socket() as socket:
        status = await socket.next()
        assert status["channel"] == "status"
        assert status["data"][0]["system"] == "online"
        number = status["data"][0]["connection_id"]
        assert 2**53 < number < 2**64
        venue.set_status("post_only")
        again = await socket.next()
        assert (again["data"][0]["system"], again["data"][0]["connection_id"]) == ("post_only", number)


async def test_ping_heartbeat_and_idleness(client: Client) -> None:
    """A ping is answered; heartbeats come once a second, but only to those who subscribed."""
    async with client.socket() as socket:
        pong = await socket.ask("ping")
        assert pong["method"] == "pong"
        assert pong["time_in"] <= pong["time_out"]
        await socket.hear(channel="status")
        assert await socket.quiet(10) == []
        assert len(socket.raw) == 2
        await socket.ask("subscribe", channel="balances")
        before = len(socket.raw)
        await socket.quiet(10)
        assert 9 <= len(socket.raw) - before <= 12


async def test_a_lonely_socket_is_closed(client: Client) -> None:
    """The private host hangs up politely on a socket that holds no private subscription, pings or not."""
    async with client.socket() as socket:
        with pytest.raises(ConnectionClosed) as closed:
            for _ in range(20):
                await socket.ask("ping")
                await trio.sleep(5)
    assert closed.value.reason is not None
    assert closed.value.reason.code == 1000
    async with client.listening() as socket:
        assert await socket.quiet(200) == []


async def test_each_host_sends_away_what_belongs_to_the_other(client: Client) -> None:
    """The strict paths refuse in the venue's words; the combined path takes both."""
    async with client.socket(client.urls.websocket_public) as public:
        assert (await public.ask("subscribe", channel="executions"))["error"] == NOT_HERE
        assert (await public.place())["error"] == NOT_HERE
        assert (await public.ask("subscribe", token=False, channel="ticker", symbol=["BTC/USD"]))["success"]
    async with client.socket() as auth:
        assert (await auth.ask("subscribe", token=False, channel="ticker", symbol=["BTC/USD"]))["error"] == NOT_THERE
    async with client.socket(client.urls.websocket) as both:
        assert (await both.ask("subscribe", token=False, channel="ticker", symbol=["BTC/USD"]))["success"]
        assert (await both.ask("subscribe", channel="executions"))["success"]
    with pytest.raises(ConnectionRejected) as rejected:
        async with client.socket(client.urls.websocket + "/nowhere"):
            pass
    assert rejected.value.status_code == 404


async def test_one_answer_for_each_symbol(client: Client) -> None:
    """A subscription to several symbols is answered for each, and REST's names are refused."""
    async with client.socket(client.urls.websocket_public) as socket:
        symbols = ["BTC/USD", "XBT/USD", "ETH/USD"]
        req_id = await socket.say("subscribe", token=False, channel="ticker", symbol=symbols)
        answers = [await socket.hear(req_id=req_id) for _ in symbols]
    assert [answer["success"] for answer in answers] == [True, False, True]
    assert (answers[1]["error"], answers[1]["symbol"]) == ("Currency pair not supported XBT/USD", "XBT/USD")
    assert answers[2]["result"]["symbol"] == "ETH/USD"


async def test_wrong_subscriptions(client: Client) -> None:
    """Unknown channels, stale tokens and second subscriptions are refused; so is what is no JSON."""
    async with client.listening() as socket:
        assert (await socket.ask("subscribe", channel="level9"))["error"] == "Subscription name invalid"
        assert (await socket.ask("subscribe", channel="executions"))["error"] == "Already subscribed"
        assert (await socket.ask("fly"))["error"] == "EGeneral:Unknown method"
        assert (await socket.place(qty=1))["error"] == "Unsupported field: 'qty'"
        await socket.websocket.send_message("{")
        assert (await socket.hear(success=False))["error"] == "Malformed request"
        socket.token = "stale"
        refusal = await socket.ask("subscribe", channel="balances")
        assert (refusal["error"], refusal["channel"], refusal["status"]) == (
            "ESession:Invalid session",
            "balances",
            "error",
        )


async def test_the_snapshot_has_open_orders_and_late_fills(venue: KrakenSpotVenue, client: Client) -> None:
    """Orders that closed meanwhile are absent, fills come up to the last fifty, and the sequence starts at 1."""
    async with client.socket() as socket:
        order = venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(2), price=Decimal(50000))
        for _ in range(60):
            venue.fill(order, Decimal("0.01"))
        gone = venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(2), price=Decimal(50000))
        venue.cancel(gone)
        ack = await socket.ask("subscribe", channel="executions", snap_trades=True)
        assert ack["result"]["maxratecount"] == 180
        snapshot = await socket.hear(channel="executions")
        venue.fill(order, Decimal("0.01"))
        update = await socket.hear(channel="executions")
    assert (snapshot["type"], snapshot["sequence"], update["sequence"]) == ("snapshot", 1, 2)
    orders = [row for row in snapshot["data"] if row["exec_type"] != "trade"]
    assert [(row["order_id"], row["order_status"]) for row in orders] == [(order.order_id, "partially_filled")]
    fills = [row for row in snapshot["data"] if row["exec_type"] == "trade"]
    assert [row["exec_id"] for row in fills] == [fill.exec_id for fill in venue.ledger.fills[10:60]]
    assert not {"cum_qty", "order_qty"} & fills[0].keys()


async def test_a_second_subscription_starts_anew(venue: KrakenSpotVenue, client: Client) -> None:
    """Each subscription has its own numbers, and unsubscribing ends it."""
    async with client.listening() as socket:
        await socket.place()
        await socket.events(2)
        assert (await socket.ask("unsubscribe", channel="executions"))["success"]
        venue.cancel(venue.ledger.open_orders()[0])
        assert await socket.quiet() == []
        await socket.ask("subscribe", channel="executions")
        assert (await socket.hear(channel="executions"))["sequence"] == 1


async def test_less_is_told_if_less_is_wanted(venue: KrakenSpotVenue, client: Client) -> None:
    """`order_status: false` leaves out the small steps, `ratecounter: true` adds the counter."""
    async with client.listening(order_status=False, ratecounter=True) as socket:
        await socket.place(cl_ord_id="a")
        venue.restate("a", quantity=Decimal("0.005"))
        venue.cancel("a")
        rows = await socket.events(2)
    assert [row["exec_type"] for row in rows] == ["new", "canceled"]
    assert "ratecount" in rows[0]


async def test_balances_tell_each_ledger_entry(venue: KrakenSpotVenue, client: Client) -> None:
    """A fill is two frames, base and quote, that name the fill; their numbers are their own."""
    async with client.listening("executions", "balances") as socket:
        await socket.place(cl_ord_id="a")
        venue.fill("a", Decimal("0.004"))
        base, quote = [await socket.hear(channel="balances") for _ in range(2)]
    assert (base["sequence"], quote["sequence"]) == (2, 3)
    exec_id = venue.ledger.fills[0].exec_id
    assert base["data"][0]["ref_id"] == quote["data"][0]["ref_id"] == exec_id
    assert (base["data"][0]["asset"], base["data"][0]["amount"]) == ("BTC", Decimal("0.004"))
    assert (quote["data"][0]["amount"], quote["data"][0]["fee"]) == (-200, Decimal("0.32"))


async def test_the_book_has_its_checksum(venue: KrakenSpotVenue, client: Client) -> None:
    """Prices and quantities carry all their decimals, a level that is gone has quantity 0, and the sum fits."""
    venue.set_market("BTC/USD", bid=Decimal(50000), ask=Decimal("50000.1"), bid_quantity=Decimal("0.5"))
    async with client.socket(client.urls.websocket_public) as socket:
        await socket.ask("subscribe", token=False, channel="book", symbol=["BTC/USD"], depth=10)
        await socket.hear(channel="book")
        assert '"price":50000.0,"qty":0.50000000' in socket.raw[-1]
        venue.set_market("BTC/USD", bid=Decimal(50000), ask=Decimal("50000.2"), bid_quantity=Decimal("0.5"))
        update = (await socket.hear(channel="book"))["data"][0]
    assert [level["qty"] for level in update["asks"]] == [Decimal("1000"), Decimal("0")]
    assert update["bids"] == []
    assert update["checksum"] > 0


async def test_instruments_and_ticker(venue: KrakenSpotVenue, client: Client) -> None:
    """Instruments are an object of assets and pairs; the ticker follows the market."""
    async with client.socket(client.urls.websocket_public) as socket:
        await socket.ask("subscribe", token=False, channel="instrument")
        data = (await socket.hear(channel="instrument"))["data"]
        assert [pair["symbol"] for pair in data["pairs"]] == ["BTC/USD", "ETH/USD", "DOGE/USD"]
        assert data["pairs"][2]["price_increment"] == Decimal("0.0000001")
        assert '"price_increment":0.0000001' in socket.raw[-1]
        await socket.ask("subscribe", token=False, channel="ticker", symbol=["ETH/USD"])
        venue.set_market("ETH/USD", bid=Decimal(3000), ask=Decimal(3001))
        await socket.hear(channel="ticker", type="snapshot")
        assert (await socket.hear(channel="ticker", type="update"))["data"][0]["bid"] == Decimal("3000.00")


async def test_tokens_last_fifteen_minutes_unless_used(venue: KrakenSpotVenue, client: Client) -> None:
    """A token dies of age, but lives on with the subscription that was made with it; the venue may end it sooner."""
    unused = (await client.call("GetWebSocketsToken"))["token"]
    async with client.listening() as socket:
        await socket.quiet(1000)
        assert (await socket.place())["success"]
        async with client.socket(token=unused) as other:
            assert (await other.place())["error"] == "ESession:Invalid session"
        venue.invalidate_tokens("EAPI:Invalid token")
        assert (await socket.place())["error"] == "EAPI:Invalid token"
        socket.token = (await client.call("GetWebSocketsToken"))["token"]
        assert (await socket.place())["success"]
