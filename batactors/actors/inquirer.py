"""Asks the venue for orders that are in doubt, each in the cheapest way that cannot overlook it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import trio

from batactors.actors.crashes import cause_of
from batactors.actors.history import in_order_of_time
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, AskAgenda, DedupMessage, LookUp, RestMessage, Tell
from batactors.actors.parts import Parts, about, is_partial, patiently
from batactors.actors.reply import Reply
from batactors.core.agenda import Agenda, Case, groups_of
from batactors.core.changes import Changes
from batactors.core.expanding import Manner, expand
from batactors.core.setting_cases import SettingCase
from batactors.model.errors import BatactorsError, ExchangeReject, PermissionDenied, Unsupported
from batactors.model.ids import InstrumentId
from batactors.model.inputs import Finding, Input, Inquiry, LookedUp, ReadBack
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskOpenOrders,
    AskOrders,
    AskPositions,
    Question,
    Target,
)
from batactors.seams import WallClock

MANY = 2
"""Orders from which on the lists of all open and all closed orders cost fewer requests than one question each. A cancel
of all is about no order that could be asked for alone."""
ASKED_AT_ONCE = 20
"""Orders that one question names."""


class Inquirer:
    """Puts questions to the rest client, and hands what it hears to the dedup actor, which judges.

    Args:
        manner: How the venue wants to be asked.
    """

    def __init__(
        self, *, rest: Mailbox[RestMessage], dedup: Mailbox[DedupMessage], clock: WallClock, manner: Manner
    ) -> None:
        self._rest = rest
        self._dedup = dedup
        self._clock = clock
        self._manner = manner

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

    async def ask(self, question: Question, *, missed: bool = False) -> None:
        """Ask about the whole account, in as many questions as that takes, and hand on the answer.

        Args:
            question: What to ask.
            missed: Nobody told what had happened before.

        Raises:
            BatactorsError: The venue did not answer all of it; what it did answer is handed on as what it is.
        """
        answer = Parts()
        try:
            await self._ask_all(await self._expand(question), answer)
        except BatactorsError:
            for part in answer.inquiries:
                if not isinstance(part.question, AskOpenOrders):  # of which a part says nothing of what is missing
                    await self._find(part.question, answer.asked_at, (part,))
            raise
        await self._find(question, answer.asked_at, answer.inquiries, missed=missed)

    async def _find(
        self, question: Question, asked_at: float, parts: Sequence[Inquiry], *, missed: bool = False
    ) -> None:
        facts = in_order_of_time(fact for one in parts for fact in one.facts)
        await self.tell(
            Finding(
                at=trio.current_time(), on=self._clock.now(), question=question, asked_at=asked_at,
                facts=tuple(facts), parts=tuple(parts), missed=missed,
            )
        )  # fmt: skip

    async def _expand(self, *questions: Question) -> list[Question]:
        """The questions that the venue has for these."""
        if self._manner == Manner():
            return list(questions)
        touched, now = (await self.agenda()).touched, self._clock.now()
        return [part for one in questions for part in expand(one, touched, self._manner, now)]

    async def _ask_all(self, questions: Sequence[Question], answer: Parts) -> None:
        for question in questions:
            answer.add(await patiently(partial(self._put, question), of=len(questions)))

    async def _put(self, question: Question) -> Answered:
        return await self._answer(Ask(question=question, reply=Reply()))

    async def compare_holdings(self) -> None:
        """Have balances and positions that the stream told compared with what REST says, if the key may ask for them.

        Raises:
            BatactorsError: The venue did not answer.
        """
        with suppress(PermissionDenied):
            await self.ask(AskBalances())
            if self._manner.has_positions:
                await self.ask(AskPositions())

    async def ask_holdings(self) -> None:
        """Ask what the account has, at a venue whose sessions begin without a word of that.

        Raises:
            BatactorsError: The venue did not answer.
        """
        if self._manner.has_positions:
            await self.compare_holdings()

    async def ask_history(self, since: datetime, closed_since: datetime | None = None) -> None:
        """Ask for all that closed and all that filled, and whose that is: others' may have come and gone unheard.

        Args:
            since: From when on to ask.
            closed_since: From when on to ask for what closed, if from earlier.

        Raises:
            BatactorsError: The venue did not answer.
        """
        if AskFills in self._manner.by_instrument:
            with suppress(PermissionDenied, Unsupported):
                await self.ask(AskPositions())  # of others' fills in an instrument that we know nothing of they tell
        await self.ask(AskClosedOrders(since=min(since, closed_since or since)))
        await self.ask(AskFills(since=since))
        await self.identify()

    async def identify(self) -> None:
        """Ask for orders of which nothing says whose they are, before judging that one of ours is nowhere.

        Raises:
            BatactorsError: The venue did not answer.
        """
        ids, since = (agenda := await self.agenda()).strangers, agenda.strangers_since
        for start in range(0, len(ids), ASKED_AT_ONCE):
            some = ids[start : start + ASKED_AT_ONCE]
            try:
                await self.ask(AskOrders(venue_order_ids=some, since=since))
            except ExchangeReject:
                for one in some:  # the venue does not know some of them yet, and does not say which
                    await self.ask(AskOrders(venue_order_ids=(one,), since=since))

    async def look_up(self, cases: Sequence[Case], earlier: timedelta) -> None:
        """Ask for each order in the cheapest way that cannot overlook it.

        Args:
            cases: What there is to ask.
            earlier: How much earlier than an order was sent its traces are looked for.

        Raises:
            BatactorsError: The venue did not answer.
        """
        known = [case for case in cases if case.target.venue_order_id is not None and not case.target.amended]
        unknown = [case for case in cases if case.target.venue_order_id is None and not is_partial(case.target)]
        alone = [case for case in cases if case.target.venue_order_id is not None and case.target.amended]
        for start in range(0, len(known), ASKED_AT_ONCE):
            await self._look_up_by_id(known[start : start + ASKED_AT_ONCE])
        for case in cases:
            if is_partial(case.target):
                await self._look_up_list(case)
        by_instrument = AskClosedOrders in self._manner.by_instrument
        touched = (await self.agenda()).touched if unknown and by_instrument else ()
        cut = [one.instrument for one in touched if one.is_cut(AskClosedOrders)]
        for instrument, group in groups_of(unknown, by_instrument=by_instrument):
            # Lists can be begun at the first row; a question about one order cannot.
            if len(group) >= MANY or instrument in cut or any(case.target == Target() for case in group):
                await self._look_up_in_lists(group, instrument, earlier)
            else:
                alone += group
        for case in alone:
            await self._look_up_one(case)

    async def read_back(self, cases: Sequence[SettingCase]) -> None:
        """Ask how things are set that commands of unknown fate change.

        Raises:
            BatactorsError: The venue did not answer.
        """
        for case in cases:
            began, failure = trio.current_time(), None
            inquiries: tuple[Inquiry, ...] = ()
            try:
                answered = await self._answer(Ask(question=case.question, reply=Reply()))
                began, inquiries = answered.asked_at, answered.inquiries
            except BatactorsError as error:
                failure = error
            await self.tell(
                ReadBack(
                    at=trio.current_time(), on=self._clock.now(), question=case.question, command_ids=case.command_ids,
                    asked_at=began, inquiries=inquiries,
                    failure=f"{type(failure).__name__}: {failure}" if failure is not None else None,
                )
            )  # fmt: skip
            if failure is not None:
                raise failure

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
        both = [one for case in cases for one in (case.target.venue_order_id, case.target.waited_as)]
        ids = tuple(one for one in both if one is not None)
        since = min((case.target.since for case in cases if case.target.since is not None), default=None)
        try:
            answered = await self._answer(Ask(question=AskOrders(venue_order_ids=ids, since=since), reply=Reply()))
        except ExchangeReject:
            # Perhaps for one id that it does not know; which one, only asking for each can tell.
            for case in cases:
                await self._look_up_one(case)
            return
        except BatactorsError as error:
            await self._give_up_on(cases, began, error)
            raise
        for case in cases:
            await self._judge(case, answered.asked_at, about(case, answered.inquiries))

    async def _look_up_in_lists(
        self, cases: Sequence[Case], instrument: InstrumentId | None, earlier: timedelta
    ) -> None:
        """Ask for all open and all closed orders once, and give each case what concerns it."""
        began = trio.current_time()
        since = min((case.target.since for case in cases if case.target.since is not None), default=self._clock.now())
        closed_since = AskClosedOrders(since=since - earlier, instrument=instrument)
        open_orders, closed = Parts(), Parts()
        try:
            await self._ask_all(await self._expand(AskOpenOrders(instrument=instrument)), open_orders)
            if any(case.target != Target() for case in cases):
                await self._ask_all(await self._expand(closed_since), closed)
        except BatactorsError as error:
            await self._give_up_on(cases, began, error)
            raise
        for case in cases:
            # A cancel of all is about what is open; what has closed of that is found order by order.
            whole = case.target == Target()
            inquiries = open_orders.inquiries if whole else [*open_orders.inquiries, *closed.inquiries]
            await self._judge(case, open_orders.asked_at, inquiries if whole else about(case, inquiries))

    async def _look_up_list(self, case: Case) -> None:
        """Ask for the list of one instrument, and of one kind of orders where the venue keeps them apart."""
        began, target, answer = trio.current_time(), case.target, Parts()
        question = AskOpenOrders(instrument=target.instrument, conditional=bool(target.conditional))
        try:
            parts = await self._expand(question) if target.conditional is None else [question]
            await self._ask_all(parts, answer)
        except BatactorsError as error:
            await self._give_up_on([case], began, error)
            raise
        await self._judge(case, answer.asked_at, answer.inquiries)

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
