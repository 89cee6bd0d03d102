"""What happened in a simulated run, moment by moment: the same text for the same seed, in any process.

Only names that the run itself gives stand here (ids from the seams, socket numbers, actors' names), never an address of
the memory or of the machine. Whoever wants to act on what happens, a check or an aimed fault, watches the trace.
"""

import hashlib
import re
from collections.abc import Callable, Iterator

import trio
from attrs import frozen

SECRETS = re.compile(r'(?<="token":")[^"]+(?=")|(?<="token": ")[^"]+(?=")')
"""What a frame holds that nobody may read: the token of a session."""
MARK = '"token":'
"""Without this there is none, and nothing to look for."""


@frozen(kw_only=True)
class TraceEvent:
    """One thing that happened.

    Attributes:
        at: Virtual seconds since the run began.
        lane: Where: `user`, `engine/<actor>`, `told`, `venue`, `socket <n>`, `fault` or `check`.
        kind: What: `frame up`, `frame down`, `opened`, `closed`, `fault`, `event`, `step`, `crashed`, and so on.
        text: The particulars, on one line.
        order: The client order id of the order that it concerns, if it concerns one.
    """

    at: float
    lane: str
    kind: str
    text: str = ""
    order: str | None = None

    def __str__(self) -> str:
        return f"{self.at:.6f} {self.lane}: {self.kind}{f' {self.text}' if self.text else ''}"


class Trace:
    """All that happened so far, in order."""

    def __init__(self) -> None:
        self.events: list[TraceEvent] = []
        self._watchers: list[Callable[[TraceEvent], None]] = []

    def note(self, lane: str, kind: str, text: str = "", order: str | None = None) -> None:
        """Add what happens now; whoever watches hears of it before anything else happens."""
        clean = text.replace("\n", " ")
        if MARK in clean:
            clean = SECRETS.sub("(token)", clean)
        event = TraceEvent(at=trio.current_time(), lane=lane, kind=kind, text=clean, order=order)
        self.events.append(event)
        for watcher in tuple(self._watchers):
            watcher(event)

    def watch(self, watcher: Callable[[TraceEvent], None]) -> None:
        """Let this be called with each event, at once; it may not wait."""
        self._watchers.append(watcher)

    def lines(self) -> Iterator[str]:
        """One line for each event."""
        return map(str, self.events)

    def digest(self) -> str:
        """A hash of all lines: equal for equal runs."""
        whole = hashlib.sha256()
        for line in self.lines():
            whole.update(line.encode())
            whole.update(b"\n")
        return whole.hexdigest()
