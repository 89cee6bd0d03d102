"""What a burst of messages came to: applied, and not durable yet, so that nobody has been told.

All of it becomes durable with one sync of the journal. It outlives a crash of the dedup actor: what was applied before
the crash is written first when the actor is rebuilt, and told then, once.
"""

from collections import deque
from collections.abc import Iterator, Sequence

from attrs import frozen

from batactors.actors.followers import Answer
from batactors.actors.messages import DedupMessage
from batactors.actors.naming import WireIds
from batactors.actors.quarantine import set_aside_in
from batactors.actors.tap import Tap
from batactors.core.changes import Changes
from batactors.journal.store import Entry, Journal
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Input, Registered


@frozen(kw_only=True, eq=False)
class Applied:
    """One message of a burst, and what it came to.

    Attributes:
        message: ``None`` for time that passed.
        wire_ids: The answer to a ``Register``.
        given: What the core was given for it.
        answer: The answer to a ``Follow`` or ``FollowAccount``, as things were at its turn.
    """

    message: DedupMessage | None
    changes: Sequence[Changes] = ()
    wire_ids: WireIds = ()
    given: Sequence[Input] = ()
    answer: Answer | None = None


class Burst:
    """What was applied, in the order of its application, until it is durable and told."""

    def __init__(self, journal: Journal, tap: Tap) -> None:
        self._journal = journal
        self._tap = tap
        self._entries: list[Entry] = []
        self._applied: deque[Applied] = deque()
        self._orders: dict[ClientOrderId, None] = {}
        self._commands: dict[CommandId, None] = {}

    def __len__(self) -> int:
        return len(self._applied)

    def add(self, applied: Applied, registered: Sequence[Registered] = ()) -> None:
        """One more message was applied, whole."""
        self._tap.applied(applied.given or registered)
        self._entries += (*registered, *set_aside_in(applied.message))
        for changes in applied.changes:
            self._entries += (*changes.events, *changes.steps, *changes.reports)
            if changes.forgotten:
                self._orders.update(dict.fromkeys(changes.forgotten))
            if changes.forgotten_commands:
                self._commands.update(dict.fromkeys(changes.forgotten_commands))
        self._applied.append(applied)

    async def keep(self) -> None:
        """Make it durable. What the journal may have kept before a crash it is given again, and keeps once.

        Raises:
            JournalError: It cannot be written; then nobody is told of it.
        """
        if self._entries:
            await self._journal.append(tuple(self._entries))
            self._entries.clear()

    def take(self) -> Iterator[Applied]:
        """What may be told now, each once."""
        assert not self._entries, "told before it is durable"
        while self._applied:
            yield self._applied.popleft()

    def remember(self) -> None:
        """Forget nothing yet: it may not have been told to the end, and who rebuilds finds anew what to forget."""
        self._orders.clear()
        self._commands.clear()

    async def forget(self) -> None:
        """Let the journal drop what nothing will ask for again."""
        if self._orders or self._commands:
            await self._journal.forget(tuple(self._orders), tuple(self._commands))
            self._orders.clear()
            self._commands.clear()
