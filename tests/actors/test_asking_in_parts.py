"""How the inquirer asks a venue that has no question for the whole account."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import inf

import pytest
import trio

from batactors.actors.inquirer import Inquirer
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, AskAgenda, DedupMessage, LookUp, RestMessage, Tell
from batactors.core.agenda import Agenda, Case
from batactors.core.changes import Changes
from batactors.core.expanding import Manner
from batactors.core.touched import Touched
from batactors.model.errors import BatactorsError, PermissionDenied, Timeout
from batactors.model.facts import Fact, OrderFact, Says
from batactors.model.ids import ClientOrderId, CommandId, FillId, InstrumentId, VenueOrderId
from batactors.model.inputs import Finding, Input, Inquiry, LookedUp
from batactors.model.questions import (
    AskClosedOrders,
    AskFills,
    AskOpenOrders,
    AskOrders,
    AskPositions,
    Question,
    Target,
)
from batactors.testing.virtual_time import VirtualClock
from tests.core.words import fill, opened

START = datetime(2026, 1, 2, tzinfo=UTC)
SINCE = START - timedelta(seconds=10)
BTC, ETH = InstrumentId("BTC/USD"), InstrumentId("ETH/USD")
MANNER = Manner(by_instrument=frozenset((AskClosedOrders, AskFills)), keeps_conditional_apart=True)
Told = list[Finding | LookedUp]


class Account:
    """The rest client and the dedup actor of one account, for an inquirer that asks them."""

    def __init__(self, answers: dict[Question, tuple[Fact, ...] | BatactorsError] | None = None) -> None:
        self.rest = Mailbox[RestMessage]("rest", 10)
        self.dedup = Mailbox[DedupMessage]("dedup", 10)
        self.answers = answers or {}
        self.touched = [Touched(instrument=BTC), Touched(instrument=ETH)]
        self.asked: list[Question | Target] = []
        self.told: Told = []
        self.inquirer = Inquirer(rest=self.rest, dedup=self.dedup, clock=VirtualClock(), manner=MANNER)

    async def serve_rest(self) -> None:
        while True:
            message = await self.rest.take()
            assert isinstance(message, Ask | LookUp)
            self.asked.append(message.question if isinstance(message, Ask) else message.target)
            asked_at = trio.current_time()
            await trio.sleep(1.0)
            question: Question = message.question if isinstance(message, Ask) else AskOrders(venue_order_ids=())
            answer = self.answers.get(question, ())
            if isinstance(answer, BatactorsError):
                message.reply.fail(answer)
                continue
            inquiry = Inquiry(question=question, asked_on=START, facts=answer)
            message.reply.give(Answered(asked_at=asked_at, inquiries=(inquiry,)))

    async def serve_dedup(self) -> None:
        while True:
            message = await self.dedup.take()
            if isinstance(message, AskAgenda):
                message.reply.give(
                    Agenda(
                        cases=(), strangers=(), catch_up=None, fills_since=START, next_due=inf,
                        touched=tuple(self.touched),
                    )
                )  # fmt: skip
                continue
            assert isinstance(message, Tell)
            self._tell(message.given)
            message.reply.give(Changes())

    def _tell(self, given: Input) -> None:
        assert isinstance(given, Finding | LookedUp)
        self.told.append(given)
        named = {fact.instrument for fact in given.facts if isinstance(fact, OrderFact) and fact.instrument is not None}
        self.touched += [Touched(instrument=one) for one in sorted(named)]

    async def asks(self, *questions: Question) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.serve_rest)
            nursery.start_soon(self.serve_dedup)
            for question in questions:
                with suppress(Timeout):
                    await self.inquirer.ask(question)
            nursery.cancel_scope.cancel()

    async def looks_up(self, *cases: Case) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.serve_rest)
            nursery.start_soon(self.serve_dedup)
            await self.inquirer.look_up(cases, timedelta(0))
            nursery.cancel_scope.cancel()


def fills_of(instrument: InstrumentId, after: str | None = None) -> AskFills:
    return AskFills(since=SINCE, instrument=instrument, after=None if after is None else FillId(after))


async def test_what_is_asked_in_parts_is_told_as_one_answer() -> None:
    """As old as its first part, whole, and in the order of time; each part with what it said."""
    first = fill("f1", "1", occurred_at=START + timedelta(seconds=2))
    second = fill("g1", "1", "V9", occurred_at=START + timedelta(seconds=1))
    account = Account({fills_of(BTC): (first,), fills_of(ETH): (second,)})
    began = trio.current_time()
    await account.asks(AskFills(since=SINCE))
    assert account.asked == [fills_of(BTC), fills_of(ETH)]
    (told,) = account.told
    assert isinstance(told, Finding)
    assert (told.question, told.asked_at, told.facts) == (AskFills(since=SINCE), began, (second, first))
    assert [(one.question, one.facts) for one in told.parts] == [(fills_of(BTC), (first,)), (fills_of(ETH), (second,))]


async def test_what_was_answered_in_part_is_told_as_the_part_that_it_is() -> None:
    """One failure does not lose the rest, and the whole was not answered."""
    account = Account({fills_of(BTC): (fill("f1", "1"),), fills_of(ETH): Timeout("fills")})
    await account.asks(AskFills(since=SINCE))
    assert [(one.question, len(one.facts)) for one in account.told if isinstance(one, Finding)] == [(fills_of(BTC), 1)]


async def test_a_part_of_what_is_open_is_not_told_as_all_that_is() -> None:
    """Of the orders of the other kind nothing was said: they would seem to be gone."""
    account = Account({AskOpenOrders(): (opened("V1", "a"),), AskOpenOrders(conditional=True): Timeout("open orders")})
    await account.asks(AskOpenOrders())
    assert account.asked == [AskOpenOrders(), AskOpenOrders(conditional=True)]
    assert account.told == []


async def test_orders_of_others_are_listed_before_their_fills_are_asked_for() -> None:
    """One in an instrument that nothing was known of names it, and its fills are asked for after it."""
    sol = InstrumentId("SOL/USD")
    account = Account({AskOpenOrders(): (opened("V1", whole=True, instrument=sol),)})
    await account.asks(AskOpenOrders(), AskFills(since=SINCE))
    assert account.asked[2:] == [fills_of(BTC), fills_of(ETH), fills_of(sol)]


@pytest.mark.parametrize("answer", [(), PermissionDenied("the key may not")])
async def test_positions_name_instruments_in_which_others_may_have_traded(answer: tuple[()] | PermissionDenied) -> None:
    """They are asked for before the fills of a history, if the key may."""
    account = Account({AskPositions(): answer})
    async with trio.open_nursery() as nursery:
        nursery.start_soon(account.serve_rest)
        nursery.start_soon(account.serve_dedup)
        await account.inquirer.ask_history(SINCE)
        nursery.cancel_scope.cancel()
    assert account.asked[0] == AskPositions()
    assert account.asked[1:] == [
        AskClosedOrders(since=SINCE, instrument=BTC), AskClosedOrders(since=SINCE, instrument=BTC, conditional=True),
        AskClosedOrders(since=SINCE, instrument=ETH), AskClosedOrders(since=SINCE, instrument=ETH, conditional=True),
        fills_of(BTC), fills_of(ETH),
    ]  # fmt: skip


def unknown(name: str, instrument: InstrumentId | None = BTC) -> Case:
    target = Target(client_order_id=ClientOrderId(name), instrument=instrument, since=SINCE)
    return Case(target=target, command_ids=(CommandId(name),))


async def test_several_orders_are_looked_for_in_the_lists_of_their_instrument_of_both_kinds() -> None:
    """Each is judged by all four answers."""
    account = Account()
    await account.looks_up(unknown("a"), unknown("b"))
    assert account.asked == [
        AskOpenOrders(instrument=BTC), AskOpenOrders(instrument=BTC, conditional=True),
        AskClosedOrders(since=SINCE, instrument=BTC), AskClosedOrders(since=SINCE, instrument=BTC, conditional=True),
    ]  # fmt: skip
    assert [len(one.inquiries) for one in account.told if isinstance(one, LookedUp)] == [4, 4]


async def test_one_order_is_looked_for_in_the_lists_where_its_own_answer_would_be_cut() -> None:
    """A list can be read from its first row on, and proves; a question that is cut proves nothing."""
    account = Account()
    account.touched[0] = Touched(instrument=BTC, cut=frozenset((AskClosedOrders,)))
    await account.looks_up(unknown("a"), unknown("b", ETH))
    assert AskClosedOrders(since=SINCE, instrument=BTC, from_first=True) in account.asked
    assert account.asked[-1] == unknown("b", ETH).target


async def test_a_list_of_one_instrument_and_kind_is_asked_for_as_that() -> None:
    """No more is asked than the command is about."""
    account = Account()
    target = Target(instrument=BTC, conditional=True)
    await account.looks_up(Case(target=target, command_ids=(CommandId("all"),)))
    assert account.asked == [AskOpenOrders(instrument=BTC, conditional=True)]
    (told,) = account.told
    assert isinstance(told, LookedUp)
    assert told.target == target


async def test_an_order_that_has_two_ids_is_asked_for_by_both() -> None:
    """What waited for a trigger under one, and goes on under another."""
    account = Account()
    target = Target(venue_order_id=VenueOrderId("V2"), waited_as=VenueOrderId("A1"))
    row = OrderFact(says=Says.OPEN, venue_order_id=VenueOrderId("A1"))
    question = AskOrders(venue_order_ids=(VenueOrderId("V2"), VenueOrderId("A1")))
    account.answers[question] = (row,)
    await account.looks_up(Case(target=target))
    assert account.asked == [question]
    assert [one.facts for one in account.told] == [(row,)]
