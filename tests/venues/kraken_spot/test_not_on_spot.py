"""Words of other venues that Kraken Spot has nothing for: refused, never left out of what is sent."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.commands import CancelAll
from batactors.model.errors import DecodeError, ExchangeReject, Unsupported
from batactors.model.ids import AccountName, CommandId
from batactors.model.positions import PositionSide
from batactors.model.questions import AskLimits, AskMargin, AskPositions, AskWhetherValid, Question
from batactors.model.terms import OrderType, TriggerBy
from batactors.venues.kraken_v2.frames import encode
from tests.venues.kraken_spot.samples import BTC_USD, REQUEST, STAMP, TOKEN, UNTIL, create, taught


@pytest.mark.parametrize(
    "terms",
    [{"position_side": PositionSide.LONG}, {"trigger_by": TriggerBy.MARK}],
)
def test_terms_that_it_does_not_have(terms: dict[str, Any]) -> None:
    """An order with such terms would not be the one that was meant, by whichever road."""
    order = create(**terms)
    for refuse in (
        lambda: taught().check(order),
        lambda: encode([order], REQUEST, TOKEN, UNTIL, taught().dialect),
        lambda: taught().request_command([order], STAMP),
    ):
        with pytest.raises(Unsupported):
            refuse()


@pytest.mark.parametrize("trigger_by", [None, TriggerBy.LAST, TriggerBy.INDEX])
def test_the_triggers_that_it_has(trigger_by: TriggerBy | None) -> None:
    """The last price, which it is if nothing is said, or the index: by either road the venue is told which."""
    order = create(order_type=OrderType.STOP_MARKET, trigger_price=Decimal(9), price=None, trigger_by=trigger_by)
    taught().check(order)
    word = "index" if trigger_by is TriggerBy.INDEX else "last"
    assert dict(taught().request_command([order], STAMP).fields)["trigger"] == word
    assert f'"reference":"{word}"' in encode([order], REQUEST, TOKEN, UNTIL, taught().dialect)


def test_an_order_that_is_checked_is_not_placed() -> None:
    """The call is the one that places orders, so the word that it shall not stands in it, and an id is an alarm."""
    question = AskWhetherValid(order=create())
    request = taught().request(question)
    assert request.path == "/0/private/AddOrder"
    assert dict(request.fields)["validate"] == "true"
    assert taught().read(question, 0, 200, b'{"error":[],"result":{"descr":{"order":"buy 1 XBTUSD"}}}').facts == ()
    with pytest.raises(ExchangeReject, match="Insufficient funds"):
        taught().read(question, 0, 200, b'{"error":["EOrder:Insufficient funds"]}')
    with pytest.raises(DecodeError, match="says that it placed"):
        taught().read(question, 0, 200, b'{"error":[],"result":{"txid":["O1"]}}')


@pytest.mark.parametrize("scope", [{"instrument": BTC_USD}, {"conditional": True}])
def test_only_all_orders_are_cancelled_at_once(scope: dict[str, Any]) -> None:
    """A cancel of some of them would cancel all of them."""
    some = CancelAll(command_id=CommandId("c"), account=AccountName("a"), **scope)
    for refuse in (
        lambda: taught().check(some),
        lambda: encode([some], REQUEST, TOKEN, UNTIL, taught().dialect),
        lambda: taught().request_command([some], STAMP),
    ):
        with pytest.raises(Unsupported):
            refuse()


@pytest.mark.parametrize("question", [AskMargin(), AskPositions(), AskLimits()])
def test_questions_that_it_does_not_answer(question: Question) -> None:
    """They are told before anything is sent, by name."""
    with pytest.raises(Unsupported, match="Kraken Spot"):
        taught().request(question)
    with pytest.raises(Unsupported, match="Kraken Spot"):
        taught().read(question, 0, 200, b'{"error":[],"result":{}}')
