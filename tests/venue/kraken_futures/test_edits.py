"""Edits: sizes relative and absolute, edits that cross, edits that are refused."""

from decimal import Decimal

from batactors.testing.faults import FillBeforeAmend
from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client

D = Decimal


async def test_an_edit_keeps_the_order_id(venue: KrakenFuturesVenue, client: Client) -> None:
    """It has new terms and one EDIT with the old and the new."""
    placed = await client.place(cliOrdId="a1")
    status = await client.edit(orderId=placed["order_id"], limitPrice="50100", size="2")
    assert (status["status"], status["orderId"]) == ("edited", placed["order_id"])
    (event,) = status["orderEvents"]
    assert event["type"] == "EDIT"
    assert (event["old"]["limitPrice"], event["old"]["quantity"]) == (D("50000.0"), D("1.0"))
    assert (event["new"]["limitPrice"], event["new"]["quantity"]) == (D("50100.0"), D("2.0"))
    assert venue.ledger.resolve("a1").quantity == D(2)


async def test_a_size_is_what_is_open_or_the_total(venue: KrakenFuturesVenue, client: Client) -> None:
    """RELATIVE, which is the default, restores a size that a fill has taken from; ABSOLUTE does not."""
    await client.place(cliOrdId="a1")
    venue.fill("a1", D("0.4"))
    await client.edit(cliOrdId="a1", size="1")
    assert (venue.ledger.resolve("a1").quantity, venue.ledger.resolve("a1").remaining) == (D("1.4"), D(1))
    await client.edit(cliOrdId="a1", size="1", qtyMode="ABSOLUTE")
    assert (venue.ledger.resolve("a1").quantity, venue.ledger.resolve("a1").remaining) == (D(1), D("0.6"))
    (row,) = (await client.get("openorders"))["openOrders"]
    assert (row["unfilledSize"], row["filledSize"], row["status"]) == (D("0.6"), D("0.4"), "partiallyFilled")
    assert (await client.edit(cliOrdId="a1", size="0.4", qtyMode="ABSOLUTE"))["status"] == "invalidSize"


async def test_an_edit_may_race_a_fill(venue: KrakenFuturesVenue, client: Client) -> None:
    """A relative size is then more than was meant."""
    await client.place(cliOrdId="a1")
    venue.faults.add(FillBeforeAmend(share="half"))
    await client.edit(cliOrdId="a1", size="1")
    assert (venue.ledger.resolve("a1").filled, venue.ledger.resolve("a1").quantity) == (D("0.5"), D("1.5"))


async def test_an_edit_that_crosses_trades(venue: KrakenFuturesVenue, client: Client) -> None:
    """Its status is `filled` if it trades whole, its fills are `takerAfterEdit`, and fills come first on the socket."""
    venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D("60000"), ask_quantity=D("0.4"), bid_quantity=D(1))
    await client.place(cliOrdId="a1")
    async with client.listening() as socket:
        status = await client.edit(cliOrdId="a1", limitPrice="60000")
        assert [event["type"] for event in status["orderEvents"]] == ["EDIT", "EXECUTION"]
        assert status["status"] == "edited"
        fill, delta = await socket.next(), await socket.next()
        assert fill["fills"][0]["fill_type"] == "takerAfterEdit"
        assert (delta["reason"], delta["order"]["qty"], delta["order"]["filled"]) == (
            "edited_by_user",
            D("0.6"),
            D("0.4"),
        )
        venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D("60100"))
        status = await client.edit(cliOrdId="a1", limitPrice="60100")
        assert status["status"] == "filled"
        fill, delta = await socket.next(), await socket.next()
        assert (fill["fills"][0]["qty"], delta["reason"], delta["is_cancel"]) == (D("0.6"), "full_fill", True)


async def test_an_edit_that_is_refused_leaves_the_order(venue: KrakenFuturesVenue, client: Client) -> None:
    """A post-only order that would trade, a stop price of no stop, an order that is gone, or would meet itself."""
    venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D("60000"))
    await client.place(cliOrdId="a1", orderType="post")
    assert (await client.edit(cliOrdId="a1", limitPrice="60000"))["status"] == "postWouldExecute"
    assert (await client.edit(cliOrdId="a1", stopPrice="60000"))["status"] == "orderForEditNotAStop"
    assert (await client.edit(cliOrdId="never", size="1"))["status"] == "orderForEditNotFound"
    await client.place(cliOrdId="s1", side="sell", limitPrice="61000")
    await client.place(cliOrdId="a2", limitPrice="50000")
    venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D("62000"))
    assert venue.ledger.resolve("a1").limit_price == D("50000")
    assert len(venue.ledger.open_orders()) == 3


async def test_an_edit_may_change_nothing(venue: KrakenFuturesVenue, client: Client) -> None:
    """It is edited all the same, and `open_orders` tells the same terms again."""
    await client.place(cliOrdId="a1")
    async with client.listening() as socket:
        assert (await client.edit(cliOrdId="a1", size="1"))["status"] == "edited"
        delta = await socket.next()
        assert (delta["reason"], delta["order"]["qty"], delta["order"]["limit_price"]) == (
            "edited_by_user",
            D("1.0"),
            D("50000.0"),
        )
    assert venue.ledger.resolve("a1").amended
