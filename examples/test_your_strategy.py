"""Test your own strategy against faults, in virtual time: ``pytest test_your_strategy.py``.

The strategy below buys once. What could make it buy twice, or not at all, is done to it here: an acknowledgement or a
command that gets lost, a connection that breaks, a venue that goes down. Each story takes a minute or so of the time
that the strategy sees, and a moment of yours.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
import trio

from batactors import Account, AccountConfig, CommandStatus, EngineConfig, Seams, Secret, open_engine
from batactors.seams import SeededChance, SeededIds
from batactors.testing import (
    KrakenSpotVenue,
    SimulatedNetwork,
    VenueAccount,
    VirtualClock,
    faults,
    run_in_virtual_time,
    virtual_keep_alive,
)


async def buy_once(account: Account) -> None:
    """The strategy: buy 1 BTC at 50 000, and try again only if that surely did not happen."""
    while True:
        order = await account.create_order(
            instrument="BTC/USD", side="buy", order_type="limit", quantity="1", price="50000"
        )
        receipt = await order.resolved()
        if receipt.status is CommandStatus.ACCEPTED:
            return
        if not receipt.retriable:
            raise RuntimeError(f"could not buy: {receipt.message}")


@pytest.mark.parametrize(
    "fault",
    [
        faults.LoseAck(method="add_order"),
        faults.LoseCommand(method="add_order"),
        faults.CutBeforeCommand(method="add_order"),
        faults.CutAfterCommand(method="add_order"),
        faults.RestartAfterCommand(method="add_order", down_for=30),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_buys_exactly_once(fault: faults.CommandFault) -> None:
    """Whatever is lost on the way, there is one order at the venue in the end."""

    async def story() -> None:
        async with simulation() as (venue, account):
            venue.faults.add(fault)
            await buy_once(account)
            assert venue.faults.fired[type(fault).__name__] == 1
            assert [order.quantity for order in venue.ledger.open_orders()] == [Decimal(1)]

    run_in_virtual_time(story)


def test_a_refusal_ends_it() -> None:
    """A venue that refuses is not asked again."""

    async def story() -> None:
        async with simulation() as (venue, account):
            venue.faults.add(faults.Refuse(error="EOrder:Insufficient funds"))
            with pytest.raises(RuntimeError, match="Insufficient funds"):
                await buy_once(account)
            assert not venue.ledger.orders

    run_in_virtual_time(story)


@asynccontextmanager
async def simulation() -> AsyncIterator[tuple[KrakenSpotVenue, Account]]:
    """A venue and an account at it, on a simulated network and in virtual time. One seed gives one run."""
    seams = Seams(clock=VirtualClock(), ids=SeededIds(1), chance=SeededChance(1))
    venue, demo = KrakenSpotVenue(seams=seams), VenueAccount.demo()
    with SimulatedNetwork(seed=1).installed(), virtual_keep_alive():
        async with trio.open_nursery() as nursery:
            urls = await nursery.start(venue.serve)
            config = AccountConfig(
                api_key=Secret.value(demo.api_key),
                api_secret=Secret.value(demo.api_secret),
                rest_url=urls.rest,
                websocket_url=urls.websocket_auth,
            )
            async with open_engine(EngineConfig(accounts={"kraken": config}), seams=seams) as engine:
                yield venue, engine.account("kraken")
            nursery.cancel_scope.cancel()
