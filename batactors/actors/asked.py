"""What the rest client was asked and has not begun: what sessions live by goes first, the rest in its order."""

from collections import deque

import trio

from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Ask, RestMessage
from batactors.core.limiter import URGENT


class Asked:
    """The questions that wait, taken off a mailbox as they come; as many again as the mailbox holds."""

    def __init__(self, mailbox: Mailbox[RestMessage]) -> None:
        self._mailbox = mailbox
        self._urgent = deque[RestMessage]()
        self._others = deque[RestMessage]()
        self._workers, self._room = trio.lowlevel.ParkingLot(), trio.lowlevel.ParkingLot()

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others)

    async def run(self) -> None:
        """Take in what comes, while there is room for it."""
        while True:
            while len(self) >= self._mailbox.size:
                await self._room.park()
            message = await self._mailbox.take()
            urgent = isinstance(message, Ask) and isinstance(message.question, URGENT)
            (self._urgent if urgent else self._others).append(message)
            self._workers.unpark_all()

    async def take(self) -> RestMessage:
        """The next to be answered, waiting for one. To be cancelled here loses none."""
        while not self._urgent and not self._others:
            await self._workers.park()
        self._room.unpark_all()
        return self._urgent.popleft() if self._urgent else self._others.popleft()

    async def take_urgent(self) -> RestMessage:
        """The next that may not wait for what the others wait for, waiting for one."""
        while not self._urgent:
            await self._workers.park()
        self._room.unpark_all()
        return self._urgent.popleft()
