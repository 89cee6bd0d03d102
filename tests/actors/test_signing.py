"""Signatures of keys that are elsewhere, such as in a hardware module, and that have to be waited for."""

import traceback
from collections.abc import Mapping
from math import inf
from typing import Any

import pytest
import trio
from attrs import frozen

from batactors.actors.board import Board
from batactors.actors.http import Http
from batactors.actors.http_client import HttpAnswer, HttpClient
from batactors.actors.keyring import KeyRing
from batactors.actors.signing import SIGN_WITHIN, signed
from batactors.core.clock import VenueClock
from batactors.model.errors import Unsupported
from batactors.testing import VirtualClock
from batactors.venues.codec import HttpRequest, SignedRequest
from batactors.venues.signers import Keys, RemoteSigner, Scheme, Signer
from tests.actors import lanes
from tests.venues import signing
from tests.venues.binance import samples as binance
from tests.venues.kraken_spot import samples as kraken

SECRET = "the key is 9d61b19deffd5a60"
BALANCE = HttpRequest(method="POST", path="/0/private/Balance")


@frozen
class Module:
    """Signs with a key that is held here as if it were far away."""

    keys: Keys

    @property
    def scheme(self) -> Scheme:
        return self.keys.signer.scheme

    async def sign(self, payload: bytes) -> bytes:
        await trio.sleep(0.3)
        return signing.octets(self.keys, payload)


@frozen
class Broken:
    """Raises, with the key in its words, after a while."""

    scheme: Scheme = Scheme.ED25519
    error: type[Exception] = RuntimeError

    async def sign(self, payload: bytes) -> bytes:
        await trio.sleep(0.3)
        raise self.error(SECRET)


@frozen
class BrokenAtOnce:
    """The same, and at once."""

    scheme: Scheme = Scheme.ED25519

    def sign(self, payload: bytes) -> bytes:
        raise RuntimeError(SECRET)


class Silent:
    """Never answers."""

    scheme = Scheme.ED25519

    async def sign(self, payload: bytes) -> bytes:
        await trio.sleep(inf)
        return b""


def elsewhere(keys: Keys) -> Keys:
    """The same keys, in a module."""
    module: RemoteSigner = Module(keys)
    return Keys(api_key=keys.api_key, signer=module)


def waiting() -> Any:
    """A request that lacks its signature."""
    request = HttpRequest(method="GET", path="/fapi/v1/order")
    return binance.taught().sign(request, binance.ed25519_keys(), binance.STAMP)


REQUESTS = [
    (binance, binance.SECRET_KEYS, HttpRequest(method="DELETE", path="/fapi/v1/order", fields=(("symbol", "BTC"),))),
    (binance, binance.ed25519_keys(), HttpRequest(method="POST", path="/fapi/v1/order", fields=(("symbol", "BTC"),))),
    (kraken, kraken.KEYS, BALANCE),
]


@pytest.mark.parametrize(("venue", "keys", "request_"), REQUESTS, ids=["hmac", "ed25519", "kraken"])
async def test_a_request_signed_elsewhere(venue: Any, keys: Keys, request_: HttpRequest) -> None:
    """It is waited for, and comes out as if the key were here."""
    far = elsewhere(keys)
    began = trio.current_time()
    ready = await signed(venue.taught().sign(request_, far, venue.STAMP), far.signer)
    assert trio.current_time() - began == pytest.approx(0.3)
    assert ready == signing.signed(venue.taught().sign(request_, keys, venue.STAMP), keys)
    assert await signed(venue.taught().sign(request_, keys, venue.STAMP), keys.signer) == ready


async def test_a_frame_signed_elsewhere() -> None:
    """A logon and a command are signed as a request is; what needs no signature is not waited for."""
    keys = binance.ed25519_keys()
    near, far = binance.commands(keys), binance.commands(elsewhere(keys))
    (logon,), (expected,) = far.opening(None, binance.STAMP), near.opening(None, binance.STAMP)
    assert await signed(logon, elsewhere(keys).signer) == signing.signed(expected, keys)
    made = far.encode([binance.create()], request_id=binance.REQUEST, token=None, stamp=binance.STAMP)
    assert await signed(made, elsewhere(keys).signer) == binance.encoded(near, binance.create(), keys=keys)
    began = trio.current_time()
    (subscription, _) = kraken.session().opening(kraken.TOKEN, kraken.STAMP)
    assert await signed(subscription, Broken()) == subscription
    assert trio.current_time() == began


@pytest.mark.parametrize(
    "signer", [Broken(), BrokenAtOnce(), Broken(error=KeyError), Broken(error=trio.TooSlowError)], ids=repr
)
async def test_what_could_not_be_signed_is_not_sent_and_its_error_shows_no_key(signer: Signer | RemoteSigner) -> None:
    """Neither the error nor its trace repeats what the signer said, which may quote the key; its kind is told."""
    with pytest.raises(Unsupported, match=r"the signer raised \w+Error$") as caught:
        await signed(waiting(), signer)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caught.value.message + repr(caught.value)


async def test_a_signer_that_never_answers_is_not_waited_for_longer_than_five_seconds() -> None:
    """What it was to sign is not sent; whoever comes behind goes on."""
    with pytest.raises(Unsupported, match="took longer than 5 s"), trio.fail_after(SIGN_WITHIN + 0.1):
        await signed(waiting(), Silent())


async def test_a_wait_for_a_signature_can_be_cancelled() -> None:
    """Whoever stops does not wait for a signer, and a cancellation is no error of the signer's."""
    with trio.move_on_after(1.0) as scope:
        await signed(waiting(), Silent())
    assert scope.cancelled_caught


class Kept(HttpClient):
    """Keeps what it is asked to send."""

    def __init__(self) -> None:
        super().__init__("http://venue")
        self.sent: list[SignedRequest] = []

    async def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        self.sent.append(SignedRequest(method=method, path=path, headers=dict(headers), body=body))
        return HttpAnswer(status_code=200, headers={}, content=b"")


@pytest.mark.parametrize("fails", [False, True])
async def test_a_request_leaves_only_when_it_is_signed(fails: bool) -> None:
    """Over HTTP, what a key elsewhere has signed is sent with its signature; what it has not is not sent at all."""
    keys = Keys(api_key="KEY", signer=Broken(scheme=Scheme.HMAC_SHA512)) if fails else elsewhere(kraken.KEYS)
    http = Http(
        url="https://venue", codec=kraken.taught(), ring=KeyRing(lambda: keys), answer=5.0, board=Board(VirtualClock()),
        clock=VirtualClock(), venue_clock=VenueClock(), heeding=lanes.Bench().heeding,
    )  # fmt: skip
    client = Kept()
    if fails:
        with pytest.raises(Unsupported):
            await http.sign(BALANCE, kraken.STAMP)
        assert client.sent == []
    else:
        await http.exchange(client, await http.sign(BALANCE, kraken.STAMP))
        assert client.sent == [signing.signed(kraken.taught().sign(BALANCE, kraken.KEYS, kraken.STAMP), kraken.KEYS)]
