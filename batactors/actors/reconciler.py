"""Asks the venue, until nothing is in doubt.

One pass at a time, whatever the number of reasons for it. Orders are asked for before fills: an order that is known to
have closed, and with which count, tells its last fill as the last. It keeps no account of its own: what there is to ask
it reads off the dedup actor's agenda before each pass, and what it hears it hands to the dedup actor, which judges.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

import trio

from batactors.actors.board import Board
from batactors.actors.history import in_order_of_time
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import (
    Answered,
    Ask,
    AskAgenda,
    CatchUp,
    DedupMessage,
    LookUp,
    Reconcile,
    ReconcilerMessage,
    RestMessage,
    Tell,
    Wake,
)
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Backoff, Ready
from batactors.core.agenda import Agenda, Case
from batactors.model.errors import BatactorsError, ExchangeReject, TemporaryUnavailable
from batactors.model.facts import Fact, FillFact, OrderFact, QuarantineFact
from batactors.model.health import ComponentState
from batactors.model.inputs import Finding, Input, LookedUp
from batactors.model.questions import AskClosedOrders, AskFills, AskOpenOrders, AskOrders, Question, Target
from batactors.seams import WallClock

if TYPE_CHECKING:
    from random import Random

MANY = 2
"""Orders from which on the lists of all open and all closed orders cost fewer requests than one question each. A cancel
of all is about no order that could be asked for alone."""
ASKED_AT_ONCE = 20
"""Orders that one question names."""
EARLIER = timedelta(seconds=10)
"""How much earlier than an order was sent its traces are looked for: the venue's clock is not ours."""
DOUBLINGS = 6
"""How many times that is doubled, once for each pass that settled nothing: our clock may be wrong by minutes."""
PAUSE = Backoff(first=0.25, factor=2.0, most=10.0, jitter=0.2, stable_after=inf)
"""Between passes that settled nothing: a doubt that the answer does not settle must not spin."""


class Reconciler:
    """The reconciler of one account.

    Args:
        every: Seconds between passes that nothing asked for.
    """

    def __init__(
        self,
        *,
        mailbox: Mailbox[ReconcilerMessage],
        rest: Mailbox[RestMessage],
        dedup: Mailbox[DedupMessage],
        board: Board,
        clock: WallClock,
        chance: "Random",
        every: float,
    ) -> None:
        self._mailbox = mailbox
        self._rest = rest
        self._dedup = dedup
        self._board = board
        self._clock = clock
        self._chance = chance
        self._every = every
        self._fruitless = 0

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Make passes, when there is a reason, until cancelled."""
        self._board.set("reconciler", ComponentState.UP)
        task_status.started()
        next_pass = trio.current_time()
        next_round = trio.current_time() + self._every
        while True:
            messages: list[ReconcilerMessage] = []
            with trio.move_on_at(min(next_pass, next_round)):
                messages = await self._mailbox.take_all(self._mailbox.size)
            # Where a pass is overdue, nothing was waited for, and so nothing taken.
            messages += self._mailbox.clear(self._mailbox.size)
            asked = [message for message in messages if isinstance(message, Reconcile)]
            try:
                catch_ups = [message for message in messages if isinstance(message, CatchUp)]
                await self._catch_up_all(catch_ups)
                if catch_ups:
                    next_round = trio.current_time() + self._every  # it has asked for nearly the same
                if asked or trio.current_time() >= next_round:
                    await self._whole_round(asked)
                    next_round = trio.current_time() + self._every  # however long it took
                now = trio.current_time()
            finally:
                # Whoever is not answered by now never will be: it is a crash.
                for message in messages:
                    if not isinstance(message, Wake):
                        message.reply.fail(TemporaryUnavailable("the reconciler stopped before it answered"))
            next_pass = await self._pass() if asked or now >= next_pass or not self._fruitless else next_pass

    async def _catch_up_all(self, messages: Sequence[CatchUp]) -> None:
        """There is one session at a time: who asked before the last one has ended."""
        for message in messages[:-1]:
            message.reply.fail(TemporaryUnavailable("a later session has to be caught up with"))
        for message in messages[-1:]:
            if not message.reply.is_given:
                await self._catch_up(message)

    async def _catch_up(self, message: CatchUp) -> None:
        """A session has its snapshot: ask for what that lacks, and for the fills since the last that we know."""
        with message.reply.answered_by("reconciler"):
            if message.whole:
                await self._ask_all(AskOpenOrders())
            agenda = await self._agenda()
            await self._look_up(agenda.cases)
            await self._ask_history(self._since(agenda))
            message.reply.give(None)

    async def _whole_round(self, asked: Sequence[Reconcile]) -> None:
        """Ask for everything that is open, and for all fills since the last known ones."""
        try:
            await self._ask_all(AskOpenOrders())
            await self._ask_history((await self._agenda()).fills_since)
            self._board.set("reconciler", ComponentState.UP)
        except BatactorsError as error:
            self._trouble(error)
            for one in asked:
                one.reply.fail(error)
        for one in asked:
            one.reply.give(None)

    async def _pass(self) -> float:
        """Ask for what is on the agenda; when to make the next pass, on trio's clock."""
        agenda = await self._agenda()
        if agenda.is_empty:
            self._fruitless = 0
            return agenda.next_due
        try:
            if agenda.catch_up is not None:
                await self._ask_all(AskOpenOrders())
            await self._look_up(agenda.cases)
            if agenda.catch_up is not None:
                await self._ask_history(self._since(agenda))
            elif agenda.cases and (await self._agenda()).cases:
                await self._ask_all(AskFills(since=self._since(agenda)))
            await self._identify(await self._agenda())
            self._board.set("reconciler", ComponentState.UP)
        except BatactorsError as error:
            self._trouble(error)
        left = await self._agenda()
        if left.is_empty:
            self._fruitless = 0
            return left.next_due
        self._fruitless = self._fruitless + 1 if len(left.cases) >= len(agenda.cases) else 1
        return min(left.next_due, trio.current_time() + PAUSE.pause(self._fruitless, self._chance))

    async def _ask_history(self, since: datetime) -> None:
        """Ask for all that closed and all that filled: orders of others may have come and gone unheard."""
        await self._ask_all(AskClosedOrders(since=since))
        await self._ask_all(AskFills(since=since))
        await self._identify(await self._agenda())

    async def _identify(self, agenda: Agenda) -> None:
        """Ask for orders of which nothing says whose they are, before judging that one of ours is nowhere."""
        ids = agenda.strangers
        for start in range(0, len(ids), ASKED_AT_ONCE):
            await self._ask_all(AskOrders(venue_order_ids=ids[start : start + ASKED_AT_ONCE]))

    async def _look_up(self, cases: Sequence[Case]) -> None:
        """Ask for each order in the cheapest way that cannot overlook it."""
        known = [case for case in cases if case.target.venue_order_id is not None and not case.target.amended]
        unknown = [case for case in cases if case.target.venue_order_id is None]
        alone = [case for case in cases if case.target.venue_order_id is not None and case.target.amended]
        for start in range(0, len(known), ASKED_AT_ONCE):
            await self._look_up_by_id(known[start : start + ASKED_AT_ONCE])
        if len(unknown) >= MANY or any(case.target == Target() for case in unknown):
            await self._look_up_in_lists(unknown)
        else:
            alone += unknown
        for case in alone:
            await self._look_up_one(case)

    async def _look_up_one(self, case: Case) -> None:
        began = trio.current_time()
        try:
            answered = await self._answer(LookUp(target=case.target, reply=Reply()))
        except BatactorsError as error:
            await self._give_up_on([case], began, error)
            raise
        await self._judge(case, answered.asked_at, answered.facts, None)

    async def _look_up_by_id(self, cases: Sequence[Case]) -> None:
        """Ask for several orders in one question, by the venue's own ids."""
        began = trio.current_time()
        ids = tuple(case.target.venue_order_id for case in cases if case.target.venue_order_id is not None)
        try:
            answered = await self._answer(Ask(question=AskOrders(venue_order_ids=ids), reply=Reply()))
        except ExchangeReject:
            # Perhaps for one id that it does not know; which one, only asking for each can tell.
            for case in cases:
                await self._look_up_one(case)
            return
        except BatactorsError as error:
            await self._give_up_on(cases, began, error)
            raise
        for case in cases:
            await self._judge(case, began, tuple(f for f in answered.facts if _concerns(f, case.target)), None)

    async def _give_up_on(self, cases: Sequence[Case], began: float, error: BatactorsError) -> None:
        for case in cases:
            await self._judge(case, began, (), f"{type(error).__name__}: {error}")

    async def _look_up_in_lists(self, cases: Sequence[Case]) -> None:
        """Ask for all open and all closed orders once, and give each case what concerns it."""
        began = trio.current_time()
        since = min((case.target.since for case in cases if case.target.since is not None), default=self._clock.now())
        try:
            open_orders = await self._answer(Ask(question=AskOpenOrders(), reply=Reply()))
            closed = await self._answer(Ask(question=AskClosedOrders(since=since - self._earlier), reply=Reply()))
        except BatactorsError as error:
            await self._give_up_on(cases, began, error)
            raise
        for case in cases:
            whole = case.target == Target()
            facts = [*open_orders.facts] if whole else [*open_orders.facts, *closed.facts]
            found = tuple(fact for fact in facts if whole or _concerns(fact, case.target))
            await self._judge(case, began, found, None)

    async def _judge(self, case: Case, asked_at: float, facts: tuple[Fact, ...], failure: str | None) -> None:
        await self._tell(
            LookedUp(
                at=trio.current_time(), on=self._clock.now(), target=case.target, command_ids=case.command_ids,
                asked_at=asked_at, facts=facts, failure=failure,
            )
        )  # fmt: skip

    async def _ask_all(self, question: Question) -> None:
        """Ask about the whole account and hand on the answer."""
        answered = await self._answer(Ask(question=question, reply=Reply()))
        await self._tell(
            Finding(
                at=trio.current_time(), on=self._clock.now(), question=question, asked_at=answered.asked_at,
                facts=tuple(in_order_of_time(answered.facts)),
            )
        )  # fmt: skip

    async def _answer(self, message: Ask | LookUp) -> Answered:
        await self._rest.put(message)
        return await message.reply.get()

    async def _agenda(self) -> Agenda:
        reply: Reply[Agenda] = Reply()
        await self._dedup.put(AskAgenda(reply=reply))
        return await reply.get()

    async def _tell(self, given: Input) -> None:
        reply: Reply[None] = Reply()
        await self._dedup.put(Tell(given=given, reply=reply))
        await reply.get()

    def _since(self, agenda: Agenda) -> datetime:
        """From when on to ask for what filled and closed: where our knowledge ends, and a little before.

        After passes that settled nothing it is ever earlier, and at last from when the orders in question were sent.
        """
        since = agenda.fills_since - self._earlier
        if self._fruitless <= DOUBLINGS:
            return since
        return min([since, *(case.target.since - EARLIER for case in agenda.cases if case.target.since is not None)])

    @property
    def _earlier(self) -> timedelta:
        return EARLIER * (1 << min(self._fruitless, DOUBLINGS))

    def _trouble(self, error: BatactorsError) -> None:
        self._board.set("reconciler", ComponentState.DEGRADED, f"{type(error).__name__}: {error}")


def _concerns(fact: Fact, target: Target) -> bool:
    if isinstance(fact, QuarantineFact):
        return True  # what could not be read could be any order: it must not count as the absence of one
    if not isinstance(fact, OrderFact | FillFact):
        return False
    by_client = target.client_order_id is not None and fact.client_order_id == target.client_order_id
    return by_client or (target.venue_order_id is not None and fact.venue_order_id == target.venue_order_id)
