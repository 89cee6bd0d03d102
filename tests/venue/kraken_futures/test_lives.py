"""What happens to orders besides commands: stops that fire, liquidation, the end of a contract."""

from decimal import Decimal

import pytest

from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client, Json

D = Decimal
STOP: Json = {"orderType": "stp", "side": "sell", "stopPrice": "55000", "limitPrice": "54000", "cliOrdId": "s1"}


def at(venue: KrakenFuturesVenue, bid: str, ask: str) -> None:
    venue.set_market("PF_XBTUSD", bid=D(bid), ask=D(ask))


async def test_a_stop_waits(venue: KrakenFuturesVenue, client: Client) -> None:
    """It is a trigger order wherever it is told: in the answer, in openorders, in orders/status and on the socket."""
    at(venue, "60000", "60001")
    async with client.listening() as socket:
        status = await client.place(**STOP, triggerSignal="last")
        (event,) = status["orderEvents"]
        trigger = event["orderTrigger"]
        assert (event["type"], trigger["triggerPrice"], trigger["triggerSide"]) == ("PLACE", D(55000), "trigger_below")
        delta = await socket.next()
        assert (delta["order"]["type"], delta["order"]["stop_price"]) == ("stop", D("55000.0"))
    (row,) = (await client.get("openorders"))["openOrders"]
    assert (row["orderType"], row["stopPrice"], row["triggerSignal"]) == ("stop", D("55000.0"), "last")
    (known,) = await client.status(cliOrdIds="s1")
    assert (known["status"], known["order"]["type"]) == ("TRIGGER_PLACED", "TRIGGER_ORDER")
    assert (await client.edit(cliOrdId="s1", stopPrice="54500"))["orderEvents"][0]["new"]["triggerPrice"] == D(54500)
    assert venue.ledger.resolve("s1").trigger_price == D(54500)


@pytest.mark.parametrize("cancels", [True, False])
@pytest.mark.parametrize("child", ["new", "same"])
@pytest.mark.parametrize("named", [True, False])
async def test_a_stop_fires_and_has_a_child(
    venue: KrakenFuturesVenue, client: Client, child: str, cancels: bool, named: bool
) -> None:
    """The child rests under another id or the same one, with the name of the stop or without; it is one order."""
    venue.habits.child_id = "new" if child == "new" else "same"
    venue.habits.trigger_cancels, venue.habits.child_named = cancels, named
    at(venue, "60000", "60001")
    async with client.listening() as socket:
        stop = await client.place(**STOP)
        await socket.next()
        at(venue, "53000", "55000.5")
        fired, rests = await socket.next(), await socket.next()
        assert fired["reason"] == "stop_order_triggered"
        assert fired["is_cancel"] == cancels
        assert (fired["order_id"] if cancels else fired["order"]["order_id"]) == stop["order_id"]
        assert (rests["reason"], rests["is_cancel"]) == ("limit_order_from_stop", False)
        order = rests["order"]
        assert (order["type"], order["qty"], order["limit_price"]) == ("limit", D("1.0"), D("54000.0"))
        assert (order["order_id"] == stop["order_id"]) == (child == "same")
        assert order.get("cli_ord_id") == ("s1" if named or child == "same" else None)
        venue.fill("s1", D("0.4"))
        fill = (await socket.hear(feed="fills"))["fills"][0]
        assert fill["order_id"] == order["order_id"]
    assert len(venue.ledger.orders) == 1
    assert venue.ledger.resolve(order["order_id"]) == venue.ledger.resolve("s1")
    (row,) = (await client.get("openorders"))["openOrders"]
    assert (row["order_id"], row["orderType"], row["filledSize"]) == (order["order_id"], "lmt", D("0.4"))
    assert (await client.cancel(order_id=order["order_id"]))["status"] == "cancelled"
    events = [row["event"] for row in (await client.get("history/triggers", sort="asc"))["elements"]]
    assert [next(iter(event)) for event in events] == ["OrderTriggerPlaced", "OrderTriggerActivated"]
    assert events[1]["OrderTriggerActivated"]["newOrder"]["uid"] == order["order_id"]


async def test_a_stop_at_the_market_trades_as_it_fires(venue: KrakenFuturesVenue, client: Client) -> None:
    """Its child is never in the book: only `fills` tells of it, under its own id."""
    at(venue, "60000", "60001")
    async with client.listening() as socket:
        stop = await client.place(orderType="stp", side="sell", stopPrice="55000", cliOrdId="s1")
        at(venue, "54000", "54001")
        frames = await socket.quiet()
        assert [frame.get("reason", "fill") for frame in frames] == [
            "new_placed_order_by_user",
            "stop_order_triggered",
            "fill",
        ]
        assert frames[-1]["fills"][0]["order_id"] != stop["order_id"]
    assert venue.ledger.resolve("s1").status == "filled"


@pytest.mark.parametrize(("unit", "first", "then"), [("QUOTE_CURRENCY", 59000, 61000), ("PERCENT", 54000, 55800)])
async def test_a_trailing_stop_follows(
    venue: KrakenFuturesVenue, client: Client, unit: str, first: int, then: int
) -> None:
    """It moves with the market, and never away from it."""
    venue.set_market("PF_XBTUSD", bid=D(59999), ask=D(60001), last=D(60000))
    deviation = {"trailingStopMaxDeviation": "1000" if unit != "PERCENT" else "10", "trailingStopDeviationUnit": unit}
    await client.place(orderType="trailing_stop", side="sell", cliOrdId="t1", **deviation)
    assert venue.ledger.resolve("t1").trigger_price == first
    venue.set_market("PF_XBTUSD", bid=D(61999), ask=D(62001), last=D(62000))
    assert venue.ledger.resolve("t1").trigger_price == then
    venue.set_market("PF_XBTUSD", bid=D(61499), ask=D(61501), last=D(61500))
    assert venue.ledger.resolve("t1").trigger_price == then
    refusal = await client.edit(cliOrdId="t1", stopPrice="60000")
    assert refusal["status"] == "cannotEditTriggerPriceOfTrailingStop"
    venue.set_market("PF_XBTUSD", bid=D(then - 1), ask=D(then + 1), last=D(then))
    assert venue.ledger.resolve("t1").status == "filled"


async def test_take_profit_fires_the_other_way(venue: KrakenFuturesVenue, client: Client) -> None:
    """A sell fires when the market has risen."""
    at(venue, "60000", "60001")
    await client.place(orderType="take_profit", side="sell", stopPrice="65000", cliOrdId="t1")
    (row,) = (await client.get("openorders"))["openOrders"]
    assert row["orderType"] == "take_profit"
    at(venue, "65000", "65001")
    assert venue.ledger.resolve("t1").status == "filled"


async def test_a_position_is_liquidated(venue: KrakenFuturesVenue, client: Client) -> None:
    """Its orders go for want of margin; the order that closes it is the venue's, and its fill says so."""
    at(venue, "60000", "60000.5")
    await client.place(limitPrice="60000.5")
    await client.place(cliOrdId="a1", limitPrice="50000")
    async with client.listening() as socket:
        order = venue.liquidate("PF_XBTUSD")
        gone, placed, full, fill = [await socket.next() for _ in range(4)]
        assert (gone["reason"], gone["is_cancel"]) == ("not_enough_margin", True)
        assert (placed["reason"], placed["order"]["order_id"]) == ("liquidation", order.order_id)
        assert (full["reason"], fill["fills"][0]["fill_type"]) == ("full_fill", "liquidation")
    assert order.by_hand
    assert venue.position("PF_XBTUSD").amount == 0
    assert (await client.get("openpositions"))["openPositions"] == []
    assert (await client.get("fills"))["fills"][0]["fillType"] == "liquidation"


async def test_a_contract_ends(venue: KrakenFuturesVenue, client: Client) -> None:
    """Its orders go, its positions are settled, and it takes no order any more."""
    symbol = "FF_XBTUSD_261225"
    venue.set_market(symbol, bid=D(60000), ask=D("60000.5"), last=D(60000))
    await client.place(symbol=symbol, limitPrice="60000.5")
    await client.place(symbol=symbol, cliOrdId="a1")
    before = venue.ledger.balance(client.account.api_key, "USD")
    async with client.listening("open_orders", "open_positions") as socket:
        venue.expire_contract(symbol)
        frame = await socket.next()
        assert (frame["reason"], frame["is_cancel"]) == ("contract_expired", True)
        assert (await socket.next())["positions"] == []
    assert venue.ledger.resolve("a1").status == "expired"
    assert venue.ledger.balance(client.account.api_key, "USD") == before - D("0.5")
    assert (await client.place(symbol=symbol))["status"] == "marketInactive"
    rows = (await client.get("instruments"))["instruments"]
    assert [row["isExpired"] for row in rows if row["symbol"] == symbol] == [True]


async def test_a_reduce_only_order_goes_with_its_position(venue: KrakenFuturesVenue, client: Client) -> None:
    """When nothing is left to reduce it is taken off, with a reason of its own."""
    at(venue, "60000", "60000.5")
    await client.place(limitPrice="60000.5")
    await client.place(side="sell", limitPrice="65000", reduceOnly="true", cliOrdId="r1")
    async with client.listening("open_orders") as socket:
        await client.place(side="sell", limitPrice="60000")
        assert (await socket.next())["reason"] == "would_not_reduce_position"
    assert venue.ledger.resolve("r1").closed


async def test_an_inverse_contract_is_paid_in_its_coin(venue: KrakenFuturesVenue, client: Client) -> None:
    """Quantities are dollars, fees and profits are coins."""
    venue.set_market("PI_XBTUSD", bid=D(50000), ask=D(50000))
    async with client.listening("fills") as socket:
        await client.place(symbol="PI_XBTUSD", size="50000", limitPrice="50000")
        (row,) = (await socket.next())["fills"]
        assert (row["fee_currency"], row["fee_paid"]) == ("BTC", D("0.0005"))
    venue.set_market("PI_XBTUSD", bid=D(100000), ask=D(100000))
    await client.place(symbol="PI_XBTUSD", side="sell", size="50000", limitPrice="100000")
    assert venue.position("PI_XBTUSD").realized == D("0.5")
