"""Words of other venues that Kraken Spot has nothing for: refused, never left out of what is sent."""

from typing import Any

import pytest

from batactors.model.commands import CancelAll
from batactors.model.errors import Unsupported
from batactors.model.ids import AccountName, CommandId
from batactors.model.positions import PositionSide
from batactors.model.questions import AskLimits, AskMargin, AskPositions, Question
from batactors.model.terms import OrderType, TriggerBy
from batactors.venues.kraken_v2.frames import encode
from tests.venues.kraken_spot.samples import BTC_USD, REQUEST, STAMP, TOKEN, UNTIL, create, taught


@pytest.mark.parametrize(
    "terms",
    [{"position_side": PositionSide.LONG}, {"trigger_by": TriggerBy.MARK}, {"trigger_by": TriggerBy.INDEX}],
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


def test_the_trigger_that_it_has() -> None:
    """The last price may be named: it is what the codec sends anyway."""
    taught().check(create(order_type=OrderType.STOP_MARKET, trigger_by=TriggerBy.LAST))


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
