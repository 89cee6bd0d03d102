"""What is signed, and where the signature goes: over REST (section 2) and over the WebSocket API (section 8).

Each request is made in two steps, so that a key may stay in a hardware module: first the payload that is to be signed,
then, with the signature, the request as it is sent.
"""

from urllib.parse import quote, urlencode

import msgspec
from attrs import field, frozen

from batactors.model.ids import RequestId
from batactors.venues.binance.terms import Params
from batactors.venues.binance.times import recv_window, timestamp
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.signers import Keys, Scheme

_IN_BODY = ("POST", "PUT")


@frozen(kw_only=True)
class UnsignedRequest:
    """An HTTP request that lacks its signature. What is signed is, to the byte, what is sent."""

    method: str
    path: str
    payload: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    scheme: Scheme

    def signed(self, signature: bytes) -> SignedRequest:
        """With the signature behind everything; in base64 it holds characters that must be escaped there."""
        return self._with(f"{self.payload.decode()}&signature={quote(self.scheme.text(signature), safe='')}")

    def _with(self, parameters: str) -> SignedRequest:
        if self.method in _IN_BODY:
            return SignedRequest(method=self.method, path=self.path, headers=self.headers, body=parameters.encode())
        return SignedRequest(method=self.method, path=f"{self.path}?{parameters}", headers=self.headers, body=b"")


def parameters(fields: tuple[tuple[str, object], ...]) -> str:
    """The parameters, each percent-encoded from its UTF-8, and a space as ``%20``: not every server reads a plus so."""
    return urlencode(fields, quote_via=quote, safe="")


def unsigned(request: HttpRequest, api_key: str, scheme: Scheme, stamp: Stamp) -> UnsignedRequest:
    """A request that is to be signed."""
    fields = (*request.fields, ("recvWindow", recv_window(stamp)), ("timestamp", timestamp(stamp)))
    return UnsignedRequest(
        method=request.method,
        path=request.path,
        payload=parameters(fields).encode(),
        headers=_headers(request.method, api_key),
        scheme=scheme,
    )


def sign(request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | UnsignedRequest:
    """The request as it is sent, or, if it must be signed, what is to be signed.

    Raises:
        Unsupported: It is not valid any more.
    """
    return (
        unsigned(request, keys.api_key, keys.signer.scheme, stamp) if request.private else bare(request, keys.api_key)
    )


def bare(request: HttpRequest, api_key: str) -> SignedRequest:
    """A request that needs no signature: with the key, if it wants that."""
    headers = _headers(request.method, api_key) if request.keyed else {}
    query = f"?{parameters(request.fields)}" if request.fields else ""
    return SignedRequest(method=request.method, path=request.path + query, headers=headers, body=b"")


@frozen(kw_only=True)
class UnsignedFrame:
    """A frame of the WebSocket API that lacks its signature."""

    request_id: RequestId
    method: str
    params: Params = field(repr=False)
    scheme: Scheme

    @property
    def payload(self) -> bytes:
        """All parameters by name, in the text in which they are sent, and nothing percent-encoded."""
        return "&".join(f"{name}={self.params[name]}" for name in sorted(self.params)).encode()

    def signed(self, signature: bytes) -> str:
        """The frame."""
        return frame(self.request_id, self.method, {**self.params, "signature": self.scheme.text(signature)})


def frame(request_id: RequestId, method: str, params: Params) -> str:
    """A frame that needs no signature, or has it."""
    return msgspec.json.encode({"id": request_id, "method": method, "params": params}).decode()


def stamped(params: Params, stamp: Stamp) -> Params:
    """With the time at which it is signed, and how long it is good."""
    return {**params, "recvWindow": recv_window(stamp), "timestamp": timestamp(stamp)}


def _headers(method: str, api_key: str) -> dict[str, str]:
    key = {"X-MBX-APIKEY": api_key}
    return key | {"Content-Type": "application/x-www-form-urlencoded"} if method in _IN_BODY else key
