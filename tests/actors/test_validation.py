"""What is found before anything is sent."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.validation import check
from batactors.model.commands import AmendOrder, Command, CreateOrder
from batactors.model.errors import InvalidCommand
from batactors.model.ids import InstrumentId, VenueOrderId
from batactors.model.instruments import Instrument, InstrumentStatus, QuantityLimits
from batactors.model.positions import PositionSide
from batactors.model.terms import OrderType, Side, TimeInForce
from tests.actors.words import BTC, INSTRUMENTS, amend, cancel, cancel_all, create, instrument

units = st.sampled_from(["1", "0.1", "0.5", "0.00000001", "25", "0.0005", "1E+2"]).map(Decimal)
numbers = st.decimals(allow_nan=False, allow_infinity=False)
near = st.tuples(st.integers(0, 10**12), units).map(lambda pair: pair[0] * pair[1])


def objection(command: Command, instruments: dict[InstrumentId, Instrument]) -> str | None:
    """What is said against a command, if it is not accepted."""
    try:
        check(command, instruments)
    except InvalidCommand as error:
        return str(error)
    return None


def complaint(command: Command, instruments: dict[InstrumentId, Instrument] | None = None) -> str:
    """What is said against a command that must not be accepted."""
    said = objection(command, INSTRUMENTS if instruments is None else instruments)
    assert said is not None
    return said


@given(tick=units, step=units, least=units, cost=units, quantity=numbers | near, price=numbers | near)
def test_what_is_accepted_fits_the_instrument(
    tick: Decimal, step: Decimal, least: Decimal, cost: Decimal, quantity: Decimal, price: Decimal
) -> None:
    """Whatever numbers are given, a command is refused as invalid or keeps tick, step and both minimums."""
    one = instrument(tick=tick, step=step, minimum_quantity=least, minimum_cost=cost)
    said = objection(create(quantity=quantity, price=price), {BTC: one})
    if said is not None:
        assert len(said) < 400
        return
    with localcontext(prec=200):
        assert quantity % step == 0
        assert price % tick == 0
        assert quantity >= least
        assert quantity * price >= cost
        assert quantity > 0
        assert price > 0


@given(tick=units, step=units, multiples=st.tuples(st.integers(1, 10**9), st.integers(1, 10**9)))
def test_what_fits_is_accepted(tick: Decimal, step: Decimal, multiples: tuple[int, int]) -> None:
    """Any multiples of tick and step above the minimums pass, for a create and for an amend alike."""
    one = instrument(tick=tick, step=step, minimum_quantity=step, minimum_cost=Decimal(0))
    quantity, price = multiples[0] * step, multiples[1] * tick
    check(create(quantity=quantity, price=price), {BTC: one})
    check(amend("a", quantity=quantity, price=price), {BTC: one})


@given(quantity=numbers, price=numbers | st.none(), trigger=numbers | st.none(), display=numbers | st.none())
def test_no_numbers_raise_another_error(
    quantity: Decimal, price: Decimal | None, trigger: Decimal | None, display: Decimal | None
) -> None:
    """However large, small or long the numbers are, the error is ours and short."""
    for order_type in OrderType:
        command = create(
            order_type=order_type, quantity=quantity, price=price, trigger_price=trigger, display_quantity=display
        )
        assert len(objection(command, INSTRUMENTS) or "") < 400


def test_the_callers_decimal_context_changes_nothing() -> None:
    """A program that calculates with few digits, or traps what it likes, gets the same answers."""
    with localcontext(prec=3):
        check(create(quantity=Decimal("123456.78"), price=Decimal("50000.1")), INSTRUMENTS)
        said = complaint(create(price=Decimal("50000.15")))
    assert "50000.1 or 50000.2 would be" in said
    with localcontext() as context:
        context.traps[InvalidOperation] = False
        assert "quantity" in complaint(create(quantity=Decimal("1e40")))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quantity": Decimal("1.001")}, ("quantity 1.001", "step 0.01", "BTC/USD", "1.00 or 1.01 would be")),
        ({"quantity": Decimal("0.04")}, ("quantity 0.04", "minimum 0.05", "BTC/USD")),
        ({"quantity": Decimal("0.05"), "price": Decimal(99)}, ("4.95 USD", "minimum cost 5")),
        ({"price": Decimal("50000.05")}, ("price 50000.05", "tick 0.1", "50000.0 or 50000.1 would be")),
        ({"price": None}, ("a limit order needs a price",)),
        ({"price": Decimal(-1)}, ("price is -1", "above zero")),
        ({"price": Decimal(0)}, ("price is 0", "above zero")),
        ({"quantity": Decimal(-1)}, ("quantity is -1", "above zero")),
        ({"quantity": Decimal("1e19")}, ("quantity is 1E+19", "at most")),
        ({"price": Decimal("1e999999")}, ("price is 1E+999999", "at most")),
        ({"quantity": Decimal("1e-999999")}, ("quantity is 1E-999999", "decimals")),
        ({"order_type": OrderType.MARKET}, ("a market order takes no price", "50000")),
        ({"order_type": OrderType.STOP_MARKET, "price": None}, ("a stop_market order needs a trigger_price",)),
        ({"trigger_price": Decimal(49_000)}, ("a limit order takes no trigger_price", "49000")),
        (
            {"order_type": OrderType.STOP_LIMIT, "trigger_price": Decimal("49000.05")},
            ("trigger_price 49000.05", "tick 0.1", "49000.0 or 49000.1"),
        ),
        ({"order_type": OrderType.MARKET, "price": None, "post_only": True}, ("market", "post_only")),
        ({"post_only": True, "time_in_force": TimeInForce.IOC}, ("ioc", "post_only")),
        ({"time_in_force": TimeInForce.GTD}, ("gtd order needs expire_at",)),
        ({"expire_at": datetime(2030, 1, 1, tzinfo=UTC)}, ("expire_at", "gtc", "gtd")),
        (
            {"time_in_force": TimeInForce.GTD, "expire_at": datetime(2030, 1, 1)},  # noqa: DTZ001
            ("expire_at 2030-01-01T00:00:00", "time zone"),
        ),
        ({"order_type": OrderType.ICEBERG}, ("iceberg order needs a display_quantity",)),
        ({"display_quantity": Decimal(1)}, ("limit order takes no display_quantity",)),
        (
            {"order_type": OrderType.ICEBERG, "display_quantity": Decimal(2)},
            ("display_quantity 2", "above the quantity 1"),
        ),
        ({"order_type": OrderType.ICEBERG, "display_quantity": Decimal("0.001")}, ("display_quantity 0.001", "step")),
        ({"validity": 0.1}, ("validity is 0.1", "0.5", "60")),
        ({"validity": 61}, ("validity is 61", "0.5", "60")),
        ({"validity": float("nan")}, ("validity is nan",)),
    ],
)  # fmt: skip
def test_an_error_names_the_thing_and_what_would_be_right(fields: dict[str, Any], words: tuple[str, ...]) -> None:
    """Each refusal says which field of which instrument is wrong, and what would be right."""
    said = complaint(create(**fields))
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("BTC/USDT", "BTC/USD"),
        ("btc/usd", "BTC/USD"),
        ("XBTUSD", "BTC/USD"),
        ("ETHUSD", "ETH/USD"),
        ("?", "account.instruments"),
    ],
)
def test_an_unknown_instrument_is_met_with_the_nearest(given: str, hint: str) -> None:
    """A name in another spelling, or another of the venue's names, is answered with the right one."""
    known = {BTC: instrument(BTC, aliases=("XBTUSD", "XXBTZUSD"))} | {k: v for k, v in INSTRUMENTS.items() if k != BTC}
    said = complaint(create(instrument=InstrumentId(given)), known)
    assert repr(given) in said
    assert hint in said


def test_a_long_name_is_not_compared_for_long() -> None:
    """A name of a megabyte is answered at once, and not repeated."""
    assert len(complaint(create(instrument=InstrumentId("X" * 1_000_000)))) < 400


@pytest.mark.parametrize("status", [InstrumentStatus.HALTED, InstrumentStatus.CANCEL_ONLY])
def test_a_halted_instrument_takes_cancels_only(status: InstrumentStatus) -> None:
    """No order is placed where none can be, and any may be taken back."""
    halted = {BTC: instrument(status=status)}
    assert "BTC/USD" in complaint(create(), halted)
    check(cancel("a"), halted)


def test_an_amend_changes_something() -> None:
    """An amend without terms is a slip; one with terms keeps to tick and step."""
    assert "changes nothing" in complaint(amend("a", price=None))
    assert "tick" in complaint(amend("a", price=Decimal("1.05")))
    assert "minimum" in complaint(amend("a", quantity=Decimal("0.01")))
    assert "validity" in complaint(amend("a", validity=-1.0))
    check(amend("a", price=None, post_only=True), INSTRUMENTS)
    assert "above zero" in complaint(amend("a", instrument=None, price=Decimal(-1)))


@pytest.mark.parametrize("command", [cancel(None), cancel(""), amend(None), amend("")])
def test_an_order_is_addressed_by_one_of_its_ids(command: AmendOrder | CreateOrder) -> None:
    """A cancel or an amend that names no order is refused."""
    assert "venue_order_id" in complaint(command)


def test_what_takes_risk_away_is_let_through() -> None:
    """A cancel needs an id and nothing more; a cancel of everything nothing at all."""
    check(cancel("a", instrument=None), INSTRUMENTS)
    check(cancel(None, venue_order_id=VenueOrderId("OABC")), INSTRUMENTS)
    check(cancel("a", instrument=InstrumentId("GONE/USD")), INSTRUMENTS)
    check(cancel_all(), {})


@pytest.mark.holds("X23")
def test_what_only_reduces_needs_no_minimum_cost() -> None:
    """The rest of a position can be closed, however little it is worth; what adds to one is not."""
    little: dict[str, Any] = {"quantity": Decimal("0.05"), "price": Decimal(50)}
    assert "below the minimum cost" in complaint(create(**little))
    assert objection(create(**little, reduce_only=True), INSTRUMENTS) is None
    closing = create(**little, side=Side.SELL, position_side=PositionSide.LONG)
    assert objection(closing, INSTRUMENTS) is None
    opening = create(**little, side=Side.BUY, position_side=PositionSide.LONG)
    assert "below the minimum cost" in complaint(opening)


@pytest.mark.holds("X23")
def test_maximums_and_the_limits_of_market_orders() -> None:
    """Each names the number, and the limit that it is beyond."""
    market = QuantityLimits(step=Decimal(1), minimum=Decimal(2), maximum=Decimal(4))
    limited = instrument(
        BTC, maximum_quantity=Decimal(100), minimum_price=Decimal(10), maximum_price=Decimal(60_000), market=market
    )
    listed = {BTC: limited}
    assert "quantity 101 is above the maximum 100" in complaint(create(quantity=Decimal(101)), listed)
    assert "price 9 is below the minimum 10" in complaint(create(price=Decimal(9)), listed)
    assert "price 60001 is above the maximum 60000" in complaint(create(price=Decimal(60_001)), listed)
    at_market: dict[str, Any] = {"order_type": OrderType.MARKET, "price": None}
    assert "quantity 5 is above the maximum 4" in complaint(create(quantity=Decimal(5), **at_market), listed)
    assert "not a multiple of the step 1" in complaint(create(quantity=Decimal("2.5"), **at_market), listed)
    assert objection(create(quantity=Decimal(3), **at_market), listed) is None
    only_reduce = {BTC: instrument(BTC, status=InstrumentStatus.REDUCE_ONLY)}
    assert "only what reduces a position" in complaint(create(), only_reduce)
    assert objection(create(reduce_only=True), only_reduce) is None
