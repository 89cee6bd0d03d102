"""How often may be asked: so many of a kind in any second of an account, and so many requests of an address."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from batactors.testing.bybit.refusals import LIMIT, Refused
from batactors.testing.bybit.routes import ROUTES
from batactors.testing.bybit.wire import ms

SECOND, FIVE_SECONDS, FIVE_MINUTES = 1_000, 5_000, 300_000
OF_ADDRESS, OF_TRADE_SOCKETS, DIALS = 600, 3_000, 500
BAN_SECONDS = 600.0


class Rolling:
    """How much there was within the last so many milliseconds."""

    def __init__(self, span: int, limit: int) -> None:
        self.span, self.limit = span, limit
        self._times: deque[int] = deque()

    def left(self, now: int) -> int:
        """How much there may be yet. A clock that was set back forgets what it will have seen."""
        while self._times and not now - self.span < self._times[0] <= now:
            self._times.popleft()
        return self.limit - len(self._times)

    def take(self, now: int) -> bool:
        """Count one; False if there is no more."""
        fits = self.left(now) > 0
        if fits:
            self._times.append(now)
        return fits

    def reset_at(self, now: int) -> int:
        """When there is more; now, unless it is exhausted."""
        return now if self.left(now) > 0 else self._times[0] + self.span


class Rates:
    """The counters of one venue. All clients of it share one address. Switched off, they count and refuse nothing.

    Attributes:
        level: How many times the ordinary number of orders a second an account may send: 2, 4 or 6 with a VIP level.
    """

    def __init__(self, *, enabled: bool, now: Callable[[], datetime], ban: Callable[[float], None]) -> None:
        self.enabled = enabled
        self.level = 1
        self._now = now
        self._ban = ban
        self._address = Rolling(FIVE_SECONDS, OF_ADDRESS)
        self._trade = Rolling(SECOND, OF_TRADE_SOCKETS)
        self._dials = Rolling(FIVE_MINUTES, DIALS)
        self._counters: dict[tuple[str, str], Rolling] = {}

    def address(self) -> None:
        """Count an HTTP request.

        Raises:
            Refused: There were too many, and nobody gets in for ten minutes.
        """
        if not self._address.take(ms(self._now())) and self.enabled:
            self._ban(BAN_SECONDS)
            raise Refused(LIMIT, "access too frequent", status=403)

    def trade_frame(self) -> None:
        """Count a request by a trade socket."""
        if not self._trade.take(ms(self._now())) and self.enabled:
            raise Refused(10403)

    def dial(self) -> bool:
        """Count a new socket; whether it may open."""
        return self._dials.take(ms(self._now())) or not self.enabled

    def take(self, account: str, method: str) -> None:
        """Count a request, or one leg of a batch.

        Raises:
            Refused: There were too many of its kind in this second.
        """
        counter = self._of(account, method)
        if counter is not None and not counter.take(ms(self._now())) and self.enabled:
            raise Refused(LIMIT)

    def headers(self, account: str, method: str) -> dict[str, str]:
        """What answers tell of it."""
        counter, now = self._of(account, method), ms(self._now())
        if counter is None or not account:
            return {}
        return {
            "X-Bapi-Limit": str(counter.limit),
            "X-Bapi-Limit-Status": str(max(0, counter.left(now))),
            "X-Bapi-Limit-Reset-Timestamp": str(counter.reset_at(now)),
        }

    def _of(self, account: str, method: str) -> Rolling | None:
        route = ROUTES[method]
        if not route.limit:
            return None
        orders = route.command and method not in ("set-leverage", "switch-mode", "set-margin-mode")
        limit = route.limit * (self.level if orders else 1)
        counter = self._counters.setdefault((account, route.counts or method), Rolling(SECOND, limit))
        counter.limit = limit
        return counter
