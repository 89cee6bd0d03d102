"""Answers about the account, its tokens and the venue's clock (sections 4.1 and 5)."""

from decimal import Decimal

import pytest

from batactors.model.account_facts import MarginFact, PositionFact
from batactors.model.errors import AuthError, DecodeError
from batactors.model.facts import BalanceFact, QuarantineFact, VenueTimeFact
from batactors.model.ids import Asset
from batactors.model.positions import PositionSide
from batactors.model.questions import (
    AskBalances,
    AskMargin,
    AskPositions,
    AskTime,
    AskToken,
    DropToken,
    KeepToken,
    Page,
    Question,
)
from tests.venues.binance.samples import AT, BTC, only, taught, text


def read(question: Question, body: object, status: int = 200) -> Page:
    """What an answer says."""
    return taught().read(question, 0, status, text(body))


def test_tokens() -> None:
    """A listen key is a secret; keeping it may be answered with it or without."""
    page = read(AskToken(), {"listenKey": "SECRETKEY"})
    assert page.token == "SECRETKEY"
    assert "SECRETKEY" not in repr(page)
    assert read(KeepToken(), {"listenKey": "k"}).token == "k"
    assert read(KeepToken(), {}).token is None
    assert read(DropToken(), {}) == Page()
    with pytest.raises(AuthError) as caught:
        read(KeepToken(), {"code": -1125, "msg": "This listenKey does not exist."}, status=400)
    assert caught.value.retriable  # with a new one


def test_balances() -> None:
    """What there is of an asset, and what new orders may use of it."""
    rows = [{"accountAlias": "x", "asset": "USDT", "balance": "122.5", "availableBalance": "23.7",
             "updateTime": 1700000000120}, {"asset": "BNB", "balance": "0"}]  # fmt: skip
    assert read(AskBalances(), rows).facts == (
        BalanceFact(asset=Asset("USDT"), total=Decimal("122.5"), available=Decimal("23.7"), occurred_at=AT),
        BalanceFact(asset=Asset("BNB"), total=Decimal(0)),
    )


POSITION = {
    "symbol": "BTCUSDT", "positionSide": "SHORT", "positionAmt": "-0.004", "entryPrice": "60000.0",
    "breakEvenPrice": "0", "markPrice": "59999.9", "unRealizedProfit": "-0.5", "liquidationPrice": "0",
    "isolatedMargin": "0", "notional": "1", "marginAsset": "USDT", "updateTime": 1700000000120,
}  # fmt: skip


def test_positions() -> None:
    """Signed, by side; a price of zero is none."""
    position = PositionFact(
        instrument=BTC, position_side=PositionSide.SHORT, quantity=Decimal("-0.004"), entry_price=Decimal("60000.0"),
        mark_price=Decimal("59999.9"), unrealized=Decimal("-0.5"), occurred_at=AT,
    )  # fmt: skip
    assert read(AskPositions(), [POSITION]).facts == (position,)
    for bad in ({"symbol": "NEWUSDT"}, {"positionSide": "HOPE"}, {"positionAmt": "NaN"}):
        assert isinstance(only(read(AskPositions(), [POSITION | bad]).facts), QuarantineFact)


def test_the_account_as_a_whole() -> None:
    """Its sums, assets and positions in one answer (section 4.1)."""
    asset = {"asset": "USDT", "walletBalance": "10", "availableBalance": "9", "updateTime": 0}
    held = {"symbol": "BTCUSDT", "positionSide": "LONG", "positionAmt": "1", "unrealizedProfit": "2"}
    body = {
        "totalInitialMargin": "1", "totalMaintMargin": "0.5", "totalWalletBalance": "10", "totalUnrealizedProfit": "2",
        "availableBalance": "9", "assets": [asset], "positions": [held],
    }  # fmt: skip
    assert read(AskMargin(), body).facts == (
        MarginFact(
            wallet=Decimal(10), unrealized=Decimal(2), available=Decimal(9), initial=Decimal(1),
            maintenance=Decimal("0.5"),
        ),
        BalanceFact(asset=Asset("USDT"), total=Decimal(10), available=Decimal(9)),
        PositionFact(instrument=BTC, position_side=PositionSide.LONG, quantity=Decimal(1), unrealized=Decimal(2)),
    )  # fmt: skip
    with pytest.raises(DecodeError):
        read(AskMargin(), body | {"totalWalletBalance": "NaN"})


def test_the_venues_time() -> None:
    """By which the clock is set (D12, W52)."""
    assert read(AskTime(), {"serverTime": 1700000000120}).facts == (VenueTimeFact(now=AT, resolution=0.001),)
    with pytest.raises(DecodeError):
        read(AskTime(), {"serverTime": 0})
