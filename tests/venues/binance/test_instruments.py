"""exchangeInfo (section 3)."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.account_facts import LimitFact
from batactors.model.facts import InstrumentFact, QuarantineFact
from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument, InstrumentStatus, QuantityLimits
from batactors.model.limits import Counts
from batactors.model.questions import AskInstruments, AskLimits
from tests.venues.binance.samples import RATE_LIMITS, SYMBOL, only, taught, text


def info(*symbols: Any, limits: Any = ()) -> Any:
    """What exchangeInfo says."""
    body = {"timezone": "UTC", "serverTime": 1, "rateLimits": limits, "exchangeFilters": [], "symbols": symbols}
    return taught().read(AskInstruments(), 0, 200, text(body)).facts


def instrument(**changes: Any) -> Instrument:
    """The only instrument."""
    fact = only(info(SYMBOL | changes))
    assert isinstance(fact, InstrumentFact)
    return fact.instrument


def filtered(kind: str, **changes: Any) -> Instrument:
    """With one filter changed; with ``None``, without it."""
    rows = [row | changes if row["filterType"] == kind else row for row in SYMBOL["filters"]]
    if not changes:
        rows = [row for row in rows if row["filterType"] != kind]
    return instrument(filters=rows)


def test_a_perpetual() -> None:
    """Its rules are in its filters; its precisions are neither tick nor step."""
    assert instrument() == Instrument(
        id=InstrumentId("BTC/USDT:USDT"), base=Asset("BTC"), quote=Asset("USDT"), settle=Asset("USDT"),
        tick=Decimal("0.10"), step=Decimal("0.001"), minimum_quantity=Decimal("0.001"),
        maximum_quantity=Decimal(1000),
        market=QuantityLimits(step=Decimal("0.001"), minimum=Decimal("0.001"), maximum=Decimal(120)),
        minimum_price=Decimal("556.80"), maximum_price=Decimal(4529764),
        price_band=(Decimal("0.9500"), Decimal("1.0500")), minimum_cost=Decimal(50), price_digits=2,
        quantity_digits=3, maximum_open_orders=200, status=InstrumentStatus.ONLINE, aliases=("BTCUSDT",),
    )  # fmt: skip


def test_a_delivery_contract() -> None:
    """Its day is in its id, as in its symbol."""
    assert instrument(symbol="BTCUSDT_260327", contractType="CURRENT_QUARTER").id == "BTC/USDT:USDT-260327"


@pytest.mark.parametrize("word", ["PENDING_TRADING", "TRADING_HALT", "SETTLING", "PRE_DELIVERING", "DELIVERING",
                                  "DELIVERED", "PRE_SETTLE", "CLOSE"])  # fmt: skip
def test_only_one_status_trades(word: str) -> None:
    """The others are known, and mean that it does not."""
    assert instrument(status=word).status is InstrumentStatus.HALTED
    assert instrument(status="HOPE").status is InstrumentStatus.UNKNOWN


def test_zero_disables_a_bound() -> None:
    """It is no price of zero."""
    none = filtered("PRICE_FILTER", minPrice="0", maxPrice="0.00")
    assert (none.minimum_price, none.maximum_price) == (None, None)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("MARKET_LOT_SIZE", "market", None), ("MAX_NUM_ORDERS", "maximum_open_orders", None),
        ("MIN_NOTIONAL", "minimum_cost", Decimal(0)), ("PERCENT_PRICE", "price_band", None),
        ("POSITION_RISK_CONTROL", "tick", Decimal("0.10")),
    ],
)  # fmt: skip
def test_filters_may_be_missing(kind: str, field: str, value: object) -> None:
    """Then their rule does not hold."""
    assert getattr(filtered(kind), field) == value


def test_unknown_filters_may_hold_anything() -> None:
    """New ones appear without notice."""
    new = {"filterType": "HOPE", "limit": {"a": 1}, "tickSize": []}
    assert instrument(filters=[*SYMBOL["filters"], new]) == instrument()


BAD: list[Any] = [
    SYMBOL | {"filters": SYMBOL["filters"][1:]},  # no tick
    SYMBOL | {"filters": SYMBOL["filters"][:1]},  # no step
    SYMBOL | {"filters": [{"filterType": "PRICE_FILTER", "tickSize": "0"}, SYMBOL["filters"][1]]},
    SYMBOL | {"filters": [7]}, SYMBOL | {"filters": None}, SYMBOL | {"baseAsset": None}, 7, None,
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_bad_symbol_costs_itself(bad: Any) -> None:
    """One that nothing can be rounded to cannot be traded; the others can (P8)."""
    aside, good = info(bad, SYMBOL)
    assert isinstance(aside, QuarantineFact)
    assert isinstance(good, InstrumentFact)


def test_limits() -> None:
    """As the venue keeps them now, each with our reserve for cancels."""
    facts = info(limits=RATE_LIMITS)
    limits = [fact.limit for fact in facts if isinstance(fact, LimitFact)]
    assert [(one.counts, one.interval, one.limit, one.reserve) for one in limits] == [
        (Counts.WEIGHT, 60, 2400, 240), (Counts.ORDERS, 60, 1200, 120), (Counts.ORDERS, 10, 300, 30),
    ]  # fmt: skip
    assert taught().read(AskLimits(), 0, 200, text(RATE_LIMITS[1:])).facts == facts[1:]
    assert taught().limits == tuple(limits)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rateLimitType": "HOPE"}, []), ({"interval": "HOPE"}, [QuarantineFact]), ({"limit": 0}, [QuarantineFact]),
        ({"intervalNum": 0}, [QuarantineFact]), ({"limit": "x"}, [QuarantineFact]),
        ({"interval": "DAY"}, [LimitFact]), ({"rateLimitType": "RAW_REQUESTS"}, [LimitFact]),
    ],
)  # fmt: skip
def test_other_limits(change: dict[str, Any], told: list[type]) -> None:
    """One that counts something new is passed over, one that cannot be is set aside."""
    assert [type(fact) for fact in info(limits=[RATE_LIMITS[0] | change])] == told
