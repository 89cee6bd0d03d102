"""One command, followed: what was told of it so far, and whoever waits for more.

The subscriber holds a cursor in the command's log and in its order's. What comes out of turn, or finds no room, is
asked for again from the cursor; until the answer has come, nothing counts as the end. So each of its readers sees every
event once and in order, however slow it is.
"""

from math import inf

import trio

from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, Follow, Told, Unfollow
from batactors.actors.supervisor import Ready
from batactors.model.errors import BatactorsError
from batactors.model.ids import CommandId
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent

ROOM = 64
"""Messages that wait for a subscriber; it only copies them, so that more means that its task has no turn."""
ASK_AGAIN = 10.0
"""Seconds until what was asked for and did not come is asked for again: the actor that was asked may have crashed."""


class Subscriber:
    """The subscriber actor of one command."""

    def __init__(self, command_id: CommandId, dedup: Mailbox[DedupMessage]) -> None:
        self._command_id = command_id
        self._dedup = dedup
        self._mailbox = Mailbox[Told](f"subscriber {command_id}", ROOM)
        self._news = trio.Event()
        self._caught_up = trio.Event()
        self._refused = 0
        self._asked = 0
        self._behind = True
        """Something may have been missed: it is asked for, and the answer has not come."""
        self.events: list[OrderEvent] = []
        self.steps: list[LifecycleEvent] = []
        self.settled = False
        """The order has ended, with all its fills told."""
        self.resolved = False
        """The command has its verdict."""
        self.ended: BatactorsError | None = None
        """Why nothing more will be told, though not everything was."""

    @property
    def is_complete(self) -> bool:
        """Nothing more is expected."""
        return self.settled and self.resolved

    @property
    def is_forgotten(self) -> bool:
        """It ended so long ago that nothing is known of it any more."""
        return self.resolved and not self.steps

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Follow until the command is resolved and its order settled."""
        try:
            await self._ask()
            task_status.started()
            while not self.is_complete:
                told = await self._mailbox.take_before(trio.current_time() + ASK_AGAIN if self._behind else inf)
                if told is None or not self._take(told):
                    await self._ask()
        finally:
            # Not waited for: where there is no room for it, what is told into a full mailbox costs nothing either.
            self._dedup.post(Unfollow(command_id=self._command_id, mailbox=self._mailbox))

    async def caught_up(self) -> None:
        """Wait until it knows what had been told before it began."""
        await self._caught_up.wait()

    async def news(self) -> None:
        """Wait until there is more to read."""
        await self._news.wait()

    def end(self, error: BatactorsError) -> None:
        """Nothing more will be told: let those who wait know why."""
        for told in self._mailbox.clear():
            self._take(told)  # it may be the verdict, which its reader shall have
        self.ended = self.ended or error
        self._caught_up.set()
        self._announce()

    def _take(self, told: Told) -> bool:
        """Take in what is next; whether there is nothing to ask for that has not been asked for already."""
        was_behind = self._behind = self._behind and told.answers != self._asked
        for event in told.events:
            if event.sequence == len(self.events) + 1:
                self.events.append(event)
            elif event.sequence > len(self.events):
                self._behind = True
        for step in told.steps:
            if step.sequence == len(self.steps) + 1:
                self.steps.append(step)
            elif step.sequence > len(self.steps):
                self._behind = True
        has_room = self._refused == self._mailbox.refused
        self._refused = self._mailbox.refused
        self._behind = self._behind or not has_room
        if not self._behind:  # else the end is told before what leads to it
            self.settled = self.settled or told.settled
            self.resolved = self.resolved or told.resolved
            self._caught_up.set()
        self._announce()
        return has_room and self._behind is was_behind

    async def _ask(self) -> None:
        self._asked += 1
        await self._dedup.put(
            Follow(
                command_id=self._command_id,
                mailbox=self._mailbox,
                events_since=len(self.events),
                steps_since=len(self.steps),
                number=self._asked,
            )
        )

    def _announce(self) -> None:
        self._news.set()
        self._news = trio.Event()
