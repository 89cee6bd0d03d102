"""Whatever the Unified WebSocket or Spot's REST sends: it is decoded to facts, or is a venue's error, and no crash."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.account_facts import PositionFact
from batactors.model.errors import BatactorsError
from batactors.model.facts import FillFact
from batactors.model.questions import AskFills, AskInstruments, AskOpenOrders, Question
from batactors.model.terms import Side
from tests.venues.kraken_futures.samples import BTC, NOW, REQUEST, STAMP, create, text
from tests.venues.kraken_unified.samples import (
    MARGIN,
    POSITION,
    REST_ORDER,
    REST_TRADE,
    ROWS,
    TOKEN,
    TRADE,
    channel,
    positions,
    session,
    taught,
    told,
)

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
NUMBERS = st.decimals(
    min_value=Decimal("0.00000001"), max_value=10**12, allow_nan=False, allow_infinity=False, places=8
)
KINDS = st.sampled_from(["update", "snapshot", "multi_collateral", "single_collateral", "other"])
CHANNELS = st.sampled_from(
    ["executions", "balances", "positions", "margin", "status", "instrument", "heartbeat", "else"]
)


@given(CHANNELS, KINDS, JSON)
def test_no_data_of_a_channel_breaks_it(name: str, kind: str, data: Any) -> None:
    """Each channel, with whatever in the place of its data."""
    assert isinstance(told(channel(name, data, kind)), list)


@given(
    st.sampled_from([positions(POSITION), channel("margin", MARGIN, "multi_collateral")]),
    st.integers(0, 300),
    st.integers(1, 40),
)
def test_no_torn_frame_breaks_it(frame: bytes, start: int, length: int) -> None:
    """Nor does a frame with a piece missing."""
    assert told(frame[:start] + frame[start + length :])


@given(st.sampled_from(sorted(POSITION)), JSON)
def test_a_spoiled_position_spoils_no_other(name: str, value: Any) -> None:
    """Whatever stands in one field of a position, the one beside it is told as ever."""
    good = {"symbol": "PF_ETHUSD", "size": 2}
    facts = told(positions(POSITION | {name: value}, good))
    assert told(positions(good))[0] in facts


@pytest.mark.parametrize("row", ROWS)
@given(added=st.dictionaries(st.text(min_size=1, max_size=8).map("new_{}".format), JSON, max_size=3))
def test_unknown_fields_change_nothing(row: dict[str, Any], added: dict[str, Any]) -> None:
    """The venue's documents still move."""
    assert told(channel("executions", [row | added])) == told(channel("executions", [row]))


@given(st.sampled_from([AskOpenOrders(), AskFills(since=NOW), AskInstruments()]), JSON)
def test_no_answer_breaks_it(question: Question, result: Any) -> None:
    """An answer is read, or raises what it was that the venue did not answer."""
    for body in (text(result), text({"error": [], "result": result})):
        try:
            taught().read(question, 0, 200, body)
        except BatactorsError:
            continue


@given(NUMBERS, NUMBERS, st.sampled_from(Side))
def test_what_is_sent_is_exact(quantity: Decimal, price: Decimal, side: Side) -> None:
    """Quantity and price go out digit by digit."""
    order = create(quantity=quantity, price=price, side=side)
    frame = session().encode([order], request_id=REQUEST, token=TOKEN, stamp=STAMP)
    params = msgspec.json.decode(frame, type=dict[str, msgspec.Raw])["params"]
    read = msgspec.json.decode(params, type=dict[str, msgspec.Raw])
    assert (Decimal(bytes(read["order_qty"]).decode()), Decimal(bytes(read["limit_price"]).decode())) == (
        quantity,
        price,
    )


@given(NUMBERS, NUMBERS, NUMBERS)
def test_what_is_told_is_exact(quantity: Decimal, price: Decimal, size: Decimal) -> None:
    """A fill by socket and by REST, and a position: the digits that were written, and the same fill on both roads."""
    row = TRADE | {"last_qty": msgspec.Raw(f"{quantity:f}".encode()), "last_price": msgspec.Raw(f"{price:f}".encode())}
    (fill,) = told(channel("executions", [row]))
    trade = REST_TRADE | {"vol": f"{quantity:f}", "price": f"{price:f}"}
    (same,) = (
        taught().read(AskFills(since=NOW), 0, 200, text({"error": [], "result": {"trades": {"e-1": trade}}})).facts
    )
    for one in (fill, same):
        assert isinstance(one, FillFact)
        assert (one.fill_id, one.quantity, one.price, one.instrument) == ("e-1", quantity, price, BTC)
    (held,) = told(positions({"symbol": "PF_XBTUSD", "size": msgspec.Raw(f"-{size:f}".encode())}))
    assert isinstance(held, PositionFact)
    assert held.quantity == -size
    assert REST_ORDER["vol"]
