"""Faults at a moment that only Kraken Futures has. At another venue they do nothing."""

from attrs import frozen

from batactors.testing.kraken_futures import KrakenFuturesVenue
from batactors.testing.simulation.timed_fault import TimedFault, World

SYMBOL = "PF_XBTUSD"


@frozen(kw_only=True)
class Liquidate(TimedFault):
    """The venue takes the position away, if there is one: all orders go first, then by an order that nobody placed."""

    def strike(self, world: World) -> None:
        venue = world.venue
        if isinstance(venue, KrakenFuturesVenue) and venue.position(SYMBOL).amount:
            venue.liquidate(SYMBOL)
