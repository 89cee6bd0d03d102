"""Questions go to Spot's REST with the asset class; whether it answers them for derivatives is not confirmed."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.errors import ConfigError, ExchangeReject, Unsupported
from batactors.model.facts import BalanceFact, FillFact, InstrumentFact, OrderFact, Says
from batactors.model.ids import InstrumentId
from batactors.model.limits import Counts
from batactors.model.questions import (
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskOpenOrders,
    AskOrders,
    AskPositions,
    AskTime,
    AskToken,
    Question,
    Target,
)
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.kraken_unified.codec import KrakenUnified
from tests.venues.kraken_futures.samples import BTC, NOW, ORDER, OURS, cancel, cancel_all, create, only, text
from tests.venues.kraken_spot.samples import ASSET_PAIRS
from tests.venues.kraken_unified.samples import REST_ORDER, REST_TRADE, page, taught

ALL = (
    AskInstruments(), AskOpenOrders(), AskOpenOrders(client_order_id=OURS), AskClosedOrders(since=NOW),
    AskOrders(venue_order_ids=(ORDER,)), AskFills(since=NOW), AskAmendments(venue_order_id=ORDER), AskBalances(),
)  # fmt: skip


@pytest.mark.parametrize("question", ALL)
def test_a_question_is_spots_with_an_asset_class(question: Question) -> None:
    """The same call and fields, and one field more."""
    ours, spots = taught().request(question), KrakenSpot().request(question)
    assert (ours.method, ours.path, ours.private) == (spots.method, spots.path, spots.private)
    assert ours.fields == (*spots.fields, ("asset_class", "derivatives"))


@pytest.mark.parametrize("question", [AskToken(), AskTime()])
def test_the_token_and_the_time_are_of_no_class(question: Question) -> None:
    """The token is Spot's own, by a normal Kraken key (documented)."""
    assert taught().request(question) == KrakenSpot().request(question)


def test_what_it_has_no_call_for() -> None:
    """Positions come by the socket; the error says whose they would be."""
    assert not taught().has_positions
    with pytest.raises(Unsupported, match="Unified WebSocket"):
        taught().request(AskPositions())


@pytest.mark.parametrize("pair", ["PF_XBTUSD", "pf_xbtusd", "BTC/USD:USD"])
def test_orders_and_fills_by_whatever_rest_calls_the_contract(pair: str) -> None:
    """What REST calls a contract is not documented; its fees are in what the contract is settled in."""
    order = only(
        page(
            AskOrders(venue_order_ids=(ORDER,)), {ORDER: REST_ORDER | {"descr": REST_ORDER["descr"] | {"pair": pair}}}
        ).facts
    )
    assert isinstance(order, OrderFact)
    assert (order.instrument, order.says, order.quantity, order.filled) == (
        BTC,
        Says.CANCELED,
        Decimal(1),
        Decimal("0.14"),
    )
    fill = only(page(AskFills(since=NOW), {"trades": {"e-1": REST_TRADE | {"pair": pair}}, "count": 1}).facts)
    assert isinstance(fill, FillFact)
    assert (fill.fill_id, fill.instrument, fill.fees[0].asset) == ("e-1", BTC, "USD")


def test_an_order_that_nobody_knows_is_no_error() -> None:
    """For the one order that was asked for; anything else that is refused is."""
    body = text({"error": ["EOrder:Invalid order"]})
    assert not taught().read(AskOrders(venue_order_ids=(ORDER,)), 0, 200, body).facts
    with pytest.raises(ExchangeReject):
        taught().read(AskOpenOrders(), 0, 200, text({"error": ["EGeneral:Invalid arguments:asset_class"]}))


def test_contracts_are_named_as_on_the_other_protocol() -> None:
    """By whichever name REST has the venue's symbol in; a pair of Spot is left out."""
    row: dict[str, Any] = ASSET_PAIRS["XXBTZUSD"]
    for key, names in (
        ("PF_XBTUSD", {"altname": "PF_XBTUSD", "wsname": "PF_XBTUSD/USD"}),
        ("XBTUSDPERP", {"altname": "PF_XBTUSD", "wsname": "XBT/USD"}),
        ("PI_XBTUSD", {"altname": "PI_XBTUSD", "wsname": "XBT/USD"}),
        ("FF_XBTUSD_261225", {"altname": "FF_XBTUSD_261225", "wsname": "XBT/USD"}),
    ):
        instrument = only(page(AskInstruments(), {key: row | names, "XXBTZUSD": row}).facts).instrument
        symbol = key if key != "XBTUSDPERP" else "PF_XBTUSD"
        expected = {"PI": "BTC/USD:BTC", "FF": "BTC/USD:USD-261225"}.get(symbol[:2], BTC)
        assert (instrument.id, instrument.settle) == (expected, "BTC" if symbol[:2] == "PI" else "USD")
        assert (instrument.aliases[0], instrument.base, instrument.quote) == (symbol, "BTC", "USD")
        assert key in instrument.aliases
        codec = KrakenUnified()
        codec.learn([instrument])
        assert codec.dialect.names.symbol(InstrumentId(expected)) == symbol
        assert codec.dialect.names.over_rest(key) == expected


def test_balances_are_told_as_they_are() -> None:
    """And a fact that is about no instrument is not left out."""
    facts = page(AskBalances(), {"ZUSD": "100.5"}).facts
    assert facts == (BalanceFact(asset=only(facts).asset, total=Decimal("100.5")),)
    assert only(facts).asset == "USD"
    assert not any(isinstance(fact, InstrumentFact) for fact in facts)


def test_an_order_is_looked_for_as_on_spot() -> None:
    """By the venue's id, or among open and closed ones by ours, and among the fills."""
    for target in (Target(venue_order_id=ORDER, since=NOW), Target(client_order_id=OURS, since=NOW)):
        assert taught().lookups(target) == KrakenSpot().lookups(target)


def test_what_is_counted() -> None:
    """Commands as the older protocol counts them, the only count that is known; questions as Spot's REST does."""
    codec = KrakenUnified("pro")
    assert codec.pace is None
    assert codec.budget == KrakenSpot("pro").budget
    (limit,) = codec.limits
    assert (limit.counts, limit.interval, limit.limit) == (Counts.ORDERS, 10, 500)
    assert limit.reserve
    amounts = [only(codec.charges(one, legs)).amount for one, legs in
               ((create(), 1), (create(), 15), (cancel(), 1), (cancel(), 50), (cancel_all(), 1))]  # fmt: skip
    assert amounts == [10, 24, 10, 59, 25]
    assert codec.charges(AskOpenOrders()) == ()
    with pytest.raises(ConfigError, match="starter"):
        KrakenUnified("gold")
