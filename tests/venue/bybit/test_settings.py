"""What an account sets: leverage by contract, margin mode for all, position mode by coin; and what goes with it."""

from decimal import Decimal

import pytest
import trio
from attrs import evolve

from batactors.seams import Seams
from batactors.testing.bybit import BybitAccount, BybitVenue
from tests.venue.bybit.client import ORDER, Client, Json

BTC: Json = {"category": "linear", "symbol": "BTCUSDT"}


async def test_leverage_is_the_same_for_both_sides(client: Client) -> None:
    """It shows in the position; that it was so before is 110043."""
    await client.call("position/set-leverage", **BTC, buyLeverage="12.5", sellLeverage="12.5")
    assert (await client.rows("position/list", symbol="BTCUSDT"))[0]["leverage"] == "12.5"
    both = {"buyLeverage": "12.5", "sellLeverage": "12.5"}
    assert await client.refusal("position/set-leverage", **BTC, **both) == 110043
    assert await client.refusal("position/set-leverage", **BTC, buyLeverage="2", sellLeverage="3") == 10001
    assert await client.refusal("position/set-leverage", **BTC, buyLeverage="101", sellLeverage="101") == 110013
    assert await client.refusal("position/set-leverage", **BTC, buyLeverage="2") == 10001


async def test_the_margin_mode_is_the_accounts(venue: BybitVenue, client: Client) -> None:
    """One for all; a refusal has its reasons beside its code."""
    assert (await client.read("account/info"))["marginMode"] == "REGULAR_MARGIN"
    assert await client.call("account/set-margin-mode", setMarginMode="ISOLATED_MARGIN") == {"reasons": []}
    assert (await client.read("account/info"))["marginMode"] == "ISOLATED_MARGIN"
    assert await client.refusal("account/set-margin-mode", setMarginMode="SOME") == 10001
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.place(orderType="Market", price=None)
    answer = (await client.post("account/set-margin-mode", setMarginMode="REGULAR_MARGIN")).json()
    assert (answer["retCode"], len(answer["result"]["reasons"])) == (3400045, 1)
    assert (await client.read("account/info"))["marginMode"] == "ISOLATED_MARGIN"


async def test_hedge_mode_has_two_positions(venue: BybitVenue, client: Client) -> None:
    """Each order names its own by index; the mode is of a coin, and does not change while there is something."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.call("position/switch-mode", category="linear", coin="USDT", mode=3)
    assert await client.refusal("position/switch-mode", category="linear", coin="USDT", mode=3) == 110025
    assert await client.refusal("order/create", **ORDER) == 10001
    market = {"orderType": "Market", "price": None}
    await client.place(**market, positionIdx=1)
    await client.place(**market, side="Sell", positionIdx=2, qty="0.020")
    rows = await client.rows("position/list", symbol="BTCUSDT")
    assert [(row["positionIdx"], row["side"], row["size"]) for row in rows] == [
        (1, "Buy", "0.010"),
        (2, "Sell", "0.020"),
    ]
    assert await client.refusal("position/switch-mode", category="linear", coin="USDT", mode=0) == 110024
    await client.place(**market, side="Sell", positionIdx=1, reduceOnly=True)
    assert venue.position("BTCUSDT", "LONG").amount == 0
    venue.liquidate("BTCUSDT", "SHORT")
    await client.place(positionIdx=1)
    assert await client.refusal("position/switch-mode", **BTC, mode=0) == 110028
    assert len(await client.rows("position/list", symbol="BTCPERP")) == 1


async def test_an_order_may_only_reduce(venue: BybitVenue, client: Client) -> None:
    """Above the position it is refused, or made smaller by habit; it goes when there is nothing left to reduce."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.place(orderType="Market", price=None)
    sell = {"side": "Sell", "price": "60000.0", "reduceOnly": True}
    assert await client.refusal("order/create", **ORDER | sell | {"qty": "0.020"}) == 110017
    venue.habits.truncates_reduce_only = True
    await client.place(**sell, qty="0.020", orderLinkId="a1")
    async with client.listening() as socket:
        await client.place(side="Sell", orderType="Market", price=None)
        await socket.order("New")
        await socket.order("Filled")
        told = await socket.order("Cancelled")
        assert (told["orderLinkId"], told["qty"], told["cancelType"]) == ("a1", "0.010", "CancelByReduceOnly")


async def test_a_quantity_of_zero_closes_a_position(venue: BybitVenue, client: Client) -> None:
    """With reduceOnly and closeOnTrigger."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.place(orderType="Market", price=None, qty="0.123")
    await client.place(side="Sell", orderType="Market", price=None, qty="0", reduceOnly=True, closeOnTrigger=True)
    assert venue.position("BTCUSDT").amount == 0


async def test_retail_accounts_have_no_cancel_on_disconnect(venue: BybitVenue, client: Client) -> None:
    """It cannot be set, and nothing happens when their sockets are dead."""
    assert await client.refusal("order/disconnected-cancel-all", timeWindow=5, product="DERIVATIVES") == 10005
    await client.place(orderLinkId="a1")
    async with client.listening("dcp.future"):
        pass
    await trio.sleep(60)
    assert await client.status("a1") == "New"


class TestInstitutions:
    """They have it, by arrangement."""

    @pytest.fixture
    def venue(self, seams: Seams) -> BybitVenue:
        return BybitVenue(seams=seams, accounts=[evolve(BybitAccount.demo(), institutional=True)], rate_limits=False)

    async def test_orders_go_when_all_sockets_are_dead(self, venue: BybitVenue, client: Client) -> None:
        """So long after the last of those that asked for it; one that comes back in time saves them."""
        for product, window in (("OPTIONS", 4), ("DERIVATIVES", 5)):
            await client.call("order/disconnected-cancel-all", timeWindow=window, product=product)
        await trio.sleep(11)
        (info,) = (await client.read("account/query-dcp-info"))["dcpInfos"]
        assert (info["dcpStatus"], info["timeWindow"]) == ("ON", "5")
        await client.place(orderLinkId="a1")
        async with client.listening("dcp.future"):
            async with client.listening("dcp.future"):
                pass
            await trio.sleep(10)
        await trio.sleep(3)
        async with client.listening("dcp.future"):
            await trio.sleep(10)
            assert await client.status("a1") == "New"
        await trio.sleep(6)
        rows = await client.rows("order/realtime", orderLinkId="a1")
        assert (rows[0]["orderStatus"], rows[0]["cancelType"]) == ("Cancelled", "CancelByDCP")
