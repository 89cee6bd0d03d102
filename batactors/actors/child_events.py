"""What happens to the children of supervisors, and the numbered log of it that users follow."""

from collections.abc import Callable
from enum import StrEnum

from attrs import frozen

from batactors.actors.numbered import NumberedLog, NumberedReader


class Happening(StrEnum):
    """What can happen to a child."""

    STARTED = "started"
    """It is ready."""
    ENDED = "ended"
    """It ended by itself, without an error."""
    CRASHED = "crashed"
    """It ended with an error, was not ready in time, or its clean-up failed when it was stopped."""
    STOPPED = "stopped"
    """Its supervisor has stopped it."""
    SLOW_STOP = "slow to stop"
    """It was to end, and has not done so in time. It is cancelled by now; trio cannot do more, and it is waited for."""
    GAVE_UP = "gave up"
    """It crashed too often, or with what no restart can help; its supervisor ends."""


@frozen(kw_only=True)
class ChildEvent:
    """Something happened to a child.

    Attributes:
        at: On trio's clock.
        cause: The errors that it crashed with, or why it was stopped, in one line.
        pause: Seconds until it is started again; ``None`` if it is not.
        sequence: In an engine's log, from 1; 0 as a supervisor tells it.
    """

    supervisor: str
    child: str
    what: Happening
    at: float
    cause: str | None = None
    pause: float | None = None
    sequence: int = 0


Watch = Callable[[ChildEvent], object]


class ChildEventReader(NumberedReader[ChildEvent]):
    """One follower's place. It holds nothing that must be closed: drop it where you like."""


class ChildEvents(NumberedLog[ChildEvent]):
    """The latest events of supervision, numbered from 1; any number of followers, each from a place of its own.

    Nothing is kept for a follower but its number, so that a slow one costs nobody anything, and one that crashes or
    stays away leaves nothing behind.

    Args:
        size: How many events are kept.
    """

    def follow(self, since: int = 0) -> ChildEventReader:
        """The events after this number, as they come, until the end; those no longer kept as one ``Missed``."""
        return ChildEventReader(self, since)
