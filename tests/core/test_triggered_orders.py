"""An order that waited for a trigger goes on under another of the venue's ids, and is one order all the same."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.doubts import Why
from batactors.model.facts import Fact, FillFact, OrderFact, Says
from batactors.model.ids import VenueOrderId
from batactors.model.order_events import OrderTriggered
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderType
from tests.core.story import Story
from tests.core.words import accepted, canceled, fill, filled, not_open, opened, says

WAITED, ACTUAL = "algo:55", "BTCUSDT:999"
STOP = OrderType.STOP_MARKET
WHOLE = ["Submitted", "Accepted", "Triggered", "Filled f1", "Filled f2"]


def story_of_a_stop(*, apart: bool = True) -> Story:
    story = Story(keeps_conditional_apart=apart)
    story.create(order_type=STOP, price=None, trigger_price=Decimal(90))
    return story


def waiting(word: Says = Says.OPEN, **fields: Any) -> OrderFact:
    """What the list or the stream of orders that wait says of it."""
    return says(word, WAITED, "mine", order_type=STOP, quantity="5", trigger_price="90", whole=True, **fields)


def became(word: Says = Says.TRIGGERED) -> OrderFact:
    return waiting(word, becomes=VenueOrderId(ACTUAL))


def actual(word: Says = Says.OPEN, client_order_id: str | None = "mine", **fields: Any) -> OrderFact:
    """What is said of the order that came of it."""
    return says(word, ACTUAL, client_order_id, order_type=OrderType.MARKET, quantity="5", whole=True, **fields)


def actual_fill(name: str, quantity: str, count: str, client_order_id: str | None = None) -> FillFact:
    return fill(name, quantity, ACTUAL, client_order_id, filled=count, total="5", completes=count == "5")


def test_one_order_is_told_whatever_its_id() -> None:
    """Triggered once, then the fills of the order that came of it, and one end."""
    story = story_of_a_stop()
    story.hear(accepted(1, WAITED))
    story.hear(waiting())
    assert story.order().venue_order_id == WAITED
    story.hear(became(), became(Says.TRIGGERED))
    story.hear(actual(), actual_fill("f1", "2", "2"), actual_fill("f2", "3", "5"))
    assert story.told() == WHOLE
    assert [event.venue_order_id for event in story.events["mine"]] == [None, WAITED, ACTUAL, ACTUAL, ACTUAL]
    assert story.settled == ["mine"]
    assert story.reports == []
    assert story.counted("conflict") == {}


TELLINGS: tuple[Fact, ...] = (
    waiting(), became(), became(), actual(), actual_fill("f1", "2", "2"), actual_fill("f2", "3", "5", "mine"),
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(1, 6))))
def test_the_order_of_arrival_does_not_matter_where_the_id_is_known(order: tuple[int, ...]) -> None:
    """Two sockets tell of it, and neither waits for the other."""
    story = story_of_a_stop()
    story.hear(waiting())
    for one in order:
        story.hear(TELLINGS[one])
    assert sorted(story.told()) == sorted(WHOLE)
    assert story.told()[:3] == WHOLE[:3]
    assert story.order().state.is_closed
    assert not story.order().fills.missing


@given(st.lists(st.sampled_from(TELLINGS), max_size=12), st.booleans())
def test_each_step_is_told_once_however_it_is_repeated(telling: list[Fact], ack_first: bool) -> None:
    """Also where what came of it is heard of before the order itself."""
    story = story_of_a_stop()
    if ack_first:
        story.hear(accepted(1, WAITED))
    for fact in (*telling, *TELLINGS):
        story.hear(fact)
    if not ack_first:
        story.hear(accepted(1, WAITED))
    told = story.told()
    assert sorted(told) == sorted(WHOLE)
    assert told.index("Triggered") == 2
    assert set(story.order().venue_order_ids) == {WAITED, ACTUAL}
    assert story.verdict("create mine") is CommandStatus.ACCEPTED


def test_that_it_was_triggered_is_concluded_where_nobody_says_so() -> None:
    """What bears its client order id and waits for nothing is what came of it."""
    story = story_of_a_stop()
    story.hear(waiting(), actual())
    told = [event for event in story.events["mine"] if isinstance(event, OrderTriggered)]
    assert [event.synthesized for event in told] == [True]
    story.hear(became())
    assert story.told() == ["Submitted", "Accepted", "Triggered"]


def test_where_orders_that_wait_are_not_kept_apart_another_id_is_a_conflict() -> None:
    """Nothing tells that it is the same order; unless the venue itself says what it became."""
    story = story_of_a_stop(apart=False)
    story.hear(waiting(), actual())
    assert story.counted("conflict") == {"second venue order id": 1}
    told = story_of_a_stop(apart=False)
    told.hear(waiting(), became(), actual_fill("f1", "2", "2"))
    assert told.told() == WHOLE[:4]


def test_what_was_said_of_its_waiting_takes_nothing_back() -> None:
    """A list that trails, a count of nothing filled, old terms: the total and the fills are of the actual order."""
    story = story_of_a_stop()
    story.hear(waiting(), became(), actual(), actual_fill("f1", "2", "2"))
    story.find_open(waiting(), actual(filled="2"))
    story.look_up("mine", waiting(Says.CANCELED, filled="0"), actual(filled="2"))
    assert story.told() == WHOLE[:4]
    assert not story.order().state.is_closed
    assert not story.order().doubts
    story.hear(waiting(Says.CANCELED, filled="0"))
    assert story.order().doubts.keys() == {Why.UNCLEAR}, "told live, it is a reason to ask for the actual one"


def test_what_it_became_is_asked_for_until_it_is_seen() -> None:
    """By both ids; an answer under the old one settles nothing."""
    story = story_of_a_stop()
    story.hear(waiting())
    story.look_up("mine", became())
    story.wait(5)
    (case,) = story.agenda().cases
    assert (case.target.venue_order_id, case.target.waited_as) == (ACTUAL, WAITED)
    story.wait(100)
    story.look_up("mine", became())
    assert story.asked_for()
    story.look_up("mine", became(), actual(Says.FILLED, filled="5"))
    story.find_fills(actual_fill("f1", "2", "2"), actual_fill("f2", "3", "5"))
    assert story.told() == WHOLE
    assert not story.asked_for()


def test_an_order_that_is_finished_and_became_nothing_known_is_in_doubt() -> None:
    """As the codec reads it: a word that is no answer."""
    story = story_of_a_stop()
    story.hear(waiting(), waiting(Says.UNCLEAR))
    assert story.asked_for()
    story.look_up("mine", became())
    assert story.order().venue_order_id == ACTUAL


def test_a_restart_knows_both_ids() -> None:
    """News under either is its own, nothing is told twice, and it is asked for by both."""
    story = story_of_a_stop()
    story.hear(waiting(), became(), actual(), actual_fill("f1", "2", "2"))
    story.crash()
    assert set(story.order().venue_order_ids) == {WAITED, ACTUAL}
    assert story.order().venue_order_id == ACTUAL
    (case,) = story.agenda().cases
    assert (case.target.venue_order_id, case.target.waited_as) == (ACTUAL, WAITED)
    story.hear(became(), actual_fill("f1", "2", "2"), actual_fill("f2", "3", "5"))
    assert story.told() == WHOLE
    assert story.reports == []


def test_what_came_of_it_may_have_been_taken_for_anothers() -> None:
    """Heard first, and under no id of ours: its fills are asked for, and told as the order's own."""
    story = story_of_a_stop()
    story.hear(waiting(), actual(client_order_id="of the venue"), actual_fill("f1", "2", "2"))
    assert [type(report).__name__ for report in story.reports] == ["OrderStatusReport", "FillReport"]
    story.hear(became())
    story.wait(2)
    assert story.asked_for()
    assert story.agenda().wants_fills
    story.look_up("mine", actual(Says.FILLED, client_order_id="of the venue", filled="5"), fills=False)
    story.find_fills(actual_fill("f1", "2", "2"), actual_fill("f2", "3", "5"))
    assert story.told() == WHOLE


def test_two_successors_are_one_too_many() -> None:
    """The first counts; the second is a contradiction, told as such and not counted."""
    story = story_of_a_stop()
    story.hear(waiting(), became(), actual())
    story.hear(waiting(Says.TRIGGERED, becomes=VenueOrderId("BTCUSDT:1000")))
    assert Why.CONTRADICTION in story.order().doubts
    story.hear(fill("x1", "1", "BTCUSDT:1000"))
    assert story.fills() == []


def test_a_cancel_is_judged_by_the_order_that_came_of_it() -> None:
    """It was sent while the order waited, and refused, since it waits no more: the actual one is open."""
    story = story_of_a_stop()
    story.hear(waiting())
    cancel = story.cancel()
    story.hear(became(), actual())
    story.hear(not_open(2))
    assert story.is_unknown(cancel)
    story.look_up("mine", waiting(Says.TRIGGERED, becomes=VenueOrderId(ACTUAL)), actual(Says.FILLED, filled="0"))
    ended = story_of_a_stop()
    ended.hear(waiting(), became(), actual())
    cancel = ended.cancel()
    ended.hear(canceled("0", ACTUAL))
    assert ended.verdict(cancel) is CommandStatus.ACCEPTED
    assert ended.told() == ["Submitted", "Accepted", "Triggered", "Canceled"]


def test_both_ids_of_an_order_long_forgotten_are_known_again() -> None:
    """They are not a stranger's, told late."""
    story = Story(keeps_conditional_apart=True, tombstones=0)
    story.create(order_type=STOP, price=None, trigger_price=Decimal(90))
    story.hear(waiting(), became(), actual_fill("f1", "5", "5"))
    story.hear(filled("5", ACTUAL), opened(WAITED, whole=True), opened(ACTUAL, whole=True))
    assert story.forgotten == ["mine"]
    assert story.reports == []


def test_it_cannot_become_an_order_that_is_ours_already() -> None:
    """Neither takes the other's fills: the venue is asked."""
    story = story_of_a_stop()
    story.create("other")
    story.hear(opened(ACTUAL, "other"), waiting(), became())
    assert story.counted("conflict") == {"ids of two orders": 1}
    assert Why.CONTRADICTION in story.order().doubts
    story.hear(fill("f1", "1", ACTUAL))
    assert story.fills("other") == ["f1"]
    assert story.fills() == []


@pytest.mark.parametrize("second", ["ack", "list"])
def test_what_came_of_it_may_be_heard_of_first(second: str) -> None:
    """The id under which it waited is learned later, from the answer to its create or from a row: no conflict."""
    story = story_of_a_stop()
    story.hear(actual())
    assert story.order().venue_order_ids == (ACTUAL,)
    story.hear(accepted(1, WAITED) if second == "ack" else waiting())
    assert story.order().venue_order_ids == (ACTUAL, WAITED)
    assert story.counted("conflict") == {}
    assert Why.CONTRADICTION not in story.order().doubts
    story.hear(became(), fill("f1", "1", WAITED))
    assert story.told() == WHOLE[:4]
    assert story.reports == []


def test_an_answer_under_the_old_id_does_not_show_the_new_one() -> None:
    """It is still to be seen under that."""
    story = story_of_a_stop()
    story.hear(became())
    story.hear(accepted(1, WAITED))
    assert Why.CONTINUED in story.order().doubts
    story.hear(actual())
    assert not story.order().doubts


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("said", [waiting(), became(), waiting(Says.CANCELED, filled="0")], ids=str)
def test_a_restart_knows_that_it_goes_on_where_only_the_new_id_was_told(said: OrderFact, ended: bool) -> None:
    """The id under which it waited is heard after the restart only: it is no stranger's."""
    story = story_of_a_stop()
    story.hear(actual(), actual_fill("f1", "5" if ended else "2", "5" if ended else "2"))
    story.crash()
    story.find_open(said)
    assert story.reports == []
    assert story.counted("conflict") == {}
    assert story.order().venue_order_ids == (ACTUAL, WAITED)
    assert story.order().state.is_closed is ended
