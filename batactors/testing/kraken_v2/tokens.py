"""WebSocket tokens: good for fifteen minutes, and longer for as long as a private subscription made with them lives."""

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field

from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refusals import Refused

LIFETIME = timedelta(seconds=900)


@define(eq=False)
class Token:
    """One token, and how many subscriptions keep it alive."""

    account: str
    issued_at: datetime
    holders: int = 0
    text: str = field(repr=False, default="")


class Tokens:
    """The tokens that the venue has given out."""

    def __init__(self, *, fresh: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._fresh = fresh
        self._now = now
        self.given: list[str] = []
        """Every token that was ever given out."""
        self._tokens: dict[str, Token] = {}
        self._error = refusals.INVALID_SESSION

    def issue(self, account: str) -> str:
        """A new token; those that have run out are forgotten."""
        self._tokens = {text: token for text, token in self._tokens.items() if self._good(token)}
        token = Token(account=account, issued_at=self._now(), text=self._fresh())
        self._tokens[token.text] = token
        self.given.append(token.text)
        return token.text

    def check(self, text: object) -> Token:
        """The token of a request; refused when the venue does not take it (any more)."""
        token = self._tokens.get(text) if isinstance(text, str) else None
        if token is None or not self._good(token):
            raise Refused(self._error)
        return token

    def invalidate(self, error: str = refusals.INVALID_SESSION) -> None:
        """From now on all of them are refused, with this text; streams that run stay."""
        self._tokens.clear()
        self._error = error

    def _good(self, token: Token) -> bool:
        return token.holders > 0 or self._now() - token.issued_at <= LIFETIME
