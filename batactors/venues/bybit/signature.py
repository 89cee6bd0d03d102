"""What is signed, and where the signature goes: over REST (section 2), and to log a socket on (section 6).

Each is made in two steps, so that a key may stay in a hardware module. What is signed is, to the byte, what is sent.
"""

from urllib.parse import quote

import msgspec
from attrs import field, frozen

from batactors.venues.bybit.times import recv_window, timestamp, to_ms
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.signers import Keys, Scheme

KEY, SIGN, SIGN_TYPE = "X-BAPI-API-KEY", "X-BAPI-SIGN", "X-BAPI-SIGN-TYPE"
TIMESTAMP, WINDOW = "X-BAPI-TIMESTAMP", "X-BAPI-RECV-WINDOW"
_JSON = {"Content-Type": "application/json"}


@frozen(kw_only=True)
class UnsignedRequest:
    """An HTTP request that lacks its signature."""

    request: SignedRequest = field(repr=False)
    payload: bytes = field(repr=False)
    scheme: Scheme

    def signed(self, signature: bytes) -> SignedRequest:
        """With the signature among its headers."""
        made = self.request
        headers = {**made.headers, SIGN: self.scheme.text(signature)}
        return SignedRequest(method=made.method, path=made.path, headers=headers, body=made.body)


@frozen(kw_only=True)
class UnsignedLogon:
    """The frame that logs a socket on, without its signature; ``expires`` is in milliseconds since 1970."""

    api_key: str = field(repr=False)
    expires: int
    scheme: Scheme
    req_id: str = "logon"

    @property
    def payload(self) -> bytes:
        return f"GET/realtime{self.expires}".encode()

    def signed(self, signature: bytes) -> str:
        """The frame."""
        args = [self.api_key, self.expires, self.scheme.text(signature)]
        return msgspec.json.encode({"req_id": self.req_id, "op": "auth", "args": args}).decode()


def sign(request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | UnsignedRequest:
    """The request as it is sent, or, if it must be signed, what is to be signed.

    Raises:
        Unsupported: It is not valid any more.
    """
    query = "" if request.json else _query(request.fields)
    body = msgspec.json.encode(dict(request.fields)) if request.json else b""
    headers = dict(_JSON) if request.json else {}  # a question that claims to have a body is refused
    path = f"{request.path}?{query}" if query else request.path
    if not request.private:
        return SignedRequest(method=request.method, path=path, headers=headers, body=body)
    time, window, scheme = timestamp(stamp), recv_window(stamp), keys.signer.scheme
    headers |= {KEY: keys.api_key, TIMESTAMP: time, WINDOW: window, SIGN_TYPE: "2"}
    return UnsignedRequest(
        request=SignedRequest(method=request.method, path=path, headers=headers, body=body),
        payload=f"{time}{keys.api_key}{window}{query}".encode() + body,
        scheme=scheme,
    )


def logon(keys: Keys, stamp: Stamp) -> UnsignedLogon:
    """The frame that logs a socket on; it is good until the stamp runs out."""
    return UnsignedLogon(api_key=keys.api_key, expires=to_ms(stamp.valid_until), scheme=keys.signer.scheme)


def _query(fields: tuple[tuple[str, object], ...]) -> str:
    """The query. The venue gives its cursors with percent escapes, and its clients send them back as they are."""
    return "&".join(f"{name}={quote(str(value), safe='%')}" for name, value in fields)
