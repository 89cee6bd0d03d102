"""Commands that change settings: asked for while they are unknown, and settled by their own setting only."""

from typing import Any

import pytest

from batactors.core.modes import exposure_of, known_of
from batactors.model import inputs
from batactors.model.account_facts import SettingFact
from batactors.model.commands import Command, SetLeverage, SetMarginMode, SetPositionMode
from batactors.model.facts import Answer, AnswerFact, Fact
from batactors.model.ids import CommandId, InstrumentId, RequestId
from batactors.model.modes import Risk
from batactors.model.positions import MarginMode, PositionMode
from batactors.model.questions import AskSettings
from batactors.model.receipts import CommandStatus, Proof, RecoveryOutcome
from batactors.model.terms import Origin
from tests.core.story import ACCOUNT, BTC_USD, MARGIN, READ_LAG, VALIDITY, Story

ETH_USD = InstrumentId("ETH/USD")
FENCE = VALIDITY + MARGIN
HEDGE = SetPositionMode(command_id=CommandId("set"), account=ACCOUNT, position_mode=PositionMode.HEDGE)


def leverage(value: int, name: str = "set", instrument: InstrumentId = BTC_USD) -> SetLeverage:
    return SetLeverage(command_id=CommandId(name), account=ACCOUNT, instrument=instrument, leverage=value)


def give(story: Story, command: Command, *, lost: bool = True) -> str:
    """Send it, and lose its answer."""
    story._give(command, sent=True)
    if lost:
        story.unanswered(command.command_id)
    return command.command_id


def read(story: Story, *facts: Fact, failure: str | None = None, **question: Any) -> None:
    """The venue is asked how something is set, as the agenda says."""
    asked = AskSettings(instrument=question.get("instrument", BTC_USD))
    (case,) = [case for case in story.agenda().settings if case.question == asked]
    inquiry = inputs.Inquiry(question=asked, asked_on=story.on, facts=facts)
    story.apply(
        inputs.ReadBack(
            at=story.now, on=story.on, question=asked, command_ids=case.command_ids, asked_at=story.now,
            inquiries=() if failure else (inquiry,), failure=failure,
        )
    )  # fmt: skip


def told(value: int | None = None, instrument: InstrumentId | None = BTC_USD, **fields: Any) -> SettingFact:
    return SettingFact(instrument=instrument, leverage=value, **fields)


@pytest.mark.holds("X22", "Y04")
def test_a_lost_leverage_call_that_did_nothing_is_never_accepted() -> None:
    """The old value, however often it is read, never says accepted; read late enough, it proves the contrary."""
    story = Story()
    story.hear(told(10))
    command = give(story, leverage(20))
    assert story.is_unknown(command)
    assert story.agenda().triggers[0].value == "unknown execution"
    for _ in range(5):
        story.wait(1)
        read(story, told(10))
        assert story.verdict(command) is None
    story.wait(FENCE)
    read(story, told(10))
    assert story.verdict(command) is None, "a read may trail"
    story.wait(READ_LAG)
    read(story, told(10))
    verdict = story.whole_verdict(command)
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.READ_BACK)
    assert "leverage 10" in next(one.says for one in verdict.evidence if one.source == "settings")
    assert story.agenda().is_empty
    assert story.story_of(command)[-1] == "Resolved"


@pytest.mark.holds("X22")
def test_a_lost_leverage_call_is_accepted_by_its_new_value() -> None:
    """The value asked for, which it did not have before, settles it at the first reading."""
    story = Story()
    story.hear(told(10))
    command = give(story, leverage(20))
    read(story, told(20))
    assert story.verdict(command) is CommandStatus.ACCEPTED
    assert story.dispatch.ledger.settings.of(BTC_USD).leverage == 20


@pytest.mark.holds("X22")
@pytest.mark.parametrize(
    ("command", "fact"),
    [
        (
            SetMarginMode(
                command_id=CommandId("set"), account=ACCOUNT, instrument=BTC_USD, margin_mode=MarginMode.ISOLATED
            ),
            told(margin_mode=MarginMode.ISOLATED),
        ),
        (
            HEDGE,
            told(instrument=None, position_mode=PositionMode.HEDGE),
        ),
    ],
)
def test_each_setting_is_read_where_it_is_kept(command: Command, fact: SettingFact) -> None:
    """The margin mode is its instrument's, the position mode the account's; what is said of others settles nothing."""
    story = Story()
    give(story, command)
    story.wait(READ_LAG + 1)
    read(story, told(instrument=ETH_USD, margin_mode=MarginMode.ISOLATED), told(3), instrument=fact.instrument)
    assert story.verdict("set") is None
    read(story, fact, instrument=fact.instrument)
    assert story.verdict("set") is CommandStatus.ACCEPTED


@pytest.mark.holds("X22", "X39")
def test_one_setting_says_nothing_of_another() -> None:
    """Two settings in doubt have two questions, and each is settled by its own answer."""
    story = Story()
    story.hear(told(10), told(10, ETH_USD))
    one, two = give(story, leverage(20, "one")), give(story, leverage(20, "two", ETH_USD))
    assert len(story.agenda().settings) == 2
    read(story, told(20))
    assert (story.verdict(one), story.verdict(two)) == (CommandStatus.ACCEPTED, None)
    story.hear(told(20, ETH_USD))
    assert story.verdict(two) is CommandStatus.ACCEPTED, "told by the stream"


def test_a_stream_that_tells_the_old_value_proves_nothing() -> None:
    """It may have been on its way since before; only a question that was asked late shows that nothing was done."""
    story = Story()
    story.hear(told(10))
    command = give(story, leverage(20))
    for _ in range(5):
        story.wait(READ_LAG)
        story.hear(told(10))
    assert story.verdict(command) is None


@pytest.mark.holds("X22")
def test_a_refusal_and_an_acceptance_are_the_answers_own() -> None:
    """What is answered is not asked for; the value that comes with the answer is how it is set now."""
    story = Story()
    give(story, leverage(20, "one"), lost=False)
    answer = AnswerFact(request_id=RequestId(1), answer=Answer.ACCEPTED)
    story.hear(answer, told(20), origin=Origin.ACK)
    assert story.verdict("one") is CommandStatus.ACCEPTED
    assert story.dispatch.ledger.settings.of(BTC_USD).leverage == 20
    give(story, leverage(500, "two"), lost=False)
    story.hear(AnswerFact(request_id=RequestId(2), answer=Answer.REFUSED, message="too much"), origin=Origin.ACK)
    assert story.verdict("two") is CommandStatus.REJECTED
    assert story.agenda().settings == ()


def test_no_answer_and_an_unreadable_one_prove_nothing() -> None:
    """Neither a question that failed nor one that was answered without the setting counts as the old value."""
    story = Story()
    story.hear(told(10))
    command = give(story, leverage(20))
    story.wait(FENCE + READ_LAG)
    for _ in range(4):
        story.wait(1)
        read(story, failure="Timeout: none came")
        read(story)
    assert story.verdict(command) is None
    assert any(
        one.says == "Timeout: none came" for one in story.dispatch.desk.commands[CommandId(command)].evidence.all()
    )


def test_where_two_commands_set_it_the_old_value_proves_nothing_of_the_first() -> None:
    """Both may have been done, one after the other: that the value is another is then no proof; it stays unknown."""
    story = Story(patience=300.0)
    story.hear(told(10))
    first = give(story, leverage(20, "first"))
    second = give(story, leverage(10, "second"), lost=False)
    story.hear(AnswerFact(request_id=RequestId(2), answer=Answer.ACCEPTED), told(10), origin=Origin.ACK)
    assert story.verdict(second) is CommandStatus.ACCEPTED
    for _ in range(3):
        story.wait(READ_LAG + FENCE)
        read(story, told(10))
        assert story.verdict(first) is None
    story.wait(300)
    assert story.verdict(first) is None
    record = story.dispatch.desk.commands[CommandId(first)]
    assert record.abandoned
    assert record.outcome is RecoveryOutcome.STILL_UNCERTAIN


def test_a_command_that_had_its_verdict_before_is_no_rival() -> None:
    """Set to one value, and as soon as that is answered to another: the first value proves that the second was lost."""
    story = Story()
    give(story, leverage(10, "first"), lost=False)
    story.hear(AnswerFact(request_id=RequestId(1), answer=Answer.ACCEPTED), told(10), origin=Origin.ACK)
    second = give(story, leverage(20, "second"))
    story.wait(FENCE + 1)
    read(story, told(10))
    story.wait(READ_LAG + 1)
    read(story, told(10))
    assert story.verdict(second) is CommandStatus.NOT_EXECUTED


def test_a_rival_from_before_a_crash_is_one_still() -> None:
    """Lost, then another accepted, then a crash: that the value is the other's is no proof that the first was lost."""
    story = Story(patience=300.0)
    first = give(story, leverage(20, "first"))
    story.wait(1)
    give(story, leverage(10, "second"), lost=False)
    story.hear(AnswerFact(request_id=RequestId(2), answer=Answer.ACCEPTED), told(10), origin=Origin.ACK)
    story.crash()
    story.wait(0)
    for _ in range(3):
        story.wait(FENCE + READ_LAG)
        read(story, told(10))
    assert story.verdict(first) is None


@pytest.mark.holds("X22", "Y04")
def test_a_setting_in_doubt_outlives_a_crash() -> None:
    """What was sent before is read back after: not accepted by what a read may have shown before it was sent."""
    story = Story()
    story.hear(told(10))
    command = give(story, leverage(20), lost=False)
    story.crash()
    story.wait(0)
    assert story.is_unknown(command)
    read(story, told(20))
    assert story.verdict(command) is None, "how it was before, nobody knows any more"
    story.wait(READ_LAG)
    read(story, told(20))
    assert story.verdict(command) is CommandStatus.ACCEPTED
    story.crash()
    assert story.verdict(command) is CommandStatus.ACCEPTED


def test_a_read_that_trails_does_not_undo_what_was_told_since() -> None:
    """The stream's word stands until a question was asked so much later that it cannot trail."""
    story = Story()
    story.hear(told(10))
    give(story, leverage(30))
    story.wait(1)
    story.hear(told(20))
    read(story, told(10, margin_mode=MarginMode.CROSS))
    known = story.dispatch.ledger.settings.of(BTC_USD)
    assert (known.leverage, known.margin_mode) == (20, MarginMode.CROSS), "what was not known is taken from it"
    story.wait(READ_LAG + 1)
    read(story, told(10))
    assert story.dispatch.ledger.settings.of(BTC_USD).leverage == 10


@pytest.mark.parametrize(
    ("known", "command", "risk"),
    [
        (told(10), leverage(20), Risk.ADDS),
        (told(10), leverage(10), Risk.KEEPS),
        (told(10), leverage(5), Risk.KEEPS),
        (None, leverage(2), Risk.ADDS),
        (None, HEDGE, Risk.KEEPS),
        *(
            (
                None if before is None else told(margin_mode=before),
                SetMarginMode(command_id=CommandId("c"), account=ACCOUNT, instrument=BTC_USD, margin_mode=after),
                risk,
            )
            for before, after, risk in (
                (None, MarginMode.CROSS, Risk.ADDS),
                (MarginMode.ISOLATED, MarginMode.CROSS, Risk.ADDS),
                (MarginMode.CROSS, MarginMode.CROSS, Risk.KEEPS),
                (None, MarginMode.ISOLATED, Risk.KEEPS),
            )
        ),
    ],
)  # fmt: skip
def test_a_setting_adds_risk_where_it_may_allow_more(known: SettingFact | None, command: Command, risk: Risk) -> None:
    """More leverage, or the whole account behind a position, lets more be traded; where it is not known, it may."""
    story = Story()
    if known is not None:
        story.hear(known)
    assert exposure_of(command, known_of(command, story.dispatch.ledger)).risk is risk


def test_a_margin_mode_of_the_whole_account_is_read_back_as_such() -> None:
    """At a venue that has one for all instruments: the account's own settings tell it, and those of none else."""
    story = Story()
    cross = SetMarginMode(command_id=CommandId("set"), account=ACCOUNT, margin_mode=MarginMode.CROSS)
    story.hear(told(instrument=None, margin_mode=MarginMode.ISOLATED))
    command = give(story, cross)
    story.wait(1)
    story.hear(told(margin_mode=MarginMode.CROSS))
    assert story.verdict(command) is None
    read(story, told(instrument=None, margin_mode=MarginMode.CROSS), instrument=None)
    verdict = story.whole_verdict(command)
    assert verdict is not None
    assert (verdict.status, verdict.evidence[-1].says) == (CommandStatus.ACCEPTED, "the margin mode is cross")
