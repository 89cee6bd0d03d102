"""Asks the venue, until nothing is in doubt.

One pass at a time, whatever the number of reasons for it. Orders are asked for before fills: an order that is known to
have closed, and with which count, tells its last fill as the last. It keeps no account of its own: what there is to ask
it reads off the dedup actor's agenda before each pass, and what it hears it hands to the dedup actor, which judges.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

import trio

from batactors.actors.board import Board
from batactors.actors.crashes import cause_of
from batactors.actors.inquirer import Inquirer
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import CatchUp, Reconcile, ReconcilerMessage, Wake
from batactors.actors.supervisor import Backoff, Ready
from batactors.core.agenda import Agenda
from batactors.model.errors import BatactorsError, TemporaryUnavailable
from batactors.model.health import ComponentState
from batactors.model.inputs import PassBegan, PassEnded
from batactors.model.questions import AskFills, AskOpenOrders
from batactors.model.receipts import PassReport, Trigger
from batactors.seams import WallClock

if TYPE_CHECKING:
    from random import Random

EARLIER = timedelta(seconds=10)
"""How much earlier than our knowledge ends, or an order was sent, traces are looked for: the venue's clock is not ours.
"""
CLOCKS = timedelta(seconds=60)
"""The same for an order that is judged by what is not found. As far ahead as this no venue takes a command's deadline.
"""
DOUBLINGS = 6
"""How many times that is doubled, once for each pass that settled nothing: our clock may be wrong by minutes."""
PAUSE = Backoff(first=1.0, factor=3.0, most=30.0, jitter=0.2, stable_after=inf)
"""Between passes that settled nothing. What can be proved, and not before, is asked just then; what is asked meanwhile
finds what came late, and leaves the venue's counter room for that."""
RETRY = 10.0
"""Seconds after which everything is asked for again when that failed; times the failures in a row."""
HASTE = 2
"""How many times as often all is asked for while there is no session to tell it."""


class Reconciler:
    """The reconciler of one account.

    Args:
        every: Seconds between passes that nothing asked for, while all is well.
    """

    def __init__(
        self,
        *,
        mailbox: Mailbox[ReconcilerMessage],
        inquirer: Inquirer,
        board: Board,
        clock: WallClock,
        chance: "Random",
        every: float,
    ) -> None:
        self._mailbox = mailbox
        self._inquirer = inquirer
        self._board = board
        self._clock = clock
        self._chance = chance
        self._every = every
        self._fruitless = 0
        """Passes that settled nothing, in a row."""
        self._waited = 0
        """Pauses after such, since there was something new to ask."""
        self._has_failed = False
        """The last pass did."""
        self._left: Agenda | None = None
        """What the last pass left."""
        self._failed = 0
        """Passes about the whole account that failed, in a row."""
        self._last_round = 0.0
        """When everything was last asked for, or tried to be, on trio's clock."""
        self._has_caught_up = False

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Make passes, when there is a reason, until cancelled."""
        self._board.set("reconciler", ComponentState.UP)
        task_status.started()
        self._last_round = trio.current_time()
        next_pass = trio.current_time()
        while True:
            messages: list[ReconcilerMessage] = []
            with trio.move_on_at(min(next_pass, self._next_round)):
                messages = await self._mailbox.take_all(self._mailbox.size)
            # Where a pass is overdue, nothing was waited for, and so nothing taken.
            messages += self._mailbox.clear(self._mailbox.size)
            try:
                await self._catch_up_all([message for message in messages if isinstance(message, CatchUp)])
                asked = [message for message in messages if isinstance(message, Reconcile)]
                if asked or trio.current_time() >= self._next_round:
                    next_pass = await self._whole_round(asked)
                elif trio.current_time() >= next_pass or not self._fruitless or await self._has_news():
                    next_pass = await self._pass()
            finally:
                # Whoever is not answered by now never will be: it is a crash.
                for message in messages:
                    if not isinstance(message, Wake):
                        message.reply.fail(TemporaryUnavailable("the reconciler stopped before it answered"))

    @property
    def _next_round(self) -> float:
        """When everything is asked for without any reason: more often while nobody tells it."""
        if self._failed:
            return self._last_round + min(self._every, RETRY * self._failed)
        return self._last_round + (self._every if self._board.epoch is not None else self._every / HASTE)

    async def _has_news(self) -> bool:
        """Whether a pause between passes that settle nothing must not go on: something else has to be asked."""
        return self._left is None or (await self._inquirer.agenda()).is_new_to(self._left)

    # The kinds of passes.

    async def _catch_up_all(self, messages: Sequence[CatchUp]) -> None:
        """There is one session at a time: who asked before the last one has ended."""
        for message in messages[:-1]:
            message.reply.fail(TemporaryUnavailable("a later session has to be caught up with"))
        for message in messages[-1:]:
            if not message.reply.is_given:
                await self._catch_up(message)

    async def _catch_up(self, message: CatchUp) -> None:
        """A session has its snapshot: ask for what that lacks, and for the fills since the last that we know."""
        triggers = (Trigger.RECONNECT if self._has_caught_up else Trigger.START,)

        async def ask() -> None:
            if message.whole:
                await self._inquirer.ask(AskOpenOrders(), missed=message.missed)
            agenda = await self._inquirer.agenda()
            await self._inquirer.look_up(agenda.cases, max(self._earlier, CLOCKS))
            await self._inquirer.ask_history(*self._history_since(agenda))
            await self._inquirer.ask_holdings()

        with message.reply.answered_by("reconciler"):
            await self._conduct(triggers, ask)
            self._has_caught_up = True
            self._last_round = trio.current_time()  # it has asked for nearly the same
            message.reply.give(None)

    async def _whole_round(self, asked: Sequence[Reconcile]) -> float:
        """Ask for everything that is open, and for all fills since the last known ones; when to make the next pass."""
        before = await self._inquirer.agenda()
        periodic = trio.current_time() >= self._next_round

        async def ask() -> None:
            await self._inquirer.ask(AskOpenOrders())
            # What closed unheard a session's beginning asks for; who asks by hand wants to know everything.
            await self._ask_for(await self._inquirer.agenda(), fills=True, history=bool(asked))
            await self._inquirer.compare_holdings()

        reasons = [Trigger.MANUAL] * bool(asked) + [Trigger.PERIODIC] * (periodic and not self._failed)
        reasons += [Trigger.RETRY] * (periodic and bool(self._failed))
        self._last_round = trio.current_time()
        try:
            report = await self._conduct((*reasons, *before.triggers), ask)
        except BatactorsError as error:
            self._failed += 1
            for one in asked:
                one.reply.fail(error)
        else:
            self._failed = 0
            for one in asked:
                if report is not None:
                    one.reply.give(report)
                else:
                    one.reply.fail(TemporaryUnavailable("the account was rebuilt while it was asked for: ask again"))
        self._last_round = trio.current_time()  # however long it took
        return await self._plan(before, failed=bool(self._failed))

    async def _pass(self) -> float:
        """Ask for what is on the agenda; when to make the next pass, on trio's clock."""
        agenda = await self._inquirer.agenda()
        if agenda.is_empty:
            self._fruitless = self._waited = 0
            return agenda.next_due

        async def ask() -> None:
            if agenda.catch_up is not None:
                await self._inquirer.ask(AskOpenOrders())
            await self._ask_for(agenda)

        failed = False
        try:
            await self._conduct(agenda.triggers, ask)
        except BatactorsError:
            failed = True  # it is told, and what it left is on the next agenda
        return await self._plan(agenda, failed=failed)

    # How they are done.

    async def _conduct(self, triggers: Sequence[Trigger], ask: Callable[[], Awaitable[None]]) -> PassReport | None:
        """Make a pass, and have it told how it went.

        Raises:
            BatactorsError: The venue did not answer; so much of it as was answered has been taken in.
        """
        inquirer, clock = self._inquirer, self._clock
        await inquirer.tell(PassBegan(at=trio.current_time(), on=clock.now(), triggers=tuple(triggers)))
        failure: BatactorsError | None = None
        told: str | None = None
        try:
            await ask()
            self._board.set("reconciler", ComponentState.UP)
        except BatactorsError as error:
            failure, told = error, cause_of(error)
            self._board.set("reconciler", ComponentState.DEGRADED, told)
        changes = await inquirer.tell(PassEnded(at=trio.current_time(), on=clock.now(), failure=told))
        self._board.last_pass = changes.passed
        if failure is not None:
            raise failure
        return changes.passed

    async def _ask_for(self, agenda: Agenda, *, fills: bool = False, history: bool = False) -> None:
        """Ask for all that is on an agenda; orders first, and for fills if need be."""
        inquirer = self._inquirer
        await inquirer.look_up(agenda.cases, max(self._earlier, CLOCKS))
        await inquirer.read_back(agenda.settings)
        if history or agenda.catch_up is not None:
            await inquirer.ask_history(*self._history_since(agenda))
            return
        if fills or agenda.announced or (agenda.wants_fills and (await inquirer.agenda()).cases):
            await inquirer.ask(AskFills(since=self._since(agenda)))
        await inquirer.identify()

    async def _plan(self, before: Agenda, *, failed: bool = False) -> float:
        """When to make the next pass, by what is left of an agenda, on trio's clock."""
        answers_again = self._has_failed and not failed
        self._has_failed = failed
        if answers_again or (self._left is not None and before.provable > self._left.provable):
            self._waited = 0  # one more answer may be all that it takes
        left = self._left = await self._inquirer.agenda()
        now = trio.current_time()
        if left.is_empty:
            self._fruitless = self._waited = 0
            return left.next_due
        self._fruitless = self._fruitless + 1 if left.count >= before.count else 1
        if left.is_new_to(before) and not failed:
            self._waited = 0
            return now  # it arose while the others were asked for
        self._waited = self._waited + 1 if left.count >= before.count else 1
        pause = PAUSE.pause(self._waited, self._chance)
        return min(left.next_due, now + (min(pause, RETRY) if failed else pause))

    def _since(self, agenda: Agenda) -> datetime:
        """From when on to ask for what filled and closed: where our knowledge ends, and a little before.

        After passes that settled nothing it is ever earlier, and at last from when the orders in question were sent.
        """
        since = agenda.fills_since - self._earlier
        if self._fruitless <= DOUBLINGS:
            return since
        return min([since, *(case.target.since - CLOCKS for case in agenda.cases if case.target.since is not None)])

    def _history_since(self, agenda: Agenda) -> tuple[datetime, datetime]:
        """From when on to ask for what filled, and from when on for what closed."""
        since = self._since(agenda)
        return since, min(since, (agenda.closed_since or agenda.fills_since) - self._earlier)

    @property
    def _earlier(self) -> timedelta:
        return EARLIER * (1 << min(self._fruitless, DOUBLINGS))
