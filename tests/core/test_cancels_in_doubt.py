"""What becomes of a cancel: settled by the order's end, or by the order being open when it cannot come any more."""

import pytest

from batactors.model.facts import Fact
from batactors.model.receipts import CommandStatus
from tests.core.story import Story, ask, opening
from tests.core.words import (
    accepted,
    canceled,
    expired,
    fill,
    filled,
    not_open,
    opened,
    updated,
)

ACCEPTED, REJECTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED


@pytest.mark.holds("G08")
def test_an_unanswered_cancel_of_an_open_order_is_not_accepted() -> None:
    """That the order is found proves nothing about a cancel; that it is still open, asked late, proves it undone."""
    story = opening()
    cancel = story.cancel()
    story.wait(8)
    story.look_up("mine", opened("V1", "mine"))
    story.look_up("mine", opened("V1", "mine"))
    assert story.verdict(cancel) is None
    story.wait(60)
    story.look_up("mine", opened("V1", "mine"))
    assert story.verdict(cancel) is NOT_EXECUTED


@pytest.mark.holds("G08")
def test_a_second_cancel_may_go_out_while_the_first_is_unknown() -> None:
    """Cancelling again harms nothing; both are settled by the order's end."""
    story = opening()
    first = story.cancel()
    story.wait(10)
    second = story.cancel()
    story.hear(canceled("0"))
    assert story.verdict(first) is ACCEPTED
    assert story.verdict(second) is ACCEPTED


@pytest.mark.holds("G08")
def test_fills_found_do_not_say_that_the_order_is_open() -> None:
    """Only a row of the order itself shows it open; its fills show nothing of the sort."""
    story = opening()
    cancel = story.cancel()
    ask(story, fill("f1", "1", "V1"), times=5)
    assert story.verdict(cancel) is None


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ((canceled("0"),), ACCEPTED),
        ((fill("f1", "5", filled="5", total="5"),), NOT_EXECUTED),
        ((expired("0"),), NOT_EXECUTED),
    ],
)
def test_an_unknown_cancel_is_settled_by_the_orders_end(end: tuple[Fact, ...], status: CommandStatus) -> None:
    """Canceled, it was done; filled or expired, it was not."""
    story = opening()
    cancel = story.cancel()
    story.wait(10)
    story.hear(*end)
    assert story.verdict(cancel) is status


@pytest.mark.holds("G09")
@pytest.mark.parametrize(
    "end", [(canceled("0"),), (fill("f1", "5", filled="5", total="5"),), (expired("0"),), (filled("0"),)]
)
def test_a_cancel_refused_as_not_open_is_asked_about_before_it_is_rejected(end: tuple[Fact, ...]) -> None:
    """'Unknown order' may mean filled: it is rejected when the order's end is known, and not before."""
    story = opening()
    cancel = story.cancel()
    story.hear(not_open(story.requests))
    assert story.verdict(cancel) is None
    assert story.asked_for()
    story.look_up("mine", *end)
    assert story.verdict(cancel) is REJECTED


@pytest.mark.holds("G09")
def test_a_cancel_refused_as_not_open_of_an_order_that_nobody_knows() -> None:
    """Of an order that nothing is known of there is no fate to find out: the venue's refusal stands, and nothing
    is asked.
    """
    story = Story()
    cancel = story.cancel(None, venue_order_id="S1")
    story.hear(not_open())
    assert story.verdict(cancel) is REJECTED
    assert story.agenda().is_empty


def test_a_cancel_of_another_program_s_order() -> None:
    """Others' orders are cancelled by their venue order id, and the verdict is read off their end."""
    story = Story()
    story.hear(opened("S1", "theirs", whole=True))
    cancel = story.cancel(None, venue_order_id="S1")
    story.wait(10)
    (case,) = story.agenda().cases
    story.look_up(None, canceled("0", "S1", "theirs", whole=True), target=case.target, commands=case.command_ids)
    assert story.verdict(cancel) is ACCEPTED


def test_a_cancel_by_venue_order_id_of_ours_is_one_of_the_order() -> None:
    """However the order is addressed, its end settles the cancel at once."""
    story = opening()
    cancel = story.cancel(None, venue_order_id="V1")
    story.wait(10)
    story.hear(canceled("0"))
    assert story.verdict(cancel) is ACCEPTED


def test_a_cancel_of_an_order_that_was_never_sent() -> None:
    """Create not sent, cancel in flight: there was nothing to cancel."""
    story = Story()
    create = story.create(sent=False)
    cancel = story.cancel()
    story.not_sent(create)
    assert story.verdict(cancel) is None, "its answer is on its way"
    story.wait(10)
    assert story.verdict(cancel) is NOT_EXECUTED


def test_an_acknowledged_cancel_that_does_not_show_is_asked_for() -> None:
    """The ack of a cancel is its verdict; the order's end is told when it is seen, and asked for if it is not."""
    story = opening()
    cancel = story.cancel()
    story.hear(accepted(story.requests, None))
    assert story.verdict(cancel) is ACCEPTED
    assert "Canceled" not in story.told()
    story.wait(1)
    assert story.asked_for()
    story.look_up("mine", canceled("0", "V1", "mine"))
    assert story.told()[-1] == "Canceled"


def test_a_seen_amend_does_not_stand_for_an_unseen_cancel() -> None:
    """Two acknowledged changes are both looked for."""
    story = opening()
    story.cancel()
    story.hear(accepted(story.requests, None))
    story.amend(price="99")
    story.hear(accepted(story.requests, None), updated("V1", price="99"))
    story.wait(1)
    assert story.asked_for()
