"""What it takes to say that a command was not executed: take one ingredient away, and nothing is proved."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from batactors.model.facts import GapFact, QuarantineFact
from batactors.model.receipts import CommandStatus, Proof, Reach
from tests.core.story import MARGIN, READ_LAG, VALIDITY, Story
from tests.core.words import fill, opened

NOT_EXECUTED = CommandStatus.NOT_EXECUTED
FENCE = VALIDITY + MARGIN
UNREADABLE = QuarantineFact(raw="{", reason="what is that")


@pytest.mark.holds("S08", "X45")
def test_absence_takes_the_fills_too() -> None:
    """An order may come and go between two looks at the lists: until the fills are asked as late, nothing is proved."""
    story = Story()
    create = story.create()
    story.wait(80)
    story.look_up("mine", fills=False)
    story.look_up("mine", fills=False)
    assert story.verdict(create) is None, "no list of orders has it, and the fills are not known"
    story.find_fills(asked=15)
    assert story.verdict(create) is None, "asked for so early that a trailing read may miss one"
    story.find_fills(fill("f1", "1", "V9"))
    assert story.verdict(create) is None, "a fill of an order that nobody can name"
    story.find_open(opened("V9", "theirs", whole=True))
    story.find_fills()
    assert story.verdict(create) is NOT_EXECUTED, "it was another's"
    whole = story.whole_verdict(create)
    assert whole is not None
    assert (whole.proof, whole.reach) == (Proof.ABSENT, Reach.MAYBE_SENT)


def absent(story: Story, create: str, *, first: float, last: float, before: Callable[[Story], object]) -> bool:
    """Ask twice, so many seconds after it was sent, with this done before; whether that proves it."""
    story.wait(first)
    story.look_up("mine")
    before(story)
    story.wait(last - first)
    story.look_up("mine")
    return story.verdict(create) is NOT_EXECUTED


def nothing(story: Story) -> None:
    """Nothing happens."""


@pytest.mark.holds("X45")
@pytest.mark.parametrize(
    ("first", "last", "proved"),
    [
        (FENCE + 0.5, FENCE + READ_LAG + 0.5, True),
        (VALIDITY + 0.5, FENCE + READ_LAG + 0.5, False),
        (FENCE - 0.5, FENCE + READ_LAG + 0.5, False),
        (FENCE + 0.5, FENCE + READ_LAG - 0.5, False),
    ],
    ids=["whole", "within_the_margin", "just_before", "within_the_lag"],
)
def test_each_second_of_the_waiting_counts(first: float, last: float, proved: bool) -> None:
    """From validity and margin on a look counts, and the last one when no read can trail that moment."""
    story = Story()
    assert absent(story, story.create(), first=first, last=last, before=nothing) is proved


@pytest.mark.holds("X45")
@pytest.mark.parametrize(
    "before",
    [
        lambda story: story.ended(),
        lambda story: (story.ended(), story.ready(2)),
        lambda story: story.hear(GapFact(channel="executions", expected=4, received=6)),
        lambda story: story.hear(UNREADABLE),
        lambda story: story.hear(fill("f1", "1", "V9")),
    ],
    ids=["no_session", "another_session", "a_gap", "an_unreadable_frame", "a_nameless_fill"],
)
def test_what_may_have_been_missed_puts_the_proof_off(before: Callable[[Story], object]) -> None:
    """An order may have come and gone unheard just before, and one list trail the other: it takes the lag anew."""
    story = Story()
    create = story.create()

    def late(story: Story) -> None:
        story.wait(READ_LAG - 10)
        before(story)

    story.wait(FENCE + 0.5)
    story.look_up("mine")
    late(story)
    story.wait(15)
    story.look_up("mine")
    assert story.verdict(create) is None
    if story.dispatch.ledger.epoch is None:
        story.ready(3)
    story.find_open(opened("V9", "theirs", whole=True))
    story.wait(READ_LAG)
    story.look_up("mine")
    assert story.verdict(create) is NOT_EXECUTED


@pytest.mark.holds("X45")
@pytest.mark.parametrize("reads", [1, 2, 5])
def test_it_takes_as_many_looks_as_are_set(reads: int) -> None:
    """Fewer prove nothing, however late."""
    story = Story(reads=reads)
    create = story.create()
    story.wait(200)
    for count in range(1, reads + 1):
        assert story.verdict(create) is None
        story.look_up("mine")
        assert (story.verdict(create) is NOT_EXECUTED) is (count == reads)


@pytest.mark.holds("X45")
@pytest.mark.parametrize("spoilt", ["failure", "unreadable"])
def test_a_look_that_was_not_answered_whole_does_not_count(spoilt: str) -> None:
    """One endpoint or one page that failed, or one row that cannot be read, and the look is none."""
    story = Story()
    create = story.create()
    story.wait(200)
    for _ in range(5):
        if spoilt == "failure":
            story.look_up("mine", failure="Timeout: closed orders, page 2")
        else:
            story.look_up("mine", UNREADABLE)
    assert story.verdict(create) is None
    assert not story.dispatch.desk.unresolved()[0].negatives
    story.wait(READ_LAG)
    story.look_up("mine")
    story.look_up("mine")
    assert story.verdict(create) is NOT_EXECUTED


@pytest.mark.holds("X45")
def test_fills_of_which_a_row_cannot_be_read_are_not_known() -> None:
    """That very row may be its fill."""
    story = Story()
    create = story.create()
    story.wait(200)
    story.look_up("mine", fills=False)
    story.look_up("mine", fills=False)
    story.find_fills(UNREADABLE)
    assert story.verdict(create) is None
    story.find_fills()
    assert story.verdict(create) is NOT_EXECUTED


def test_a_bad_row_of_another_s_in_a_list_does_not_put_the_proof_off_for_ever() -> None:
    """What cannot be read in an answer was not missed live: the order is asked for by itself, and that proves."""
    story = Story()
    create = story.create()
    story.wait(FENCE + 0.5)
    for _ in range(8):
        story.find_open(UNREADABLE)
        story.look_up("mine")
        story.wait(10)
    assert story.verdict(create) is NOT_EXECUTED


@pytest.mark.holds("X45", "S08")
def test_a_verdict_of_absence_is_revoked_by_a_trace() -> None:
    """The order shows up after all: the verdict is corrected, with the order as it stands, and told once."""
    story = Story()
    create = story.create()
    story.wait(200)
    story.look_up("mine")
    story.look_up("mine")
    assert story.verdict(create) is NOT_EXECUTED
    for _ in range(2):
        story.hear(opened("V1", "mine", quantity="5", price="100"))
    whole = story.whole_verdict(create)
    assert whole is not None
    assert (whole.status, whole.proof) == (CommandStatus.ACCEPTED, Proof.ORDER_OPEN)
    assert whole.order is not None
    assert whole.order.quantity == Decimal(5)
    assert story.story_of(create).count("Resolved") == 2


@pytest.mark.holds("X45", "Y14")
def test_an_heir_that_never_came_takes_nothing_from_the_session_that_lives() -> None:
    """It failed before it was ready: the one before it has told all that happened, and goes on to do so."""
    story = Story()
    create = story.create()
    assert absent(story, create, first=FENCE + 0.5, last=FENCE + READ_LAG + 0.5, before=lambda one: one.ended(2))
    assert story.dispatch.ledger.epoch == 1
