"""Ids and names (sections 3, 4.3 and 10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.errors import Unsupported
from batactors.model.ids import ClientOrderId, FillId, InstrumentId, VenueOrderId
from batactors.venues.binance.ids import algo_id, fill_id, is_conditional, order_id, parts_of, trade_number
from batactors.venues.binance.names import Names, instrument_id
from batactors.venues.reading import Unsound
from tests.venues.binance.samples import BTC, names, taught

SYMBOLS = st.from_regex(r"[A-Z0-9]{2,12}(_[0-9]{6})?|币安人生USDT", fullmatch=True)
NUMBERS = st.integers(1, 10**18)


@pytest.mark.parametrize("legal", ["a", "a" * 36, ".A:/z_-9", "x-1"])
def test_legal_client_order_ids(legal: str) -> None:
    """Section 4.3's pattern."""
    assert taught().fits(ClientOrderId(legal))


@pytest.mark.parametrize(
    "illegal", ["", "a" * 37, "a b", "a+b", "é", "a\n", "autoclose-1", "adl_autoclose", "settlement_autoclose-1"]
)
def test_illegal_client_order_ids(illegal: str) -> None:
    """Those of the venue's own orders among them: ours would be taken for one."""
    assert not taught().fits(ClientOrderId(illegal))


@given(st.text(max_size=80), st.integers(0, 5))
def test_any_id_can_be_shortened(given_id: str, attempt: int) -> None:
    """To a legal one, the same whenever asked, and another with each attempt."""
    codec = taught()
    short = codec.shorten(ClientOrderId(given_id), attempt)
    assert codec.fits(short)
    assert short == codec.shorten(ClientOrderId(given_id), attempt)
    assert short != codec.shorten(ClientOrderId(given_id), attempt + 1)


def test_a_shortened_id_is_recognised() -> None:
    """Its end stays, where counters are."""
    long = ClientOrderId("strategy-" + "x" * 40 + "-000017")
    assert taught().shorten(long, 0).endswith("x-000017")


@given(SYMBOLS, NUMBERS)
def test_an_order_id_comes_apart_as_it_was_put_together(symbol: str, number: int) -> None:
    """And an ordinary one is never taken for one that waits for a trigger."""
    assert parts_of(order_id(symbol, number)) == (symbol, number)
    assert not is_conditional(order_id(symbol, number))
    assert parts_of(algo_id(number)) == ("algo", number)
    assert is_conditional(algo_id(number))


@given(SYMBOLS, NUMBERS, NUMBERS)
def test_a_fill_id_holds_its_number(symbol: str, trade: int, order: int) -> None:
    """From which the next page begins."""
    assert trade_number(fill_id(symbol, trade, order)) == trade


@given(st.tuples(SYMBOLS, NUMBERS, NUMBERS), st.tuples(SYMBOLS, NUMBERS, NUMBERS))
def test_no_two_fills_have_one_id(one: tuple[str, int, int], other: tuple[str, int, int]) -> None:
    """Symbol, number and order together make it (W46)."""
    assert (fill_id(*one) == fill_id(*other)) == (one == other)


@pytest.mark.parametrize("bad", ["", "111", "BTCUSDT", "BTCUSDT:", ":111", "BTCUSDT:x", "BTCUSDT:-1", "BTCUSDT:\u0661"])
def test_ids_of_others(bad: str) -> None:
    """They name the form that would be right."""
    with pytest.raises(Unsupported, match="BTCUSDT:"):
        parts_of(VenueOrderId(bad))


@pytest.mark.parametrize("bad", ["", "900", "BTCUSDT", "BTCUSDT:x:1"])
def test_fill_ids_of_others(bad: str) -> None:
    """The same for fills."""
    with pytest.raises(Unsupported, match="BTCUSDT:"):
        trade_number(FillId(bad))


@pytest.mark.parametrize(
    ("symbol", "parts", "ours"),
    [
        ("BTCUSDT", ("BTC", "USDT", "USDT"), "BTC/USDT:USDT"), ("BTCUSDC", ("BTC", "USDC", "USDC"), "BTC/USDC:USDC"),
        ("BTCUSDT_260327", ("BTC", "USDT", "USDT"), "BTC/USDT:USDT-260327"),
        ("1000SHIBUSDT", ("1000SHIB", "USDT", "USDT"), "1000SHIB/USDT:USDT"),
    ],
)  # fmt: skip
def test_our_names(symbol: str, parts: tuple[str, str, str], ours: str) -> None:
    """From ours theirs follows, also before anything was learned."""
    assert instrument_id(symbol, *parts) == ours
    assert Names().symbol(InstrumentId(ours)) == symbol


def test_their_names_must_be_learned() -> None:
    """Where a base ends and a quote begins cannot be seen."""
    assert (names().find("BTCUSDT"), names().find("NEWUSDT"), names().find(None)) == (BTC, None, None)
    assert names().of("BTCUSDT") == BTC
    with pytest.raises(Unsound, match="NEWUSDT"):
        names().of("NEWUSDT")
