"""A venue that tells fills and closed orders by instrument, and keeps orders that wait for a trigger apart."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.expanding import AT_A_TIME, MOST_AT_A_TIME, Manner, expand
from batactors.core.touched import APART, MOST_KNOWN, MOST_TOUCHED, Touched, Touches
from batactors.model.account_facts import PositionFact
from batactors.model.facts import QuarantineFact
from batactors.model.ids import FillId, InstrumentId, VenueOrderId
from batactors.model.inputs import Finding, Inquiry
from batactors.model.positions import PositionSide
from batactors.model.questions import (
    AskClosedOrders,
    AskFills,
    AskOpenOrders,
    AskOrders,
    AskPositions,
    Question,
)
from tests.core.story import BTC_USD, START, Story
from tests.core.words import canceled, fill, opened

MANNER = Manner(by_instrument=frozenset((AskClosedOrders, AskFills)), keeps_conditional_apart=True)
ETH, SOL = InstrumentId("ETH/USD"), InstrumentId("SOL/USD")
NOW = START + timedelta(hours=1)
SINCE = NOW - timedelta(minutes=1)


def at(seconds: float) -> datetime:
    return SINCE + timedelta(seconds=seconds)


def parts(story: Story, question: Question) -> tuple[Question, ...]:
    return expand(question, story.agenda().touched, MANNER, story.on)


def find(story: Story, question: Question, *cut: Question, missed: bool = False) -> None:
    """Answer every part of a question with nothing, and those that are ``cut`` with that there may be more."""
    facts = (QuarantineFact(raw="", reason="perhaps cut", cut=True),)
    asked = [
        Inquiry(question=one, asked_on=story.on, facts=facts if one in cut else ()) for one in parts(story, question)
    ]
    told = tuple(fact for one in asked for fact in one.facts)
    story.apply(
        Finding(
            at=story.now, on=story.on, question=question, asked_at=story.now, facts=told, parts=tuple(asked),
            missed=missed,
        )
    )  # fmt: skip


def test_one_question_becomes_those_that_the_venue_has() -> None:
    """Fills by instrument, closed orders by instrument and kind, open orders by kind; all others as they are."""
    touched = (Touched(instrument=BTC_USD), Touched(instrument=ETH))
    assert expand(AskFills(since=SINCE), touched, MANNER, NOW) == (
        AskFills(since=SINCE, instrument=BTC_USD), AskFills(since=SINCE, instrument=ETH),
    )  # fmt: skip
    assert expand(AskClosedOrders(since=SINCE), touched, MANNER, NOW) == tuple(
        AskClosedOrders(since=SINCE, instrument=instrument, conditional=conditional)
        for instrument in (BTC_USD, ETH)
        for conditional in (False, True)
    )
    assert expand(AskClosedOrders(since=SINCE, instrument=SOL), touched, MANNER, NOW) == tuple(
        AskClosedOrders(since=SINCE, instrument=SOL, conditional=conditional) for conditional in (False, True)
    )
    assert expand(AskOpenOrders(), touched, MANNER, NOW) == (AskOpenOrders(), AskOpenOrders(conditional=True))
    for question in (AskOrders(venue_order_ids=(VenueOrderId("V"),)), AskPositions()):
        assert expand(question, touched, MANNER, NOW) == (question,)


@pytest.mark.parametrize("question", [AskFills(since=SINCE), AskClosedOrders(since=SINCE), AskOpenOrders()])
def test_where_the_venue_tells_all_at_once_it_is_asked_once(question: Question) -> None:
    """What differs is data of the codec: without it, nothing does."""
    assert expand(question, (Touched(instrument=BTC_USD),), Manner(), NOW) == (question,)


def test_fills_are_asked_for_after_the_last_that_is_older_than_the_question() -> None:
    """Not after the last known: one that was told late counts lower than others that were told before it."""
    known = ((at(-20), FillId("f1")), (at(-5), FillId("f2")), (at(5), FillId("f4")))
    touched = (Touched(instrument=BTC_USD, known=known),)
    assert expand(AskFills(since=SINCE), touched, MANNER, NOW) == (
        AskFills(since=SINCE, instrument=BTC_USD, after=FillId("f2")),
    )
    (early,) = expand(AskFills(since=at(-30)), touched, MANNER, NOW)
    assert isinstance(early, AskFills)
    assert early.after is None, "nothing older is known: it is asked for by time"


@given(
    times=st.lists(st.integers(0, 600), min_size=1, max_size=60, unique=True),
    order=st.randoms(use_true_random=False),
    since=st.integers(0, 600),
)
def test_no_fill_is_asked_past_in_whatever_order_they_were_told(times: list[int], order: object, since: int) -> None:
    """Whatever is younger than the question, known or not, counts higher than the fill that it goes on from."""
    touches = Touches(SINCE)
    told = sorted(times)
    order.shuffle(told)  # type: ignore[attr-defined]
    for one in told:
        touches.fill(BTC_USD, FillId(str(one)), at(one))  # a venue's count rises with time
    (mine,) = touches.all()
    after = mine.last_before(at(since))
    assert after is None or int(after) < since


def test_what_is_known_of_an_instrument_is_bounded_and_reaches_back() -> None:
    """A busy instrument's fills are kept some way apart, and the oldest go; so do the quietest instruments."""
    touches = Touches(SINCE)
    for second in range(5000):
        touches.fill(BTC_USD, FillId(str(second)), at(second))
    (mine,) = touches.all()
    assert len(mine.known) == MOST_KNOWN
    assert mine.known[-1][0] - mine.known[0][0] == (MOST_KNOWN - 1) * APART
    for number in range(MOST_TOUCHED + 10):
        touches.note(InstrumentId(f"X{number}/USD"))
    assert len(touches.all()) == MOST_TOUCHED
    assert touches.sizes() == {"touched instruments": (MOST_TOUCHED, MOST_TOUCHED)}


def test_an_instrument_with_an_order_at_work_is_never_forgotten() -> None:
    """However many others are heard of since."""
    story = Story()
    story.create()
    for number in range(MOST_TOUCHED + 10):
        story.hear(opened(f"V{number}", whole=True, instrument=InstrumentId(f"X{number}/USD")))
    assert BTC_USD in [one.instrument for one in story.agenda().touched]


def test_a_long_time_is_asked_for_in_pieces() -> None:
    """A venue answers a question that begins at a time for some days from then on, and keeps some months."""
    touched = (Touched(instrument=BTC_USD),)
    asked = expand(AskFills(since=NOW - 2.5 * AT_A_TIME), touched, MANNER, NOW)
    assert [one.since for one in asked if isinstance(one, AskFills)] == [NOW - n * AT_A_TIME for n in (2.5, 1.5, 0.5)]
    endless = expand(AskClosedOrders(since=NOW - timedelta(days=3650)), touched, MANNER, NOW)
    assert len(endless) == 2 * MOST_AT_A_TIME


def test_instruments_are_touched_by_our_orders_by_those_of_others_and_by_positions() -> None:
    """Whatever names one: from then on its fills are asked for."""
    story = Story()
    assert story.agenda().touched == ()
    story.create()
    story.find_open(opened("V9", whole=True, instrument=ETH))
    story.hear(PositionFact(instrument=SOL, position_side=PositionSide.NET, quantity=Decimal(1)))
    assert [one.instrument for one in story.agenda().touched] == [BTC_USD, ETH, SOL]


def test_of_an_instrument_heard_of_late_fills_are_owed_since_the_beginning() -> None:
    """All fills of the others were asked for meanwhile; an answer that was taken in whole pays the debt."""
    story = Story()
    story.create()
    begun = story.on
    story.wait(600)
    find(story, AskFills(since=story.dispatch.fills_since))
    assert story.dispatch.fills_since > begun + timedelta(seconds=500)
    story.hear(PositionFact(instrument=SOL, position_side=PositionSide.NET, quantity=Decimal(1)))
    since = story.dispatch.fills_since
    asked = {one.instrument: one.since for one in parts(story, AskFills(since=since)) if isinstance(one, AskFills)}
    assert asked == {BTC_USD: since, SOL: begun}
    find(story, AskFills(since=since))
    assert {one.since for one in parts(story, AskFills(since=since)) if isinstance(one, AskFills)} == {since}


@pytest.mark.parametrize("kind", [AskFills, AskClosedOrders])
def test_after_a_page_that_was_perhaps_cut_it_is_asked_by_number(kind: type[AskFills | AskClosedOrders]) -> None:
    """It proves nothing, so all is asked for again; but not in the same way for ever."""
    story = Story()
    story.create()
    since = story.dispatch.fills_since
    first = parts(story, kind(since=since))
    find(story, kind(since=since), *first)
    assert story.dispatch.fills_since == since, "not all fills were told"
    assert story.agenda().catch_up is not None
    again = parts(story, kind(since=since))
    assert {one.from_first for one in again if isinstance(one, kind)} == {True}
    find(story, kind(since=since))
    assert parts(story, kind(since=since)) == first, "what was read whole was read whole"


def test_after_a_cut_page_fills_go_on_from_one_that_is_known() -> None:
    """Cheaper than from the first on: whatever is older is known."""
    story = Story()
    story.create()
    story.hear(fill("f1", "1", "V1", "mine", occurred_at=story.on - timedelta(seconds=30)))
    question = AskFills(since=story.on)
    find(story, question, *parts(story, question))
    assert parts(story, question) == (AskFills(since=START, instrument=BTC_USD, after=FillId("f1")),)


def test_one_instruments_fills_are_not_all_fills() -> None:
    """The rest was not answered: what was is told, and all are asked for again."""
    story = Story()
    story.create()
    since = story.dispatch.fills_since
    story.wait(100)
    story.find(AskFills(since=since, instrument=BTC_USD), fill("f1", "1", "V1", "mine"))
    assert story.fills() == ["f1"]
    assert story.dispatch.fills_since == since


def test_a_restart_knows_the_instruments_and_what_to_go_on_from() -> None:
    """From what was told of orders, ours and others'; all of them owe what nobody heard meanwhile."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"))
    story.hear(fill("f1", "1", occurred_at=story.on))
    story.hear(fill("g1", "1", "V9", whole=True, instrument=ETH, occurred_at=story.on))
    find(story, AskFills(since=story.dispatch.fills_since))
    before = {one.instrument: one.known for one in story.agenda().touched}
    story.crash(down=3600)
    after = story.agenda().touched
    assert {one.instrument: one.known for one in after} == before == {
        BTC_USD: ((START, FillId("f1")),), ETH: ((START, FillId("g1")),),
    }  # fmt: skip
    assert {one.owed_since for one in after} == {story.dispatch.fills_since}


@pytest.mark.holds("Y14")
def test_after_a_gap_every_order_that_is_not_listed_is_asked_for() -> None:
    """Also those heard of a moment ago: nobody told of their ends. In other rounds a list may merely trail them."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"), opened("V9", whole=True, instrument=ETH))
    story.find_open()
    assert story.agenda().is_empty
    story.ended()
    find(story, AskOpenOrders(), missed=True)
    agenda = story.agenda()
    assert [case.target.venue_order_id for case in agenda.cases] == ["V1"]
    assert agenda.strangers == ("V9",)


@pytest.mark.holds("Y15")
def test_of_a_known_order_not_found_proves_nothing() -> None:
    """However often: reads lag. It stays in doubt and is asked for again, until it is found."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"))
    find(story, AskOpenOrders(), missed=True)
    for _ in range(5):
        story.wait(70)
        story.look_up()
        assert story.asked_for()
    assert story.told() == ["Submitted", "Accepted"]
    story.look_up("mine", canceled("0"))
    assert story.told() == ["Submitted", "Accepted", "Canceled"]
