"""Which command an answer belongs to: by the engine's own number of the request; the venue's ids are evidence only."""

from itertools import product
from typing import Any

import pytest
from attrs import evolve

from batactors.core.matching import same_command
from batactors.model.commands import Operation
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import ClientOrderId, CommandId, RequestId, VenueOrderId
from batactors.model.lifecycle import Receipt
from batactors.model.receipts import CommandReceipt, CommandStatus
from batactors.model.terms import Transport
from tests.core.story import ACCOUNT, BTC_USD, Story
from tests.core.words import accepted, answer, canceled, not_open, opened, refused, unclear

ACCEPTED, REJECTED, UNKNOWN = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.UNKNOWN_EXECUTION
IDS: dict[str, tuple[Any, Any]] = {
    "venue_order_id": (VenueOrderId("V1"), VenueOrderId("V2")),
    "client_order_id": (ClientOrderId("mine"), ClientOrderId("theirs")),
    "request_id": (RequestId(1), RequestId(2)),
}
"""Of each kind one id, and another; the kind that counts most is first."""


def receipt(command_id: str = "one", **ids: Any) -> CommandReceipt:
    """A receipt of a create of BTC/USD with these ids."""
    return CommandReceipt(
        command_id=CommandId(command_id), operation=Operation.CREATE_ORDER, status=ACCEPTED, account=ACCOUNT,
        venue="kraken", instrument=BTC_USD, **ids,
    )  # fmt: skip


# The rules of bat-markets 0.3.2, for who matches receipts as its handles do.


@pytest.mark.holds("X30")
@pytest.mark.parametrize("decides", IDS)
def test_the_first_kind_of_id_that_both_carry_decides(decides: str) -> None:
    """Order id before client order id before request id: equal it ties two receipts together, different it parts them,
    whatever the kinds after it say; one that only one of them carries says nothing.
    """
    kinds = list(IDS)
    before, after = kinds[: kinds.index(decides)], kinds[kinds.index(decides) + 1 :]
    for agree in (True, False):
        ours: dict[str, Any] = {decides: IDS[decides][0], **{kind: IDS[kind][0] for kind in (*before, *after)}}
        theirs = {decides: IDS[decides][not agree], **{kind: IDS[kind][agree] for kind in after}}
        assert same_command(receipt(**ours), receipt("other", **theirs)) is agree
        assert same_command(receipt("other", **theirs), receipt(**ours)) is agree


@pytest.mark.holds("X30")
@pytest.mark.parametrize("ours", [[], ["venue_order_id"], ["client_order_id"], ["request_id"]])
def test_the_instrument_alone_ties_nothing_together(ours: list[str]) -> None:
    """Two receipts that have no kind of id in common are not of one command, though all else about them is alike."""
    others = [kind for kind in IDS if kind not in ours]
    one, other = receipt(**{kind: IDS[kind][0] for kind in ours}), receipt(**{kind: IDS[kind][0] for kind in others})
    assert one.instrument == other.instrument
    assert not same_command(one, other)
    assert not same_command(receipt(), receipt())


@pytest.mark.holds("X30")
def test_another_operation_is_another_command() -> None:
    """The cancel of an order is not its create, though all their ids are the same."""
    ids = {kind: pair[0] for kind, pair in IDS.items()}
    create = receipt(**ids)
    assert same_command(create, receipt(**ids))
    assert not same_command(create, evolve(create, operation=Operation.CANCEL_ORDER))


# The engine's own.


@pytest.mark.holds("X30", "X34")
def test_commands_that_are_alike_in_everything_have_each_its_own_answer() -> None:
    """Of two creates with the same terms, and two cancels of one order, each has what came for its own request."""
    story = Story()
    one, two = story.create("one"), story.create("two")
    story.hear(refused(2, "no funds"))
    assert (story.verdict(one), story.verdict(two)) == (None, REJECTED)
    story.hear(accepted(1, "V1"))
    assert story.verdict(one) is ACCEPTED
    story.hear(opened("V1", "one"))
    first, second = story.cancel("one"), story.cancel("one")
    story.hear(not_open(story.requests, "Unknown order"))
    assert story.verdict(first) is None
    assert story.is_unknown(second)
    assert "Ack" not in story.story_of(first)
    story.hear(accepted(story.requests - 1, "V1"))
    assert story.verdict(first) is ACCEPTED
    assert {step.command_id for step in story.steps[first]} == {first}
    assert {step.command_id for step in story.steps[second]} == {second}


def about(what: str, story: Story) -> tuple[str, dict[str, Any]]:
    """A command under way about order "mine", and the ids of an answer that it could have."""
    if what == "create":
        return story.create("mine"), {"venue_order_id": "V1", "client_order_id": ClientOrderId("mine")}
    if what == "of a stranger":
        story.hear(opened("S1", "theirs", whole=True))
        return story.cancel(None, venue_order_id="S1"), {"venue_order_id": "S1"}
    story.create("mine")
    story.hear(accepted(story.requests, "V1"), opened("V1", "mine"))
    command = story.amend("mine", price="101") if what == "amend" else story.cancel("mine")
    return command, {"venue_order_id": "V1", "client_order_id": ClientOrderId("mine")}


OTHERS: dict[str, dict[str, Any]] = {
    "another order of ours, by our id": {"venue_order_id": None, "client_order_id": ClientOrderId("other")},
    "another order of ours, by the venue's id": {"venue_order_id": "V9"},
    "another order of ours, by both": {"venue_order_id": "V9", "client_order_id": ClientOrderId("other")},
    "an order that nobody knows": {"venue_order_id": None, "client_order_id": ClientOrderId("unheard")},
}


@pytest.mark.holds("X30", "X34")
@pytest.mark.parametrize("word", [Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_OPEN, Answer.UNCLEAR])
@pytest.mark.parametrize(
    ("what", "other"),
    # A command that has no client order id is contradicted by none that nobody knows.
    [*product(("create", "amend", "cancel"), OTHERS), *product(("of a stranger",), list(OTHERS)[:3])],
)
def test_an_answer_with_another_s_request_id_is_nobody_s(what: str, other: str, word: Answer) -> None:
    """An answer that bears the number of one command's request and the ids of another order settles neither: both wait
    for their own, and then are told what that says.
    """
    story = Story()
    story.create("other")
    story.hear(accepted(1, "V9"), opened("V9", "other"))
    waiting = story.cancel("other")
    command, ids = about(what, story)
    number = story.requests
    told = dict(story.events)
    venue_order_id = OTHERS[other]["venue_order_id"]
    names = {name: given for name, given in OTHERS[other].items() if name != "venue_order_id"}
    story.hear(answer(word, number, venue_order_id, **names))
    for one in (command, waiting):
        assert story.verdict(one) is None
        assert not story.is_unknown(one), "it waits for its own answer"
        assert "Ack" not in story.story_of(one)
    assert story.events == told
    assert story.counted("answer") == {"tied to no command": 1}
    story.hear(answer(Answer.ACCEPTED, number, **ids))
    assert story.verdict(command) is ACCEPTED
    assert story.verdict(waiting) is None


@pytest.mark.holds("X34")
def test_the_receipts_of_a_command_have_the_number_of_its_request() -> None:
    """Whether the answer came, came late, came twice or never did; a command that was never sent has none."""
    story = Story()
    one, two, three, four = (story.create(name) for name in ("one", "two", "three", "four"))
    unsent = story.create("five", sent=False)
    story.hear(accepted(3, "V3"), accepted(1, "V1"))
    story.hear(accepted(1, "V1"), refused(1))
    story.not_sent(unsent)
    story.wait(8)
    story.hear(accepted(2, "V2"))
    story.hear(opened("V4", "four"))
    for number, command in enumerate((one, two, three, four), 1):
        receipts = [step.receipt for step in story.steps[command] if isinstance(step, Receipt)]
        assert receipts
        assert {receipt.request_id for receipt in receipts} == {number}
        assert receipts[-1].status is ACCEPTED
    assert story.order("one").state == "accepted", "what came once more, or contradicts it, is not taken for its answer"
    (receipt,) = [step.receipt for step in story.steps[unsent] if isinstance(step, Receipt)]
    assert receipt.request_id is None


@pytest.mark.holds("X34")
def test_after_a_crash_the_receipts_still_have_it() -> None:
    """A command that was sent in an earlier life has its request's number in the receipts of this one."""
    story = Story()
    command = story.create()
    story.crash()
    story.wait(1)
    story.hear(opened("V1", "mine"))
    receipts = [step.receipt for step in story.steps[command] if isinstance(step, Receipt)]
    assert [receipt.status for receipt in receipts] == [UNKNOWN, ACCEPTED]
    assert {receipt.request_id for receipt in receipts} == {1}


@pytest.mark.holds("X34", "X37")
@pytest.mark.parametrize("word", [accepted(1, None), refused(1), unclear(1)], ids=["yes", "no", "unclear"])
def test_a_number_that_an_earlier_process_used_too_is_the_later_one_s(word: AnswerFact) -> None:
    """Each process counts its requests anew. After a crash of the dedup actor, too, an answer is the present request's
    alone, and says nothing of the command that had this number before.
    """
    story = Story()
    old = story.create("old")
    story.hear(unclear(1))
    assert story.is_unknown(old)
    story.crash(down=5)
    story.requests = 0
    new = story.cancel_all()
    story.crash()
    story.hear(word)
    assert story.is_unknown(old)
    assert [type(step).__name__ for step in story.steps[old]].count("LateAck") == 0
    assert story.verdict(new) is {Answer.ACCEPTED: ACCEPTED, Answer.REFUSED: REJECTED}.get(word.answer)


@pytest.mark.holds("X34")
def test_the_legs_of_a_batch_keep_their_number_over_a_crash() -> None:
    """Legs that went out in one request are told apart by their ids afterwards, too."""
    story = Story()
    one, two = story.create("one", sent=False), story.create("two", sent=False)
    story.send(one, two)
    story.crash()
    story.hear(
        refused(1, client_order_id=ClientOrderId("two"), leg=1, legs=2),
        accepted(1, "V1", client_order_id=ClientOrderId("one"), leg=0, legs=2),
    )
    assert (story.verdict(one), story.verdict(two)) == (ACCEPTED, REJECTED)


@pytest.mark.holds("X34")
def test_by_rest_each_leg_has_its_own_answer() -> None:
    """REST takes the legs of a batch one by one under one number: an answer is the latest leg's, after a crash too."""
    story = Story()
    one, two = story.create("one", sent=False), story.create("two", sent=False)
    story.send(one, transport=Transport.REST)
    story.hear(accepted(1, "V1"))
    story.wait(0.5)
    story.requests = 0
    story.send(two, transport=Transport.REST)
    story.crash()
    story.hear(refused(1))
    assert (story.verdict(one), story.verdict(two)) == (ACCEPTED, REJECTED)
    story.hear(canceled("0", "V1"))
    assert story.told("one")[-1] == "Canceled"
