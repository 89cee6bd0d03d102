"""Who asks: the signatures of REST v3 and of the challenge of WebSocket v1. Written from the documents."""

import base64
import hashlib
import hmac
from urllib.parse import unquote_plus

from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_futures.refusals import Refused

WRONG = "authenticationError"


def signature(secret: str, post_data: str, nonce: str, path: str) -> str:
    """What `Authent` must say; the path is without `/derivatives`."""
    digest = hashlib.sha256((post_data + nonce + path).encode()).digest()
    return _mac(secret, digest)


def signed_challenge(secret: str, challenge: str) -> str:
    """What a private feed wants of who asks for it."""
    return _mac(secret, hashlib.sha256(challenge.encode()).digest())


def _mac(secret: str, digest: bytes) -> str:
    return base64.b64encode(hmac.new(base64.b64decode(secret), digest, hashlib.sha512).digest()).decode()


class Credentials:
    """The keys that the venue knows, and the last nonce of each."""

    def __init__(self, accounts: dict[str, FuturesAccount]) -> None:
        self._accounts = accounts
        self._nonces: dict[str, int] = {}
        self._revoked: list[str] = []

    def revoke(self, api_key: str) -> None:
        """From now on this key is nobody's."""
        self._revoked.append(api_key)

    def authenticate(
        self, *, key: str, authent: str, nonce: str | None, post_data: str, path: str, decoded_too: bool
    ) -> FuturesAccount:
        """The account that a request comes from; bad key, bad signature and bad nonce are told apart by no more."""
        account = self._accounts.get(key)
        if account is None or key in self._revoked:
            raise Refused(WRONG)
        forms = [post_data, unquote_plus(post_data)] if decoded_too else [post_data]
        good = [signature(account.api_secret, form, nonce or "", path) for form in forms]
        if not any(hmac.compare_digest(one.encode(), authent.encode()) for one in good):
            raise Refused(WRONG)
        if nonce:
            self._use(key, nonce)
        return account

    def signs(self, api_key: str, challenge: str, signed: str) -> FuturesAccount | None:
        """The account whose key has signed this challenge, if it has."""
        account = self._accounts.get(api_key)
        if account is None or api_key in self._revoked:
            return None
        expected = signed_challenge(account.api_secret, challenge)
        return account if hmac.compare_digest(expected.encode(), signed.encode()) else None

    def _use(self, key: str, nonce: str) -> None:
        if not nonce.isdecimal():
            raise Refused("invalidArgument")
        last, number = self._nonces.get(key, -1), int(nonce)
        if number == last:
            raise Refused("nonceDuplicate")
        if number < last:
            raise Refused("nonceBelowThreshold")
        self._nonces[key] = number
