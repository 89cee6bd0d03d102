"""Faults at a moment that only Binance has. At another venue they do nothing."""

from typing import Literal

from attrs import frozen

from batactors.testing.binance import BinanceVenue
from batactors.testing.simulation.timed_fault import TimedFault, World


@frozen(kw_only=True)
class ExpireListenKeys(TimedFault):
    """Every listen key runs out, as after its hour: it is told, and then the sockets with it are silent."""

    def strike(self, world: World) -> None:
        if isinstance(world.venue, BinanceVenue):
            world.venue.expire_listen_keys()


@frozen(kw_only=True)
class TakeAway(TimedFault):
    """The venue takes the position away, if there is one, by an order of its own that nobody placed."""

    how: Literal["liquidation", "deleveraging"] = "liquidation"

    def strike(self, world: World) -> None:
        venue = world.venue
        if isinstance(venue, BinanceVenue):
            for side in venue.positions.sides(next(iter(venue.accounts))):
                if venue.position(SYMBOL, side).amount:
                    (venue.liquidate if self.how == "liquidation" else venue.deleverage)(SYMBOL, side)


SYMBOL = "BTCUSDT"
