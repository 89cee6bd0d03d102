"""A session on the Unified WebSocket: its subscriptions, and what its channels tell."""

from decimal import Decimal

import msgspec
import pytest

from batactors.model.account_facts import MarginFact, PositionFact
from batactors.model.errors import ErrorKind
from batactors.model.facts import (
    Answer,
    AnswerFact,
    BalanceFact,
    FillFact,
    GapFact,
    IgnoredFact,
    InstrumentFact,
    OrderFact,
    QuarantineFact,
    Says,
    SnapshotFact,
    SubscribedFact,
    SubscriptionRefusedFact,
    VenueStatusFact,
)
from batactors.model.ids import InstrumentId
from batactors.model.terms import OrderType
from tests.venues.kraken_futures.samples import BTC, ORDER, OURS, REQUEST, STAMP, only, text
from tests.venues.kraken_unified.samples import (
    CANCELED,
    KEYS,
    MARGIN,
    NEW,
    POSITION,
    TOKEN,
    TRADE,
    channel,
    positions,
    session,
    taught,
    told,
)

CHANNELS = ("executions", "balances", "positions", "margin")


def test_it_subscribes_to_what_derivatives_have() -> None:
    """Orders and fills, balances, positions and margin, each for derivatives; ``margin`` takes no ``snapshot``."""
    one = session()
    frames = [msgspec.json.decode(frame) for frame in one.opening(TOKEN, STAMP)]
    assert one.awaits == CHANNELS
    assert [frame["params"]["channel"] for frame in frames] == list(CHANNELS)
    assert all(frame["params"]["asset_class"] == "derivatives" for frame in frames)
    assert (frames[0]["params"]["snap_orders"], frames[0]["params"]["snap_trades"]) == (True, True)
    assert [frame["params"].get("snapshot") for frame in frames[1:]] == [True, True, None]
    assert one.opening(TOKEN, STAMP) == ()


@pytest.mark.parametrize("number", range(1, 5))
def test_a_subscription_is_answered(number: int) -> None:
    """With the channel in its result, or with nothing but our number; also if there is one already."""
    name = CHANNELS[number - 1]
    for fields in (
        {"success": True, "result": {"channel": name}},
        {"success": True},
        {"success": False, "error": f"Already subscribed to {name} channel"},
    ):
        (fact,) = told(text({"method": "subscribe", "req_id": number, **fields}))
        assert fact == SubscribedFact(channel=name)
    refused = only(
        told(text({"method": "subscribe", "req_id": number, "success": False, "error": "EAPI:Invalid token"}))
    )
    assert isinstance(refused, SubscriptionRefusedFact)
    assert (refused.channel, refused.error) == (name, ErrorKind.AUTH_ERROR)


def test_an_orders_life_is_told_by_its_instruments_own_name() -> None:
    """It begins with ``new``, which has the order's terms; quantities are totals; a cancel has no terms."""
    frames = [channel("executions", [row], sequence=number) for number, row in enumerate((NEW, TRADE, CANCELED), 1)]
    new, trade, canceled = told(*frames)
    assert isinstance(new, OrderFact)
    assert (new.says, new.instrument, new.quantity, new.whole) == (Says.OPEN, BTC, Decimal(1), True)
    assert isinstance(trade, FillFact)
    assert (trade.fill_id, trade.quantity, trade.filled, trade.instrument) == (
        "e-1",
        Decimal("0.14"),
        Decimal("0.14"),
        BTC,
    )
    assert not trade.completes
    assert isinstance(canceled, OrderFact)
    assert (canceled.says, canceled.filled, canceled.instrument) == (Says.CANCELED, Decimal("0.14"), None)


@pytest.mark.parametrize("follows", [True, False])
def test_the_last_fill_completes_its_order_or_a_status_does(follows: bool) -> None:
    """Documented both ways for the two asset classes: ``filled`` follows, or the last trade says it itself."""
    last = TRADE | {"cum_qty": 1.0, "order_status": "partially_filled" if follows else "filled"}
    filled = {"exec_type": "filled", "order_status": "filled", "order_id": ORDER, "cl_ord_id": OURS, "cum_qty": 1.0}
    facts = told(channel("executions", [last, filled] if follows else [last]))
    fill = facts[0]
    assert isinstance(fill, FillFact)
    assert fill.completes is not follows
    if follows:
        assert isinstance(facts[1], OrderFact)
        assert facts[1].says is Says.FILLED


def test_a_stop_fires_under_its_own_id() -> None:
    """It waits with its trigger, and is told as triggered."""
    triggers = {"reference": "index", "price": 49000.0, "price_type": "static", "status": "untriggered"}
    waits = NEW | {"order_type": "stop-loss", "triggers": triggers}
    fires = {
        "exec_type": "status",
        "order_status": "new",
        "order_id": ORDER,
        "triggers": triggers | {"status": "triggered"},
    }
    first, second = told(channel("executions", [waits]), channel("executions", [fires]))
    assert isinstance(first, OrderFact)
    assert (first.order_type, first.trigger_price) == (OrderType.STOP_MARKET, Decimal(49000))
    assert isinstance(second, OrderFact)
    assert (second.says, second.venue_order_id) == (Says.TRIGGERED, ORDER)


def test_the_snapshot_has_what_is_open_and_the_last_fills() -> None:
    """And a number that is missing behind it is a gap; positions and margin have no numbers."""
    facts = told(
        channel("executions", [NEW, TRADE | {"order_status": "filled"}], "snapshot", sequence=1),
        positions(POSITION, kind="snapshot"),
        channel("executions", [CANCELED], sequence=3),
    )
    snapshot = facts[0]
    assert isinstance(snapshot, SnapshotFact)
    assert [order.client_order_id for order in snapshot.orders] == [OURS]
    assert [(fill.fill_id, fill.completes) for fill in snapshot.fills] == [("e-1", False)]
    assert [fact for fact in facts if isinstance(fact, GapFact)] == [
        GapFact(channel="executions", expected=2, received=3)
    ]


def test_a_symbol_is_read_before_anything_was_learned() -> None:
    """What its parts say is our name for it; one of another form stays as it is, and is nobody's."""
    for symbol, expected in (
        ("PF_ETHUSD", "ETH/USD:USD"), ("pf_xbtusd", BTC), ("FF_XBTUSD_261225", "BTC/USD:USD-261225"),
        ("PI_XBTUSD", "BTC/USD:BTC"), ("BTC/USD", "BTC/USD"), ("PF_USD", "PF_USD"),
    ):  # fmt: skip
        (fact,) = told(channel("executions", [NEW | {"symbol": symbol}]))
        assert isinstance(fact, OrderFact)
        assert fact.instrument == expected


def test_another_name_for_a_contract_is_learned() -> None:
    """If the venue lists a contract by two names, either is read, and the older one is sent."""
    codec = taught()
    data = {"assets": [], "pairs": [{
        "symbol": "PF_SOLUSD", "base": "SOL", "quote": "USD", "price_increment": 0.01, "qty_increment": 0.01,
        "qty_min": 0.01, "status": "online",
    }]}  # fmt: skip
    (fact,) = codec.session("connection", KEYS).decode(channel("instrument", data))
    assert isinstance(fact, InstrumentFact)
    assert (fact.instrument.id, fact.instrument.settle) == ("SOL/USD:USD", "USD")
    assert fact.instrument.aliases[0] == "PF_SOLUSD"


def test_balances_of_any_wallet_of_derivatives() -> None:
    """What such a wallet is called is not documented; the older words, and Spot's, are read."""
    for wallet in ({}, {"wallet_type": "spot"}, {"wallet_type": "futures"}, {"wallet_type": "flex"}):
        (fact,) = told(channel("balances", [{"asset": "USD", "balance": 9.5, **wallet}], sequence=1))
        assert isinstance(fact, BalanceFact)
        assert (fact.asset, fact.total) == ("USD", Decimal("9.5"))
    (other,) = told(channel("balances", [{"asset": "USD", "balance": 9.5, "wallet_type": "earn"}]))
    assert isinstance(other, IgnoredFact)


def test_positions_come_whole_and_then_by_what_changed() -> None:
    """The snapshot has what is open; an update has what changed, with 0 for what was closed."""
    (whole,) = told(positions(POSITION, kind="snapshot"))
    assert isinstance(whole, PositionFact)
    assert (whole.instrument, whole.quantity, whole.entry_price) == (BTC, Decimal("0.5"), Decimal(50000))
    (closed,) = told(positions(POSITION | {"size": 0}))
    assert isinstance(closed, PositionFact)
    assert closed.quantity == 0


@pytest.mark.parametrize("name", ["symbol", "instrument", "product_id"])
@pytest.mark.parametrize(("sign", "expected"), [({"size": -0.5}, -1), ({"size": 0.5, "side": "short"}, -1),
                                               ({"size": 0.5, "side": "long"}, 1), ({"size": 0.5}, 1)])  # fmt: skip
def test_a_position_by_whatever_it_is_called(name: str, sign: dict[str, object], expected: int) -> None:
    """Its instrument, and whether it is short, are not documented: both ways of either are read."""
    (fact,) = told(positions({name: "PF_XBTUSD", **sign}))
    assert isinstance(fact, PositionFact)
    assert (fact.instrument, fact.quantity) == (BTC, expected * Decimal("0.5"))


def test_a_position_that_was_closed_meanwhile_is_told_as_flat() -> None:
    """The next session's snapshot leaves it out, and the engine would believe it for ever."""
    codec = taught()
    first, second = codec.session("connection", KEYS), codec.session("connection", KEYS)
    first.decode(positions(POSITION, {"symbol": "PF_ETHUSD", "size": 2}, kind="snapshot"))
    facts = second.decode(positions({"symbol": "PF_ETHUSD", "size": 2}, kind="snapshot"))
    assert {fact.instrument: fact.quantity for fact in facts if isinstance(fact, PositionFact)} == {
        InstrumentId("ETH/USD:USD"): 2, BTC: 0,
    }  # fmt: skip
    again = codec.session("connection", KEYS).decode(positions(kind="snapshot"))
    assert [fact.instrument for fact in again if isinstance(fact, PositionFact)] == ["ETH/USD:USD"]


@pytest.mark.parametrize(
    "frame",
    [
        channel("positions", {"futures": [], "options": []}, "snapshot", error="snapshot_too_large"),
        positions(kind="snapshot", error="snapshot_too_large"),
        channel("positions", {"options": []}, "snapshot"),
        channel("positions", [POSITION], "snapshot"),
        text({"channel": "positions", "type": "snapshot"}),
        positions({"symbol": "PF_XBTUSD"}, kind="snapshot"),
        positions({"size": 1}, kind="snapshot"),
    ],
)
def test_positions_that_could_not_be_told_are_not_flat(frame: bytes) -> None:
    """A snapshot that was too large is empty, and says nothing; nor does one that cannot be read."""
    codec = taught()
    codec.session("connection", KEYS).decode(positions(POSITION, kind="snapshot"))
    facts = codec.session("connection", KEYS).decode(frame)
    assert facts
    assert all(isinstance(fact, QuarantineFact) for fact in facts)


def test_margin_is_the_multi_collateral_wallets() -> None:
    """Under the names of WebSocket v1; other wallets are not added, and a frame without sums is known."""
    (fact,) = told(channel("margin", MARGIN, "multi_collateral"))
    assert fact == MarginFact(
        wallet=Decimal("1000.5"), unrealized=Decimal("0.5"), available=Decimal(980), initial=Decimal(20),
        maintenance=Decimal(10),
    )  # fmt: skip
    for other in (channel("margin", [{}], "single_collateral"), channel("margin", {}, "multi_collateral")):
        (ignored,) = told(other)
        assert isinstance(ignored, IgnoredFact)
    (bad,) = told(channel("margin", MARGIN | {"balance_value": "much"}, "multi_collateral"))
    assert isinstance(bad, QuarantineFact)


def test_the_rest_is_as_on_spot() -> None:
    """Status, heartbeats, a refusal that names nothing, and what nobody knows."""
    assert only(told(channel("status", [{"system": "maintenance"}]))) == VenueStatusFact(
        word="maintenance", accepts_orders=False
    )
    assert isinstance(only(told(text({"channel": "heartbeat"}))), IgnoredFact)
    refusal = only(told(text({"error": "Exceeded msg rate", "req_id": REQUEST})))
    assert isinstance(refusal, AnswerFact)
    assert (refusal.answer, refusal.retriable) == (Answer.REFUSED, True)
    unknown = only(told(channel("options", [])))
    assert isinstance(unknown, IgnoredFact)
    assert not unknown.is_known
