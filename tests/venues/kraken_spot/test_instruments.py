"""What can be traded and what the account has (sections 4, 5 and 11)."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.facts import BalanceFact, Fact, InstrumentFact, QuarantineFact
from batactors.model.ids import Asset
from batactors.model.instruments import Instrument, InstrumentStatus
from batactors.model.questions import AskBalances, AskInstruments, Question
from tests.venues.kraken_spot.samples import ASSET_PAIRS, BTC_USD, only, rest, taught, told


def read(question: Question, body: bytes) -> list[Fact]:
    """The facts of an answer of one page."""
    return list(taught().read(question, 0, 200, body).facts)


def test_balances_in_the_streams_words() -> None:
    """Legacy codes are renamed, also before a suffix; newer assets that look like them are not."""
    facts = read(AskBalances(), rest({"XXBT": "1.50", "ZUSD": "2", "XXDG": "3", "XBT.F": "4", "ZETA": "5"}))
    assert facts == [
        BalanceFact(asset=Asset(asset), total=Decimal(total))
        for asset, total in (("BTC", "1.50"), ("USD", "2"), ("DOGE", "3"), ("BTC.F", "4"), ("ZETA", "5"))
    ]
    assert isinstance(only(read(AskBalances(), rest({"ZUSD": "NaN"}))), QuarantineFact)


def test_instruments() -> None:
    """A pair is named as on WebSocket v2, which its wsname is not; its other names are aliases."""
    bitcoin, doge = (fact.instrument for fact in read(AskInstruments(), rest(ASSET_PAIRS))
                     if isinstance(fact, InstrumentFact))  # fmt: skip
    aliases: Any = ("XXBTZUSD", "XBTUSD", "XBT/USD")
    assert bitcoin == Instrument(
        id=BTC_USD,
        base=Asset("BTC"),
        quote=Asset("USD"),
        tick=Decimal("0.1"),
        step=Decimal("0.00000001"),
        minimum_quantity=Decimal("0.00005"),
        minimum_cost=Decimal("0.5"),
        status=InstrumentStatus.ONLINE,
        aliases=aliases,
    )
    assert (doge.id, doge.aliases, doge.status) == ("DOGE/USD", ("XDGUSD", "XDG/USD"), InstrumentStatus.UNKNOWN)


def test_the_instrument_channel_agrees() -> None:
    """Its data is an object, and its numbers are JSON numbers (section 11)."""
    frame = (
        '{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","base":"BTC",'
        '"quote":"USD","status":"work_in_progress","qty_precision":8,"qty_increment":1e-8,"price_precision":1,'
        '"price_increment":0.1,"cost_precision":5,"cost_min":0.5,"qty_min":0.00005},{"symbol":"BAD/USD"}]}}'
    )
    instrument, aside = told(frame)
    assert isinstance(instrument, InstrumentFact)
    assert instrument.instrument.status is InstrumentStatus.HALTED
    assert (instrument.instrument.step, instrument.instrument.minimum_cost) == (Decimal("1E-8"), Decimal("0.5"))
    assert isinstance(aside, QuarantineFact)
    assert isinstance(only(told('{"channel":"instrument","data":[]}')), QuarantineFact)


@pytest.mark.parametrize(
    "change", [{"wsname": "XBTUSD"}, {"wsname": "/"}, {"tick_size": "-1"}, {"lot_decimals": 99}, {"wsname": ...}]
)
def test_a_bad_pair_is_set_aside_alone(change: dict[str, Any]) -> None:
    """The others can be traded."""
    bad = {name: value for name, value in (ASSET_PAIRS["XXBTZUSD"] | change).items() if value is not ...}
    aside, other = read(AskInstruments(), rest({"BAD": bad, "XXBTZUSD": ASSET_PAIRS["XXBTZUSD"]}))
    assert isinstance(aside, QuarantineFact)
    assert isinstance(other, InstrumentFact)


def test_a_tick_that_is_not_given_follows_from_the_decimals() -> None:
    """Prices have as many decimals as the pair."""
    pair = {name: value for name, value in ASSET_PAIRS["XXBTZUSD"].items() if name != "tick_size"}
    fact = only(read(AskInstruments(), rest({"XXBTZUSD": pair})))
    assert fact.instrument.tick == Decimal("0.1")
