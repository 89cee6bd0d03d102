"""Questions over REST and their answers: two calls where one does not tell all, and pages that go on by time."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from batactors.model.account_facts import MarginFact, PositionFact, SwitchFact
from batactors.model.errors import (
    AuthError,
    BatactorsError,
    DecodeError,
    RateLimited,
    TemporaryUnavailable,
    Unsupported,
)
from batactors.model.facts import (
    BalanceFact,
    FillFact,
    InstrumentFact,
    OrderFact,
    QuarantineFact,
    Says,
    VenueTimeFact,
)
from batactors.model.ids import InstrumentId
from batactors.model.instruments import InstrumentStatus
from batactors.model.positions import Forced
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskSettings,
    AskTime,
    KeepSwitch,
    Question,
    Target,
)
from batactors.model.terms import Liquidity, OrderType
from batactors.venues.kraken_futures.times import to_ms
from tests.venues.kraken_futures.samples import (
    BTC,
    EXECUTION,
    FILL_ROW,
    HISTORY_ORDER,
    INSTRUMENT,
    NOW,
    OPEN_ROW,
    ORDER,
    OTHER,
    OURS,
    STATUS_ORDER,
    STATUS_ROW,
    history,
    only,
    page,
    success,
    taught,
    text,
    without,
)

CLOSED = AskClosedOrders(client_order_id=OURS, since=NOW)
FILLS = AskFills(since=NOW)
SINCE = to_ms(NOW - timedelta(seconds=5))


@pytest.mark.parametrize(("question", "offset", "path", "fields"), [
    (AskOpenOrders(), 0, "openorders", {}),
    (AskOrders(venue_order_ids=(ORDER, OTHER)), 0, "orders/status", {"orderIds": OTHER}),
    (AskOrder(client_order_id=OURS), 0, "orders/status", {"cliOrdIds": OURS}),
    (CLOSED, 0, "orders/status", {"cliOrdIds": OURS}),
    (CLOSED, SINCE, "orders", {"since": SINCE, "sort": "asc"}),
    (AskClosedOrders(since=NOW), 0, "orders", {"since": SINCE, "sort": "asc"}),
    (AskClosedOrders(), 0, "orders", {"since": 1, "sort": "asc"}),
    (FILLS, 0, "fills", {}),
    (FILLS, SINCE, "executions", {"since": SINCE, "sort": "asc"}),
    (AskBalances(), 0, "accounts", {}),
    (AskMargin(), 1, "openpositions", {}),
    (AskPositions(), 0, "openpositions", {}),
    (KeepSwitch(seconds=60), 0, "cancelallordersafter", {"timeout": 60}),
])  # fmt: skip
def test_each_question_has_its_call(question: Question, offset: int, path: str, fields: dict[str, Any]) -> None:
    """Several ids are one parameter, given several times."""
    request = taught().request(question, offset)
    assert request.path.endswith("/v3/" + path)
    assert request.path.startswith("/api/history/" if path in ("orders", "executions") else "/derivatives/api/")
    assert dict(request.fields) == fields
    assert request.private


def test_what_there_is_no_call_for() -> None:
    """The sheet has no preferences."""
    with pytest.raises(Unsupported):
        taught().request(AskSettings())


def test_an_open_order_has_the_total_of_both_its_sizes() -> None:
    """F01 over REST; one without what is left of it has no total, and is told all the same."""
    fact = only(page(AskOpenOrders(), success(openOrders=[OPEN_ROW])).facts)
    assert (fact.quantity, fact.filled, fact.whole) == (Decimal(1), Decimal("0.4"), True)
    stop = without(OPEN_ROW, "unfilledSize") | {"orderType": "stop", "stopPrice": 49000.0, "limitPrice": None}
    fact = only(page(AskOpenOrders(), success(openOrders=[stop])).facts)
    assert (fact.quantity, fact.order_type, fact.trigger_price) == (None, OrderType.STOP_MARKET, Decimal(49000))


def test_a_list_is_narrowed_to_what_was_asked_for() -> None:
    """The venue lists all; a row that cannot be read may be the one, and either spelling of our id is read."""
    rows = [OPEN_ROW, without(OPEN_ROW, "cliOrdId") | {"order_id": OTHER, "cli_ord_id": "b"}, {"order_id": 7}]
    facts = page(AskOpenOrders(client_order_id="b"), success(openOrders=rows)).facts  # type: ignore[arg-type]
    assert [type(fact) for fact in facts] == [OrderFact, QuarantineFact]
    assert isinstance(facts[0], OrderFact)
    assert facts[0].venue_order_id == OTHER
    elsewhere = AskOpenOrders(instrument=InstrumentId("ETH/USD:USD"))
    assert page(elsewhere, success(openOrders=[OPEN_ROW])).facts == ()


@pytest.mark.parametrize(("status", "reason", "says", "refused"), [
    ("ENTERED_BOOK", "NEW_USER_ORDER", Says.OPEN, False),
    ("TRIGGER_PLACED", None, Says.OPEN, False),
    ("FULLY_EXECUTED", "FULL_FILL", Says.FILLED, False),
    ("CANCELLED", "CANCELLED_BY_USER", Says.CANCELED, False),
    ("CANCELLED", "CONTRACT_EXPIRED", Says.EXPIRED, False),
    ("CANCELLED", "POST_WOULD_EXECUTE_REASON", Says.CANCELED, True),
    ("REJECTED", None, Says.CANCELED, True),
    ("unknown", None, Says.UNCLEAR, False),
])  # fmt: skip
def test_how_an_order_stands_within_five_seconds(status: str, reason: str | None, says: Says, refused: bool) -> None:
    """Cancelled, expired, and refused are told apart by the reason; words of tomorrow are a reason to ask again."""
    row = {"order": STATUS_ORDER | {"quantity": 1.0, "filled": 0}, "status": status, "updateReason": reason}
    fact = only(page(AskOrder(client_order_id=OURS), success(orders=[row])).facts)
    assert (fact.says, fact.refused) == (says, refused)
    assert fact.post_only == (reason == "POST_WOULD_EXECUTE_REASON")


def test_an_order_that_is_not_known_any_more_is_looked_for_in_the_history() -> None:
    """``orders/status`` forgets after five seconds; one that it knows needs no second call."""
    assert page(CLOSED, success(orders=[STATUS_ROW])).next_offset is None
    assert page(CLOSED, success(orders=[])).next_offset == SINCE
    ended = page(CLOSED, history({"OrderCancelled": {"order": HISTORY_ORDER, "reason": "cancelled_by_user"}}), SINCE)
    fact = only(ended.facts)
    assert (fact.says, fact.filled, fact.client_order_id) == (Says.CANCELED, Decimal(1), OURS)


def test_the_history_tells_ends_each_as_it_was_told_last() -> None:
    """What works is in another list; wholly filled is what has nothing left."""
    placed = {"OrderPlaced": {"order": HISTORY_ORDER | {"quantity": "1", "filled": "0"}, "reason": "new_user_order"}}
    filled = {"OrderUpdated": {"newOrder": HISTORY_ORDER, "oldOrder": HISTORY_ORDER, "reason": "full_fill"}}
    refused = {"OrderRejected": {"order": HISTORY_ORDER | {"uid": OTHER, "filled": "0"}, "reason": "post_would_execute",
                                 "orderError": "POST_WOULD_EXECUTE"}}  # fmt: skip
    found = page(AskClosedOrders(since=NOW), history(placed, filled, {"OrderNotFound": {}}, refused, {"NewEvent": {}}))
    first, second = (fact for fact in found.facts if isinstance(fact, OrderFact))
    assert (first.says, first.filled) == (Says.FILLED, Decimal(1))
    assert (second.says, second.refused, second.post_only) == (Says.CANCELED, True, True)
    assert page(AskClosedOrders(since=NOW), history(placed)).facts == ()


def test_the_history_goes_on_from_the_last_moment_of_a_page() -> None:
    """Rows of that moment come twice, and none is missed; a page that cannot go on is no answer."""
    event = {"Execution": {"execution": EXECUTION}}
    more = page(FILLS, history(event, event, token="t"), 1)
    assert more.next_offset == 1700000002001
    assert page(FILLS, history(event), SINCE).next_offset is None
    with pytest.raises(DecodeError):
        page(FILLS, history(event, token="t"), 1700000002000)


def test_fills_are_told_ahead_and_then_in_full() -> None:
    """The list has no fees; without a fill of that time, the history is left alone."""
    old = page(FILLS, success(fills=[FILL_ROW]))
    assert (old.facts, old.next_offset) == ((), None)
    new = FILL_ROW | {"fillTime": "2026-01-02T03:04:05.000Z", "fillType": "newWord"}
    ahead = page(FILLS, success(fills=[new]))
    fact = only(ahead.facts)
    assert (fact.provisional, fact.fees, fact.liquidity) == (True, (), Liquidity.UNKNOWN)
    assert ahead.next_offset == SINCE
    full = only(page(FILLS, history({"Execution": {"execution": EXECUTION}}), SINCE).facts)
    assert isinstance(full, FillFact)
    assert (full.fill_id, full.venue_order_id, full.client_order_id) == (fact.fill_id, ORDER, OURS)
    assert [(fee.asset, fee.amount) for fee in full.fees] == [("USD", Decimal("0.004"))]
    assert (full.liquidity, full.provisional) == (Liquidity.MAKER, False)


def test_a_taker_of_an_inverse_contract_pays_in_its_base() -> None:
    """The history does not say in what; negative is a rebate."""
    row = EXECUTION | {"makerOrder": None, "takerOrder": HISTORY_ORDER | {"tradeable": "PI_XBTUSD"},
                       "takerOrderData": {"fee": "-0.0001"}}  # fmt: skip
    full = only(page(FILLS, history({"Execution": {"execution": row}}), SINCE).facts)
    assert [(fee.asset, fee.amount) for fee in full.fees] == [("BTC", Decimal("-0.0001"))]
    assert full.liquidity is Liquidity.TAKER


def test_a_forced_fill_says_so() -> None:
    """A liquidation, and the other side of one."""
    for word, forced in (("liquidation", Forced.LIQUIDATION), ("assignee", Forced.DELEVERAGING)):
        row = FILL_ROW | {"fillTime": "2026-01-02T03:04:05.000Z", "fillType": word}
        assert only(page(FILLS, success(fills=[row])).facts).forced is forced


def test_margin_balances_and_positions() -> None:
    """One wallet; positions are a second call, and a short one is negative."""
    flex = {"currencies": {"USD": {"quantity": 10, "available": 9}}, "balanceValue": 10.5, "availableMargin": 8,
            "pnl": 0.5, "initialMargin": 2, "maintenanceMargin": 1}  # fmt: skip
    body = success(accounts={"cash": {"balances": {"usd": 5}}, "flex": flex})
    first = page(AskMargin(), body)
    assert [type(fact) for fact in first.facts] == [MarginFact, BalanceFact]
    assert first.next_offset == 1
    assert [type(fact) for fact in page(AskBalances(), body).facts] == [BalanceFact]
    rows = [{"side": "short", "symbol": "pf_xbtusd", "price": 50000, "size": 0.5, "unrealizedFunding": 0}]
    fact = only(page(AskPositions(), success(openPositions=rows)).facts)
    assert isinstance(fact, PositionFact)
    assert (fact.instrument, fact.quantity) == (BTC, Decimal("-0.5"))
    assert page(AskPositions(instrument=InstrumentId("ETH/USD:USD")), success(openPositions=rows)).facts == ()


def test_instruments_are_the_futures() -> None:
    """Linear and inverse, perpetual and dated; the step may be larger than one. Indices are none."""
    rows = [
        INSTRUMENT,
        INSTRUMENT | {"symbol": "FF_XBTUSD_261225", "postOnly": True},
        INSTRUMENT | {"symbol": "PI_XBTUSD", "type": "futures_inverse", "contractValueTradePrecision": 0},
        without(INSTRUMENT, "base", "quote") | {"symbol": "PF_PEPEUSD", "contractValueTradePrecision": -3},
        {"symbol": "in_xbtusd", "type": "spot index", "tradeable": False},
        INSTRUMENT | {"symbol": "PF_BADUSD", "tickSize": 0},
        INSTRUMENT | {"symbol": "PF_ETHUSD", "base": "ETH", "tradeable": False},
    ]
    facts = page(AskInstruments(), success(instruments=rows)).facts
    known = [fact.instrument for fact in facts if isinstance(fact, InstrumentFact)]
    assert [(one.id, one.settle, one.step) for one in known] == [
        ("BTC/USD:USD", "USD", Decimal("0.0001")), ("BTC/USD:USD-261225", "USD", Decimal("0.0001")),
        ("BTC/USD:BTC", "BTC", Decimal(1)), ("PEPE/USD:USD", "USD", Decimal(1000)),
        ("ETH/USD:USD", "USD", Decimal("0.0001")),
    ]  # fmt: skip
    assert [one.status for one in known[:2]] == [InstrumentStatus.ONLINE, InstrumentStatus.POST_ONLY]
    assert known[-1].status is InstrumentStatus.HALTED
    assert len([fact for fact in facts if isinstance(fact, QuarantineFact)]) == 1
    names = [taught()._names.symbol(one.id) for one in known[:4]]
    assert names == ["PF_XBTUSD", "FF_XBTUSD_261225", "PI_XBTUSD", "PF_PEPEUSD"]


def test_the_time_and_the_switch() -> None:
    """Any answer has the venue's time; a switch that is off says zero."""
    assert page(AskTime(), success(instrumentStatus=[])).facts == (VenueTimeFact(now=NOW, resolution=0.001),)
    armed = success(status={"currentTime": "2026-01-02T03:04:05.678Z", "triggerTime": "2026-01-02T03:05:05.678Z"})
    off = success(status={"currentTime": "2026-01-02T03:04:05.678Z", "triggerTime": "0"})
    assert page(KeepSwitch(seconds=60), armed).facts == (SwitchFact(is_armed=True),)
    assert page(KeepSwitch(seconds=0), off).facts == (SwitchFact(is_armed=False),)


@pytest.mark.parametrize(("status", "body", "error"), [
    (200, {"result": "error", "error": "authenticationError"}, AuthError),
    (200, {"result": "error", "error": "apiLimitExceeded"}, RateLimited),
    (200, {"result": "error", "error": "Unavailable"}, TemporaryUnavailable),
    (503, "<html>", TemporaryUnavailable),
    (200, {"result": "success"}, DecodeError),
])  # fmt: skip
def test_an_answer_that_is_none_raises(status: int, body: object, error: type[BatactorsError]) -> None:
    """It does not say that there is nothing."""
    with pytest.raises(error):
        page(AskOpenOrders(), text(body), status=status)


def test_the_questions_for_an_order_could_not_overlook_it() -> None:
    """By our id among the open and the closed; by the venue's where there is no other; and by its fills."""
    both = taught().lookups(Target(client_order_id=OURS, venue_order_id=ORDER, since=NOW))
    assert both == (CLOSED, AskOpenOrders(client_order_id=OURS), AskOrders(venue_order_ids=(ORDER,)), FILLS)
    assert taught().lookups(Target(venue_order_id=ORDER, since=NOW)) == (
        AskOrders(venue_order_ids=(ORDER,)), AskClosedOrders(since=NOW), FILLS,
    )  # fmt: skip
