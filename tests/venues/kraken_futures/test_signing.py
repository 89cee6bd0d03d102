"""Signatures: the sheet's vectors, over REST and on the socket (sections 2 and 7.1)."""

import msgspec
import pytest

from batactors.model.commands import Operation
from batactors.model.questions import AskFills, AskInstruments, AskOrders
from batactors.venues.codec import SignedRequest
from batactors.venues.kraken_futures.signature import UnsignedSubscription, digest, sign
from batactors.venues.signers import Scheme
from tests.venues.kraken_futures.samples import (
    CHALLENGE,
    KEYS,
    NOW,
    ORDER,
    OTHER,
    STAMP,
    cancel,
    create,
    taught,
)
from tests.venues.signing import octets, signed

SEND = "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=50000&cliOrdId=sim-1"
BATCH = (
    "json=%7B%22batchOrder%22%3A%5B%7B%22order%22%3A%22cancel%22%2C%22order_id%22%3A"
    "%22e35d61dd-8a30-4d5f-a574-b5593ef0c050%22%7D%5D%7D"
)
VECTORS = [
    (SEND, "1700000000000", "/api/v3/sendorder",
     "FiLS6BK0Lg1mTjP+1D0RYrphGeEhTYosT+Z3QhIpgEhdsWUfQaP3FrHWCR6dSATaSDgEizpuWliudXH9HgF1Xw=="),
    (SEND, "", "/api/v3/sendorder",
     "Ap76vut/WjwnlX6Dug+1fvURKn8OfrSlmDCcmIwSSxQqp6ApEyRZydpEFSij7HyiB4yF/jeQsAMa2QfL0Ju9dg=="),
    (BATCH, "1700000000001", "/api/v3/batchorder",
     "F8EDnV33uy0cOaylOLuj+Gxssk9HHM7zIsm6ysqjRy5Ef3xak8YM6S4wNZ4DtESSBW1xMLf2qK4N5XuK6dTrMQ=="),
]  # fmt: skip


@pytest.mark.parametrize(("post_data", "nonce", "path", "authent"), VECTORS)
def test_a_request_is_signed_as_the_sheet_says(post_data: str, nonce: str, path: str, authent: str) -> None:
    """Over the parameters as they are sent: an encoded batch too, whose decoded form the venue refuses by now."""
    assert Scheme.HMAC_SHA512.text(octets(KEYS, digest(post_data, nonce, path))) == authent


def sent(request: object, nonce: int | None = None) -> SignedRequest:
    return signed(sign(request, KEYS.api_key, nonce), KEYS)  # type: ignore[arg-type]


def test_what_is_signed_is_what_is_sent() -> None:
    """The body of a write, the query of a read; the path without its first part, and the history's whole."""
    codec = taught()
    for request in (
        codec.request_command([create()], STAMP),
        codec.request_command([cancel(), cancel(venue_order_id=OTHER)], STAMP),
        codec.request(AskOrders(venue_order_ids=(ORDER, OTHER))),
        codec.request(AskFills(since=NOW)),
        codec.request(AskFills(since=NOW), 1700000000000),
    ):
        ready = sent(request, 5)
        path, _, query = ready.path.partition("?")
        body = ready.body.decode() or query
        wanted = octets(KEYS, digest(body, "5", path.removeprefix("/derivatives")))
        assert ready.headers["Authent"] == Scheme.HMAC_SHA512.text(wanted)
        assert ready.headers["APIKey"] == "K"
    assert "Nonce" not in sent(codec.request(AskFills(since=NOW))).headers
    assert codec.sign(codec.request(AskInstruments()), KEYS, STAMP).headers == {}


def test_every_write_that_can_is_good_for_a_while_only() -> None:
    """``processBefore`` is when its validity ends, to the millisecond, encoded as it is signed."""
    ready = sent(taught().request_command([create()], STAMP))
    assert b"processBefore=2026-01-02T03%3A04%3A10.678Z" in ready.body
    assert taught().batch_limit(Operation.CREATE_ORDER, create().transport) > 1  # type: ignore[arg-type]
    assert b"processBefore=" in sent(taught().request_command([create(), create()], STAMP)).body


def test_the_challenge_is_signed_as_the_sheet_says() -> None:
    """Its digest, with the key; what is sent holds both, and the key."""
    made = UnsignedSubscription(feed="open_orders", api_key="K", challenge=CHALLENGE)
    assert msgspec.json.decode(signed(made, KEYS)) == {
        "event": "subscribe",
        "feed": "open_orders",
        "api_key": "K",
        "original_challenge": CHALLENGE,
        "signed_challenge": (
            "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A=="
        ),
    }
    assert "4JEp" not in repr(made)


def test_no_secret_shows() -> None:
    """Neither what is signed nor what it is signed with is in a repr."""
    ready = sent(taught().request_command([create()], STAMP))
    assert ready.headers["Authent"] not in repr(ready)
    assert "sim-1" not in repr(ready)
