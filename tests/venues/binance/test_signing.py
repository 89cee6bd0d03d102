"""Signatures (sections 2 and 8): what is signed is what is sent."""

import traceback
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given
from hypothesis import strategies as st

from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError, Unsupported
from batactors.model.questions import AskToken
from batactors.venues.binance.signature import UnsignedFrame, parameters, sign, unsigned
from batactors.venues.binance.times import from_ms, recv_window, timestamp, to_ms
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.signers import HmacSha256, Keys, Scheme, Signer, keys_of, signer_of
from tests.venues.binance.samples import (
    ED25519_PEM,
    NOW,
    NOW_MS,
    REQUEST,
    SECRET_KEYS,
    STAMP,
    ed25519_keys,
    taught,
)
from tests.venues.signing import octets, signed

DOCUMENTED_SECRET = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"
DOCUMENTED = Stamp(
    now=from_ms(1591702613943) or NOW, valid_until=(from_ms(1591702613943) or NOW) + timedelta(seconds=5), nonce=1
)
FIELDS = (("symbol", "BTCUSDT"), ("side", "BUY"), ("type", "LIMIT"), ("quantity", 1), ("price", 9000),
          ("timeInForce", "GTC"))  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def query_of(ready: SignedRequest) -> str:
    """The parameters, wherever they stand."""
    return ready.body.decode() or ready.path.partition("?")[2]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_the_documented_vector(method: str) -> None:
    """Section 2, recomputed there: the same signature, whether the parameters go in the query or in the body."""
    request = HttpRequest(method=method, path="/fapi/v1/order", fields=FIELDS)
    keys = Keys(api_key="KEY", signer=HmacSha256(DOCUMENTED_SECRET))
    ready = signed(sign(request, keys, DOCUMENTED), keys)
    assert query_of(ready) == (
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000"
        "&timestamp=1591702613943&signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"
    )
    assert bool(ready.body) is (method in ("POST", "PUT"))
    assert ready.headers["X-MBX-APIKEY"] == "KEY"


def test_the_vector_of_the_socket() -> None:
    """Section 8: all parameters but the signature, by name, numbers in the text in which they are sent."""
    waiting = UnsignedFrame(
        request_id=REQUEST, method="order.place", scheme=Scheme.HMAC_SHA256,
        params={
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.010",
            "price": "60000.0", "newClientOrderId": "a1", "recvWindow": 5000, "timestamp": 1700000000000,
            "apiKey": "TESTKEY",
        },
    )  # fmt: skip
    assert waiting.payload == (
        b"apiKey=TESTKEY&newClientOrderId=a1&price=60000.0&quantity=0.010&recvWindow=5000&side=BUY&symbol=BTCUSDT"
        b"&timeInForce=GTC&timestamp=1700000000000&type=LIMIT"
    )
    frame = msgspec.json.decode(signed(waiting, SECRET_KEYS))
    assert frame["params"]["signature"] == "b6ff8861e7e3b0050c5f689f5f7812368f95694df586b930ee681f08a1d11754"
    assert frame["params"]["timestamp"] == 1700000000000
    assert (frame["id"], frame["method"]) == (REQUEST, "order.place")


def test_the_vector_of_ed25519() -> None:
    """RFC 8032, section 7.1, test 1: the signature of nothing under its key."""
    keys = ed25519_keys()
    assert octets(keys, b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b"
    )
    assert keys.signer.scheme is Scheme.ED25519


def test_base64_is_escaped_in_a_query_and_not_in_a_frame() -> None:
    """Its plus, slash and equals sign would be read as other things in a query (sections 2 and 8)."""
    octets = bytes([0xFB, 0xEF, 0xFF, 0xFF])
    assert Scheme.ED25519.text(octets) == "++///w=="
    request = unsigned(HttpRequest(method="GET", path="/x"), "KEY", Scheme.ED25519, STAMP)
    assert request.signed(octets).path.endswith("&signature=%2B%2B%2F%2F%2Fw%3D%3D")
    framed = UnsignedFrame(request_id=REQUEST, method="m", params={}, scheme=Scheme.ED25519).signed(octets)
    assert msgspec.json.decode(framed)["params"]["signature"] == "++///w=="


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST", "PUT"])
@given(fields=st.lists(st.tuples(st.sampled_from(["symbol", "batchOrders", "newClientOrderId"]), TEXTS), max_size=3))
@example(fields=[("symbol", "币安人生USDT"), ("batchOrders", '[{"a":"1 +%&=/é"}]')])
def test_the_bytes_signed_are_the_bytes_sent(method: str, fields: list[tuple[str, str]]) -> None:
    """Whatever the values hold, the signature verifies over what stands before it, and the values come back whole."""
    request, keys = HttpRequest(method=method, path="/fapi/v1/order", fields=tuple(fields)), ed25519_keys()
    query = query_of(signed(sign(request, keys, STAMP), keys))
    assert query.isascii()
    payload, _, signature = query.rpartition("&signature=")
    public = signer_key().public_key()
    public.verify(_base64(unquote(signature)), payload.encode())
    assert parse_qsl(payload, keep_blank_values=True) == [
        *fields, ("recvWindow", "5000"), ("timestamp", str(NOW_MS)),
    ]  # fmt: skip


@given(TEXTS)
@example("币安人生USDT")
@example("a:b/c.d_e-f")
@example("%2B+ /?#&=")
def test_the_library_sends_the_path_as_it_was_signed(value: str) -> None:
    """It must not normalize what is percent-encoded: a signature would no longer fit."""
    request = HttpRequest(method="GET", path="/fapi/v1/order", fields=(("symbol", value),))
    path = signed(sign(request, SECRET_KEYS, STAMP), SECRET_KEYS).path
    assert httpx2.URL("https://fapi.binance.com" + path).raw_path == path.encode()


def test_a_space_is_no_plus() -> None:
    """Some servers read a plus as itself."""
    assert parameters((("a", "b c"),)) == "a=b%20c"


def test_requests_that_need_no_signature() -> None:
    """Public ones go without the key; those about the listen key with it, and without a time."""
    public = sign(HttpRequest(method="GET", path="/fapi/v1/time", private=False), SECRET_KEYS, STAMP)
    assert isinstance(public, SignedRequest)
    assert (public.path, public.headers, public.body) == ("/fapi/v1/time", {}, b"")
    keyed = taught().sign(taught().request(AskToken()), SECRET_KEYS, STAMP)
    assert isinstance(keyed, SignedRequest)
    assert (keyed.method, keyed.path, keyed.body) == ("POST", "/fapi/v1/listenKey", b"")
    assert keyed.headers["X-MBX-APIKEY"] == "TESTKEY"


class Elsewhere:
    """A key that only gives out signatures, as a hardware module does."""

    scheme = Scheme.ED25519

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def sign(self, payload: bytes) -> bytes:
        self.asked.append(payload)
        return signer_key().sign(payload)


def test_the_key_may_be_elsewhere() -> None:
    """In two steps, with a wait between them, comes out what comes out in one."""
    request = HttpRequest(method="GET", path="/fapi/v1/order", fields=(("symbol", "BTCUSDT"),))
    waiting = unsigned(request, "TESTKEY", Scheme.ED25519, STAMP)
    module: Signer = Elsewhere()
    keys = ed25519_keys()
    assert waiting.signed(module.sign(waiting.payload)) == signed(taught().sign(request, keys, STAMP), keys)
    by_codec = taught().sign(request, Keys(api_key="TESTKEY", signer=module), STAMP)
    assert by_codec == waiting


@given(
    st.integers(-3_000, 3_000), st.integers(1, 60_000), st.integers(0, 70_000),
    st.integers(0, 999),
)  # fmt: skip
def test_the_venues_own_rule_holds_it_to_our_validity(ahead: int, window: int, travel: int, micro: int) -> None:
    """Section 2's rule: what it accepts came no later than ``valid_until`` by its clock, if ours is right."""
    now = NOW + timedelta(microseconds=micro)
    stamp = Stamp(now=now, valid_until=now + timedelta(milliseconds=window), nonce=1)
    server = to_ms(now) + travel
    accepted = timestamp(stamp) < server + 1000 and server - timestamp(stamp) <= recv_window(stamp)
    assert accepted == (travel <= window)
    wrong = to_ms(now) + travel - ahead
    refused_early = not timestamp(stamp) < wrong + 1000
    assert refused_early == (ahead - travel >= 1000)


def test_the_longest_window_and_none() -> None:
    """The venue takes a minute at most; what is not valid any more is not signed."""
    assert recv_window(Stamp(now=NOW, valid_until=NOW + timedelta(hours=1), nonce=1)) == 60_000
    for late in (timedelta(0), timedelta(milliseconds=-1), timedelta(microseconds=300)):
        with pytest.raises(Unsupported, match="validity"):
            recv_window(Stamp(now=NOW, valid_until=NOW + late, nonce=1))


def _rsa_like() -> str:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    "secret",
    [
        ED25519_PEM.replace("MC4C", "AAAA"), "-----BEGIN PRIVATE KEY-----\nsecretsecret", _rsa_like(),
        "".join(ED25519_PEM.splitlines()[1:-1])[:-8], "\n".join(ED25519_PEM.splitlines())[3:],
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ],
)  # fmt: skip
def test_a_bad_key_is_a_mistake_of_ours_and_stays_secret(secret: str) -> None:
    """The error says what would be right, and neither it nor its trace shows the key."""
    with pytest.raises(ConfigError, match="Ed25519") as caught:
        signer_of(Credentials(api_key="KEY", api_secret=secret))
    shown = "".join(traceback.format_exception(caught.value))
    assert not [line for line in secret.splitlines()[1:] if line and "-----" not in line and line in shown]


def test_a_key_may_come_without_the_lines_of_pem() -> None:
    """As venues and vaults show it on one line: it signs as the same key does in PEM, and is no secret for HMAC."""
    bare = "".join(ED25519_PEM.splitlines()[1:-1])
    signers = [signer_of(Credentials(api_key="KEY", api_secret=secret)) for secret in (ED25519_PEM, bare)]
    assert [signer.scheme for signer in signers] == [Scheme.ED25519] * 2
    assert len({signer.sign(b"payload") for signer in signers}) == 1


def test_an_empty_secret_is_a_mistake() -> None:
    """It would sign, and every request would be refused."""
    with pytest.raises(ConfigError, match="empty"):
        keys_of(Credentials(api_key="KEY", api_secret=" \n"))


def test_secrets_stay_out_of_reprs() -> None:
    """Neither keys nor signers nor requests show them."""
    request = HttpRequest(method="GET", path="/fapi/v1/order", fields=(("symbol", "BTCUSDT"),))
    things: list[Any] = [
        SECRET_KEYS, SECRET_KEYS.signer, ed25519_keys(), ed25519_keys().signer,
        unsigned(request, "TESTKEY", Scheme.HMAC_SHA256, STAMP),
        UnsignedFrame(request_id=REQUEST, method="m", params={"apiKey": "TESTKEY"}, scheme=Scheme.HMAC_SHA256),
        taught().sign(request, SECRET_KEYS, STAMP),
        signed(taught().sign(request, SECRET_KEYS, STAMP), SECRET_KEYS),
    ]  # fmt: skip
    for thing in things:
        assert not [secret for secret in ("TESTKEY", "TESTSECRET", "MC4CAQ", "signature=") if secret in repr(thing)]


def signer_key() -> Ed25519PrivateKey:
    """The private key of the samples."""
    return Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )  # fmt: skip


def _base64(signature: str) -> bytes:
    return msgspec.json.decode(msgspec.json.encode(signature), type=bytes)
