"""Recovery is the ordinary road (P7)."""

import re
from collections.abc import Iterator
from typing import ClassVar

from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.simulation.record import Frame

CONFIRMED = ('"subscribe"', '"executions"', '"success":true')
COMMANDS = re.compile(r'"method": ?"(?:add_order|amend_order|cancel_order|cancel_all|batch_add|batch_cancel)"')


class ReadyBeforeUse(Check):
    """No command goes by a session whose subscription the venue has not confirmed."""

    promise: ClassVar[str] = "P7"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._subscribed: set[int] = set()

    def saw(self, frame: Frame) -> Iterator[str]:
        if frame.connection in self._subscribed:
            return
        if not frame.up and all(word in frame.text for word in CONFIRMED):
            self._subscribed.add(frame.connection)
        if frame.up and COMMANDS.search(frame.text):
            yield f"connection {frame.connection} carries a command before it was subscribed: {frame.text}"
