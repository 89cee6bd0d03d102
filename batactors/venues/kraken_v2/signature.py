"""Signing of REST requests (section 2)."""

from hashlib import sha256
from urllib.parse import urlencode

import msgspec
from attrs import field, frozen

from batactors.venues.codec import HttpRequest, SignedRequest
from batactors.venues.signers import Scheme


@frozen(kw_only=True)
class UnsignedRequest:
    """An HTTP request that lacks its signature. What is signed is, to the byte, what is sent."""

    method: str
    path: str
    body: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)

    def signed(self, signature: bytes) -> SignedRequest:
        """With the signature in its header."""
        headers = {**self.headers, "API-Sign": Scheme.HMAC_SHA512.text(signature)}
        return SignedRequest(method=self.method, path=self.path, headers=headers, body=self.body)


def sign(request: HttpRequest, api_key: str, nonce: int) -> SignedRequest | UnsignedRequest:
    """Put the nonce into the body, first; what is signed is made of path and body as they will be sent."""
    if not request.private:
        query = f"?{urlencode(request.fields)}" if request.fields else ""
        return SignedRequest(method=request.method, path=request.path + query, headers={}, body=b"")
    fields = (("nonce", nonce), *request.fields)
    body = msgspec.json.encode(dict(fields)) if request.json else urlencode(fields).encode()
    return UnsignedRequest(
        method=request.method,
        path=request.path,
        body=body,
        payload=request.path.encode() + sha256(str(nonce).encode() + body).digest(),
        headers={
            "API-Key": api_key,
            "Content-Type": "application/json" if request.json else "application/x-www-form-urlencoded",
        },
    )
