"""Run the engine inside your own nursery, with your own tasks beside it.

Here one task trades, one watches how the account does, and one follows orders that somebody else places on the same
account. When the trading is over, the engine is stopped in good order, and then everything else.
"""

from contextlib import suppress
from decimal import Decimal

import trio

from batactors import (
    Account,
    AccountConfig,
    EngineConfig,
    EngineStopped,
    FillReport,
    Missed,
    OrderFilled,
    OrderStatusReport,
    Secret,
    run_engine,
)
from batactors.testing import KrakenSpotVenue, VenueAccount, VenueUrls


async def trade(kraken: Account) -> None:
    """Buy a little, and wait until it is done."""
    order = await kraken.create_order(instrument="ETH/USD", side="buy", order_type="market", quantity="2")
    async for event in order.events():
        if isinstance(event, OrderFilled):
            print(f"bought {event.quantity} at {event.price}, fees {[str(fee.amount) for fee in event.fees]}")


async def watch_health(kraken: Account) -> None:
    """Print how the account does, whenever that changes."""
    known = None
    while True:
        health = kraken.health()
        if health.status is not known:
            known = health.status
            print(f"{kraken.name} is {known}")
        await trio.sleep(0.1)


async def watch_others(kraken: Account) -> None:
    """Print what is heard of orders that this engine did not send, until it has stopped."""
    with suppress(EngineStopped):
        async for report in kraken.reports():
            match report:
                case OrderStatusReport():
                    print(f"not ours: {report.side} {report.quantity} of {report.instrument}, {report.state}")
                case FillReport():
                    print(f"not ours: {report.quantity} of {report.instrument} filled at {report.price}")
                case Missed():
                    print(f"too slow for {report.count} reports: ask the venue with fetch_open_orders()")


async def main() -> None:
    venue = KrakenSpotVenue()
    venue.set_market("ETH/USD", bid=Decimal("3199.90"), ask=Decimal("3200.10"))
    async with trio.open_nursery() as nursery:
        config = config_for(await nursery.start(venue.serve))

        engine = await nursery.start(run_engine, config)  # from here on the account is ready
        kraken = engine.account("kraken")
        nursery.start_soon(watch_health, kraken)
        nursery.start_soon(watch_others, kraken)

        venue.place_external(symbol="DOGE/USD", side="sell", quantity=Decimal(100), price=Decimal("0.2"))
        await trade(kraken)

        report = await engine.stop()  # no new commands; those under way have until stop_within
        for order in report.accounts["kraken"].open_orders:
            print(f"still open, {'ours' if order.ours else 'not ours'}: {order.quantity} of {order.instrument}")
        print("every command has its verdict" if report.is_clean else f"without a verdict: {report.left}")
        nursery.cancel_scope.cancel()


def config_for(urls: VenueUrls) -> EngineConfig:
    """An engine with one account, at the simulated venue."""
    demo = VenueAccount.demo()
    kraken = AccountConfig(
        api_key=Secret.value(demo.api_key),
        api_secret=Secret.value(demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket_auth,
    )
    return EngineConfig(accounts={"kraken": kraken})


if __name__ == "__main__":
    trio.run(main)
