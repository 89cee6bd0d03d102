"""Signing of REST requests (section 2)."""

from hashlib import sha256
from urllib.parse import urlencode

import msgspec

from batactors.model.credentials import Credentials
from batactors.venues.codec import HttpRequest, SignedRequest
from batactors.venues.signing import hmac_sha512_base64


def sign(request: HttpRequest, credentials: Credentials, nonce: int) -> SignedRequest:
    """Put the nonce into the body, first, and sign path and body as they will be sent."""
    if not request.private:
        query = f"?{urlencode(request.fields)}" if request.fields else ""
        return SignedRequest(method=request.method, path=request.path + query, headers={}, body=b"")
    fields = (("nonce", nonce), *request.fields)
    body = msgspec.json.encode(dict(fields)) if request.json else urlencode(fields).encode()
    message = request.path.encode() + sha256(str(nonce).encode() + body).digest()
    headers = {
        "API-Key": credentials.api_key,
        "API-Sign": hmac_sha512_base64(credentials.api_secret, message),
        "Content-Type": "application/json" if request.json else "application/x-www-form-urlencoded",
    }
    return SignedRequest(method=request.method, path=request.path, headers=headers, body=body)
