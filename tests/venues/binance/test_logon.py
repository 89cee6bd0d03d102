"""Logging a connection of the WebSocket API on (section 8)."""

from typing import Any

import msgspec
import pytest

from batactors.model.errors import ErrorKind
from batactors.model.facts import SubscribedFact, SubscriptionRefusedFact
from batactors.venues.binance.ws_api import LOGON
from batactors.venues.signers import Ed25519
from tests.venues.binance.samples import NOW_MS, STAMP, commands, create, ed25519_keys, encoded, only, text
from tests.venues.signing import signed


def test_a_logon_with_ed25519() -> None:
    """Signed over key, window and time; once it is confirmed, frames carry neither key nor signature, but the time."""
    keys = ed25519_keys()
    it = commands(keys)
    assert it.awaits == ("logon",)
    (waiting,) = it.opening(None, STAMP)
    assert waiting.payload == f"apiKey=TESTKEY&recvWindow=5000&timestamp={NOW_MS}".encode()
    frame = msgspec.json.decode(signed(waiting, keys))
    assert (frame["id"], frame["method"]) == (LOGON, "session.logon")
    assert isinstance(keys.signer, Ed25519)
    before = encoded(it, create(), keys=keys)
    assert "signature" in before
    result = {"apiKey": "TESTKEY", "authorizedSince": 1, "connectedSince": 1, "returnRateLimits": True, "serverTime": 1}
    assert it.decode(text({"id": LOGON, "status": 200, "result": result})) == [SubscribedFact(channel="logon")]
    after = msgspec.json.decode(encoded(it, create(), keys=keys), type=dict[str, Any])["params"]
    assert {"timestamp", "recvWindow"} <= after.keys()
    assert not {"apiKey", "signature"} & after.keys()


def test_no_logon_with_a_secret() -> None:
    """The venue takes Ed25519 keys only; each request is signed instead."""
    assert commands().awaits == ()
    assert commands().opening(None, STAMP) == ()
    assert "signature" in encoded(commands(), create())


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, ErrorKind.AUTH_ERROR),
        (400, {"code": -1021, "msg": "Timestamp"}, ErrorKind.EXCHANGE_REJECT),
        (503, None, ErrorKind.UNKNOWN_EXECUTION),
    ],
)
def test_a_logon_that_is_refused(status: int, error: object, kind: ErrorKind) -> None:
    """The session is not ready, and each request would have to be signed; for a key that may not, it is final."""
    it = commands(ed25519_keys())
    fact = only(it.decode(text({"id": LOGON, "status": status, "error": error})))
    assert isinstance(fact, SubscriptionRefusedFact)
    assert (fact.channel, fact.error) == ("logon", kind)
    assert fact.is_final == (kind is ErrorKind.AUTH_ERROR)
    assert "signature" in encoded(it, create(), keys=ed25519_keys())


def test_a_key_that_is_revoked() -> None:
    """Told unasked; the connection is logged on no more (section 8)."""
    it = commands(ed25519_keys())
    it.decode(text({"id": LOGON, "status": 200, "result": {}}))
    fact = only(it.decode(text({"id": None, "status": 401, "error": {"code": -2015, "msg": "Invalid API-key"}})))
    assert isinstance(fact, SubscriptionRefusedFact)
    assert (fact.error, fact.is_final) == (ErrorKind.AUTH_ERROR, False), "the next logon tells whether it is for good"
    assert "signature" in encoded(it, create(), keys=ed25519_keys())
