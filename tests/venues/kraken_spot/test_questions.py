"""Questions over REST, and where an order would be found (section 4)."""

from datetime import UTC, datetime

import pytest

from batactors.model.ids import VenueOrderId
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskOpenOrders,
    AskOrders,
    AskToken,
    Question,
    Target,
)
from tests.venues.kraken_spot.samples import ORDER, OURS, taught

SINCE = datetime(2026, 1, 2, 3, 4, 5, 999999, tzinfo=UTC)  # 1767323045.999999
START = "1767323040"  # five seconds before, whole


@pytest.mark.parametrize(
    ("question", "call", "fields"),
    [
        (AskToken(), "GetWebSocketsToken", {}),
        (AskBalances(), "Balance", {}),
        (AskOpenOrders(), "OpenOrders", {}),
        (AskOpenOrders(client_order_id=OURS), "OpenOrders", {"cl_ord_id": OURS}),
        (AskOrders(venue_order_ids=(ORDER, VenueOrderId("O2"))), "QueryOrders", {"txid": f"{ORDER},O2"}),
        (AskFills(since=SINCE), "TradesHistory", {"start": START, "ofs": "0", "consolidate_taker": "false"}),
        (AskClosedOrders(client_order_id=OURS, since=SINCE), "ClosedOrders",
         {"cl_ord_id": OURS, "ofs": "0", "consolidate_taker": "false"}),
        (AskClosedOrders(since=SINCE), "ClosedOrders",
         {"start": START, "closetime": "close", "ofs": "0", "consolidate_taker": "false"}),
    ],
)  # fmt: skip
def test_private_questions(question: Question, call: str, fields: dict[str, str]) -> None:
    """Each is one signed POST; what was not asked for is not sent, and a start looks back a little."""
    request = taught().request(question)
    assert (request.method, request.path, request.private) == ("POST", f"/0/private/{call}", True)
    assert dict(request.fields) == fields


def test_instruments_are_public() -> None:
    """They need no key."""
    request = taught().request(AskInstruments())
    assert (request.method, request.path, request.private) == ("GET", "/0/public/AssetPairs", False)


@pytest.mark.parametrize("question", [AskFills(since=SINCE), AskClosedOrders(since=SINCE)])
def test_later_pages(question: Question) -> None:
    """They begin where they are told to."""
    assert dict(taught().request(question, 50).fields)["ofs"] == "50"


def test_many_orders_are_asked_for_in_parts() -> None:
    """At most twenty ids in one request; the offset counts ids."""
    ids = tuple(VenueOrderId(f"O{number}") for number in range(45))
    parts = [dict(taught().request(AskOrders(venue_order_ids=ids), offset).fields)["txid"] for offset in (0, 20, 40)]
    assert [len(str(part).split(",")) for part in parts] == [20, 20, 5]
    assert ",".join(map(str, parts)) == ",".join(ids)


def test_where_an_order_would_be_found() -> None:
    """By the venue's id if it is known; else by its client order id among the open and the closed; and by its fills."""
    assert taught().lookups(Target(client_order_id=OURS, venue_order_id=ORDER, since=SINCE)) == (
        AskOrders(venue_order_ids=(ORDER,)),
        AskFills(since=SINCE),
    )
    assert taught().lookups(Target(client_order_id=OURS, since=SINCE)) == (
        AskOpenOrders(client_order_id=OURS),
        AskClosedOrders(client_order_id=OURS, since=SINCE),
        AskFills(since=SINCE),
    )
    assert taught().lookups(Target(venue_order_id=ORDER)) == (AskOrders(venue_order_ids=(ORDER,)),)
    assert taught().lookups(Target()) == ()
