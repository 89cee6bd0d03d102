"""A venue whose answer says that a request came, and no more: the order that it is about tells what became of it."""

import pytest

from batactors.core.doubts import Why
from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer, Fact, Says
from batactors.model.lifecycle import Receipt
from batactors.model.receipts import CommandStatus, Proof
from batactors.model.terms import OrderType
from tests.core.story import ANSWER_BY, READ_LAG, Story, opening
from tests.core.words import answer, canceled, fill, filled, opened, says, triggered


def taken(request: int = 1, venue_order_id: str | None = "V1") -> Fact:
    """The answer."""
    return answer(Answer.PENDING, request, venue_order_id)


def refused(reason: str = "EC_NoEnoughBalance", **fields: object) -> Fact:
    """The order's own word that it never lived."""
    return says(Says.REFUSED, "V1", "mine", reason=reason, filled="0", **fields)


def story_of(*heard: Fact) -> Story:
    """An order of ours, and what was heard of it."""
    story = Story()
    story.create()
    for fact in heard:
        story.hear(fact)
    return story


def test_the_answer_alone_settles_nothing() -> None:
    """Neither is the order told as accepted, nor has its command a receipt; a second later the order is asked for."""
    story = story_of(taken())
    assert story.told() == ["Submitted"]
    assert story.story_of("create mine") == ["Sent"]
    assert story.order().doubts.get(Why.UNSEEN) is not None
    story.wait(1)
    assert story.asked_for()


@pytest.mark.parametrize("answer_first", [True, False])
def test_the_order_in_the_book_is_what_accepts_it(answer_first: bool) -> None:
    """Whichever of the two is heard first, and by one receipt, which has the venue's id."""
    facts = [taken(), opened("V1", "mine")]
    story = story_of(*(facts if answer_first else facts[::-1]))
    assert story.told() == ["Submitted", "Accepted"]
    assert story.story_of("create mine") == ["Sent", "Ack", "Receipt", "Resolved"]
    assert story.verdict("create mine") is CommandStatus.ACCEPTED
    assert not story.order().doubts


@pytest.mark.parametrize("answer_first", [True, False])
def test_a_refusal_after_the_answer_is_a_refusal(answer_first: bool) -> None:
    """The order is told as rejected and never as accepted, and so is its command, in the venue's words."""
    facts = [taken(), refused()]
    story = story_of(*(facts if answer_first else facts[::-1]))
    assert story.told() == ["Submitted", "Rejected"]
    verdict = story.whole_verdict("create mine")
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.REJECTED, Proof.ORDER_REJECTED)
    receipt = story.dispatch.desk.commands["create mine"].receipt  # type: ignore[index]
    assert receipt.error is ErrorKind.EXCHANGE_REJECT
    assert receipt.message is not None
    assert "EC_NoEnoughBalance" in receipt.message
    if answer_first:
        assert receipt.venue_order_id == "V1"
    assert set(story.settled) == {"mine"}
    assert story.agenda().is_empty


def test_a_post_only_order_that_would_have_taken_is_refused() -> None:
    """Though the venue calls it cancelled."""
    story = Story()
    story.create(post_only=True)
    story.hear(taken())
    story.hear(canceled("0", "V1", "mine", reason="EC_PostOnlyWillTakeLiquidity", post_only=True))
    assert story.told() == ["Submitted", "Rejected"]
    assert story.verdict("create mine") is CommandStatus.REJECTED


def test_an_order_that_is_nowhere_to_be_seen_becomes_unknown_and_never_not_executed() -> None:
    """The venue said that it has it: that no list has it contradicts that, and proves nothing."""
    story = story_of(taken())
    story.wait(ANSWER_BY)
    assert story.story_of("create mine") == ["Sent", "Ack", "Receipt", "RecoveryScheduled"]
    (told,) = [step for step in story.steps["create mine"] if isinstance(step, Receipt)]
    assert told.receipt.status is CommandStatus.UNKNOWN_EXECUTION
    assert told.receipt.message == "nothing is to be seen of it"
    for _ in range(4):
        story.wait(READ_LAG)
        story.look_up()
    assert story.verdict("create mine") is None
    story.look_up("mine", refused())
    assert story.verdict("create mine") is CommandStatus.REJECTED


def test_that_its_socket_is_cut_changes_nothing_once_it_was_answered() -> None:
    """No answer was lost with it."""
    story = story_of(taken())
    story.ended()
    assert not story.is_unknown("create mine")
    other = Story()
    other.create()
    other.ended()
    assert other.is_unknown("create mine")


def test_a_cancel_is_done_when_the_order_is_canceled() -> None:
    """And not when its coming was acknowledged; a cancel that is not to be seen is asked about."""
    story = opening()
    cancel = story.cancel()
    story.hear(taken(story.requests))
    assert story.verdict(cancel) is None
    story.wait(1)
    assert story.asked_for()
    story.hear(canceled("0", "V1", "mine"))
    verdict = story.whole_verdict(cancel)
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.ACCEPTED, Proof.ORDER_CLOSED)


@pytest.mark.parametrize("answer_first", [True, False])
def test_a_cancel_that_the_last_fill_overtook_was_not_executed(answer_first: bool) -> None:
    """The order ended as filled; that is known when both are, and no recovery is told."""
    story = opening()
    cancel = story.cancel()
    facts = [(taken(story.requests),), (fill("f1", "5"), filled("5", "V1", "mine"))]
    for some in facts if answer_first else facts[::-1]:
        story.hear(*some)
    verdict = story.whole_verdict(cancel)
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.ORDER_GONE)
    assert "RecoveryScheduled" not in story.story_of(cancel)
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "Updated"]


def test_an_amend_is_done_when_its_terms_are_seen() -> None:
    """And not executed when the order is found with its old ones, late enough."""
    for refuses in (False, True):
        story = opening()
        amend = story.amend(price="101")
        story.hear(taken(story.requests))
        assert story.verdict(amend) is None
        if not refuses:
            story.hear(opened("V1", "mine", price="101", quantity="5"))
            assert story.verdict(amend) is CommandStatus.ACCEPTED
            continue
        story.wait(ANSWER_BY)
        assert story.is_unknown(amend)
        for _ in range(3):
            story.wait(READ_LAG)
            story.look_up("mine", opened("V1", "mine", price="100", quantity="5"))
        verdict = story.whole_verdict(amend)
        assert verdict is not None
        assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.OLD_TERMS)


def test_an_amend_of_an_order_that_was_refused_had_nothing_to_amend() -> None:
    """Both only came; the order never lived."""
    story = story_of(taken())
    amend = story.amend(price="101")
    story.hear(taken(story.requests))
    story.hear(refused())
    assert story.verdict(amend) is CommandStatus.NOT_EXECUTED


def test_a_batch_of_which_one_is_refused_later() -> None:
    """Each leg by its own order."""
    story = Story()
    story.create("a", sent=False)
    story.create("b", sent=False)
    request = story.send("create a", "create b")
    story.hear(
        answer(Answer.PENDING, request, "V1", leg=0, legs=2), answer(Answer.PENDING, request, "V2", leg=1, legs=2)
    )
    story.hear(opened("V1", "a"), says(Says.REFUSED, "V2", "b", reason="no"))
    assert [story.verdict(f"create {one}") for one in "ab"] == [CommandStatus.ACCEPTED, CommandStatus.REJECTED]


def test_a_count_of_what_came_that_names_no_leg_says_nothing() -> None:
    """Two of three came, and nobody says which: nothing is known of any."""
    story = Story()
    for one in "abc":
        story.create(one, sent=False)
    request = story.send("create a", "create b", "create c")
    story.hear(answer(Answer.PENDING, request, legs=2))
    assert all(story.is_unknown(f"create {one}") for one in "abc")


@pytest.mark.parametrize("was_triggered", [True, False])
def test_an_order_refused_at_its_trigger_had_waited_in_the_book(was_triggered: bool) -> None:
    """It leaves the book with nothing done, as one that was canceled; nothing is in doubt."""
    story = Story()
    story.create(order_type=OrderType.STOP_LIMIT, trigger_price="110")
    story.hear(taken())
    story.hear(opened("V1", "mine"))
    if was_triggered:
        story.hear(triggered("V1", "mine"))
    story.hear(refused("EC_ReachRiskPriceLimit"))
    assert story.told()[-1] == "Canceled"
    assert set(story.settled) == {"mine"}
    assert story.verdict("create mine") is CommandStatus.ACCEPTED


def test_one_that_never_waited_is_refused_as_any_other() -> None:
    """Refused before anybody saw it wait."""
    story = Story()
    story.create(order_type=OrderType.STOP_MARKET, price=None, trigger_price="110")
    story.hear(taken())
    story.hear(refused())
    assert story.told() == ["Submitted", "Rejected"]


@pytest.mark.holds("C08", "A05")
def test_a_fill_shows_that_the_trigger_was_reached() -> None:
    """Between a venue's topics is no order: a fill may come before the word of the trigger, which is told once."""
    story = Story()
    story.create(order_type=OrderType.STOP_MARKET, price=None, trigger_price="45000")
    story.hear(taken())
    story.hear(opened("V1", "mine"))
    story.hear(fill("F1", "2"))
    assert story.told() == ["Submitted", "Accepted", "Triggered", "Filled F1"]
    assert story.order().events[2].synthesized
    story.hear(triggered("V1", "mine"))
    assert story.told() == ["Submitted", "Accepted", "Triggered", "Filled F1"]
