"""Late answers (P4)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

import trio

from batactors import ChildEvent, Happening
from batactors.journal.store import Entry
from batactors.model.ids import CommandId
from batactors.model.lifecycle import Ack, LateAck, Resolved, Sent
from batactors.model.terms import Origin, Transport
from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.simulation.record import Frame

SLOW = frozenset({"GoSilent", "HalfOpen", "Narrow", "Partition", "Pause", "Slow", "Stall"})
"""Faults after which nothing says when an answer arrives."""
UNDER_WAY = 2.0
"""Virtual seconds after which an answer has been taken in, where no road is slow."""


class LateAnswersCount(Check):
    """The answer to a command that has no verdict yet is told, however late it comes.

    For worlds in which all that goes wrong is a fault of a plan. What came by a session that did not break has surely
    arrived.
    """

    promise: ClassVar[str] = "P4"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._latest = 0
        self._broken = 0
        """Connections up to this number do not count: the session that took commands broke when it was the latest."""
        self._answered: dict[int, float] = {}
        """When the answer to each request was written, of the sessions since."""
        self._resolved: dict[CommandId, float] = {}

    def saw(self, frame: Frame) -> Iterator[str]:
        self._latest = max(self._latest, frame.connection)
        if frame.kind == "frame down" and frame.connection > self._broken:
            for request_id in self.scene.words.answers(frame.text):
                self._answered.setdefault(request_id, frame.at)
        yield from ()

    def supervised(self, event: ChildEvent) -> Iterator[str]:
        if event.what is Happening.CRASHED and event.child == self.scene.sockets[-1]:
            self._broken = self._latest
            self._answered.clear()
        if event.what is Happening.STARTED and event.child == "journal":
            # It never starts again within a life: what was open is the dead process's, which hears no answer any more.
            self._broken = self._latest
        if event.what in (Happening.CRASHED, Happening.STARTED) and event.child == "dedup":
            # What it had in hand is lost, and asked for; what came while it was down may come after a verdict.
            self._answered.clear()
        yield from ()

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, Resolved):
            self._resolved.setdefault(entry.command_id, trio.current_time())
        yield from ()

    def settled(self) -> Iterator[str]:
        if not SLOW.isdisjoint(self.scene.struck):
            return
        steps_of = self.scene.record.steps
        asked: defaultdict[int, list[CommandId]] = defaultdict(list)
        for command_id, steps in steps_of.items():
            for step in steps:
                if isinstance(step, Sent) and step.transport is Transport.WEBSOCKET:
                    asked[step.request_id].append(command_id)
        for request_id, answered_at in self._answered.items():
            for command_id in asked[request_id]:
                told = any(isinstance(one, Ack | LateAck) and one.origin is Origin.ACK for one in steps_of[command_id])
                ended_at = self._resolved.get(command_id, trio.current_time())
                if not told and len(asked[request_id]) == 1 and ended_at > answered_at + UNDER_WAY:
                    yield f"{command_id} was answered {answered_at:.3f} s after the beginning, and that is not told"
