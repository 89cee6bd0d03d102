"""A cancel of all for one instrument, or for one kind, is judged by the orders that it concerns, and no others."""

from typing import Any

import pytest

from batactors.core.cancel_scope import concerns
from batactors.core.rules import Rules
from batactors.model.commands import CancelAll
from batactors.model.facts import OrderFact, Says
from batactors.model.ids import CommandId, InstrumentId
from batactors.model.questions import Target
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderType, Side
from tests.core.story import ACCOUNT, BTC_USD, MARGIN, READ_LAG, VALIDITY, Story
from tests.core.words import opened, says

ETH_USD = InstrumentId("ETH/USD")
OF_BTC: dict[str, Any] = {"instrument": BTC_USD, "order_type": OrderType.LIMIT, "side": Side.BUY, "whole": True}
OF_ETH: dict[str, Any] = {**OF_BTC, "instrument": ETH_USD}


def two_open(**rules: Any) -> Story:
    """An order of ours in BTC, and one of others in ETH."""
    story = Story(**rules)
    story.create(quantity="5")
    story.hear(opened("V1", "mine", **OF_BTC), opened("V2", None, quantity="3", price="10", **OF_ETH))
    return story


def cancel(story: Story, **scope: Any) -> str:
    return story._give(CancelAll(command_id=CommandId("all"), account=ACCOUNT, **scope), sent=True)


@pytest.mark.holds("X20")
def test_orders_of_other_instruments_do_not_speak_for_it() -> None:
    """That an order of another instrument is open still is no sign that a cancel of all of this one did nothing."""
    story = two_open()
    command = cancel(story, instrument=BTC_USD)
    story.unanswered(command)
    story.hear(says(Says.CANCELED, "V1", "mine", filled="0"))
    for _ in range(3):
        story.wait(READ_LAG + VALIDITY + MARGIN)
        story.look_up(None, opened("V2", None, **OF_ETH), target=Target(), commands=[command])
    assert story.verdict(command) is CommandStatus.ACCEPTED


@pytest.mark.holds("X20")
def test_the_orders_of_its_instrument_do_speak_for_it() -> None:
    """Its own order is open after its validity: it was not done, though nothing is open elsewhere."""
    story = two_open()
    command = cancel(story, instrument=ETH_USD)
    story.unanswered(command)
    for _ in range(3):
        story.wait(READ_LAG + VALIDITY + MARGIN)
        rows = (opened("V1", "mine", **OF_BTC), opened("V2", None, **OF_ETH))
        story.look_up(None, *rows, target=Target(), commands=[command])
    assert story.verdict(command) is CommandStatus.NOT_EXECUTED
    verdict = story.whole_verdict(command)
    assert verdict is not None
    assert [order.venue_order_id for order in verdict.orders] == ["V2"]


def test_its_scope_outlives_a_crash() -> None:
    """After a restart it still concerns only its instrument's orders."""
    story = two_open()
    command = cancel(story, instrument=ETH_USD)
    story.crash()
    assert story.dispatch.desk.commands[CommandId(command)].targets == ()


@pytest.mark.parametrize(
    ("apart", "conditional", "order_type", "taken"),
    [
        (True, False, OrderType.LIMIT, True),
        (True, False, OrderType.STOP_LIMIT, False),
        (True, True, OrderType.STOP_LIMIT, True),
        (True, True, OrderType.LIMIT, False),
        (True, True, None, True),
        (False, False, OrderType.STOP_LIMIT, True),
        (False, False, OrderType.LIMIT, True),
    ],
)
def test_kinds_count_where_a_venue_keeps_them_apart(
    apart: bool, conditional: bool, order_type: OrderType | None, taken: bool
) -> None:
    """There an order that waits for a trigger is taken by the one call, and any other by the other."""
    rules = Rules(keeps_conditional_apart=apart)
    row = OrderFact(says=Says.OPEN, order_type=order_type)
    assert concerns(CancelAll(command_id=CommandId("c"), account=ACCOUNT, conditional=conditional), row, rules) is taken
