"""How often may be asked: weights per address, orders per account, 429 when there were too many, and 418 after that.

Windows are those of the venue's clock: a minute begins with its second 0. All clients of one simulated venue share one
address. Whether `Retry-After` is sent is not promised by the documents: it is a switch here.
"""

from collections.abc import Callable
from datetime import datetime

from attrs import define

from batactors.testing.binance.refusals import Refused
from batactors.testing.binance.wire import ms
from batactors.testing.venue.text import Json

WEIGHT_LIMIT = 2_400
ORDERS_10S, ORDERS_1M = 300, 1_200
MINUTE, TEN_SECONDS = 60_000, 10_000
BAN_FIRST, BAN_LONGEST = 120.0, 3 * 86_400.0


@define
class Window:
    """A count that begins anew with each interval."""

    interval: int
    limit: int
    number: int = -1
    count: int = 0

    def charge(self, cost: int, now: int) -> bool:
        """Count this; False if there is too much of it."""
        if now // self.interval != self.number:
            self.number, self.count = now // self.interval, 0
        self.count += cost
        return self.count <= self.limit

    def level(self, now: int) -> int:
        """How much there was in the present interval."""
        return self.count if now // self.interval == self.number else 0


class Rates:
    """The counters of one venue. Switched off, they count and refuse nothing.

    Attributes:
        patience: So many requests above the limit are answered with 429; the next one gets the address banned.
        retry_after: Whether refusals say when to come again.
        counts_refused: Whether answers that refuse carry the counts of orders; the venue does not promise it.
    """

    def __init__(self, *, enabled: bool, now: Callable[[], datetime], ban: Callable[[float], None]) -> None:
        self.enabled = enabled
        self.patience = 10
        self.retry_after = True
        self.counts_refused = False
        self._now = now
        self._ban = ban
        self._bans = 0
        self._ignored = 0
        self._weight = Window(MINUTE, WEIGHT_LIMIT)
        self._orders: dict[str, tuple[Window, Window]] = {}

    def weigh(self, weight: int) -> None:
        """Count the weight of a request.

        Raises:
            Refused: There was too much of it in this minute.
        """
        if not self.enabled or self._weight.charge(weight, ms(self._now())):
            self._ignored = 0
            return
        self._ignored += 1
        if self._ignored > self.patience:
            self._ignored = 0
            self._bans += 1
            self._ban(min(BAN_LONGEST, BAN_FIRST * 2 ** (self._bans - 1)))
        raise Refused(-1003, headers=self._come_again(MINUTE))

    def order(self, account: str, ten_seconds: int, minute: int) -> None:
        """Count orders of an account, so many in each of the two intervals.

        Raises:
            Refused: There were too many.
        """
        now = ms(self._now())
        short, long = self._of(account)
        # Both count, whichever refuses.
        fine = [short.charge(ten_seconds, now), long.charge(minute, now)]
        if self.enabled and not all(fine):
            which = "300 orders per TEN_SECONDS" if not fine[0] else "1200 orders per MINUTE"
            headers = self._come_again(MINUTE if fine[0] else TEN_SECONDS)
            raise Refused(-1015, f"Too many new orders; current limit is {which}.", headers=headers)

    def headers(self, account: str, *, orders: bool, refused: bool) -> dict[str, str]:
        """The counts, as REST tells them."""
        now = ms(self._now())
        told = {"X-MBX-USED-WEIGHT-1M": str(self._weight.level(now))}
        if orders and account and (self.counts_refused or not refused):
            short, long = self._of(account)
            told |= {"X-MBX-ORDER-COUNT-10S": str(short.level(now)), "X-MBX-ORDER-COUNT-1M": str(long.level(now))}
        return told

    def limits(self, account: str, *, orders: bool) -> list[Json]:
        """The counts, as the WS API tells them."""
        now = ms(self._now())
        if not orders:
            return [limit("REQUEST_WEIGHT", "MINUTE", 1, WEIGHT_LIMIT) | {"count": self._weight.level(now)}]
        short, long = self._of(account)
        return [
            limit("ORDERS", "SECOND", 10, ORDERS_10S) | {"count": short.level(now)},
            limit("ORDERS", "MINUTE", 1, ORDERS_1M) | {"count": long.level(now)},
        ]

    def _of(self, account: str) -> tuple[Window, Window]:
        fresh = (Window(TEN_SECONDS, ORDERS_10S), Window(MINUTE, ORDERS_1M))
        return self._orders.setdefault(account, fresh)

    def _come_again(self, interval: int) -> Json:
        if not self.retry_after:
            return {}
        return {"Retry-After": str((interval - ms(self._now()) % interval) // 1_000 + 1)}


def limit(kind: str, interval: str, number: int, most: int) -> Json:
    """One limit, as exchangeInfo lists it."""
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": most}


LIMITS = (
    limit("REQUEST_WEIGHT", "MINUTE", 1, WEIGHT_LIMIT),
    limit("ORDERS", "MINUTE", 1, ORDERS_1M),
    limit("ORDERS", "SECOND", 10, ORDERS_10S),
)
