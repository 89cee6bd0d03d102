"""Questions and their answers (section 4), page by page to the end: cursors, weeks and coins."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.errors import DecodeError, Unsupported
from batactors.model.facts import Fact, FillFact, InstrumentFact, OrderFact, QuarantineFact
from batactors.model.questions import (
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskLimits,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskToken,
    KeepSwitch,
    Question,
    Target,
)
from batactors.venues.bybit.places import WEEK_MS, Place
from batactors.venues.reading import Unsound
from tests.venues.bybit.samples import (
    BTC,
    EXECUTION,
    FILLED,
    NEW,
    NOW,
    NOW_MS,
    ORDER,
    ORDER_ID,
    OURS,
    POSITION_ROW,
    SYMBOL,
    WALLET,
    envelope,
    listed,
    read,
    taught,
)


def asked(question: Question, offset: int = 0) -> tuple[str, dict[str, object]]:
    """The path and the fields of a request."""
    request = taught().request(question, offset)
    assert request.method == "GET"
    return request.path, dict(request.fields)


def all_pages(question: Question, *bodies: bytes) -> tuple[list[Fact], list[dict[str, object]]]:
    """All facts of an answer of so many pages, and what was asked for each."""
    facts: list[Fact] = []
    requests = []
    offset: int | None = 0
    for body in bodies:
        assert offset is not None, "it ended early"
        path, fields = asked(question, offset)
        requests.append({"path": path.removeprefix("/v5/"), **fields})
        page = read(question, body, offset)
        facts += page.facts
        offset = page.next_offset
    assert offset is None, "it has more pages"
    return facts, requests


@given(st.integers(0, 99), st.integers(0, 10**14), st.text())
def test_a_place_is_a_number_and_comes_back(step: int, since: int, cursor: str) -> None:
    """Whatever text a cursor is; no place but the first is zero."""
    try:
        cursor.encode()
    except UnicodeEncodeError:
        return
    place = Place(step=step, since=since, cursor=cursor)
    assert place.number
    assert Place.of(place.number) == place
    assert Place.of(0) == Place()


@pytest.mark.parametrize("offset", [1, 77, 10**40])
def test_a_number_that_is_no_place_is_refused(offset: int) -> None:
    """It is none that this codec gave."""
    with pytest.raises(Unsound):
        Place.of(offset)
    with pytest.raises(Unsupported):
        taught().request(AskInstruments(), offset)
    with pytest.raises(DecodeError):
        read(AskInstruments(), listed(SYMBOL), offset)


def test_instruments_are_read_to_the_last_page() -> None:
    """There are more than one page holds (W36)."""
    pages = [listed(SYMBOL | {"symbol": f"A{one}USDT", "baseCoin": f"A{one}"}, cursor=f"c{one}") for one in range(2)]
    facts, requests = all_pages(AskInstruments(), *pages, listed(SYMBOL))
    assert [fact.instrument.aliases[0] for fact in facts if isinstance(fact, InstrumentFact)] == [
        "A0USDT", "A1USDT", "BTCUSDT",
    ]  # fmt: skip
    assert [request.get("cursor") for request in requests] == [None, "c0", "c1"]
    assert {request["limit"] for request in requests} == {1000}


@pytest.mark.holds("Y18")
def test_sixty_open_orders_are_all_kept() -> None:
    """A page holds fifty, and each coin has a list of its own (W36)."""
    rows = [NEW | {"orderId": f"o{one}"} for one in range(60)]
    facts, requests = all_pages(AskOpenOrders(), listed(*rows[:50], cursor="more"), listed(*rows[50:]), listed())
    assert [fact.venue_order_id for fact in facts if isinstance(fact, OrderFact)] == [f"o{one}" for one in range(60)]
    assert [(request["settleCoin"], request.get("cursor")) for request in requests] == [
        ("USDT", None), ("USDT", "more"), ("USDC", None),
    ]  # fmt: skip
    assert {(request["path"], request["openOnly"], request["limit"]) for request in requests} == {
        ("order/realtime", 0, 50)
    }


def test_open_orders_of_an_instrument_are_one_list() -> None:
    """And of one client order id one question."""
    _, (request,) = all_pages(AskOpenOrders(instrument=BTC), listed(NEW))
    assert (request["symbol"], "settleCoin" in request) == ("BTCUSDT", False)
    _, (one,) = all_pages(AskOpenOrders(client_order_id=OURS), listed())
    assert one == {"path": "order/realtime", "category": "linear", "orderLinkId": OURS}


def test_a_cursor_behind_an_empty_page_leads_nowhere() -> None:
    """The venue may give one with a last page that is full."""
    all_pages(AskOpenOrders(instrument=BTC), listed(NEW, cursor="more"), listed(cursor="again"))


def test_a_cursor_that_leads_to_itself_is_no_answer() -> None:
    """Half of an answer is none."""
    first = read(AskInstruments(), listed(SYMBOL, cursor="c"))
    assert first.next_offset is not None
    with pytest.raises(DecodeError, match="itself"):
        read(AskInstruments(), listed(SYMBOL, cursor="c"), first.next_offset)


@pytest.mark.parametrize(("question", "path"), [(AskFills, "execution/list"), (AskClosedOrders, "order/history")])
def test_a_history_is_asked_week_by_week(question: Any, path: str) -> None:
    """A question is answered for seven days; the venue's own clock says which week is the last."""
    since = NOW - timedelta(days=15)
    body = listed(cursor="")
    _, requests = all_pages(question(since=since), body, body, body)
    start = NOW_MS - 15 * 24 * 3600 * 1000 - 5000
    assert [request["startTime"] for request in requests] == [start + week * WEEK_MS for week in range(3)]
    assert all(request["endTime"] == request["startTime"] + WEEK_MS for request in requests)  # type: ignore[operator]
    assert {request["path"] for request in requests} == {path}


def test_a_week_is_read_to_its_last_page_first() -> None:
    """Its cursors belong to it."""
    rows = [EXECUTION | {"execId": f"e{one}"} for one in range(3)]
    facts, requests = all_pages(
        AskFills(since=NOW - timedelta(days=8), instrument=BTC), listed(rows[0], cursor="a"), listed(rows[1]),
        listed(rows[2]),
    )  # fmt: skip
    assert [fact.fill_id[:2] for fact in facts if isinstance(fact, FillFact)] == ["e0", "e1", "e2"]
    first, second, third = requests
    assert first["startTime"] == second["startTime"] != third["startTime"]
    assert (second["cursor"], "cursor" in third) == ("a", False)
    assert {request["symbol"] for request in requests} == {"BTCUSDT"}


def test_a_history_without_the_venues_time_is_no_answer() -> None:
    """Nothing says whether there is more of it."""
    with pytest.raises(DecodeError, match="time"):
        read(AskFills(since=NOW), listed(EXECUTION, time=None))


@pytest.mark.holds("Y08")
def test_an_order_that_is_not_found_is_an_empty_list() -> None:
    """No error, and nothing that cannot be read: both lists are asked, and have nothing (W9)."""
    facts, requests = all_pages(AskOrder(client_order_id=OURS, instrument=BTC), listed(), listed())
    assert facts == []
    assert [request["path"] for request in requests] == ["order/realtime", "order/history"]
    assert {request["orderLinkId"] for request in requests} == {OURS}
    found, requests = all_pages(AskOrder(client_order_id=OURS), listed(NEW))
    assert (len(found), len(requests)) == (1, 1)


def test_orders_by_id_are_asked_one_by_one_in_both_lists() -> None:
    """The second list only for what the first does not have."""
    facts, requests = all_pages(
        AskOrders(venue_order_ids=(ORDER_ID, "gone", "old")),  # type: ignore[arg-type]
        listed(ORDER), listed(), listed(), listed(), listed(FILLED | {"orderId": "old"}),
    )  # fmt: skip
    assert [fact.venue_order_id for fact in facts if isinstance(fact, OrderFact)] == [ORDER_ID, "old"]
    assert [(request["path"].split("/")[1], request["orderId"]) for request in requests] == [  # type: ignore[attr-defined]
        ("realtime", ORDER_ID), ("realtime", "gone"), ("history", "gone"), ("realtime", "old"), ("history", "old"),
    ]  # fmt: skip


def test_a_row_that_cannot_be_read_is_found_all_the_same() -> None:
    """It is kept, and makes the answer one that proves nothing; no other list is asked in its place."""
    facts, _ = all_pages(AskOrder(client_order_id=OURS), listed(ORDER | {"symbol": 1}))
    assert isinstance(facts[0], QuarantineFact)


def test_positions_of_all_coins_and_of_an_instrument() -> None:
    """Each coin has a list; the margin is those of all and the wallet."""
    facts, requests = all_pages(AskPositions(), listed(POSITION_ROW, cursor="c"), listed(), listed())
    assert [request["settleCoin"] for request in requests] == ["USDT", "USDT", "USDC"]
    assert len(facts) == 1
    _, (one,) = all_pages(AskPositions(instrument=BTC), listed(POSITION_ROW))
    assert (one["path"], one["symbol"], one["limit"]) == ("position/list", "BTCUSDT", 200)
    facts, requests = all_pages(AskMargin(), envelope({"list": [WALLET]}), listed(POSITION_ROW), listed())
    assert [type(fact).__name__ for fact in facts] == ["MarginFact", "BalanceFact", "PositionFact"]
    assert [request["path"] for request in requests] == ["account/wallet-balance", "position/list", "position/list"]


def test_balances_are_one_page() -> None:
    """Of the unified account."""
    facts, (request,) = all_pages(AskBalances(), envelope({"list": [WALLET]}))
    assert [type(fact).__name__ for fact in facts] == ["BalanceFact"]
    assert request == {"path": "account/wallet-balance", "accountType": "UNIFIED"}


@pytest.mark.parametrize(
    "question",
    [AskInstruments(), AskOpenOrders(), AskOrder(client_order_id=OURS), AskFills(since=NOW), AskPositions(),
     AskBalances()],
)  # fmt: skip
@pytest.mark.parametrize("result", [{}, None, [], "text", {"list": None}, {"list": {}}, {"list": "none"}])
def test_what_is_no_list_is_not_nothing(question: Question, result: object) -> None:
    """An answer that is not one raises."""
    with pytest.raises(DecodeError):
        read(question, envelope(result))


@pytest.mark.parametrize(
    "question",
    [AskToken(), AskLimits(), AskAmendments(venue_order_id=ORDER_ID), KeepSwitch(seconds=10)],
)
def test_what_the_venue_does_not_answer(question: Question) -> None:
    """No token, no list of amendments, and a dead man's switch for institutions alone (section 9)."""
    with pytest.raises(Unsupported):
        taught().request(question)
    assert taught().switch is None


def test_what_is_asked_of_an_order() -> None:
    """By its id if it is known; by client order id else; what is open of an instrument; and the fills since then."""
    codec = taught()
    by_id = Target(venue_order_id=ORDER_ID, client_order_id=OURS, instrument=BTC, since=NOW)
    assert codec.lookups(by_id) == (AskOrders(venue_order_ids=(ORDER_ID,)), AskFills(since=NOW, instrument=BTC))
    by_ours = Target(client_order_id=OURS, instrument=BTC)
    assert codec.lookups(by_ours) == (AskOrder(client_order_id=OURS, instrument=BTC),)
    assert codec.lookups(Target(instrument=BTC)) == (AskOpenOrders(instrument=BTC),)
