"""Faults at a moment that only Bybit has. At another venue they do nothing."""

from decimal import Decimal

from attrs import frozen

from batactors.testing.bybit import BybitVenue
from batactors.testing.simulation.timed_fault import TimedFault, World


@frozen(kw_only=True)
class ChargeFunding(TimedFault):
    """Funding is charged for the position, if there is one: told among the executions, and no fill."""

    def strike(self, world: World) -> None:
        venue = world.venue
        if isinstance(venue, BybitVenue) and venue.position(SYMBOL).amount:
            venue.fund(SYMBOL, Decimal("0.5"))


@frozen(kw_only=True)
class ForgetClosedOrders(TimedFault):
    """The list of open and lately closed orders forgets the closed ones, as when its service restarts."""

    def strike(self, world: World) -> None:
        if isinstance(world.venue, BybitVenue):
            world.venue.forget_closed_orders()


SYMBOL = "BTCUSDT"
