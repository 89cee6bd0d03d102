"""Instruments, settings and the time (sections 3 and 4)."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.account_facts import SettingFact
from batactors.model.commands import Operation
from batactors.model.errors import ConfigError, ErrorKind, Unsupported
from batactors.model.facts import Answer, AnswerFact, InstrumentFact, QuarantineFact, VenueTimeFact
from batactors.model.instruments import Instrument, InstrumentStatus, QuantityLimits
from batactors.model.positions import MarginMode, PositionMode
from batactors.model.questions import AskInstruments, AskSettings, AskTime
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode, SettingCommand
from batactors.venues.bybit.codec import BybitLinear
from batactors.venues.bybit.names import Names
from tests.venues.bybit.samples import (
    BTC,
    FLAT,
    NOW,
    POSITION_ROW,
    REQUEST,
    STAMP,
    SYMBOL,
    WHO,
    envelope,
    listed,
    names,
    only,
    read,
    taught,
)

LEVERAGE = SetLeverage(**WHO, instrument=BTC, leverage=21)
CROSS = SetMarginMode(**WHO, margin_mode=MarginMode.CROSS)
HEDGE = SetPositionMode(**WHO, position_mode=PositionMode.HEDGE)


def instrument(**changes: Any) -> Instrument:
    """The instrument of a row."""
    fact = only(read(AskInstruments(), listed(SYMBOL | changes)).facts)
    assert isinstance(fact, InstrumentFact)
    return fact.instrument


def test_an_instrument_whole() -> None:
    """Every field that is read, by the sheet's sample."""
    assert instrument() == Instrument(
        id=BTC, base="BTC", quote="USDT", settle="USDT", tick=Decimal("0.10"), step=Decimal("0.001"),  # type: ignore[arg-type]
        minimum_quantity=Decimal("0.001"), minimum_cost=Decimal(5), maximum_quantity=Decimal("1190.000"),
        market=QuantityLimits(step=Decimal("0.001"), minimum=Decimal("0.001"), maximum=Decimal("500.000")),
        minimum_price=Decimal("0.10"), maximum_price=Decimal("1999999.80"), price_digits=2, maximum_open_orders=500,
        aliases=("BTCUSDT",),
    )  # fmt: skip


def test_futures_have_their_day_in_their_name() -> None:
    """Those that are settled in another coin differ by that."""
    future = instrument(
        symbol="BTC-27MAR26", contractType="LinearFutures", quoteCoin="USDC", settleCoin="USDC",
        deliveryTime="1774598400000",
    )  # fmt: skip
    assert (future.id, future.aliases) == ("BTC/USDC:USDC-260327", ("BTC-27MAR26",))
    assert instrument(symbol="BTCPERP", quoteCoin="USDC", settleCoin="USDC").id == "BTC/USDC:USDC"


@pytest.mark.parametrize(
    ("word", "status"),
    [("Trading", InstrumentStatus.ONLINE), ("PreLaunch", InstrumentStatus.HALTED),
     ("Delivering", InstrumentStatus.HALTED), ("Closed", InstrumentStatus.HALTED), ("New", InstrumentStatus.UNKNOWN)],
)  # fmt: skip
def test_what_may_be_done_with_it(word: str, status: InstrumentStatus) -> None:
    """A word that we do not know says nothing."""
    assert instrument(status=word).status is status


def test_an_instrument_that_nothing_can_be_rounded_for_is_set_aside_alone() -> None:
    """The others are listed."""
    broken = SYMBOL | {"priceFilter": {"tickSize": ""}}
    kinds = [type(fact) for fact in read(AskInstruments(), listed(broken, SYMBOL)).facts]
    assert kinds == [QuarantineFact, InstrumentFact]


def test_names_both_ways() -> None:
    """As learned; of perpetuals also before."""
    known = names()
    assert known.of("ETHPERP") == "ETH/USDC:USDC"
    assert known.symbol("BTC/USDC:USDC-260327") == "BTC-27MAR26"  # type: ignore[arg-type]
    fresh = Names()
    assert [fresh.symbol(one) for one in ("BTC/USDT:USDT", "BTC/USDC:USDC")] == ["BTCUSDT", "BTCPERP"]  # type: ignore[arg-type]
    assert fresh.find("BTCUSDT") is None
    for wrong in "BTC/USDC:USDC-260327", "BTC/USD", "BTC", "BTC/USD:BTC", "/USDT:USDT":
        with pytest.raises(Unsupported):
            fresh.symbol(wrong)  # type: ignore[arg-type]


# Settings.


@pytest.mark.parametrize(
    ("command", "path", "fields"),
    [
        (LEVERAGE, "position/set-leverage",
         {"category": "linear", "symbol": "BTCUSDT", "buyLeverage": "21", "sellLeverage": "21"}),
        (CROSS, "account/set-margin-mode", {"setMarginMode": "REGULAR_MARGIN"}),
        (SetMarginMode(**WHO, margin_mode=MarginMode.ISOLATED), "account/set-margin-mode",
         {"setMarginMode": "ISOLATED_MARGIN"}),
        (HEDGE, "position/switch-mode", {"category": "linear", "coin": "USDT", "mode": 3}),
        (SetPositionMode(**WHO, position_mode=PositionMode.ONE_WAY), "position/switch-mode",
         {"category": "linear", "coin": "USDT", "mode": 0}),
    ],
)  # fmt: skip
def test_a_setting_is_changed_by_rest(command: SettingCommand, path: str, fields: dict[str, object]) -> None:
    """The same leverage for both sides; the margin mode for the whole account."""
    codec = taught()
    codec.check(command)
    assert not codec.carries(command)
    request = codec.request_command([command], STAMP)
    assert (request.path, dict(request.fields)) == (f"/v5/{path}", fields)


def test_a_margin_mode_of_one_instrument_is_refused_before_it_is_sent() -> None:
    """It would be set for all others, too."""
    command = SetMarginMode(**WHO, instrument=BTC, margin_mode=MarginMode.CROSS)
    with pytest.raises(Unsupported, match="whole account"):
        taught().check(command)
    with pytest.raises(Unsupported, match="whole account"):
        taught().request_command([command], STAMP)


@pytest.mark.parametrize(
    ("command", "fact"),
    [
        (LEVERAGE, SettingFact(instrument=BTC, leverage=21)), (CROSS, SettingFact(margin_mode=MarginMode.CROSS)),
        (HEDGE, SettingFact(position_mode=PositionMode.HEDGE)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("code", [0, 110043, 110025])
def test_a_setting_that_was_so_before_is_done(command: SettingCommand, fact: SettingFact, code: int) -> None:
    """And how it is set now is told behind the answer."""
    answer, told = taught().read_command([command], REQUEST, 200, envelope({}, code))
    assert answer == AnswerFact(
        request_id=REQUEST, answer=Answer.ACCEPTED, message=getattr(answer, "message", None)
    )  # fmt: skip
    assert told == fact


@pytest.mark.parametrize(
    ("code", "expected"), [(110024, Answer.REFUSED), (3400045, Answer.REFUSED), (10016, Answer.UNCLEAR)]
)
def test_a_setting_that_was_not_changed(code: int, expected: Answer) -> None:
    """Nothing is told of how it is set."""
    answer = only(taught().read_command([HEDGE], REQUEST, 200, envelope({}, code, "no")))
    assert answer.answer is expected
    assert answer.error is (ErrorKind.UNKNOWN_EXECUTION if code == 10016 else ErrorKind.EXCHANGE_REJECT)


def test_how_an_instrument_is_set() -> None:
    """Its position tells, one of size zero too."""
    codec, question = taught(), AskSettings(instrument=BTC)
    request = codec.request(question)
    assert (request.path, dict(request.fields)["symbol"]) == ("/v5/position/list", "BTCUSDT")
    assert read(question, listed(POSITION_ROW)).facts == (SettingFact(instrument=BTC, leverage=10),)
    assert read(question, listed(POSITION_ROW | {"leverage": ""})).facts == ()
    assert isinstance(only(read(question, listed(POSITION_ROW | {"leverage": "12.5"})).facts), QuarantineFact)


@pytest.mark.parametrize(("indexes", "mode"), [((0,), PositionMode.ONE_WAY), ((1, 2), PositionMode.HEDGE)])
def test_how_the_account_is_set(indexes: tuple[int, ...], mode: PositionMode) -> None:
    """The margin mode by a call of its own; the position mode by the positions that an instrument has."""
    codec, question = taught(), AskSettings()
    assert codec.request(question).path == "/v5/account/info"
    page = read(question, envelope({"marginMode": "ISOLATED_MARGIN", "unifiedMarginStatus": 6, "dcpStatus": "OFF"}))
    assert page.facts == (SettingFact(margin_mode=MarginMode.ISOLATED),)
    assert page.next_offset is not None
    request = codec.request(question, page.next_offset)
    assert (request.path, dict(request.fields)["symbol"]) == ("/v5/position/list", "BTCUSDT")
    last = read(question, listed(*(FLAT | {"positionIdx": one} for one in indexes)), page.next_offset)
    assert set(last.facts) == {SettingFact(position_mode=mode)}
    assert last.next_offset is None
    portfolio = read(question, envelope({"marginMode": "PORTFOLIO_MARGIN"})).facts
    assert portfolio == (SettingFact(),)


def test_what_time_it_is() -> None:
    """To the microsecond (section 2)."""
    body = envelope({"timeSecond": "1700000000", "timeNano": "1700000000000123456"})
    (told,) = read(AskTime(), body).facts
    assert isinstance(told, VenueTimeFact)
    assert (told.now - NOW).total_seconds() == 0.000123
    request = taught().request(AskTime())
    assert (request.path, request.private) == ("/v5/market/time", False)


def test_the_whole_of_it() -> None:
    """What the engine is told of the venue."""
    codec = taught()
    assert (codec.venue, codec.keep_token_every, codec.pace, codec.budget) == ("bybit", None, None, None)
    assert codec.has_positions
    assert not codec.orders_requests
    assert not codec.keeps_conditional_apart
    assert not codec.renames_triggered
    assert codec.by_instrument == frozenset()
    assert codec.hosts("testnet").rest == "https://api-testnet.bybit.com"
    assert codec.hosts("production").commands is None, "one host for both sockets"
    with pytest.raises(ConfigError, match="testnet"):
        codec.hosts("demo")  # it has no trade socket
    with pytest.raises(ConfigError, match="tier"):
        BybitLinear(tier="vip1")
    assert codec.batch_limit(Operation.CANCEL_ALL, STAMP) == 1  # type: ignore[arg-type]
