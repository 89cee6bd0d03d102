"""Who asks: keys, signatures of both kinds, and the window in which a request is good. Written from the documents."""

import base64
import hashlib
import hmac
from binascii import Error
from collections.abc import Callable
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from batactors.testing.binance.accounts import BinanceAccount
from batactors.testing.binance.calls import Arguments, Call
from batactors.testing.binance.refusals import Refused, bad, missing
from batactors.testing.binance.wire import ms

WINDOW_DEFAULT, WINDOW_MOST = 5_000, 60_000
AHEAD = 1_000


class Credentials:
    """The keys that the venue knows. An Ed25519 key signs REST requests too, which the venue's documents leave open."""

    def __init__(self, accounts: dict[str, BinanceAccount], now: Callable[[], datetime]) -> None:
        self._now = now
        self._accounts = accounts
        self._secrets: dict[str, tuple[str, bytes | Ed25519PrivateKey]] = {}
        for account in accounts.values():
            self._secrets[account.api_key] = (account.api_key, account.api_secret.encode())
            if account.ed25519_key:
                private = load_pem_private_key(account.ed25519_secret.encode(), password=None)
                assert isinstance(private, Ed25519PrivateKey)
                self._secrets[account.ed25519_key] = (account.api_key, private)
        self._revoked: set[str] = set()

    def revoke(self, api_key: str) -> None:
        """From now on this key is nobody's."""
        self._revoked.add(api_key)

    def restore(self) -> None:
        """Give every key back."""
        self._revoked.clear()

    def account_of(self, api_key: str) -> str:
        """Whose key this is.

        Raises:
            Refused: Nobody's.
        """
        if not api_key:
            raise Refused(-2014)
        if api_key not in self._secrets or api_key in self._revoked:
            raise Refused(-2015)
        return self._secrets[api_key][0]

    def can_log_on(self, api_key: str) -> bool:
        """Whether a session may be logged on with this key."""
        return isinstance(self._secrets[api_key][1], Ed25519PrivateKey)

    def authenticate(self, call: Call) -> None:
        """Refuse a request whose key, signature or time is not right."""
        call.account = self.account_of(call.api_key)
        if not call.logged_on:
            self._check_signature(call)
        if (timestamp := call.arguments.integer("timestamp")) is None:
            raise missing("timestamp")
        if not in_time(timestamp, server=ms(self._now()), window=window(call.arguments)):
            raise Refused(-1021)

    def check_again(self, call: Call) -> None:
        """Refuse, at the matching engine, a request whose window has passed on its way there."""
        if ms(self._now()) - (call.arguments.integer("timestamp") or 0) > window(call.arguments):
            raise Refused(-5028)

    def _check_signature(self, call: Call) -> None:
        if not call.signature:
            raise missing("signature")
        secret = self._secrets[call.api_key][1]
        if isinstance(secret, bytes):
            expected = hmac.new(secret, call.message, hashlib.sha256).hexdigest()
            if not hmac.compare_digest(expected.encode(), call.signature.lower().encode()):
                raise Refused(-1022)
            return
        try:
            secret.public_key().verify(base64.b64decode(call.signature, validate=True), call.message)
        except (InvalidSignature, Error):
            raise Refused(-1022) from None


def in_time(timestamp: int, *, server: int, window: int) -> bool:
    """The venue's own rule; all are milliseconds."""
    return timestamp < server + AHEAD and server - timestamp <= window


def window(arguments: Arguments) -> int:
    """For how many milliseconds the request is good."""
    wanted = arguments.integer("recvWindow")
    if wanted is None:
        return WINDOW_DEFAULT
    if not 0 <= wanted <= WINDOW_MOST:
        raise bad("recvWindow")
    return wanted
