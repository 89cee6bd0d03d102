"""A log of numbered events that users follow, each from a place of its own."""

from collections import deque
from typing import Any, Generic, Self, TypeVar, cast

import trio
from attrs import evolve

from batactors.model.reports import Missed

Event = TypeVar("Event")


class NumberedLog(Generic[Event]):
    """The latest events of one kind, numbered from 1 in their field ``sequence``; any number of followers.

    Nothing is kept for a follower but its number, so that a slow one costs nobody anything, and one that crashes or
    stays away leaves nothing behind.

    Args:
        size: How many events are kept.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.kept: deque[Event] = deque(maxlen=size)
        self.last = 0
        """The number of the latest event."""
        self.has_ended = False
        self._news = trio.Event()

    def __len__(self) -> int:
        return len(self.kept)

    @property
    def earliest(self) -> int:
        """The number of the earliest event that is kept."""
        return self.last - len(self.kept) + 1

    def add(self, event: Event) -> Event:
        """Give an event its number, and tell it."""
        self.last += 1
        numbered: Event = evolve(cast("Any", event), sequence=self.last)
        self.kept.append(numbered)
        self._announce()
        return numbered

    def end(self) -> None:
        """Nothing more comes."""
        self.has_ended = True
        self._announce()

    def follow(self, since: int = 0) -> "NumberedReader[Event]":
        """The events after this number, as they come, until the end; those no longer kept as one ``Missed``."""
        return NumberedReader(self, since)

    async def news(self) -> None:
        """Wait until there is more to read, or nothing more will come."""
        await self._news.wait()

    def _announce(self) -> None:
        self._news.set()
        self._news = trio.Event()


class NumberedReader(Generic[Event]):
    """One follower's place. It holds nothing that must be closed: drop it where you like."""

    def __init__(self, events: NumberedLog[Event], since: int) -> None:
        self._events = events
        self._read = max(0, since)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event | Missed:
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
