"""Place an order and follow it, at a simulated Kraken Spot that this program starts for itself."""

from decimal import Decimal

import trio

from batactors import AccountConfig, EngineConfig, Secret, open_engine
from batactors.testing import KrakenSpotVenue, VenueAccount


async def main() -> None:
    async with trio.open_nursery() as nursery:
        venue, demo = KrakenSpotVenue(), VenueAccount.demo()
        urls = await nursery.start(venue.serve)
        key, secret = Secret.value(demo.api_key), Secret.value(demo.api_secret)
        account = AccountConfig(api_key=key, api_secret=secret, rest_url=urls.rest, websocket_url=urls.websocket_auth)
        async with open_engine(EngineConfig(accounts={"kraken": account})) as engine:
            kraken = engine.account("kraken")
            order = await kraken.create_order(
                instrument="BTC/USD", side="buy", order_type="limit", quantity="0.5", price="64000"
            )
            print("The venue says:", (await order.receipt()).status)
            venue.fill_in_parts = 2
            venue.set_market("BTC/USD", bid=Decimal(63_900), ask=Decimal(63_950))  # down through our price
            async for event in order.events():
                print(event.sequence, type(event).__name__, event.state)
        nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(main)
