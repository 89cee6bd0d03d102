"""Requests are signed as the venue checks them (section 2)."""

import traceback

import pytest
from attrs import evolve

from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.venues.codec import HttpRequest, SignedRequest
from tests.venues.kraken_spot.samples import KEYS, SECRET, STAMP, taught
from tests.venues.signing import signed

ORDER = (("ordertype", "limit"), ("pair", "XBTUSD"), ("price", "37500"), ("type", "buy"), ("volume", "1.25"))


def sent(request: HttpRequest, nonce: int = 1) -> SignedRequest:
    """A request as it is sent with this nonce."""
    return signed(taught().sign(request, KEYS, evolve(STAMP, nonce=nonce)), KEYS)


def test_the_documented_vector() -> None:
    """Vector 1: a form, signed as in the venue's own documentation."""
    request = HttpRequest(method="POST", path="/0/private/AddOrder", fields=ORDER)
    ready = sent(request, nonce=1616492376594)
    assert ready.body == b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    assert ready.headers == {
        "API-Key": "KEY",
        "API-Sign": "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def test_a_json_body() -> None:
    """Vector 2: the same secret, a JSON body with the nonce as a number in it."""
    request = HttpRequest(method="POST", path="/0/private/CancelOrder", fields=(("cl_ord_id", "sim-0001"),), json=True)
    ready = sent(request, nonce=1616492376595)
    assert ready.body == b'{"nonce":1616492376595,"cl_ord_id":"sim-0001"}'
    assert ready.headers["API-Sign"] == (
        "T/B5SqjspMAcahD7UpPlcmqj+2gTT0mJhb9KS1ASBdabmsAnzNqBNGuCC6hlQwP728JvOp6bKmMl4oJ6QubC1g=="
    )
    assert ready.headers["Content-Type"] == "application/json"


def test_public_requests_carry_no_keys() -> None:
    """A public request is sent as it is, its fields in the query."""
    request = HttpRequest(method="GET", path="/0/public/AssetPairs", fields=(("pair", "XBT/USD"),), private=False)
    ready = taught().sign(request, KEYS, STAMP)
    assert isinstance(ready, SignedRequest)
    assert (ready.path, ready.headers, ready.body) == ("/0/public/AssetPairs?pair=XBT%2FUSD", {}, b"")


@pytest.mark.parametrize("secret", ["not base64!", "abc", "ünïcode"])
def test_a_bad_secret_is_a_mistake_of_ours_and_stays_secret(secret: str) -> None:
    """It is told before anything is sent, and neither the error nor its trace shows it."""
    with pytest.raises(ConfigError) as caught:
        taught().keys(Credentials(api_key="KEY", api_secret=secret))
    assert secret not in "".join(traceback.format_exception(caught.value))


def test_a_signed_request_shows_no_secrets() -> None:
    """Its repr has neither the key nor the signature nor the body."""
    request = HttpRequest(method="POST", path="/0/private/AddOrder", fields=ORDER)
    waiting, ready = taught().sign(request, KEYS, STAMP), sent(request)
    for secret in ("KEY", ready.headers["API-Sign"], "37500", SECRET):
        assert not [thing for thing in (waiting, ready, KEYS, KEYS.signer) if secret in repr(thing)]
