"""What the venue does not let an account do: too often, too much, or without permission."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import trio

from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueAccount, VenueUrls
from batactors.testing.kraken_spot.rates import CANCEL_COSTS, surcharge
from tests.venue.client import ORDER, Client


@pytest.fixture
def account() -> VenueAccount:
    demo = VenueAccount.demo()
    return VenueAccount(
        api_key=demo.api_key, api_secret=demo.api_secret, balances=demo.balances, tier="starter", permissions=PERMITTED
    )


PERMITTED = frozenset({"modify-orders", "websocket", "query-open-orders"})


@pytest.fixture
def venue(seams: Seams, account: VenueAccount) -> KrakenSpotVenue:
    """A venue that counts, with an account of the lowest tier that may not do everything."""
    return KrakenSpotVenue(seams=seams, accounts=[account])


@pytest.fixture
async def client(network: SimulatedNetwork, urls: VenueUrls, account: VenueAccount) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(timeout=20) as http:
        yield Client(http, urls, account)


async def test_the_trading_counter_fills_and_falls(client: Client) -> None:
    """Orders cost one each, falling by one a second; above the threshold they are refused until it has fallen."""
    async with client.listening() as socket:
        await socket.ask("batch_add", symbol="BTC/USD", orders=[_order(n) for n in range(15)])
        answers = [
            await socket.ask("amend_order", cl_ord_id="o0", order_qty=round(0.02 + n / 100, 2)) for n in range(14)
        ]
        errors = [answer.get("error") for answer in answers]
        assert errors[:12] == [None] * 12
        assert errors[-1] == "EOrder:Rate limit exceeded"
        await trio.sleep(10)
        assert (await socket.ask("amend_order", cl_ord_id="o0", order_qty=0.01))["success"]


def _order(number: int) -> dict[str, object]:
    return {name: value for name, value in ORDER.items() if name != "symbol"} | {"cl_ord_id": f"o{number}"}


async def test_an_early_cancel_costs_but_is_not_refused(client: Client) -> None:
    """Flickering orders fill the counter; cancels themselves always go through."""
    async with client.listening() as socket:
        placed = 0
        while (await socket.place(cl_ord_id=f"f{placed}"))["success"]:
            assert (await socket.ask("cancel_order", cl_ord_id=[f"f{placed}"]))["success"]
            placed += 1
        assert placed == 7
    assert [surcharge(CANCEL_COSTS, age) for age in (0, 7, 12, 30, 60, 200, 400)] == [8, 6, 5, 4, 2, 1, 0]


async def test_open_orders_are_capped(venue: KrakenSpotVenue, client: Client) -> None:
    """The cap is per pair."""
    async with client.listening() as socket:
        for number in range(60):
            assert (await socket.place(cl_ord_id=f"o{number}"))["success"]
            await trio.sleep(1)
        assert (await socket.place())["error"] == "EOrder:Orders limit exceeded"
        assert (await socket.place(symbol="ETH/USD", limit_price=1000.0))["success"]
    assert len(venue.ledger.open_orders()) == 61


async def test_rest_calls_are_counted_but_orders_are_not(client: Client) -> None:
    """Queries fill the counter of the key; orders have their own."""
    errors = [(await client.post("OpenOrders")).json()["error"] for _ in range(17)]
    assert errors[0] == []
    assert errors[-1] == ["EAPI:Rate limit exceeded"]
    await client.add()
    await trio.sleep(10)
    await client.call("OpenOrders")


async def test_a_key_may_do_what_it_was_given(client: Client) -> None:
    """Queries and commands ask for their permissions, on both transports."""
    assert await client.refusal("Balance") == "EGeneral:Permission denied"
    assert await client.refusal("TradesHistory") == "EGeneral:Permission denied"
    await client.call("CancelAll")
    await client.call("QueryOrders", txid=await client.add())


async def test_a_key_that_may_only_cancel(seams: Seams, network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """Cancelling needs less than placing."""
    demo = VenueAccount.demo()
    permissions = frozenset({"cancel-orders", "websocket"})
    account = VenueAccount(api_key="K", api_secret=demo.api_secret, balances=demo.balances, permissions=permissions)
    venue = KrakenSpotVenue(seams=seams, accounts=[account])
    urls: VenueUrls = await nursery.start(venue.serve)
    async with httpx2.AsyncClient() as http, Client(http, urls, account).listening() as socket:
        assert (await socket.place())["error"] == "EGeneral:Permission denied"
        assert (await socket.ask("cancel_all"))["result"] == {"count": 0}
