"""Asks the venue for orders that are in doubt, each in the cheapest way that cannot overlook it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import trio
from attrs import evolve

from batactors.actors.crashes import cause_of
from batactors.actors.history import in_order_of_time
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, AskAgenda, DedupMessage, LookUp, RestMessage, Tell
from batactors.actors.reply import Reply
from batactors.core.agenda import Agenda, Case, groups_of
from batactors.core.changes import Changes
from batactors.model.errors import BatactorsError, ExchangeReject, PermissionDenied
from batactors.model.facts import Fact, FillFact, OrderFact, QuarantineFact, TermsFact
from batactors.model.ids import InstrumentId
from batactors.model.inputs import Finding, Input, Inquiry, LookedUp
from batactors.model.questions import AskBalances, AskClosedOrders, AskFills, AskOpenOrders, AskOrders, Question, Target
from batactors.seams import WallClock

MANY = 2
"""Orders from which on the lists of all open and all closed orders cost fewer requests than one question each. A cancel
of all is about no order that could be asked for alone."""
ASKED_AT_ONCE = 20
"""Orders that one question names."""


class Inquirer:
    """Puts questions to the rest client, and hands what it hears to the dedup actor, which judges.

    Args:
        by_instrument: The venue lists orders instrument by instrument.
    """

    def __init__(
        self, *, rest: Mailbox[RestMessage], dedup: Mailbox[DedupMessage], clock: WallClock, by_instrument: bool
    ) -> None:
        self._rest = rest
        self._dedup = dedup
        self._clock = clock
        self._by_instrument = by_instrument

    async def agenda(self) -> Agenda:
        """What there is to ask now."""
        reply: Reply[Agenda] = Reply()
        await self._dedup.put(AskAgenda(reply=reply))
        return await reply.get()

    async def tell(self, given: Input) -> Changes:
        """Have something taken in; what that changed."""
        reply: Reply[Changes] = Reply()
        await self._dedup.put(Tell(given=given, reply=reply))
        return await reply.get()

    async def ask(self, question: Question) -> None:
        """Ask about the whole account and hand on the answer.

        Raises:
            BatactorsError: The venue did not answer.
        """
        answered = await self._answer(Ask(question=question, reply=Reply()))
        await self.tell(
            Finding(
                at=trio.current_time(), on=self._clock.now(), question=question, asked_at=answered.asked_at,
                facts=tuple(in_order_of_time(answered.facts)),
            )
        )  # fmt: skip

    async def compare_balances(self) -> None:
        """Have the balances that the stream told compared with what REST says, if the key may ask for them.

        Raises:
            BatactorsError: The venue did not answer.
        """
        with suppress(PermissionDenied):
            await self.ask(AskBalances())

    async def ask_history(self, since: datetime) -> None:
        """Ask for all that closed and all that filled, and whose that is: others' may have come and gone unheard.

        Raises:
            BatactorsError: The venue did not answer.
        """
        await self.ask(AskClosedOrders(since=since))
        await self.ask(AskFills(since=since))
        await self.identify()

    async def identify(self) -> None:
        """Ask for orders of which nothing says whose they are, before judging that one of ours is nowhere.

        Raises:
            BatactorsError: The venue did not answer.
        """
        ids = (await self.agenda()).strangers
        for start in range(0, len(ids), ASKED_AT_ONCE):
            some = ids[start : start + ASKED_AT_ONCE]
            try:
                await self.ask(AskOrders(venue_order_ids=some))
            except ExchangeReject:
                for one in some:  # the venue does not know some of them yet, and does not say which
                    await self.ask(AskOrders(venue_order_ids=(one,)))

    async def look_up(self, cases: Sequence[Case], earlier: timedelta) -> None:
        """Ask for each order in the cheapest way that cannot overlook it.

        Args:
            cases: What there is to ask.
            earlier: How much earlier than an order was sent its traces are looked for.

        Raises:
            BatactorsError: The venue did not answer.
        """
        known = [case for case in cases if case.target.venue_order_id is not None and not case.target.amended]
        unknown = [case for case in cases if case.target.venue_order_id is None]
        alone = [case for case in cases if case.target.venue_order_id is not None and case.target.amended]
        for start in range(0, len(known), ASKED_AT_ONCE):
            await self._look_up_by_id(known[start : start + ASKED_AT_ONCE])
        for instrument, group in groups_of(unknown, by_instrument=self._by_instrument):
            if len(group) >= MANY or any(case.target == Target() for case in group):
                await self._look_up_in_lists(group, instrument, earlier)
            else:
                alone += group
        for case in alone:
            await self._look_up_one(case)

    async def _look_up_one(self, case: Case) -> None:
        began = trio.current_time()
        try:
            answered = await self._answer(LookUp(target=case.target, reply=Reply()))
        except BatactorsError as error:
            await self._give_up_on([case], began, error)
            raise
        # All that was said: the questions were about this order, and what they tell of others is news as well.
        await self._judge(case, answered.asked_at, answered.inquiries)

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
            await self._judge(case, answered.asked_at, _about(case, answered.inquiries))

    async def _look_up_in_lists(
        self, cases: Sequence[Case], instrument: InstrumentId | None, earlier: timedelta
    ) -> None:
        """Ask for all open and all closed orders once, and give each case what concerns it."""
        began = trio.current_time()
        since = min((case.target.since for case in cases if case.target.since is not None), default=self._clock.now())
        closed_since = AskClosedOrders(since=since - earlier, instrument=instrument)
        closed: tuple[Inquiry, ...] = ()
        try:
            open_orders = await self._answer(Ask(question=AskOpenOrders(instrument=instrument), reply=Reply()))
            if any(case.target != Target() for case in cases):
                closed = (await self._answer(Ask(question=closed_since, reply=Reply()))).inquiries
        except BatactorsError as error:
            await self._give_up_on(cases, began, error)
            raise
        for case in cases:
            # A cancel of all is about what is open; what has closed of that is found order by order.
            whole = case.target == Target()
            inquiries = open_orders.inquiries if whole else open_orders.inquiries + closed
            await self._judge(case, open_orders.asked_at, inquiries if whole else _about(case, inquiries))

    async def _give_up_on(self, cases: Sequence[Case], began: float, error: BatactorsError) -> None:
        for case in cases:
            await self._judge(case, began, (), cause_of(error))

    async def _judge(
        self, case: Case, asked_at: float, inquiries: Sequence[Inquiry], failure: str | None = None
    ) -> None:
        """Hand on what the answers say of one order."""
        await self.tell(
            LookedUp(
                at=trio.current_time(), on=self._clock.now(), target=case.target, command_ids=case.command_ids,
                asked_at=asked_at, facts=tuple(fact for one in inquiries for fact in one.facts),
                inquiries=tuple(inquiries), failure=failure,
            )
        )  # fmt: skip

    async def _answer(self, message: Ask | LookUp) -> Answered:
        await self._rest.put(message)
        return await message.reply.get()


def _about(case: Case, inquiries: Sequence[Inquiry]) -> tuple[Inquiry, ...]:
    """The same answers, with only what they say of this order."""
    return tuple(
        evolve(one, facts=tuple(fact for fact in one.facts if _concerns(fact, case.target))) for one in inquiries
    )


def _concerns(fact: Fact, target: Target) -> bool:
    if isinstance(fact, QuarantineFact):
        return True  # what could not be read could be any order: it must not count as the absence of one
    if isinstance(fact, TermsFact):
        return fact.venue_order_id == target.venue_order_id
    if not isinstance(fact, OrderFact | FillFact):
        return False
    by_client = target.client_order_id is not None and fact.client_order_id == target.client_order_id
    return by_client or (target.venue_order_id is not None and fact.venue_order_id == target.venue_order_id)
