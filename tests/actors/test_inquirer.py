"""How the inquirer asks where a venue lists orders instrument by instrument, which Kraken does not."""

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
from batactors.model.errors import ExchangeReject, Timeout
from batactors.model.facts import OrderFact, Says
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, VenueOrderId
from batactors.model.inputs import Inquiry, LookedUp
from batactors.model.questions import AskClosedOrders, AskOpenOrders, AskOrders, Question, Target
from batactors.testing.virtual_time import VirtualClock

START = datetime(2026, 1, 2, tzinfo=UTC)
BTC, ETH = InstrumentId("BTC/USD"), InstrumentId("ETH/USD")


MANNERS = {True: Manner(by_instrument=frozenset((AskClosedOrders, AskOpenOrders))), False: Manner()}


def agenda_of(*touched: Touched) -> Agenda:
    return Agenda(cases=(), strangers=(), catch_up=None, fills_since=START, next_due=inf, touched=touched)


class Venue:
    """Answers whatever the inquirer asks, after a while, and keeps what it hands on."""

    def __init__(self, *, by_instrument: bool) -> None:
        self.rest = Mailbox[RestMessage]("rest", 10)
        self.dedup = Mailbox[DedupMessage]("dedup", 10)
        self.asked: list[Question | Target] = []
        self.told: list[LookedUp] = []
        self.touched: list[Touched] = [Touched(instrument=BTC), Touched(instrument=ETH)]
        self.fails: list[Exception | None] = []
        self.inquirer = Inquirer(rest=self.rest, dedup=self.dedup, clock=VirtualClock(), manner=MANNERS[by_instrument])

    async def serve_rest(self) -> None:
        while True:
            message = await self.rest.take()
            assert isinstance(message, Ask | LookUp)
            self.asked.append(message.question if isinstance(message, Ask) else message.target)
            failure = self.fails.pop(0) if self.fails else None
            if failure is not None:
                message.reply.fail(failure)  # type: ignore[arg-type]
                continue
            question: Question = message.question if isinstance(message, Ask) else AskOpenOrders()
            row = OrderFact(says=Says.OPEN, venue_order_id=VenueOrderId("V1"), client_order_id=ClientOrderId("a"))
            facts = (row,) if isinstance(question, AskOpenOrders) else ()
            asked_at = trio.current_time()
            await trio.sleep(1.0)
            inquiry = Inquiry(question=question, asked_on=START, facts=facts)
            message.reply.give(Answered(asked_at=asked_at, inquiries=(inquiry,)))

    async def serve_dedup(self) -> None:
        while True:
            message = await self.dedup.take()
            if isinstance(message, AskAgenda):
                message.reply.give(agenda_of(*self.touched))
                continue
            assert isinstance(message, Tell)
            assert isinstance(message.given, LookedUp)
            self.told.append(message.given)
            message.reply.give(Changes())


def case(name: str, instrument: InstrumentId | None, venue_order_id: str | None = None) -> Case:
    venue_id = None if venue_order_id is None else VenueOrderId(venue_order_id)
    target = Target(client_order_id=ClientOrderId(name), venue_order_id=venue_id, instrument=instrument, since=START)
    return Case(target=target, command_ids=(CommandId(name),))


async def look_up(venue: Venue, *cases: Case) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(venue.serve_rest)
        nursery.start_soon(venue.serve_dedup)
        with suppress(Timeout):  # it is told with each of them
            await venue.inquirer.look_up(cases, timedelta(seconds=60))
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X42")
@pytest.mark.parametrize("by_instrument", [True, False])
async def test_the_lists_are_asked_for_once_for_all_orders_that_they_serve(by_instrument: bool) -> None:
    """Per instrument, or of all at once; each from before the first of its orders was sent, and each order judged."""
    venue = Venue(by_instrument=by_instrument)
    cases = [case("a", BTC), case("b", ETH), case("c", BTC), case("d", ETH)]
    await look_up(venue, *cases)
    since = START - timedelta(seconds=60)
    instruments = [BTC, ETH] if by_instrument else [None]
    assert venue.asked == [
        question
        for instrument in instruments
        for question in (AskOpenOrders(instrument=instrument), AskClosedOrders(since=since, instrument=instrument))
    ]
    assert [one.command_ids for one in venue.told] == [
        (CommandId(name),) for name in (("a", "c", "b", "d") if by_instrument else ("a", "b", "c", "d"))
    ]
    assert [len(one.facts) for one in venue.told if one.command_ids == ("a",)] == [1], "its own row"
    assert [len(one.facts) for one in venue.told if one.command_ids != ("a",)] == [0, 0, 0], "and no other's"
    assert all(len(one.inquiries) == 2 for one in venue.told)


@pytest.mark.holds("X42")
async def test_a_lone_order_of_an_instrument_is_asked_for_by_itself() -> None:
    """Lists are for two and more: one question about one order costs less, and overlooks nothing."""
    venue = Venue(by_instrument=True)
    await look_up(venue, case("a", BTC), case("b", BTC), case("c", ETH), case("d", None))
    assert [one for one in venue.asked if isinstance(one, Target)] == [case("c", ETH).target, case("d", None).target]
    assert len(venue.asked) == 4


@pytest.mark.holds("X40")
async def test_one_unknown_id_among_many_spoils_only_its_own_question() -> None:
    """The venue refuses the whole question: each is asked for alone, and all but one are answered."""
    venue = Venue(by_instrument=False)
    venue.fails = [ExchangeReject("EOrder:Unknown order")]
    cases = [case(name, BTC, f"V{name}") for name in "abc"]
    await look_up(venue, *cases)
    assert isinstance(venue.asked[0], AskOrders)
    assert venue.asked[1:] == [one.target for one in cases]
    assert [one.failure for one in venue.told] == [None] * 3


@pytest.mark.holds("X44", "X45")
async def test_what_was_not_answered_is_handed_on_as_such_for_each_order() -> None:
    """The second of two lists fails: nothing is said of any of them, and the pass is told that it failed."""
    venue = Venue(by_instrument=False)
    venue.fails = [None, Timeout("closed orders")]
    await look_up(venue, case("a", BTC), case("b", BTC))
    assert [(one.failure, one.facts) for one in venue.told] == [("Timeout: closed orders", ())] * 2
