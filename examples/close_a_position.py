"""Open a position and close it, at a simulated Binance USD-M that this program starts for itself.

The answer to the order that closes is lost on its way. Nobody guesses: the order is asked for, and what the position is
then is read again.
"""

from decimal import Decimal

import trio

from batactors import Account, AccountConfig, EngineConfig, Secret, open_engine
from batactors.testing import BinanceAccount, BinanceVenue, faults

BTC = "BTC/USDT:USDT"


async def trade(binance: Account, venue: BinanceVenue) -> None:
    leverage = await binance.set_leverage(BTC, 5)
    print("Leverage 5:", (await leverage.resolved()).status)

    order = await binance.create_order(instrument=BTC, side="buy", order_type="market", quantity="0.2")
    async for event in order.events():
        print(event.sequence, type(event).__name__, event.state)

    venue.faults.add(faults.LoseAck(method="add_order"))
    closed = await binance.close_position(BTC)
    assert closed.receipt is not None
    print(f"Closed {closed.was.normalize()}: {closed.receipt.status}, flat: {closed.is_flat}")


async def main() -> None:
    async with trio.open_nursery() as nursery:
        venue, demo = BinanceVenue(), BinanceAccount.demo()
        urls = await nursery.start(venue.serve)
        venue.set_market("BTCUSDT", bid=Decimal(63_999), ask=Decimal(64_001))
        account = AccountConfig(
            venue="binance",
            api_key=Secret.value(demo.ed25519_key),  # a key that logs on; api_key and api_secret sign each request
            api_secret=Secret.value(demo.ed25519_secret),
            rest_url=urls.rest,
            websocket_url=urls.websocket_streams,
            commands_url=urls.websocket_api,
            validity=2.0,  # seconds within which this venue, which is near, may carry out a command
            read_lag=0.5,  # its reads do not trail
        )
        async with open_engine(EngineConfig(accounts={"binance": account})) as engine:
            await trade(engine.account("binance"), venue)
        print("At the venue:", venue.position("BTCUSDT").amount.normalize())
        nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(main)
