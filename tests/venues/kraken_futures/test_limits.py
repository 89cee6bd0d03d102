"""What the venue counts, and what its answers say of that (section 6)."""

from typing import Any

from batactors.model.questions import AskClosedOrders, AskFills, AskInstruments, AskOpenOrders, AskOrder
from tests.venues.kraken_futures.samples import NOW, OURS, cancel, cancel_all, create, taught

CLOSED = AskClosedOrders(client_order_id=OURS, since=NOW)


def test_what_the_venue_counts() -> None:
    """500 in ten seconds for trading, 100 in ten minutes for the history; a batch is cheaper by its rows."""

    def cost(asked: Any, legs: int = 1) -> dict[int | None, int]:
        return {charge.interval: charge.amount for charge in taught().charges(asked, legs)}

    assert {one.interval: one.limit for one in taught().limits} == {10: 500, 600: 100}
    assert (cost(create()), cost(create(), 5), cost(cancel()), cost(cancel_all())) == (
        {10: 10},
        {10: 14},
        {10: 10},
        {10: 25},
    )
    assert (cost(AskOpenOrders()), cost(AskInstruments()), cost(AskOrder(client_order_id=OURS))) == (
        {10: 2},
        {},
        {10: 1},
    )
    assert (cost(AskFills(since=NOW)), cost(CLOSED), cost(AskClosedOrders(since=NOW))) == ({10: 2}, {10: 1}, {600: 1})
    assert cost(AskFills(since=NOW), 2) == cost(CLOSED, 3) == {600: 1}


def test_what_an_answer_says_of_limits_and_of_the_clock() -> None:
    """To be silent for a while; to measure the clock."""
    heed = taught().heed
    assert [type(one).__name__ for one in heed(200, {}, b'{"error":"apiLimitExceeded"}')] == ["BackOffFact"]
    assert [type(one).__name__ for one in heed(429, {}, b"")] == ["BackOffFact"]
    late = b'{"sendStatus":{"status":"wouldProcessAfterSpecifiedTime"}}'
    assert [type(one).__name__ for one in heed(200, {}, late)] == ["ClockFact"]
    assert heed(200, {}, b"{}") == []
