"""What only the history tells: the terms that an order had, and what became of it more than five seconds ago."""

from datetime import timedelta
from decimal import Decimal

from batactors.model.facts import OrderFact, TermsFact
from batactors.model.questions import AskAmendments, AskOrders, Target
from batactors.venues.kraken_futures.times import to_ms
from tests.venues.kraken_futures.samples import (
    HISTORY_ORDER,
    NOW,
    ORDER,
    OTHER,
    OURS,
    STATUS_ROW,
    history,
    only,
    page,
    success,
    taught,
)


def test_an_amend_is_looked_for_in_the_history() -> None:
    """Only the history tells the terms of the past, from when the order was placed; so that it is asked for amends."""
    asked = taught().lookups(Target(venue_order_id=ORDER, client_order_id=OURS, since=NOW, amended=True))
    amends = AskAmendments(venue_order_id=ORDER, since=NOW)
    assert amends in asked
    request = taught().request(amends)
    since = to_ms(NOW - timedelta(seconds=5))
    assert (request.path, request.fields) == ("/api/history/v3/orders", (("sort", "asc"), ("since", since)))


def test_the_terms_of_the_past() -> None:
    """What an order was placed with, and each edit's; a fill changes none; what is told of others is not asked for."""
    placed = HISTORY_ORDER | {"quantity": "1", "filled": "0", "limitPrice": "50000"}
    traded = placed | {"quantity": "0.6", "filled": "0.4"}
    edited = traded | {"quantity": "1.6", "limitPrice": "50100"}
    foreign = placed | {"uid": OTHER}
    body = history(
        {"OrderPlaced": {"order": placed, "reason": "new_user_order"}},
        {"OrderUpdated": {"oldOrder": placed, "newOrder": traded, "reason": "partial_fill"}},
        {"OrderUpdated": {"oldOrder": traded, "newOrder": edited, "reason": "edited_by_user"}},
        {"OrderUpdated": {"oldOrder": foreign, "newOrder": foreign, "reason": "edited_by_user"}},
        {"OrderCancelled": {"order": edited, "reason": "cancelled_by_user"}},
    )
    told = only(page(AskAmendments(venue_order_id=ORDER, since=NOW), body).facts)
    assert isinstance(told, TermsFact)
    assert [(one.by_user, one.quantity, one.price) for one in told.history] == [
        (False, Decimal(1), Decimal(50000)), (True, Decimal(2), Decimal(50100)),
    ]  # fmt: skip
    assert all(one.since is not None for one in told.history)


def test_orders_that_closed_long_ago_are_looked_for_in_the_history() -> None:
    """Asked for by the venue's ids: what orders/status has forgotten since then the history has, and no others."""
    question = AskOrders(venue_order_ids=(ORDER, OTHER), since=NOW)
    first = page(question, success(orders=[STATUS_ROW]))
    assert len(first.facts) == 1
    assert first.next_offset == to_ms(NOW - timedelta(seconds=5))
    assert page(AskOrders(venue_order_ids=(ORDER,), since=NOW), success(orders=[STATUS_ROW])).next_offset is None
    assert page(AskOrders(venue_order_ids=(ORDER, OTHER)), success(orders=[])).next_offset is None
    assert taught().request(question, first.next_offset).path == "/api/history/v3/orders"
    elements = [
        {"OrderCancelled": {"order": HISTORY_ORDER | {"uid": uid}, "reason": "cancelled_by_user"}}
        for uid in (OTHER, "33333333-3333-4333-8333-333333333333")
    ]
    second = page(question, history(*elements), offset=first.next_offset)
    assert [fact.venue_order_id for fact in second.facts if isinstance(fact, OrderFact)] == [OTHER]
