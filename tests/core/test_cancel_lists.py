"""A cancel of all that is about one instrument and one kind of orders, where the venue has no other."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.actors.queues import Item, Queues
from batactors.core.cancel_scope import is_listed_in
from batactors.model.commands import CancelAll, CreateOrder
from batactors.model.facts import OrderFact
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId
from batactors.model.modes import Exposure, Risk
from batactors.model.questions import Target
from batactors.model.receipts import CommandStatus, Proof
from batactors.model.terms import OrderType, Side
from tests.core.story import ACCOUNT, BTC_USD, Story
from tests.core.words import canceled, opened, triggered

ETH = InstrumentId("ETH/USD")
STOP = OrderType.STOP_MARKET


def with_three_orders() -> Story:
    """An order at work, one that waits for its trigger, and one of another instrument; and one of somebody else."""
    story = Story(keeps_conditional_apart=True)
    story.create("works")
    story.create("waits", order_type=STOP, price=None, trigger_price=Decimal(90))
    story.hear(row("V1", "works"), row("A1", "waits", STOP))
    story.hear(opened("V8", whole=True, instrument=BTC_USD, order_type=OrderType.LIMIT))
    story.hear(opened("V9", whole=True, instrument=ETH, order_type=OrderType.LIMIT))
    return story


def row(venue_order_id: str, name: str, type_: OrderType = OrderType.LIMIT) -> OrderFact:
    return opened(venue_order_id, name, order_type=type_, instrument=BTC_USD, whole=True)


def sweep(story: Story, **fields: Any) -> str:
    return story._give(
        CancelAll(command_id=CommandId("sweep"), account=ACCOUNT, instrument=BTC_USD, **fields), sent=True
    )


@pytest.mark.parametrize(
    ("conditional", "ours", "others"), [(False, ("works",), ("V8",)), (True, ("waits",), ())], ids=["plain", "waiting"]
)
def test_it_is_about_the_orders_of_its_instrument_and_kind(
    conditional: bool, ours: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """Ours and those of others; as asked, as journaled and as rebuilt."""
    story = with_three_orders()
    story.wait(1)
    sweep(story, conditional=conditional)
    record = story.dispatch.desk.commands[CommandId("sweep")]
    assert (record.targets, record.before.open, record.before.others) == (ours, ours, others)
    story.unanswered("sweep")
    target = Target(instrument=BTC_USD, conditional=conditional)
    assert [case.target for case in story.agenda().cases] == [target]
    story.wait(1)
    story.crash()
    record = story.dispatch.desk.commands[CommandId("sweep")]
    assert (record.targets, record.before.open) == (ours, ours)


def test_one_that_was_triggered_before_is_an_order_like_any_other() -> None:
    """Then, and in what a restart makes of it."""
    story = with_three_orders()
    story.hear(triggered("A1", "waits"))
    story.wait(1)
    sweep(story, conditional=False)
    assert story.dispatch.desk.commands[CommandId("sweep")].targets == ("works", "waits")
    story.wait(1)
    story.crash()
    assert story.dispatch.desk.commands[CommandId("sweep")].targets == ("works", "waits")


def test_where_kinds_are_not_kept_apart_there_is_one_list() -> None:
    """A venue without lists of their own for orders that wait cancels both."""
    story = Story()
    story.create("waits", order_type=STOP, price=None, trigger_price=Decimal(90))
    story.hear(row("A1", "waits", STOP))
    story.cancel_all()
    assert story.dispatch.desk.commands[CommandId("cancel all 1")].targets == ("waits",)
    story.unanswered("cancel all 1")
    assert [case.target for case in story.agenda().cases] == [Target()]


def test_its_verdict_is_read_off_the_list_of_that_instrument_and_kind() -> None:
    """What is not in it, and would be, is asked for; what cannot be in it is left alone."""
    story = with_three_orders()
    sweep(story, conditional=False)
    story.unanswered("sweep")
    story.wait(70)
    target = Target(instrument=BTC_USD, conditional=False)
    story.look_up(None, target=target)
    assert story.asked_for("works")
    assert not story.asked_for("waits"), "another list has it"
    assert story.agenda().strangers == ("V8",), "and V9 is of another instrument"
    assert story.is_unknown("sweep"), "how its order ended is not known yet"
    story.look_up("works", canceled("0", "V1", "works"), commands=())
    story.find_open(row("A1", "waits", STOP), opened("V9", whole=True))
    story.hear(canceled("0", "V8", whole=True))
    story.look_up(None, target=target, commands=["sweep"])
    verdict = story.whole_verdict("sweep")
    assert verdict is not None
    assert (verdict.status, verdict.proof) == (CommandStatus.ACCEPTED, Proof.ORDER_CLOSED)
    assert story.told("waits") == ["Submitted", "Accepted"]


def test_all_that_is_open_there_after_its_validity_was_not_cancelled() -> None:
    """Asked late enough, twice."""
    story = with_three_orders()
    sweep(story, conditional=True)
    story.unanswered("sweep")
    for _ in range(2):
        story.wait(70)
        story.look_up(None, row("A1", "waits", STOP), target=Target(instrument=BTC_USD, conditional=True))
    assert story.verdict("sweep") is CommandStatus.NOT_EXECUTED


def test_one_that_was_triggered_meanwhile_does_not_keep_it_open() -> None:
    """It waits no more: no list of those that wait will ever have it."""
    story = with_three_orders()
    sweep(story, conditional=True)
    story.unanswered("sweep")
    story.hear(triggered("A1", "waits"))
    story.wait(70)
    story.look_up(None, target=Target(instrument=BTC_USD, conditional=True))
    assert not story.is_unknown("sweep")


def test_of_an_order_of_which_too_little_is_known_it_may_be_in_any_list() -> None:
    """It is asked for rather than overlooked."""
    story = Story(keeps_conditional_apart=True)
    story.hear(opened("V9", whole=True))
    stranger = story.dispatch.strangers.get(opened("V9").venue_order_id)
    assert stranger is not None
    assert is_listed_in(Target(instrument=ETH, conditional=True), stranger)
    story.hear(opened("V9", whole=True, order_type=STOP))
    assert not is_listed_in(Target(conditional=False), stranger)
    story.hear(opened("V9", whole=True), triggered("V9"))
    assert not is_listed_in(Target(conditional=True), stranger)
    assert is_listed_in(Target(conditional=False), stranger)


def waiting_create(name: str, instrument: InstrumentId, type_: OrderType) -> CreateOrder:
    return CreateOrder(
        command_id=CommandId(name), account=ACCOUNT, client_order_id=ClientOrderId(name), instrument=instrument,
        side=Side.BUY, order_type=type_, quantity=Decimal(1), price=Decimal(100),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("apart", "conditional", "taken"),
    [(True, False, ["a"]), (True, True, ["b"]), (False, False, ["a", "b"]), (False, True, ["a", "b"])],
)
def test_what_waits_in_the_lane_is_taken_back_if_it_is_about_it(
    apart: bool, conditional: bool, taken: list[str]
) -> None:
    """Orders of another instrument or kind go out all the same."""
    queues = Queues(apart=apart)
    for one in (
        waiting_create("a", BTC_USD, OrderType.LIMIT), waiting_create("b", BTC_USD, STOP),
        waiting_create("c", ETH, OrderType.LIMIT),
    ):  # fmt: skip
        queues.add(Item(commands=(one,), send_by=10.0, exposure=Exposure(risk=Risk.ADDS, instrument=one.instrument)))
    cancel = CancelAll(command_id=CommandId("all"), account=ACCOUNT, instrument=BTC_USD, conditional=conditional)
    assert queues.take_back_all(cancel) == taken
    assert queues.take_back_all(CancelAll(command_id=CommandId("all"), account=ACCOUNT)) == (
        [one for one in ("a", "c") if one not in taken] if apart else ["c"]
    )


def test_one_that_was_triggered_afterwards_waited_when_it_was_sent() -> None:
    """What a restart makes of it is how things stood then, not how they stand since."""
    story = with_three_orders()
    story.wait(1)
    sweep(story, conditional=True)
    story.wait(1)
    story.hear(triggered("A1", "waits"))
    story.crash()
    assert story.dispatch.desk.commands[CommandId("sweep")].targets == ("waits",)
