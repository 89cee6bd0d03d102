"""An actor's bounded address.

A mailbox is made with the wiring and outlives the restarts of the actor that reads it: what was posted while the actor
was down waits for it.
"""

from typing import Generic, TypeVar

import trio

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

    def __len__(self) -> int:
        return self._take.statistics().current_buffer_used

    def post(self, message: Message) -> bool:
        """Leave a message without waiting; whether there was room."""
        try:
            self._give.send_nowait(message)
        except trio.WouldBlock:
            self.refused += 1
            return False
        return True

    async def put(self, message: Message) -> None:
        """Leave a message, waiting for room."""
        await self._give.send(message)

    async def take(self) -> Message:
        """The next message, waiting for one. To be cancelled here loses none."""
        return await self._take.receive()

    async def take_all(self, most: int) -> list[Message]:
        """All messages that wait, at least one and at most ``most``: one wake serves a whole burst."""
        messages = [await self._take.receive()]
        messages += self.clear(most - 1)
        return messages

    def clear(self, most: int | None = None) -> list[Message]:
        """The messages that wait now, without waiting."""
        messages: list[Message] = []
        while most is None or len(messages) < most:
            try:
                messages.append(self._take.receive_nowait())
            except trio.WouldBlock:
                break
        return messages
