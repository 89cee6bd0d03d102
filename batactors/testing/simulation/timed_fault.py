"""What a fault at a moment is, and what of the world it can reach."""

from collections.abc import Callable
from typing import Protocol

from attrs import frozen

from batactors.testing.await_points import AwaitPoints
from batactors.testing.network import SimulatedNetwork
from batactors.testing.right_values import require
from batactors.testing.venue.venue import SimulatedVenue
from batactors.testing.virtual_time import VirtualClock


class Process(Protocol):
    """The process that the engine runs in."""

    def kill(self, down_for: float, *, power: bool = False) -> None:
        """End it at once, and start it again after so long; with the power, the disk loses what was not synced."""
        ...

    def fill_disk(self, full: bool) -> None:
        """Its disk has no room left, or has again."""
        ...


class World(Protocol):
    """What a fault can reach."""

    @property
    def network(self) -> SimulatedNetwork: ...
    @property
    def port(self) -> int:
        """The venue's, on this network."""
        ...

    @property
    def venue(self) -> SimulatedVenue: ...
    @property
    def await_points(self) -> AwaitPoints: ...
    @property
    def machine(self) -> Process: ...
    @property
    def clock(self) -> VirtualClock:
        """The wall clock of the engine's machine."""
        ...

    @property
    def venue_clock(self) -> VirtualClock: ...

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Call this so many seconds from now."""
        ...


@frozen(kw_only=True)
class TimedFault:
    """Something that goes wrong at a moment.

    Attributes:
        at: Virtual seconds after trading began. With `when`: not before this.
        when: What it waits for: the beginning of a line of the trace without its time and lane, such as
            `"frame up add_order"`, `"step Sent"` or `"event OrderFilled"`. It strikes at that very instant, before
            anything else happens.
        nth: Which one of those.
    """

    at: float = 0.0
    when: str | None = None
    nth: int = 1

    def __attrs_post_init__(self) -> None:
        require(self)

    def strike(self, world: World) -> Callable[[], None] | None:
        """Do it, without waiting. What is returned, if anything, ends it; the world calls it when it heals."""
        raise NotImplementedError
