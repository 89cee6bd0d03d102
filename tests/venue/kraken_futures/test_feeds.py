"""WebSocket v1: the challenge, the two feeds of orders, and what neither of them promises."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed

from batactors.testing.kraken_futures import FuturesAccount, KrakenFuturesVenue
from batactors.testing.kraken_futures.credentials import signed_challenge
from tests.venue.kraken_futures.client import Client, Json, mac

D = Decimal


def told(frames: list[Json]) -> list[tuple[Any, ...]]:
    """Each frame in short: of fills their quantities and what remains, of orders the reason, qty and filled."""
    short: list[tuple[Any, ...]] = []
    for frame in frames:
        if frame["feed"] == "fills":
            short += [("fill", str(row["qty"]), str(row["remaining_order_qty"])) for row in frame["fills"]]
        elif "order" in frame:
            order = frame["order"]
            short.append((frame["reason"], str(order["qty"]), str(order["filled"]), frame["is_cancel"]))
        else:
            short.append((frame["reason"], frame["is_cancel"]))
    return short


async def test_the_documented_challenge() -> None:
    """The vector of the documents holds for the demo account."""
    signed = signed_challenge(FuturesAccount.demo().api_secret, "c100b894-1729-464d-ace1-52dbce11db42")
    assert signed == "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A=="


async def test_a_challenge_is_for_anybody_and_a_subscription_is_not(client: Client) -> None:
    """A wrong signature shows at subscribe only, as an alert that names nothing; the socket lives on."""
    async with client.open() as socket:
        await socket.say(event="challenge", api_key="nobody")
        text = (await socket.hear(event="challenge"))["message"]
        alert = {"event": "alert", "message": "Failed to subscribe to authenticated feed"}
        for key, signed in (("nobody", mac(client.account.api_secret, text)), (client.account.api_key, "d3Jvbmc=")):
            await socket.say(
                event="subscribe", feed="fills", api_key=key, original_challenge=text, signed_challenge=signed
            )
            assert await socket.next() == alert
        (snapshot,) = await socket.subscribe("open_orders")
        assert snapshot == {"feed": "open_orders_snapshot", "account": "A-UID", "orders": []}


async def test_a_challenge_belongs_to_its_connection(client: Client) -> None:
    """Signed rightly and used on another one it is refused, and so is a private unsubscribe without one."""
    async with client.open() as first, client.open() as second:
        fields = await first.challenge()
        await second.say(event="subscribe", feed="fills", **fields)
        assert (await second.next())["event"] == "alert"
        await first.subscribe("fills")
        await first.say(event="unsubscribe", feed="fills")
        assert (await first.next())["event"] == "alert"
        await first.say(event="unsubscribe", feed="fills", **fields)
        assert (await first.next()) == {"event": "unsubscribed", "feed": "fills"}


async def test_the_recorded_life_of_an_order(venue: KrakenFuturesVenue, client: Client) -> None:
    """An order of 1 that trades 0.14 and 0.86: `qty` is what remains, everywhere."""
    async with client.listening() as socket:
        await client.place(cliOrdId="a1")
        venue.fill("a1", D("0.14"))
        venue.fill("a1", D("0.86"))
        frames = await socket.quiet()
    assert told(frames) == [
        ("new_placed_order_by_user", "1.0", "0.0", False),
        ("partial_fill", "0.86", "0.14", False),
        ("fill", "0.14", "0.86"),
        ("full_fill", "0.0", "1.0", True),
        ("fill", "0.86", "0.0"),
    ]
    order, fill = frames[1]["order"], frames[2]["fills"][0]
    assert (order["direction"], order["type"], order["stop_price"]) == (0, "limit", D("0.0"))
    assert not [frame for frame in frames if frame["feed"] == "open_orders" and "seq" in frame]
    assert (fill["fill_type"], fill["fee_currency"], fill["buy"]) == ("maker", "USD", True)
    assert fill["fee_paid"] == venue.ledger.fills[0].fee


@pytest.mark.parametrize("first", ["open_orders", "fills"])
async def test_the_other_recorded_life(venue: KrakenFuturesVenue, client: Client, first: str) -> None:
    """An order of 10 that trades 4, 3 and 3 at once: all the deltas come before the fills, or after them."""
    venue.habits.feeds_apart, venue.habits.fills_first = 1, first == "fills"
    await client.place(cliOrdId="a1", size="10")
    async with client.listening() as socket:
        with_three = [venue._engine.fill(venue.ledger.resolve("a1"), D(much), D(50000), "m") for much in (4, 3, 3)]
        venue.tell([step for steps in with_three for step in steps])
        frames = told(await socket.quiet())
    fills = [("fill", "4.0", "6.0"), ("fill", "3.0", "3.0"), ("fill", "3.0", "0.0")]
    deltas = [
        ("partial_fill", "6.0", "4.0", False),
        ("partial_fill", "3.0", "7.0", False),
        ("full_fill", "0.0", "10.0", True),
    ]
    assert frames == (fills + deltas if first == "fills" else deltas + fills)


async def test_fills_may_come_together(venue: KrakenFuturesVenue, client: Client) -> None:
    """Several in one frame."""
    venue.habits.feeds_apart = venue.habits.fills_together = 1
    venue.fill_in_parts = 3
    await client.place(cliOrdId="a1")
    async with client.listening("fills") as socket:
        venue.set_market("PF_XBTUSD", bid=D(49000), ask=D(50000))
        assert len((await socket.next())["fills"]) == 3


async def test_an_order_that_trades_as_it_arrives_is_told_by_fills_only(
    venue: KrakenFuturesVenue, client: Client
) -> None:
    """Unless something of it rests, or the habit says otherwise."""
    venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D(60000))
    async with client.listening() as socket:
        await client.place(limitPrice="60000")
        assert told(await socket.quiet()) == [("fill", "1.0", "0.0")]
        venue.habits.takers_shown = 1
        await client.place(limitPrice="60000")
        assert told(await socket.quiet()) == [
            ("new_placed_order_by_user", "1.0", "0.0", False),
            ("full_fill", "0.0", "1.0", True),
            ("fill", "1.0", "0.0"),
        ]
        venue.habits.takers_shown = 0
        venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D(60000), ask_quantity=D("0.4"))
        await client.place(limitPrice="60000")
        assert told(await socket.quiet()) == [
            ("fill", "0.4", "0.6"),
            ("new_placed_order_by_user", "0.6", "0.4", False),
        ]


async def test_a_cancel_has_ids_only(venue: KrakenFuturesVenue, client: Client) -> None:
    """With the client order id, or without it; or, as a habit, with the whole order."""
    async with client.listening() as socket:
        for name, named, whole in (("a1", 1, 0), ("a2", 0, 0), ("a3", 0, 1)):
            venue.habits.cancels_named, venue.habits.cancels_whole = named, whole
            placed = await client.place(cliOrdId=name)
            await client.cancel(cliOrdId=name)
            _, frame = await socket.next(), await socket.next()
            assert (frame["is_cancel"], frame["reason"]) == (True, "cancelled_by_user")
            assert ("order" in frame) == bool(whole)
            if not whole:
                assert frame["order_id"] == placed["order_id"]
                assert frame.get("cli_ord_id") == (name if named else None)


async def test_refusals_of_the_engine_are_told_in_two_spellings(venue: KrakenFuturesVenue, client: Client) -> None:
    """Those that never were in the book, and one that was said to be placed."""
    venue.habits.refusals_told, venue.habits.post_reason = 1, "be_filled"
    venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D(60000))
    async with client.listening() as socket:
        status = await client.place(orderType="post", limitPrice="60000", cliOrdId="a1")
        frame = await socket.next()
        assert frame["order_id"] == status["order_id"]
        assert frame["reason"] == "post_order_failed_because_it_would_be_filled"
        await client.place(orderType="ioc", limitPrice="50000")
        reason = (await socket.next())["reason"]
        assert reason == "ioc_order_failed_because_it_would_not_be_executed"
        venue.habits.late_refusals, venue.habits.post_reason = 1, "filled"
        assert (await client.place(orderType="post", limitPrice="60000", cliOrdId="a2"))["status"] == "placed"
        reasons = [frame["reason"] for frame in await socket.quiet()]
        assert reasons == ["new_placed_order_by_user", "post_order_failed_because_it_would_filled"]
    assert venue.ledger.resolve("a2").status == "canceled"


async def test_fills_are_replayed_at_every_subscribe(venue: KrakenFuturesVenue, client: Client) -> None:
    """The snapshot has the last fills; open orders have none that is closed; a second subscribe has a second one."""
    await client.place(cliOrdId="a1")
    await client.place(cliOrdId="a2")
    venue.fill("a1", D(1))
    async with client.open() as socket:
        orders, fills = await socket.subscribe("open_orders", "fills")
        assert [row["cli_ord_id"] for row in orders["orders"]] == ["a2"]
        assert [row["fill_id"] for row in fills["fills"]] == [venue.ledger.fills[0].exec_id]
        fields = await socket.challenge()
        await socket.say(event="subscribe", feed="fills", **fields)
        again = {"event": "alert", "message": "Already subscribed to feed, re-requesting"}
        assert await socket.next() == again
        await socket.hear(event="subscribed")
        assert (await socket.next())["feed"] == "fills_snapshot"


async def test_balances_and_positions_are_numbered(venue: KrakenFuturesVenue, client: Client) -> None:
    """From 0, without a gap; a position that is flat is absent; an update of balances has the changed blocks only."""
    async with client.open() as socket:
        balances, positions, log = await socket.subscribe("balances", "open_positions", "account_log")
        assert (balances["seq"], positions["seq"], positions["positions"], log["logs"]) == (0, 0, [], [])
        await client.place(cliOrdId="a1")
        venue.fill("a1", D(1))
        changed = await socket.hear(feed="balances")
        assert changed["seq"] == 1
        assert "holding" not in changed
        assert changed["flex_futures"]["currencies"]["USD"]["quantity"] == venue.ledger.balance(
            client.account.api_key, "USD"
        )
        (row,) = (await socket.hear(feed="open_positions"))["positions"]
        assert (row["instrument"], row["balance"], row["entry_price"]) == ("PF_XBTUSD", D("1.0"), D("50000.0"))
        entry = (await socket.hear(feed="account_log"))["new_entry"]
        assert (entry["id"], entry["execution"]) == (1, venue.ledger.fills[0].exec_id)
        await client.place(cliOrdId="a2", side="sell", limitPrice="60000")
        venue.fill("a2", D(1))
        assert (await socket.hear(feed="open_positions", seq=2))["positions"] == []


async def test_the_heartbeat_is_a_feed(client: Client) -> None:
    """Nobody hears it who has not subscribed, and it comes each second."""
    async with client.open() as socket:
        assert await socket.quiet(5) == []
        await socket.say(event="subscribe", feed="heartbeat")
        assert await socket.next() == {"event": "subscribed", "feed": "heartbeat"}
        times = [(await socket.next())["time"] for _ in range(3)]
        assert {later - earlier for earlier, later in pairwise(times)} == {1000}


async def test_who_sends_no_ping_frame_is_closed(client: Client) -> None:
    """After a minute, whatever it says in text; who pings stays."""
    async with client.listening() as silent, client.listening() as pinging:
        for _ in range(3):
            await trio.sleep(25)
            await pinging.websocket.ping()
            if not silent.websocket.closed:
                await silent.say(event="ping")
        with pytest.raises(ConnectionClosed):
            await silent.quiet(30)
        assert not pinging.websocket.closed


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("{", {"event": "error", "message": "Json Error"}),
        ('{"event":"ping"}', {"event": "alert", "message": "Bad request"}),
        (
            '{"event":"subscribe","feed":"novel"}',
            {"event": "alert", "message": "Couldn't subscribe to invalid feed"},
        ),
        (
            '{"event":"subscribe","feed":"book","product_ids":["PF_NO"]}',
            {"event": "error", "message": "Invalid product id"},
        ),
    ],
)
async def test_errors_name_no_request(client: Client, message: str, answer: Json) -> None:
    """Each has its own text."""
    async with client.open() as socket:
        await socket.websocket.send_message(message)
        assert await socket.next() == answer
