"""Who asks: keys, signatures of requests and of sessions, and the window in which they are good."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from batactors.testing.bybit.accounts import BybitAccount
from batactors.testing.bybit.calls import Call
from batactors.testing.bybit.refusals import KEY, PERMISSION, SIGNATURE, WINDOW, Refused, bad
from batactors.testing.bybit.wire import ms

WINDOW_DEFAULT = 5_000
AHEAD = 1_000
TIMESTAMP, RECV_WINDOW = "x-bapi-timestamp", "x-bapi-recv-window"
TRADING = ("add_order", "amend_order", "batch_add", "batch_amend")


class Credentials:
    """The keys that the venue knows."""

    def __init__(self, accounts: dict[str, BybitAccount], now: Callable[[], datetime]) -> None:
        self._now = now
        self._accounts = accounts
        self._revoked: set[str] = set()

    def revoke(self, api_key: str) -> None:
        """From now on this key is nobody's."""
        self._revoked.add(api_key)

    def authenticate(self, call: Call) -> None:
        """Refuse a request by REST whose key, signature or time is not right."""
        account = self._account(call.headers.get("x-bapi-api-key", ""))
        self.in_window(call)
        told = "".join(
            (call.headers[TIMESTAMP], account.api_key, call.headers.get(RECV_WINDOW, str(WINDOW_DEFAULT)), call.signed)
        )
        if not _is_signature(account, told, call.headers.get("x-bapi-sign", "")):
            raise Refused(SIGNATURE, f"error sign! origin_string[{told}]")
        call.account = account.api_key

    def check_session(self, call: Call) -> None:
        """Refuse a request by a socket that is not logged on, whose key is gone, or whose time is not right."""
        if not call.session.account:
            raise Refused(KEY, "Not authenticated: the session is not logged on.")
        call.account = self._account(call.session.account).api_key
        self.in_window(call)

    def may_trade(self, call: Call) -> None:
        """Refuse what the account may not do."""
        if call.method in TRADING and not self._accounts[call.account].can_trade:
            raise Refused(PERMISSION)

    def in_window(self, call: Call) -> None:
        """Refuse what was signed too long ago, or is not yet."""
        stamp, window = call.headers.get(TIMESTAMP, ""), call.headers.get(RECV_WINDOW, str(WINDOW_DEFAULT))
        if not stamp.isdecimal() or not window.isdecimal():
            raise bad("params error: timestamp or recv_window invalid")
        server = ms(self._now())
        if not in_time(int(stamp), server=server, window=int(window)):
            text = f"invalid request, req_timestamp[{stamp}],server_timestamp[{server}],recv_window[{window}]"
            raise Refused(WINDOW, text)

    def log_on(self, args: Any) -> str:
        """The account of a session: `args` are key, expiry and signature.

        Raises:
            Refused: They are not.
        """
        if not isinstance(args, list) or len(args) != 3:
            raise bad("Params Error")
        key, expires, signature = args
        account = self._account(str(key))
        if not str(expires).isdecimal() or int(expires) <= ms(self._now()):
            raise Refused(WINDOW, f"Params Error: expires {expires} is over")
        if not _is_signature(account, f"GET/realtime{expires}", str(signature)):
            raise Refused(SIGNATURE, "error:USVC1111")
        return account.api_key

    def _account(self, api_key: str) -> BybitAccount:
        if api_key not in self._accounts or api_key in self._revoked:
            raise Refused(KEY)
        return self._accounts[api_key]


def in_time(timestamp: int, *, server: int, window: int) -> bool:
    """The venue's own rule; all are milliseconds."""
    return server - window <= timestamp < server + AHEAD


def _is_signature(account: BybitAccount, text: str, signature: str) -> bool:
    expected = hmac.new(account.api_secret.encode(), text.encode("latin-1", "replace"), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
