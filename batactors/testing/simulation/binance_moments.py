"""Faults at a moment that only Binance has. At another venue they do nothing."""

from collections.abc import Callable
from typing import Literal

from attrs import frozen

from batactors.testing.binance import BinanceVenue
from batactors.testing.bybit import BybitVenue
from batactors.testing.simulation.timed_fault import TimedFault, World


@frozen(kw_only=True)
class ExpireListenKeys(TimedFault):
    """Every listen key runs out, as after its hour: it is told, and then the sockets with it are silent."""

    def strike(self, world: World) -> None:
        if isinstance(world.venue, BinanceVenue):
            world.venue.expire_listen_keys()


@frozen(kw_only=True)
class TakeAway(TimedFault):
    """The venue takes the position away, if there is one, by an order of its own that nobody placed; at Bybit, too."""

    how: Literal["liquidation", "deleveraging"] = "liquidation"

    def strike(self, world: World) -> None:
        venue = world.venue
        if isinstance(venue, BybitVenue) and venue.position(SYMBOL).amount:
            (venue.liquidate if self.how == "liquidation" else venue.deleverage)(SYMBOL)
        if isinstance(venue, BinanceVenue):
            for side in venue.positions.sides(next(iter(venue.accounts))):
                if venue.position(SYMBOL, side).amount:
                    (venue.liquidate if self.how == "liquidation" else venue.deleverage)(SYMBOL, side)


@frozen(kw_only=True)
class RevokeKeys(TimedFault):
    """The account's keys are nobody's for so long: requests are refused, and connections logged on with one end so."""

    seconds: float = 5.0

    def strike(self, world: World) -> Callable[[], None] | None:
        venue = world.venue
        if not isinstance(venue, BinanceVenue):
            return None
        for account in venue.accounts.values():
            for key in filter(None, (account.api_key, account.ed25519_key)):
                venue.revoke(key)
        world.after(self.seconds, venue.restore_keys)
        return venue.restore_keys


SYMBOL = "BTCUSDT"
