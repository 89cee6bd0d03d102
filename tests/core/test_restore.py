"""What a restart finds again: identities, fills told, commands in doubt, and what is to be asked."""

from datetime import timedelta

import pytest

from batactors.core.doubts import Why
from batactors.core.news import News
from batactors.core.restore import restore
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState, Origin
from tests.core.story import Story
from tests.core.words import accepted, canceled, fill, filled, not_open, opened, refused, updated


@pytest.mark.holds("A04", "B04")
@pytest.mark.parametrize("closed", [False, True])
def test_what_was_told_is_not_told_again(closed: bool) -> None:
    """Open or lately closed: fills and Accepted heard again after a restart tell nothing; numbers go on."""
    story = Story()
    story.create(quantity="5")
    story.hear(accepted(), fill("f1", "1"), fill("f2", "1"))
    if closed:
        story.hear(canceled("2"))
    told = story.told()
    story.crash()
    story.hear(opened("V1", "mine"), fill("f1", "1", filled="1"), fill("f2", "1", filled="2"), accepted())
    assert story.told() == told
    story.hear(fill("f3", "1"))
    assert story.told() == [*told, "Filled f3"]
    assert [event.sequence for event in story.events["mine"]] == list(range(1, len(told) + 2))


@pytest.mark.holds("B04")
def test_fills_of_others_are_not_reported_again() -> None:
    """Reports are told once over a restart too."""
    story = Story()
    story.hear(opened("S1", "theirs", quantity="5"), fill("g1", "1", "S1"))
    story.crash()
    story.hear(opened("S1", "theirs", quantity="5"), fill("g1", "1", "S1"))
    assert story.reported_fills() == ["g1"]
    assert len(story.reports) == 2


def test_an_order_that_had_not_ended_is_asked_for() -> None:
    """What was heard and not told is gone, so open orders are in doubt until a read that cannot trail shows them."""
    story = Story()
    story.create("open")
    story.create("over")
    story.hear(opened("V1", "open"), canceled("0", "V2", "over"))
    story.crash()
    assert story.asked_for("open")
    assert not story.asked_for("over")
    assert story.agenda().catch_up is not None
    story.wait(1)
    story.look_up("open", opened("V1", "open"))
    assert story.asked_for("open")
    story.wait(60)
    story.look_up("open", opened("V1", "open"))
    assert not story.asked_for("open")


def test_a_restart_in_the_middle_of_an_end() -> None:
    """The venue had said that it is filled, and not all fills were told: asked for, and told to the end."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"), fill("f1", "2"), filled("5"))
    story.crash()
    assert story.order().state is OrderState.PARTIALLY_FILLED
    story.look_up("mine", filled("5", "V1", "mine"))
    assert not story.order().state.is_closed
    story.find_fills(fill("f1", "2"), fill("f2", "3"))
    assert story.fills() == ["f1", "f2"]
    assert story.order().state is OrderState.FILLED


def test_fills_are_asked_for_since_they_may_have_been_missed() -> None:
    """From before the crash: since the venue was last heard, with the reads' lag, and since any open order was sent."""
    story = Story()
    sent = story.on
    story.create()
    story.wait(1000)
    story.hear(opened("V1", "mine"))
    story.crash(down=500)
    assert story.agenda().fills_since <= sent
    other = Story()
    other.create()
    other.wait(1000)
    heard = other.on
    other.hear(canceled("0", "V1", "mine"))
    other.crash(down=500)
    assert heard - timedelta(seconds=120) < other.agenda().fills_since <= heard - timedelta(seconds=60)


def test_a_command_in_flight_becomes_unknown() -> None:
    """Sent, and no answer told: unknown at once after the restart, and asked for; then settled as ever."""
    story = Story()
    create = story.create()
    story.crash()
    assert not story.is_unknown(create)
    story.wait(0)
    assert story.is_unknown(create)
    story.wait(10)
    story.look_up("mine")
    story.wait(70)
    story.look_up("mine")
    assert story.verdict(create) is CommandStatus.NOT_EXECUTED


def test_an_answer_still_comes_when_only_the_actor_had_ended() -> None:
    """The process lives, and so does its socket: the answer finds its command, by the id of its leg."""
    story = Story()
    one, two = story.create("one", sent=False), story.create("two", sent=False)
    story.send(one, two)
    story.crash()
    story.hear(refused(1, leg=1, legs=2), accepted(1, "V1", leg=0, legs=2))
    assert story.verdict(one) is story.verdict(two) is None, "which leg was which is not on record"
    story.hear(refused(1, leg=1, legs=2, client_order_id="two"), accepted(1, "V1", leg=0, client_order_id="one"))
    assert story.verdict(one) is CommandStatus.ACCEPTED
    assert story.verdict(two) is CommandStatus.REJECTED


def test_those_who_wait_for_an_unknown_command_are_told_in_time_after_a_restart() -> None:
    """No wait hangs because its reminder went with the crash."""
    story = Story(patience=120.0)
    create = story.create()
    story.wait(10)
    story.crash()
    story.wait(130)
    assert story.story_of(create).count("RecoveryCompleted") == 1


def test_what_is_queued_in_the_lane_is_still_to_be_sent_when_only_the_actor_had_ended() -> None:
    """A command that was never sent is neither unknown nor over; it may be sent, or told as not sent."""
    story = Story()
    create = story.create(sent=False)
    story.crash()
    story.wait(100)
    assert story.story_of(create) == []
    story.send(create)
    story.hear(accepted())
    assert story.verdict(create) is CommandStatus.ACCEPTED


def test_what_may_have_left_in_the_moment_of_a_crash_is_unknown() -> None:
    """The process ended: that the journal has no word of the sending does not prove that it was not sent."""
    story = Story()
    create = story.create(sent=False)
    end_process(story)
    story.wait(1)
    assert story.is_unknown(create)
    story.wait(50)
    story.look_up("mine")
    story.look_up("mine")
    assert story.verdict(create) is None, "it may have left with a long validity"
    for _ in range(3):
        story.wait(70)
        story.look_up("mine")
    assert story.verdict(create) is CommandStatus.NOT_EXECUTED
    assert story.told() == ["Submitted", "NotExecuted"]


def test_an_order_registered_in_the_moment_of_a_crash_begins_with_submitted() -> None:
    """The journal has its registration and no event: Submitted is told before anything else."""
    story = Story()
    create = story.create(sent=False)
    story.events.clear()
    end_process(story)
    story.wait(1)
    assert story.told() == ["Submitted"]
    assert story.is_unknown(create)
    assert story.agenda().cases[0].target.since is not None


def test_an_unknown_amend_is_judged_by_the_terms_that_it_met() -> None:
    """What the order's terms were when it was sent is read off what was told before."""
    story = Story()
    story.create(price="100")
    story.hear(opened("V1", "mine"))
    story.wait(1)
    story.hear(updated("V1", price="101"))
    story.wait(1)
    amend = story.amend(price="99")
    story.crash()
    for _ in range(3):
        story.wait(70)
        story.look_up("mine", opened("V1", "mine", price="101"))
    assert story.verdict(amend) is CommandStatus.NOT_EXECUTED


def test_a_cancel_refused_as_not_open_stays_so() -> None:
    """The venue's 'not open' is known after the restart."""
    from batactors.model.errors import ErrorKind

    story = Story()
    story.create()
    story.hear(opened("V1", "mine"))
    story.wait(1)
    cancel = story.cancel()
    story.hear(not_open(story.requests, error=ErrorKind.EXCHANGE_REJECT))
    story.crash()
    story.hear(canceled("0"))
    assert story.verdict(cancel) is CommandStatus.REJECTED


def test_a_cancel_all_is_judged_by_what_was_open_when_it_was_sent() -> None:
    """Orders that have closed since are among its targets, later ones are not."""
    story = Story()
    story.create("one")
    story.create("two")
    story.hear(opened("V1", "one"), opened("V2", "two"))
    story.wait(1)
    command = story.cancel_all()
    story.hear(canceled("0", "V1"))
    story.wait(1)
    story.create("later")
    story.hear(opened("V3", "later"))
    story.crash()
    assert story.dispatch.desk.commands[command].targets == ("one", "two")  # type: ignore[index]


def test_a_crossing_post_only_order_stays_rejected_over_a_restart() -> None:
    """Its late ack does not revive it then either."""
    story = Story()
    story.create(post_only=True)
    story.hear(canceled("0", "V1", "mine", post_only=True))
    story.crash()
    story.hear(accepted())
    assert story.told() == ["Submitted", "Rejected"]


def test_a_refused_post_only_order_can_still_show_life_after_a_restart() -> None:
    """Refused by the answer, it never was at the venue: a statement that it is open is then news."""
    story = Story()
    story.create(post_only=True)
    story.hear(refused(post_only=True))
    story.crash()
    story.hear(opened("V1", "mine"))
    assert story.told()[-1] == "Accepted"
    assert Why.CONTRADICTION in story.order().doubts


def end_process(story: Story) -> None:
    """The whole process ends, and another begins with the same journal."""
    from batactors.core.dispatch import Dispatch
    from batactors.model.ids import ClientOrderId, CommandId
    from tests.core.story import ACCOUNT

    story.now += 5
    story.dispatch = Dispatch(ACCOUNT, "kraken", story.rules, story.on)
    restore(
        story.dispatch,
        tuple(story.registered.values()),
        {ClientOrderId(name): tuple(told) for name, told in story.events.items()},
        {CommandId(name): tuple(told) for name, told in story.steps.items()},
        tuple(story.reports),
        News(at=story.now, on=story.on, origin=Origin.JOURNAL),
        process_ended=True,
    )
    story.ready()
