"""When a process dies: at random, or aimed at the moments that matter."""

import os
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from batactors.actors.transport import Socket
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Entry

if TYPE_CHECKING:
    from random import Random

Moment = Literal["at random", "while it starts", "the file grew", "before a commit", "after a commit", "before bytes",
                 "after bytes"]  # fmt: skip
MOMENTS: dict[Moment, int] = {
    "at random": 4, "while it starts": 2, "the file grew": 3, "before a commit": 2, "after a commit": 3,
    "before bytes": 2, "after bytes": 3,
}  # fmt: skip
COMMANDS = ('"add_order"', '"batch_add"', '"amend_order"', '"cancel_order"', '"batch_cancel"', '"cancel_all"')


@frozen
class Aim:
    """One death.

    Attributes:
        moment: What it waits for.
        seconds: For those that go by time: after the engine is ready, or after the process began.
        nth: For the others: how many of these moments are let pass.
    """

    moment: Moment
    seconds: float
    nth: int

    @property
    def is_its_own(self) -> bool:
        """The process kills itself, since nobody outside sees the moment."""
        return self.moment.endswith(("commit", "bytes"))


def draw(chance: "Random") -> Aim:
    """The next death. Some processes live for longer, so that what was unknown finds its end."""
    moment = chance.choices(list(MOMENTS), list(MOMENTS.values()))[0]
    seconds = chance.uniform(0.0, 0.25) if moment == "while it starts" else chance.uniform(0.02, 0.5)
    if moment == "at random" and chance.random() < 0.5:
        seconds += 1.5
    return Aim(moment, seconds, chance.randint(1, 4 if moment.endswith("bytes") else 10))


def arm(aim: Aim) -> None:
    """Have this process die at that moment."""
    if not aim.is_its_own:
        return
    left = [aim.nth]

    def perhaps_die() -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    send, append = Socket.send, SqliteJournal.append

    async def sending(self: Socket, frame: str) -> None:
        is_command = any(word in frame for word in COMMANDS)
        if is_command and aim.moment == "before bytes":
            perhaps_die()
        await send(self, frame)
        if is_command and aim.moment == "after bytes":
            perhaps_die()

    async def appending(self: SqliteJournal, entries: Sequence[Entry]) -> None:
        if aim.moment == "before a commit":
            perhaps_die()
        await append(self, entries)
        if aim.moment == "after a commit":
            perhaps_die()

    Socket.send, SqliteJournal.append = sending, appending  # type: ignore[method-assign]
