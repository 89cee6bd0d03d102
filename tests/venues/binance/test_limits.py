"""What requests cost, and what answers say of the counters (sections 3, 4, 8 and 9.3)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import Operation
from batactors.model.ids import AccountName, CommandId
from batactors.model.limits import Counts
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
    AskSettings,
    AskTime,
    AskToken,
    AskWhetherValid,
    DropToken,
    KeepToken,
)
from batactors.model.settings import SetLeverage
from batactors.model.terms import Transport
from batactors.venues.binance.limits import KEEP_TOKEN_EVERY, LIFE, PATIENCE, charges_of_batch
from tests.venues.binance.samples import BTC, ORDER, OURS, amend, cancel, cancel_all, create, stop, taught

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
LEVERAGE = SetLeverage(command_id=CommandId("c"), account=AccountName("a"), instrument=BTC, leverage=2)


@pytest.mark.parametrize(
    ("asked", "weight", "orders"),
    [
        (create(), 0, 1), (stop(), 0, 1), (amend(), 0, 1), (cancel(), 1, 0), (cancel_all(), 1, 0), (LEVERAGE, 1, 0),
        (AskWhetherValid(order=create()), 0, 1), (AskOpenOrders(instrument=BTC), 1, 0), (AskOpenOrders(), 40, 0),
        (AskOrder(client_order_id=OURS, instrument=BTC), 1, 0), (AskOrders(venue_order_ids=(ORDER,)), 1, 0),
        (AskClosedOrders(instrument=BTC), 5, 0), (AskFills(since=SINCE, instrument=BTC), 5, 0), (AskBalances(), 5, 0),
        (AskMargin(), 5, 0), (AskPositions(), 5, 0), (AskSettings(), 5, 0), (AskInstruments(), 1, 0), (AskTime(), 1, 0),
        (AskLimits(), 1, 0), (AskToken(), 1, 0), (KeepToken(), 1, 0), (DropToken(), 1, 0),
        (AskAmendments(venue_order_id=ORDER), 1, 0),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_costs(asked: Any, weight: int, orders: int) -> None:
    """Section 4.1: weights count per address, orders per account and in every interval."""
    told = {charge.counts: charge.amount for charge in taught().charges(asked)}
    assert (told.get(Counts.WEIGHT, 0), told.get(Counts.ORDERS, 0)) == (weight, orders)
    assert all(charge.interval is None for charge in taught().charges(asked))


def test_the_cost_of_a_batch() -> None:
    """Five in ten seconds, and one in a minute."""
    assert [(charge.counts, charge.amount, charge.interval) for charge in taught().charges(create(), 3)] == [
        (Counts.WEIGHT, 5, None), (Counts.ORDERS, 5, 10), (Counts.ORDERS, 1, 60),
    ]  # fmt: skip
    assert taught().charges(create(), 3) == charges_of_batch() != taught().charges(create())


def test_cancels_have_a_reserve() -> None:
    """Of each counter, enough for two dozen of them (D11, W57)."""
    assert all(limit.reserve >= 24 for limit in taught().limits)
    assert all(limit.reserve < limit.limit / 2 for limit in taught().limits)


def test_headers() -> None:
    """Whatever their case and interval."""
    headers = {"X-MBX-USED-WEIGHT-1M": "17", "x-mbx-order-count-10s": "3", "X-Mbx-Order-Count-1m": "5", "Date": "x"}
    assert taught().heed(200, headers, b"[]") == [
        UsageFact(counts=Counts.WEIGHT, interval=60, used=17),
        UsageFact(counts=Counts.ORDERS, interval=10, used=3),
        UsageFact(counts=Counts.ORDERS, interval=60, used=5),
    ]


@pytest.mark.parametrize(
    "header",
    [{"X-MBX-USED-WEIGHT": "1"}, {"X-MBX-USED-WEIGHT-1M": "x"}, {"X-MBX-USED-WEIGHT-1M": "-1"},
     {"X-MBX-USED-WEIGHT-1M": ""}, {"X-MBX-USED-WEIGHT-1M": "9" * 5000}, {"X-MBX-USED-WEIGHT-1M": "\u0661"},
     {"X-MBX-ORDER-COUNT-1Y": "1"}, {"X-SAPI-USED-IP-WEIGHT-1M": "1"}],
)  # fmt: skip
def test_other_headers(header: dict[str, str]) -> None:
    """They say nothing that we could use."""
    assert taught().heed(200, header, b"{}") == []


def test_lives() -> None:
    """A socket is replaced before the venue cuts it, a token renewed before it ends, a silent socket pinged before it
    counts as dead (W29)."""
    assert LIFE < 24 * 3600
    assert KEEP_TOKEN_EVERY * 2 <= 60 * 60
    assert PATIENCE.ping_every * 2 < PATIENCE.silence
    assert PATIENCE.validity == 5.0
    assert taught().patience is PATIENCE


def test_the_codec_lists_its_batches() -> None:
    """One request carries one setting."""
    assert [taught().batch_limit(Operation.SET_LEVERAGE, road) for road in Transport] == [1, 1, 1]
    assert taught().by_instrument == {AskClosedOrders, AskFills}
    assert taught().keeps_conditional_apart


def test_a_venue_that_wants_to_be_left_alone() -> None:
    """By the header, whatever its case, and with the counts that come with it (W51)."""
    headers = {"retry-after": "30", "X-MBX-USED-WEIGHT-1M": "2401"}
    body = b'{"code":-1003,"msg":"Too many requests"}'
    assert taught().heed(429, headers, body) == [
        UsageFact(counts=Counts.WEIGHT, interval=60, used=2401),
        BackOffFact(reason="-1003 Too many requests", seconds=30, counts=Counts.WEIGHT),
    ]
    assert taught().heed(400, {"Retry-After": "30"}, b'{"code":-2019,"msg":"Margin is insufficient."}') == []


@pytest.mark.parametrize("code", [-1021, -5028])
def test_a_request_that_came_outside_of_its_window(code: int) -> None:
    """Whatever was asked: our clock is to be measured (section 2)."""
    body = b'{"code":%d,"msg":"Timestamp for this request is outside of the recvWindow."}' % code
    (fact,) = taught().heed(400, {}, body)
    assert isinstance(fact, ClockFact)
    assert str(code) in fact.reason
