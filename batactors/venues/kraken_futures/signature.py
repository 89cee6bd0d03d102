"""What is signed: requests over REST (section 2), and the challenge on the socket (section 7.1)."""

from hashlib import sha256
from urllib.parse import quote, urlencode

import msgspec
from attrs import field, frozen

from batactors.venues.codec import HttpRequest, SignedRequest
from batactors.venues.signers import Scheme

_PREFIX = "/derivatives"


def digest(post_data: str, nonce: str, path: str) -> bytes:
    """What a request's signature is made of.

    The parameters go in as they are sent, percent-encoded. The venue's older form, over the decoded text, was to be
    refused from 1 October 2025 on, and the two differ only where something is encoded.
    """
    return sha256(f"{post_data}{nonce}{path}".encode()).digest()


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
        headers = {**self.headers, "Authent": Scheme.HMAC_SHA512.text(signature)}
        return SignedRequest(method=self.method, path=self.path, headers=headers, body=self.body)


def sign(request: HttpRequest, api_key: str, nonce: int | None = None) -> SignedRequest | UnsignedRequest:
    """The request as it is sent, or, if it must be signed, what is to be signed.

    A nonce is optional here. Without one, requests may overtake each other, and a write is protected by its
    ``processBefore`` and its client order id instead.
    """
    parameters = urlencode(request.fields, quote_via=quote, safe="")
    in_body = request.method != "GET"
    path = request.path if in_body or not parameters else f"{request.path}?{parameters}"
    if not request.private:
        return SignedRequest(method=request.method, path=path, headers={}, body=b"")
    text = "" if nonce is None else str(nonce)
    headers = {"APIKey": api_key} | ({"Nonce": text} if text else {})
    if in_body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return UnsignedRequest(
        method=request.method,
        path=path,
        body=parameters.encode() if in_body else b"",
        payload=digest(parameters, text, request.path.removeprefix(_PREFIX)),
        headers=headers,
    )


@frozen(kw_only=True)
class UnsignedSubscription:
    """A subscription to a private feed, which proves with the socket's challenge who asks for it."""

    feed: str
    api_key: str = field(repr=False)
    challenge: str = field(repr=False)

    @property
    def payload(self) -> bytes:
        """The digest of the challenge."""
        return sha256(self.challenge.encode()).digest()

    def signed(self, signature: bytes) -> str:
        """The frame."""
        fields = {
            "event": "subscribe",
            "feed": self.feed,
            "api_key": self.api_key,
            "original_challenge": self.challenge,
            "signed_challenge": Scheme.HMAC_SHA512.text(signature),
        }
        return msgspec.json.encode(fields).decode()
