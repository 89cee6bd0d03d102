"""What the venue has yet to do, by time: late commands and answers, expiries, the dead man's switch.

One task instead of one per delay, and jobs that are plain calls: nothing that waits can be cut in half by a
cancellation, and equal times run in the order they were entered.
"""

import heapq
import itertools
from collections.abc import Callable

import trio
from attrs import define, field

Job = Callable[[], None]


@define(order=True)
class Entry:
    """A job and its time on trio's clock."""

    when: float
    number: int
    job: Job = field(order=False)
    dropped: bool = field(default=False, order=False)

    def drop(self) -> None:
        """Let it not be done."""
        self.dropped = True


class Agenda:
    """The jobs to come."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._numbers = itertools.count()
        self._changed = trio.Event()

    def after(self, seconds: float, job: Job) -> Entry:
        """Do this so many seconds from now."""
        entry = Entry(trio.current_time() + max(0.0, seconds), next(self._numbers), job)
        heapq.heappush(self._entries, entry)
        self._changed.set()
        return entry

    async def run(self) -> None:
        """Do what is due, for ever."""
        while True:
            with trio.move_on_at(self._entries[0].when if self._entries else float("inf")):
                await self._changed.wait()
            self._changed = trio.Event()
            while self._entries and self._entries[0].when <= trio.current_time():
                entry = heapq.heappop(self._entries)
                if not entry.dropped:
                    entry.job()
