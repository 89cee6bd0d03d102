"""Many faults at once, drawn from a seed: whatever goes wrong on the wire, the venue stands and its books balance."""

import inspect
from decimal import Decimal
from random import Random

import httpx2
import pytest
import trio
from trio_websocket import ConnectionClosed, HandshakeError

from batactors.seams import Seams, SeededChance
from batactors.testing import (
    KrakenSpotVenue,
    SimulatedNetwork,
    VenueAccount,
    VenueUrls,
    VirtualClock,
    run_in_virtual_time,
    virtual_keep_alive,
)
from batactors.testing import faults as f
from batactors.testing.fault_script import Fault
from tests.venue.client import ORDER, Client, Json, Socket

KINDS: list[type[Fault]] = [
    kind
    for _, kind in inspect.getmembers(f, inspect.isclass)
    if issubclass(kind, Fault) and not kind.__name__.endswith("Fault")
]
ROUNDS = 12
TROUBLE = (ConnectionClosed, HandshakeError, httpx2.HTTPError, OSError)


def fault(kind: type[Fault], draw: Random) -> Fault:
    """A fault of this kind that strikes early."""
    times = {"seconds": draw.choice([0.5, 3.0, 7.0, 70.0])} if "seconds" in inspect.signature(kind).parameters else {}
    return kind(nth=draw.randint(1, 3), **times)


async def meddle(venue: KrakenSpotVenue, client: Client, socket: Socket, draw: Random) -> None:
    """One thing that a client, the market or a counterparty does."""
    name = f"c{draw.randrange(6)}"
    terms: Json = {"cl_ord_id": name, "side": draw.choice(["buy", "sell"]), "limit_price": draw.randint(49990, 50010)}
    match draw.randrange(7):
        case 0:
            await socket.say("add_order", **(ORDER | terms))
        case 1:
            await socket.say("amend_order", cl_ord_id=name, order_qty=draw.choice([0.001, 0.02, 0.1]))
        case 2:
            await socket.say("cancel_order", cl_ord_id=[name, "c1"])
        case 3:
            bid = Decimal(draw.randint(49985, 50000))
            venue.set_market("BTC/USD", bid=bid, ask=bid + 1, ask_quantity=draw.choice([None, Decimal("0.005")]))
        case 4:
            for order in venue.ledger.open_orders()[:1]:
                venue.fill(order, min(order.remaining, Decimal("0.004")))
        case 5:
            await client.post(draw.choice(["OpenOrders", "ClosedOrders", "TradesHistory", "Balance"]))
        case _:
            row = {key: value for key, value in ORDER.items() if key != "symbol"}
            await socket.say("batch_add", symbol="BTC/USD", orders=[row, row | {"cl_ord_id": name}])


async def session(venue: KrakenSpotVenue, client: Client, draw: Random) -> None:
    """A client's session that ends when something breaks it."""
    try:
        with trio.move_on_after(60):
            async with client.socket() as socket:
                await socket.say("subscribe", channel="executions", snap_trades=True)
                await socket.say("subscribe", channel="balances")
                for _ in range(ROUNDS):
                    await meddle(venue, client, socket, draw)
                    await trio.sleep(draw.choice([0, 0.1, 2]))
    except* (*TROUBLE, AssertionError, ValueError):
        pass  # the token was refused, the answer was no JSON, or the wire broke


def a_storm(seed: int) -> KrakenSpotVenue:
    """A venue that has been through it."""
    draw = Random(f"storm-{seed}")

    async def live() -> KrakenSpotVenue:
        with SimulatedNetwork(seed=seed, split=0.1).installed(), virtual_keep_alive():
            venue = KrakenSpotVenue(seams=Seams(clock=VirtualClock(), chance=SeededChance(seed)), latency=seed % 2 / 10)
            venue.fill_in_parts = draw.choice([1, 3])
            venue.faults.add(*[fault(draw.choice(KINDS), draw) for _ in range(8)])
            async with trio.open_nursery() as nursery:
                urls: VenueUrls = await nursery.start(venue.serve)
                async with httpx2.AsyncClient(timeout=5) as http:
                    client = Client(http, urls, VenueAccount.demo())
                    for _ in range(8):
                        venue.set_status("online")
                        venue.ban(0)
                        await session(venue, client, draw)
                        await trio.sleep(2)  # a venue that restarts is away for a second
                await trio.sleep(200)
                assert venue.sessions == venue.connections == 0
                nursery.cancel_scope.cancel()
        return venue

    return run_in_virtual_time(live, seed=seed)


@pytest.mark.parametrize("seed", range(20))
def test_the_books_balance_after_a_storm(seed: int) -> None:
    """Every order has the fills it counts, ends once, and every balance is the sum of its entries."""
    venue = a_storm(seed)
    ledger = venue.ledger
    assert ledger.orders
    assert venue.faults.fired
    for order in ledger.orders.values():
        assert sum(fill.quantity for fill in ledger.fills_of(order.order_id)) == order.filled <= order.quantity
        assert not [state.status for state in ledger.states(order.order_id)[:-1] if state.closed]
    for api_key, account in venue.accounts.items():
        for asset, first in account.balances.items():
            moved = sum(entry.amount - entry.fee for entry in ledger.entries if entry.asset == asset)
            assert ledger.balance(api_key, asset) == first + moved
