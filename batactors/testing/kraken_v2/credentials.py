"""Who signs a REST request: signature, and nonces that only grow. The venue's own check, written from its documents."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Generic, Protocol, TypeVar

from batactors.testing.kraken_v2.refusals import Refused

NONCE_LIMIT = 2**64


def signature(secret: str, path: str, nonce: str, body: bytes) -> str:
    """What `API-Sign` must say about a request to this path with this body."""
    digest = hashlib.sha256(nonce.encode() + body).digest()
    mac = hmac.new(base64.b64decode(secret), path.encode() + digest, hashlib.sha512)
    return base64.b64encode(mac.digest()).decode()


class Keyed(Protocol):
    """Who has a key."""

    @property
    def api_key(self) -> str: ...

    @property
    def api_secret(self) -> str: ...


K = TypeVar("K", bound=Keyed)


class Credentials(Generic[K]):
    """The keys that the venue knows, and the last nonce of each."""

    def __init__(self, accounts: Mapping[str, K]) -> None:
        self._accounts = accounts
        self._nonces: dict[str, int] = {}

    def authenticate(self, *, key: str | None, sign: str | None, nonce: object, path: str, body: bytes) -> K:
        """The account that a request comes from; refused in the venue's order: key, signature, nonce."""
        account = self._accounts.get(key or "")
        if account is None:
            raise Refused("EAPI:Invalid key")
        expected = signature(account.api_secret, path, str(nonce), body)
        if not hmac.compare_digest(expected.encode(), (sign or "").encode()):
            raise Refused("EAPI:Invalid signature")
        number = int(str(nonce)) if str(nonce).isdecimal() else -1
        if not self._nonces.get(account.api_key, -1) < number < NONCE_LIMIT:
            raise Refused("EAPI:Invalid nonce")
        self._nonces[account.api_key] = number
        return account
