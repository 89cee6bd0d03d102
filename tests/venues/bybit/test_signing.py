"""Signatures, by the vectors of the sheet (sections 2 and 6), and what is sent with them."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError, Unsupported
from batactors.model.questions import AskInstruments
from batactors.venues.bybit.signature import logon
from batactors.venues.codec import HttpRequest, SignedRequest
from tests.venues.bybit.samples import KEYS, NOW, STAMP, create, private, taught, trade
from tests.venues.signing import signed

GET = HttpRequest(method="GET", path="/v5/order/realtime", fields=(("category", "linear"), ("symbol", "BTCUSDT")))
POST_FIELDS = (("category", "linear"), ("symbol", "BTCUSDT"), ("orderLinkId", "a1"))
POST = HttpRequest(method="POST", path="/v5/order/cancel", fields=POST_FIELDS, json=True)


def made(request: HttpRequest, stamp: Any = STAMP) -> SignedRequest:
    return signed(taught().sign(request, KEYS, stamp), KEYS)


def test_a_question_is_signed_over_its_query() -> None:
    """The vector of section 2; and it has no body, with which the venue would refuse it."""
    request = made(GET)
    assert request.headers["X-BAPI-SIGN"] == "f805ff4f3587db4ed1b8f9c5414a19ff72e32d65e2ad9708222565091809de5b"
    assert request.path == "/v5/order/realtime?category=linear&symbol=BTCUSDT"
    assert (request.body, "Content-Type" in request.headers) == (b"", False)
    assert request.headers["X-BAPI-API-KEY"] == "TESTKEY"
    assert request.headers["X-BAPI-TIMESTAMP"] == "1700000000000"
    assert request.headers["X-BAPI-RECV-WINDOW"] == "5000"


def test_a_command_is_signed_over_its_body() -> None:
    """The vector of section 2: to the byte what is sent."""
    request = made(POST)
    assert request.headers["X-BAPI-SIGN"] == "44ffc9512bfb0d77589a6cdf1c4af3ab1c6cda758e6ba769da7eeea498d5a973"
    assert request.body == b'{"category":"linear","symbol":"BTCUSDT","orderLinkId":"a1"}'
    assert (request.path, request.headers["Content-Type"]) == ("/v5/order/cancel", "application/json")


@pytest.mark.parametrize("session", [private, trade], ids=["private", "trade"])
def test_a_socket_is_logged_on(session: Any) -> None:
    """The vector of section 6: until when it is good is signed."""
    stamp = evolve(STAMP, valid_until=NOW + timedelta(seconds=10))
    (unsigned,) = session().opening(None, stamp)
    op = msgspec.json.decode(signed(unsigned, KEYS))
    signature = "0279bab66978fa6daf097fc63b357431eb1cdb9284e64d4191876b4fe0bab24e"
    assert (op["op"], op["args"]) == ("auth", ["TESTKEY", 1700000010000, signature])


def test_what_needs_no_key_has_none() -> None:
    """The list of instruments is anybody's."""
    request = made(taught().request(AskInstruments()))
    assert request.headers == {}
    assert request.path == "/v5/market/instruments-info?category=linear&limit=1000"


def test_secrets_are_in_no_repr() -> None:
    """Neither of what is signed nor of what is sent."""
    unsigned = taught().sign(GET, KEYS, STAMP)
    shown = repr(unsigned) + repr(made(GET)) + repr(made(POST)) + repr(logon(KEYS, STAMP))
    assert not any(secret in shown for secret in ("TESTKEY", "TESTSECRET", "f805ff4f", "44ffc951"))


def test_what_is_not_valid_any_more_is_not_signed() -> None:
    """Its window would be nothing."""
    with pytest.raises(Unsupported, match="ran out"):
        made(GET, evolve(STAMP, valid_until=NOW))


@pytest.mark.parametrize("cursor", ["page_token%3D39380%26", "a%3A1%2Cb"])
def test_a_cursor_is_sent_as_it_came(cursor: str) -> None:
    """It comes with percent escapes, and goes back with them."""
    request = made(evolve(GET, fields=(*GET.fields, ("cursor", cursor))))
    assert request.path.endswith(f"&cursor={cursor}")


@given(st.text(max_size=30))
def test_whatever_a_cursor_is_it_stays_one_field(cursor: str) -> None:
    """No character of it begins another, or ends the query."""
    path = made(evolve(GET, fields=(*GET.fields, ("cursor", cursor)))).path
    assert path.count("&") == 2
    assert path.count("=") == 3
    assert path.count("?") == 1
    assert path.isascii()
    assert not {" ", "#", "\n"} & set(path)


def test_only_secrets_for_hmac_are_taken() -> None:
    """A private key is refused before anything is sent; the error does not show it."""
    pem = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
"""
    with pytest.raises(ConfigError, match="HMAC") as caught:
        taught().keys(Credentials(api_key="TESTKEY", api_secret=pem))
    assert "MC4" not in str(caught.value)
    assert taught().keys(Credentials(api_key="TESTKEY", api_secret="TESTSECRET")) == KEYS


def test_commands_by_socket_bear_their_window() -> None:
    """In a header of the frame; they have no signature of their own."""
    frame = msgspec.json.decode(trade().encode([create()], request_id=7, token=None, stamp=STAMP))  # type: ignore[arg-type]
    assert frame["header"] == {"X-BAPI-TIMESTAMP": "1700000000000", "X-BAPI-RECV-WINDOW": "5000"}
