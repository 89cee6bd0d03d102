"""Frames that are neither executions nor answers to commands (sections 7, 9 and 10), and frames that are none."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from batactors.model.errors import ErrorKind
from batactors.model.facts import (
    BalanceFact,
    IgnoredFact,
    QuarantineFact,
    SubscribedFact,
    SubscriptionRefusedFact,
    VenueStatusFact,
)
from batactors.model.ids import Asset
from tests.venues.kraken_spot.samples import NEW, ORDER, only, response, session, told

# Section 9, the ack seen live; section 7.1, the refusal seen live.
ACK = response(
    "subscribe",
    success=True,
    result={"channel": "executions", "maxratecount": 125, "snap_orders": True, "snap_trades": True, "snapshot": True,
            "warnings": ["cancel_reason is deprecated, use reason"]},
)  # fmt: skip
REFUSED = (
    '{"channel":"executions","error":"ESession:Invalid session","method":"subscribe","status":"error",'
    '"success":false,"time_in":"..","time_out":".."}'
)
NO_CHANNEL = '{"method":"subscribe","req_id":2,"success":false,"error":"EAPI:Invalid token"}'


def test_confirmations() -> None:
    """A subscription is confirmed by its channel's name."""
    assert told(ACK) == [SubscribedFact(channel="executions")]


def test_a_refused_token() -> None:
    """The channel stands beside the error, and the error is one of authentication."""
    assert told(REFUSED) == [
        SubscriptionRefusedFact(channel="executions", message="ESession:Invalid session", error=ErrorKind.AUTH_ERROR)
    ]


def test_a_refusal_that_names_no_channel() -> None:
    """It is known by the number of our request, and without that it is still a refusal."""
    assert only(told(NO_CHANNEL)).channel == "balances"
    assert only(told(NO_CHANNEL.replace('"req_id":2,', ""))).channel == "unknown"
    assert only(told('{"method":"subscribe"}')).message == "no success"


def test_already_subscribed_is_subscribed() -> None:
    """The text is unverified for v2; it can only mean that the channel flows."""
    frame = '{"method":"subscribe","req_id":1,"success":false,"error":"Already subscribed"}'
    assert told(frame) == [SubscribedFact(channel="executions")]


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        ('{"channel":"heartbeat"}', "heartbeat"),
        ('{"method":"pong","req_id":7,"time_in":"..","time_out":".."}', "pong"),
        ('{"method":"pong","req_id":7,"success":true}', "pong"),
        ('{"channel":"ticker","type":"update","data":[{}]}', "unknown channel ticker"),
        ('{"method":"edit_order","success":true,"result":{}}', "unknown method edit_order"),
    ],
)
def test_what_says_nothing_of_orders(frame: str, what: str) -> None:
    """It is named and ignored; what nobody has documented is marked, so that it is counted."""
    assert told(frame) == [IgnoredFact(what=what, is_known=not what.startswith("unknown"))]


def test_ping() -> None:
    """Section 7."""
    assert msgspec.json.decode(session().ping()) == {"method": "ping"}


# Section 7, the first frame of every connection; its id is above 2**53.
STATUS = (
    '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2",'
    '"connection_id":18125794168470749634,"upcoming_maintenance":[],"emergency":[]}]}'
)


@pytest.mark.parametrize(
    ("word", "accepts"),
    [("online", True), ("post_only", True), ("cancel_only", False), ("maintenance", False), ("dreaming", True)],
)
def test_status(word: str, accepts: bool) -> None:
    """The venue's word is passed on; a new one does not stop us, since the venue can refuse for itself."""
    assert told(STATUS.replace("online", word)) == [VenueStatusFact(word=word, accepts_orders=accepts)]


# Section 10.
BALANCES = (
    '{"channel":"balances","type":"snapshot","data":[{"asset":"BTC","asset_class":"currency","balance":1.20,'
    '"wallets":[{"type":"spot","id":"main","balance":1.2}]}],"sequence":1}'
)
LEDGER = (
    '{"channel":"balances","type":"update","data":[{"ledger_id":"L1","ref_id":"T1","timestamp":'
    '"2026-01-02T03:04:06.000000Z","type":"trade","subtype":"","asset":"USD","asset_class":"currency",'
    '"category":"trade","wallet_type":"spot","wallet_id":"main","amount":-200.0,"fee":0.32,"balance":799.68}],'
    '"sequence":2}'
)


def test_balances() -> None:
    """Totals of the snapshot, and of each ledger entry; another wallet's entry is not the total."""
    it = session()
    assert it.decode(BALANCES) == [BalanceFact(asset=Asset("BTC"), total=Decimal("1.20"))]
    time = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
    assert it.decode(LEDGER) == [BalanceFact(asset=Asset("USD"), total=Decimal("799.68"), occurred_at=time)]
    assert isinstance(only(told(LEDGER.replace('"spot"', '"earn"'))), IgnoredFact)
    assert isinstance(only(told(LEDGER.replace("799.68", '"NaN"'))), QuarantineFact)


@pytest.mark.parametrize("frame", ["", "nonsense", "[]", "7", "{}", b"\xff\xfe", '{"channel":null}', "[" * 10_000])
def test_what_cannot_be_read_is_kept(frame: str | bytes) -> None:
    """A frame that is no frame is set aside whole, as text."""
    aside = only(told(frame))
    assert isinstance(aside, QuarantineFact)
    assert aside.raw == (frame if isinstance(frame, str) else "\\xff\\xfe")


def test_a_broken_frame_puts_each_order_in_it_in_doubt() -> None:
    """What is torn still names orders: all of them must be asked about."""
    other = NEW.replace("OAAAAA", "OBBBBB")
    asides = told(f'{{"channel":"executions","data":[{NEW},{other},{NEW}')
    assert [aside.venue_order_id for aside in asides if isinstance(aside, QuarantineFact)] == [
        ORDER,
        "OBBBBB-BBBBB-CCCCCC",
    ]
    assert only(told('{"cl_ord_id" : "x"')).client_order_id == "x"
