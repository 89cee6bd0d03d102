"""The dead man's switch: the venue cancels all open orders if the engine has not said in time that it lives.

It is for a process that dies, or a machine that is cut off: then nobody watches the orders any more. So it is kept
armed as long as the engine lives: by REST where the venue has it there, which is another road than that of the events,
and else by the socket that takes commands. An engine that is stopped in good order takes it off; one that is killed
cannot.
"""

from collections.abc import Callable, Iterable
from math import inf

import trio

from batactors.actors.board import Board
from batactors.actors.crashes import cause_of
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, RestMessage
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.model.account_facts import SwitchFact
from batactors.model.errors import BatactorsError, TransportError
from batactors.model.health import ComponentState
from batactors.model.ids import InstrumentId
from batactors.model.questions import KeepSwitch

SWITCH = "dead man's switch"
"""The component's name in health."""
TIMES = 4
"""As often it is armed anew within its time: so many answers in a row may be lost, less one. The venues advise so."""
AGAIN = 2.0
"""Seconds until it is tried again, where the venue did not answer."""
LOOK_EVERY = 1.0
"""Seconds between looks whether there are orders in another instrument, at a venue with a switch for each."""

Key = InstrumentId | None


class DeadMansSwitch:
    """The switch of one account.

    Args:
        after: Seconds without a word from us after which the venue cancels everything.
        needed: What has to be armed now: the instruments with open orders, or ``None`` for the whole account.
        rest: Who sets it: the REST client, or the socket that takes commands.
        within: Seconds within which that answers; ``None`` if it always does, sooner or later.
    """

    def __init__(
        self, *, rest: Mailbox[RestMessage], board: Board, after: int, needed: Callable[[], Iterable[Key]],
        within: float | None = None,
    ) -> None:  # fmt: skip
        self._rest = rest
        self._within = inf if within is None else within
        self._board = board
        self._after = after
        self._needed = needed
        self._due: dict[Key, float] = {}
        """When each is armed anew, on trio's clock."""
        self._armed: dict[Key, float] = {}
        """Until when each is armed, as far as we know."""
        self._needed_at: dict[Key, float] = {}
        """When each was needed last."""
        self._closing = trio.Event()

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Keep it armed until closed; then take it off."""
        self._closing = trio.Event()
        self._board.set(SWITCH, ComponentState.STARTING, "it has not been armed yet")
        task_status.started()
        while not self._closing.is_set():
            for key, seconds in self._wanted():
                if self._due.get(key, 0.0) <= trio.current_time() or not seconds:
                    await self._set(key, seconds)
            with trio.move_on_at(min([trio.current_time() + LOOK_EVERY, *self._due.values()])):
                await self._closing.wait()
        for _ in range(TIMES):
            for key in tuple(self._due):  # what was not answered may be armed, too
                await self._set(key, 0)
            if not self._due:
                break
            await trio.sleep(AGAIN / TIMES)  # one answer that is lost must not cost the orders that are to stay

    def close(self) -> None:
        """The engine stops in good order, and its orders are to stay: ``run`` takes the switch off, and returns."""
        self._closing.set()

    def _wanted(self) -> list[tuple[Key, int]]:
        """What is to be armed, and what has long been without orders and is to be taken off; each with its seconds."""
        needed, now = dict.fromkeys(self._needed()), trio.current_time()
        if not needed and not self._armed:
            self._board.set(SWITCH, ComponentState.UP)  # there is nothing that could be left behind
        self._needed_at.update(dict.fromkeys(needed, now))
        for key in [one for one in self._due if one not in needed and one not in self._armed]:
            del self._due[key], self._needed_at[key]  # it could not be armed, and need not be any more
        # An instrument that had orders a moment ago may get some at any moment: it stays armed for a while.
        idle = [key for key in self._armed if key not in needed]
        return [
            *((key, self._after) for key in needed),
            *((key, self._after if now < self._needed_at[key] + self._after else 0) for key in idle),
        ]

    async def _set(self, key: Key, seconds: int) -> None:
        reply: Reply[Answered] = Reply()
        try:
            with trio.move_on_after(self._within) as waiting:
                await self._rest.put(Ask(question=KeepSwitch(seconds=seconds, instrument=key), reply=reply))
                answered = await reply.get()
            if waiting.cancelled_caught:
                reply.fail(late := TransportError(f"no answer within {self._within:g} s"))  # who finds it lets it be
                raise late
        except BatactorsError as error:
            self._fail(key, cause_of(error))
            return
        sent = answered.sent_at
        if not seconds:
            self._armed.pop(key, None)
            self._due.pop(key, None)
            self._needed_at.pop(key, None)
            if self._closing.is_set():
                self._board.set(SWITCH, ComponentState.DOWN, "it is taken off: the engine stops")
        elif any(isinstance(fact, SwitchFact) and not fact.is_armed for fact in answered.facts):
            self._fail(key, "the venue says that it is not armed")
        else:
            self._armed[key] = sent + seconds
            self._due[key] = sent + seconds / TIMES
            if all(until > trio.current_time() for until in self._armed.values()):
                self._board.set(SWITCH, ComponentState.UP)

    def _fail(self, key: Key, why: str) -> None:
        now = trio.current_time()
        self._due[key] = now + AGAIN
        left = self._armed.get(key, now) - now
        of = "" if key is None else f" of {key}"
        stands = f"it{of} fires in {left:.0f} s unless it is armed anew" if left > 0 else f"it{of} is not armed"
        self._board.set(SWITCH, ComponentState.DEGRADED, f"{stands}: {why}")
