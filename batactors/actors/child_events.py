"""What happens to the children of supervisors, and the numbered log of it that users follow."""

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Self

import trio
from attrs import evolve, frozen

from batactors.model.reports import Missed


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


class ChildEvents:
    """The latest events of supervision, numbered from 1; any number of followers, each from a place of its own.

    Nothing is kept for a follower but its number, so that a slow one costs nobody anything, and one that crashes or
    stays away leaves nothing behind.

    Args:
        size: How many events are kept.
    """

    def __init__(self, size: int) -> None:
        self.kept: deque[ChildEvent] = deque(maxlen=size)
        self.last = 0
        """The number of the latest event."""
        self.has_ended = False
        self._news = trio.Event()

    @property
    def earliest(self) -> int:
        """The number of the earliest event that is kept."""
        return self.last - len(self.kept) + 1

    def add(self, event: ChildEvent) -> ChildEvent:
        """Give an event its number, and tell it."""
        self.last += 1
        numbered = evolve(event, sequence=self.last)
        self.kept.append(numbered)
        self._announce()
        return numbered

    def end(self) -> None:
        """Nothing more comes."""
        self.has_ended = True
        self._announce()

    def follow(self, since: int = 0) -> "ChildEventReader":
        """The events after this number, as they come, until the end; those no longer kept as one ``Missed``."""
        return ChildEventReader(self, since)

    async def news(self) -> None:
        """Wait until there is more to read, or nothing more will come."""
        await self._news.wait()

    def _announce(self) -> None:
        self._news.set()
        self._news = trio.Event()


class ChildEventReader:
    """One follower's place. It holds nothing that must be closed: drop it where you like."""

    def __init__(self, events: ChildEvents, since: int) -> None:
        self._events = events
        self._read = max(0, since)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChildEvent | Missed:
        events = self._events
        while self._read >= events.last:
            if events.has_ended:
                raise StopAsyncIteration
            await events.news()
        missed = events.earliest - 1 - self._read
        if missed > 0:
            self._read += missed
            return Missed(count=missed)
        self._read += 1
        return events.kept[self._read - events.earliest]
