"""The Unified WebSocket: Spot's frames, for derivatives (section 15)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from attrs import evolve

from batactors.model.commands import Operation
from batactors.model.errors import ConfigError, Unsupported
from batactors.model.facts import Answer, AnswerFact, FillFact, InstrumentFact, OrderFact, Says
from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument
from batactors.model.questions import AskOpenOrders, AskTime, AskToken, KeepSwitch
from batactors.model.terms import Transport, TransportPolicy
from batactors.venues.kraken_futures.codec import KrakenFutures
from batactors.venues.kraken_futures.unified import KrakenUnified, UnifiedSession, _as_a_future
from batactors.venues.protocols import codec_of, warning_of
from tests.venues.kraken_futures.samples import (
    BTC,
    KEYS,
    KNOWN,
    ORDER,
    OURS,
    REQUEST,
    STAMP,
    amend,
    cancel,
    cancel_all,
    create,
    only,
    text,
)

TOKEN = "token"
END = datetime(2027, 3, 1, tzinfo=UTC)


def taught() -> KrakenUnified:
    codec = KrakenUnified()
    codec.learn(KNOWN)
    return codec


def session() -> UnifiedSession:
    return taught().session("connection", KEYS)


def frame(command: Any) -> dict[str, Any]:
    """What is sent of a command."""
    sent = session().encode([command], request_id=REQUEST, token=TOKEN, stamp=STAMP)
    read: dict[str, Any] = msgspec.json.decode(sent)
    return read


def test_every_request_names_the_asset_class() -> None:
    """Subscriptions and commands; the instrument goes by the venue's symbol, and ours is the same on both protocols."""
    for one in session().opening(TOKEN, STAMP):
        assert msgspec.json.decode(one)["params"]["asset_class"] == "derivatives"
    placed = frame(create())
    assert (placed["method"], placed["req_id"]) == ("add_order", REQUEST)
    assert placed["params"]["symbol"] == "PF_XBTUSD"
    assert placed["params"]["cl_ord_id"] == OURS
    assert [frame(one)["params"]["asset_class"] for one in (create(), amend(price=Decimal(5)), cancel())] == [
        "derivatives", "derivatives", "derivatives",
    ]  # fmt: skip
    exact = create(quantity=Decimal("0.00000012345678901234"), price=Decimal("123456789.123456789"))
    sent = session().encode([exact], request_id=REQUEST, token=TOKEN, stamp=STAMP)
    assert '"order_qty":0.00000012345678901234' in sent
    assert '"limit_price":123456789.123456789' in sent


def test_what_the_sheet_names_no_method_for_is_not_sent() -> None:
    """A cancel of all, a batch, a command over REST, the switch: they could be Spot's."""
    codec = taught()
    assert codec.batch_limit(Operation.CREATE_ORDER, Transport.WEBSOCKET) == 1
    assert codec.switch is None
    with pytest.raises(Unsupported):
        codec.check(cancel_all())
    with pytest.raises(Unsupported):
        frame(cancel_all())
    with pytest.raises(Unsupported):
        codec.check(create(transport=TransportPolicy.REST))
    with pytest.raises(Unsupported):
        codec.request_command([create()], STAMP)
    with pytest.raises(Unsupported):
        codec.request(KeepSwitch(seconds=60))


def test_an_amend_whose_answer_has_an_empty_id_was_done() -> None:
    """``amend_id`` is empty for derivatives; the order's id is there."""
    answer = {"method": "amend_order", "req_id": REQUEST, "success": True,
              "result": {"amend_id": "", "order_id": ORDER, "cl_ord_id": OURS}}  # fmt: skip
    fact = only(session().decode(text(answer)))
    assert isinstance(fact, AnswerFact)
    assert (fact.answer, fact.venue_order_id) == (Answer.ACCEPTED, ORDER)


def test_executions_are_those_of_spot_with_quantities_that_are_totals() -> None:
    """The first event is ``new``; a trade is a fill of the instrument by its own name."""
    new = {"exec_type": "new", "order_status": "new", "order_id": ORDER, "cl_ord_id": OURS, "symbol": "PF_XBTUSD",
           "side": "buy", "order_type": "limit", "order_qty": 1.0, "limit_price": 50000.0, "cum_qty": 0,
           "timestamp": "2026-01-02T03:04:05.678901Z"}  # fmt: skip
    trade = new | {"exec_type": "trade", "order_status": "partially_filled", "exec_id": "7", "last_qty": 0.14,
                   "last_price": 50000.0, "cum_qty": 0.14, "fees": [{"asset": "USD", "qty": 0.004}]}  # fmt: skip
    one = session()
    for row in (new, trade):
        data = {"channel": "executions", "type": "update", "sequence": 1, "data": [row]}
        facts = one.decode(text(data))
        assert {fact.instrument for fact in facts if isinstance(fact, OrderFact | FillFact)} == {BTC}
        if row is new:
            assert [(fact.says, fact.quantity) for fact in facts if isinstance(fact, OrderFact)] == [
                (Says.OPEN, Decimal(1))
            ]
        else:
            (fill,) = [fact for fact in facts if isinstance(fact, FillFact)]
            assert (fill.quantity, fill.filled, fill.fees[0].asset) == (Decimal("0.14"), Decimal("0.14"), "USD")


def test_questions_are_those_of_spots_rest() -> None:
    """With the asset class, but for the token and the time, which are of no class."""
    codec = taught()
    hosts = codec.hosts("production")
    assert (hosts.rest, hosts.websocket) == ("https://api.kraken.com", "wss://uws.kraken.com/v2/private")
    assert ("asset_class", "derivatives") in codec.request(AskOpenOrders()).fields
    for question in (AskToken(), AskTime()):
        assert not any(name == "asset_class" for name, _ in codec.request(question).fields)


def test_an_instrument_has_the_same_name_on_both_protocols() -> None:
    """Whatever Spot's REST calls the pair; what is none of the futures stays as it is."""
    one = Instrument(id=InstrumentId("BTC/USD"), base=Asset("BTC"), quote=Asset("USD"), tick=Decimal(1),
                     step=Decimal(1), aliases=("PF_XBTUSD", "XBTUSD"))  # fmt: skip
    fact = _as_a_future(InstrumentFact(instrument=one))
    assert isinstance(fact, InstrumentFact)
    assert (fact.instrument.id, fact.instrument.settle, fact.instrument.aliases) == (BTC, "USD", ("PF_XBTUSD",))
    spot = InstrumentFact(instrument=evolve(one, aliases=("XBTUSD",)))
    assert _as_a_future(spot) == spot


def test_the_protocol_is_the_older_one_until_its_end() -> None:
    """Unless the account says otherwise; the clock is the one that is given."""
    for protocol, on, expected in (
        (None, END - timedelta(seconds=1), KrakenFutures), (None, END, KrakenUnified),
        ("unified", END - timedelta(days=400), KrakenUnified), ("v1", END + timedelta(days=1), KrakenFutures),
    ):  # fmt: skip
        codec = codec_of("kraken-futures", tier=None, protocol=protocol, on=on)
        assert type(codec) is expected
        assert codec.venue == "kraken-futures"


def test_its_end_is_told_beforehand() -> None:
    """From three months before; not of the successor, nor of venues that have one protocol."""
    assert warning_of("kraken-futures", None, END - timedelta(days=91)) is None
    soon = warning_of("kraken-futures", None, END - timedelta(days=10))
    assert soon is not None
    assert "'v1' ends on 2027-03-01, 10 days from now" in soon
    assert "ended on 2027-03-01" in str(warning_of("kraken-futures", "v1", END))
    assert warning_of("kraken-futures", None, END) is None
    assert warning_of("kraken-futures", "unified", END - timedelta(days=10)) is None
    assert warning_of("binance", None, END) is None


def test_a_protocol_that_there_is_not() -> None:
    """The error names those that there are."""
    with pytest.raises(ConfigError, match="v1 or unified"):
        codec_of("kraken-futures", tier=None, protocol="v3", on=END)
    with pytest.raises(ConfigError, match="leave it out"):
        codec_of("kraken-spot", tier=None, protocol="v1", on=END)
