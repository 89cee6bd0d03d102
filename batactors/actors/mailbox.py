"""An actor's bounded address.

A mailbox is made with the wiring and outlives the restarts of the actor that reads it: what was posted while the actor
was down waits for it. It is closed when nobody will read it any more, so that nobody waits to be read.
"""

from math import inf
from typing import Generic, TypeVar

import trio

from batactors.model.errors import BatactorsError

Message = TypeVar("Message")


class Mailbox(Generic[Message]):
    """Messages on their way to one actor, first in, first out.

    Args:
        name: For health and errors.
        size: How many messages wait at most.
    """

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self.refused = 0
        """How many messages found no room. What that means, the sender decides; it is never silent."""
        self._give, self._take = trio.open_memory_channel[Message](size)
        self._closed: BatactorsError | None = None

    def __len__(self) -> int:
        return self._take.statistics().current_buffer_used

    @property
    def is_closed(self) -> bool:
        """Whether nobody reads it any more."""
        return self._closed is not None

    def close(self, error: BatactorsError) -> None:
        """No more messages: who waits to leave one, or comes later, is told why. What waits can still be taken."""
        if self._closed is None:
            self._closed = error
            self._give.close()

    def post(self, message: Message) -> bool:
        """Leave a message without waiting; whether there was room. A closed mailbox has none."""
        if self._closed is not None:
            return False
        try:
            self._give.send_nowait(message)
        except trio.WouldBlock:
            self.refused += 1
            return False
        return True

    async def put(self, message: Message) -> None:
        """Leave a message, waiting for room.

        Raises:
            BatactorsError: What the mailbox was closed with.
        """
        try:
            await self._give.send(message)
        except trio.ClosedResourceError:
            raise self._why_closed() from None

    async def take(self) -> Message:
        """The next message, waiting for one. To be cancelled here loses none.

        Raises:
            BatactorsError: What the mailbox was closed with, once it is empty.
        """
        try:
            return await self._take.receive()
        except trio.EndOfChannel:
            raise self._why_closed() from None

    async def take_before(self, deadline: float) -> Message | None:
        """The next message; ``None`` if none has come by then, on trio's clock.

        Raises:
            BatactorsError: What the mailbox was closed with, once it is empty.
        """
        if deadline == inf:
            return await self.take()  # most waits are of this kind, and a scope costs as much as a message
        with trio.move_on_at(deadline):
            return await self.take()
        return None

    async def take_all(self, most: int, deadline: float = inf) -> list[Message]:
        """All messages that wait, at least one by then and at most ``most``: one wake serves a whole burst."""
        message = await self.take_before(deadline)
        return [] if message is None else [message, *self.clear(most - 1)]

    def clear(self, most: int | None = None) -> list[Message]:
        """The messages that wait now, without waiting."""
        messages: list[Message] = []
        while most is None or len(messages) < most:
            try:
                messages.append(self._take.receive_nowait())
            except (trio.WouldBlock, trio.EndOfChannel):
                break
        return messages

    def _why_closed(self) -> BatactorsError:
        assert self._closed is not None
        # It is raised to many; each begins with no traceback but its own.
        return self._closed.with_traceback(None)
