"""Answers of REST to questions (sections 2, 4 and 5)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from batactors.model.errors import (
    AuthError,
    DecodeError,
    ExchangeReject,
    PermissionDenied,
    RateLimited,
    TemporaryUnavailable,
)
from batactors.model.facts import FillFact, OrderFact, QuarantineFact, Says
from batactors.model.ids import VenueOrderId
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskOpenOrders,
    AskOrders,
    AskToken,
    Page,
    Question,
)
from batactors.model.terms import Liquidity, OrderType, Side
from tests.venues.kraken_spot.samples import (
    BTC_USD,
    ORDER,
    OURS,
    REST_ORDER,
    REST_TRADE,
    TRADE,
    changed,
    executions,
    only,
    raw,
    rest,
    taught,
    told,
)

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
FILLS = AskFills(since=SINCE)
ALL: tuple[Question, ...] = (
    AskToken(), AskInstruments(), AskOpenOrders(), AskClosedOrders(), AskOrders(venue_order_ids=(ORDER,)), FILLS,
    AskBalances(),
)  # fmt: skip


def read(question: Question, body: bytes, offset: int = 0) -> Page:
    """What a codec that knows BTC/USD reads."""
    return taught().read(question, offset, 200, body)


def order(**changes: object) -> OrderFact:
    """The only fact of an open order with these changes."""
    fact = only(list(read(AskOpenOrders(), rest({"open": {ORDER: REST_ORDER | changes}})).facts))
    assert isinstance(fact, OrderFact)
    return fact


def fills(*trades: dict[str, Any]) -> list[Any]:
    """The facts of a page with these trades."""
    rows = {f"TAAAAA-0000{number}-AAAAAA": trade for number, trade in enumerate(trades, 1)}
    return list(read(FILLS, rest({"trades": rows, "count": len(rows)})).facts)


def test_an_open_order() -> None:
    """It is told whole: an order without a client order id here has none."""
    assert order() == OrderFact(
        says=Says.OPEN,
        venue_order_id=ORDER,
        client_order_id=OURS,
        instrument=BTC_USD,
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        quantity=Decimal("0.01"),
        price=Decimal("50000.0"),
        filled=Decimal("0.004"),
        whole=True,
        occurred_at=datetime(2026, 1, 2, 3, 4, 5, 200000, tzinfo=UTC),
    )
    assert order(cl_ord_id=None).client_order_id is None


@pytest.mark.parametrize(
    ("status", "says"),
    [("pending", Says.PENDING), ("open", Says.OPEN), ("closed", Says.FILLED), ("canceled", Says.CANCELED),
     ("expired", Says.EXPIRED), ("sleeping", Says.UNCLEAR)],
)  # fmt: skip
def test_how_it_stands(status: str, says: Says) -> None:
    """ "closed" is wholly filled; a cancelled or expired order still has its count; a new word is unclear."""
    fact = order(status=status, closetm=1767323050.5, reason="Post only order")
    assert (fact.says, fact.filled) == (says, Decimal("0.004"))
    ended = says in (Says.FILLED, Says.CANCELED, Says.EXPIRED)
    assert fact.post_only is ended
    assert fact.occurred_at == datetime(2026, 1, 2, 3, 4, *((10, 500000) if ended else (5, 200000)), tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "price", "trigger"),
    [("limit", "7", None), ("iceberg", "7", None), ("market", None, None), ("stop-loss", None, "7"),
     ("take-profit", None, "7"), ("stop-loss-limit", "8", "7"), ("take-profit-limit", "8", "7"),
     ("settle-position", None, None)],
)  # fmt: skip
def test_where_prices_are(word: str, price: str | None, trigger: str | None) -> None:
    """`price` is the limit, but the trigger of the types that have one; then the limit is `price2`."""
    fact = order(descr={"pair": "XBTUSD", "type": "buy", "ordertype": word, "price": "7", "price2": "8"})
    assert (fact.price, fact.trigger_price) == (price and Decimal(price), trigger and Decimal(trigger))


def test_relative_and_missing_prices_are_absent() -> None:
    """ "+5%" is not a price, and "0" is none."""
    fact = order(descr={"ordertype": "stop-loss-limit", "price": "+5%", "price2": "0"})
    assert (fact.price, fact.trigger_price, fact.instrument, fact.side) == (None, None, None, None)


@pytest.mark.parametrize("name", ["XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD"])
def test_every_name_of_a_pair(name: str) -> None:
    """Whatever REST calls it, it is our instrument."""
    assert order(descr={"pair": name, "ordertype": "limit"}).instrument == BTC_USD
    assert fills(REST_TRADE | {"pair": name})[0].instrument == BTC_USD


@pytest.mark.holds("B16")
def test_a_fill_is_the_same_by_stream_and_by_rest() -> None:
    """The row of TradesHistory tells what the executions channel told: id, order, price, quantity, fee, liquidity."""
    live, history = only(told(executions(TRADE))), only(fills(REST_TRADE))
    assert isinstance(history, FillFact)
    for name in ("fill_id", "venue_order_id", "instrument", "side", "order_type", "quantity", "price", "fees",
                 "liquidity", "occurred_at"):  # fmt: skip
        assert getattr(live, name) == getattr(history, name), name


@pytest.mark.holds("B16")
def test_no_fee_is_the_same_by_stream_and_by_rest() -> None:
    """A fee of zero, an empty list and no list are the same."""
    (history,) = fills(REST_TRADE | {"fee": "0.00000"})
    for fees in (..., [], [{"asset": "USD", "qty": 0}]):
        assert only(told(executions(changed(TRADE, fees=fees)))).fees == history.fees == ()


@pytest.mark.parametrize(
    ("maker", "liquidity"), [(True, Liquidity.MAKER), (False, Liquidity.TAKER), (None, Liquidity.UNKNOWN)]
)
def test_liquidity(maker: bool | None, liquidity: Liquidity) -> None:
    """Maker or taker, or not said."""
    assert fills(REST_TRADE | {"maker": maker})[0].liquidity is liquidity


def test_a_pair_that_was_not_learned() -> None:
    """The fill counts; its instrument, and the asset of its fee, are absent rather than guessed."""
    (fill,) = fills(REST_TRADE | {"pair": "FOOBAR"})
    assert (fill.quantity, fill.instrument, fill.fees) == (Decimal("0.004"), None, ())


@pytest.mark.parametrize(
    ("time", "microsecond"), [("1767323046.1234567", 123456), ("1767323046.0000010", 1), ("1767323046", 0)]
)
def test_times_keep_their_microseconds(time: str, microsecond: int) -> None:
    """Seconds are read as decimals: through a float the last digits would be noise."""
    (fill,) = fills(REST_TRADE | {"time": raw(time)})
    assert fill.occurred_at == datetime(2026, 1, 2, 3, 4, 6, microsecond, tzinfo=UTC)


@pytest.mark.parametrize("time", ["0", "-1", "1e30", '"NaN"', "null"])
def test_times_that_are_none(time: str) -> None:
    """They are absent."""
    assert fills(REST_TRADE | {"time": raw(time)})[0].occurred_at is None


@pytest.mark.holds("B17")
@pytest.mark.parametrize(
    "change", [{"vol": "0"}, {"vol": "-1"}, {"vol": "NaN"}, {"price": "0"}, {"fee": None}, {"vol": ""}]
)
def test_a_bad_trade_is_set_aside_alone(change: dict[str, object]) -> None:
    """Its siblings count, and its order is named."""
    first, aside, last = fills(REST_TRADE, REST_TRADE | change, REST_TRADE)
    assert isinstance(first, FillFact)
    assert isinstance(aside, QuarantineFact)
    assert isinstance(last, FillFact)
    assert aside.venue_order_id == ORDER


def test_a_bad_order_is_set_aside_alone() -> None:
    """It is named by its key."""
    rows = {"O1": REST_ORDER | {"vol_exec": "-1"}, "O2": 7, "O3": REST_ORDER}
    first, second, third = read(AskOpenOrders(), rest({"open": rows})).facts
    assert isinstance(first, QuarantineFact)
    assert isinstance(second, QuarantineFact)
    assert isinstance(third, OrderFact)
    assert [fact.venue_order_id for fact in (first, second)] == ["O1", "O2"]


@pytest.mark.parametrize(
    ("offset", "rows", "count", "following"),
    [(0, 50, 120, 50), (50, 50, 120, 100), (100, 20, 120, None), (100, 20, 121, 120), (0, 0, 0, None),
     (50, 0, 120, None), (0, 50, None, 50), (0, 49, None, None)],
)  # fmt: skip
def test_pages_go_on_until_the_count(offset: int, rows: int, count: int | None, following: int | None) -> None:
    """The next page begins behind this one; rows that come meanwhile are told twice, and an empty page is the last."""
    counted = {} if count is None else {"count": count}
    trades = rest({"trades": {f"T{number}": REST_TRADE for number in range(rows)}} | counted)
    closed = rest({"closed": {f"O{number}": REST_ORDER for number in range(rows)}} | counted)
    assert read(FILLS, trades, offset).next_offset == following
    page = read(AskClosedOrders(), closed, offset)
    assert (page.next_offset, len(page.facts)) == (following, rows)


def test_orders_asked_for_in_parts() -> None:
    """The next part is due as long as ids are left, whether or not the venue knew these."""
    question = AskOrders(venue_order_ids=tuple(VenueOrderId(f"O{number}") for number in range(21)))
    assert read(question, rest({})).next_offset == 20
    assert read(question, rest({"O20": REST_ORDER}), 20).next_offset is None


def test_the_token() -> None:
    """It is the page's token, and no fact."""
    assert read(AskToken(), rest({"token": "T", "expires": 900})) == Page(token="T")


@pytest.mark.parametrize(
    ("error", "kind"),
    [("EAPI:Invalid nonce", AuthError), ("EGeneral:Permission denied", PermissionDenied),
     ("EAPI:Rate limit exceeded", RateLimited), ("EService:Unavailable", TemporaryUnavailable),
     ("EOrder:Invalid price", ExchangeReject)],
)  # fmt: skip
@pytest.mark.parametrize("question", ALL)
def test_an_error_is_not_an_empty_answer(question: Question, error: str, kind: type[Exception]) -> None:
    """Errors come with status 200 (section 0, fact 1)."""
    with pytest.raises(kind):
        read(question, rest(None, error))
    with pytest.raises(kind):
        read(question, rest({}, "WGeneral:careful", error))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>502</html>", b"[]", b"{}", b'{"error":[]}', b'{"error":[],"result":null}',
     b'{"error":[],"result":[]}', b'{"result":{}}', b'{"error":"text","result":{}}', b"\xff"],
)  # fmt: skip
@pytest.mark.parametrize("question", ALL)
def test_what_is_no_answer_is_not_an_empty_one(question: Question, body: bytes) -> None:
    """A body that does not hold what was asked for is an error (acceptance S09)."""
    with pytest.raises(DecodeError):
        read(question, body)


@pytest.mark.parametrize("question", [AskToken(), AskOpenOrders(), AskClosedOrders(), FILLS])
def test_a_result_without_its_rows_is_not_an_empty_one(question: Question) -> None:
    """Nor is an object without the member that would hold them."""
    with pytest.raises(DecodeError):
        read(question, rest({}))


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (500, TemporaryUnavailable)])
def test_other_statuses(status: int, kind: type[Exception]) -> None:
    """What stands in front of the venue knows nothing of our orders, whatever it says."""
    with pytest.raises(kind):
        taught().read(AskOpenOrders(), 0, status, rest({"open": {}}))


def test_a_warning_is_not_an_error() -> None:
    """Strings that begin with W stand beside a good answer."""
    assert read(AskOpenOrders(), rest({"open": {}}, "WGeneral:careful")) == Page()


def test_extra_members_are_passed_over() -> None:
    """The venue adds fields without notice."""
    assert order(new_member={"a": [1]}) == order()
