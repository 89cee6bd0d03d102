"""How often an account may ask: trading counter per pair, counter of REST calls per key, cap of open orders.

Both counters fall steadily and are refused above their threshold. Taking an order away soon after placing it costs
extra, which is the venue's remedy against flickering orders.
"""

from datetime import datetime
from decimal import Decimal

from attrs import frozen


@frozen(kw_only=True)
class Tier:
    """The limits of one level of verification; decays are per second."""

    rest_max: float
    rest_decay: float
    trading_max: float
    trading_decay: float
    open_orders: int


TIERS = {
    "starter": Tier(rest_max=15, rest_decay=0.33, trading_max=60, trading_decay=1.0, open_orders=60),
    "intermediate": Tier(rest_max=20, rest_decay=0.5, trading_max=125, trading_decay=2.34, open_orders=80),
    "pro": Tier(rest_max=20, rest_decay=1.0, trading_max=180, trading_decay=3.75, open_orders=225),
}

# What an action costs on top by the age of the order, in seconds below which the cost holds.
AMEND_COSTS = ((5, 3), (10, 2), (15, 1))
EDIT_COSTS = ((5, 6), (10, 5), (15, 4), (45, 2), (90, 1))
CANCEL_COSTS = ((5, 8), (10, 6), (15, 5), (45, 4), (90, 2), (300, 1))


def surcharge(costs: tuple[tuple[int, float], ...], age: float) -> float:
    """What touching an order of this age costs extra."""
    return next((cost for below, cost in costs if age < below), 0.0)


class Counter:
    """A number that falls steadily to zero."""

    def __init__(self, maximum: float, decay: float) -> None:
        self.maximum = maximum
        self._decay = decay
        self._level = 0.0
        self._at: datetime | None = None

    def level(self, now: datetime) -> float:
        """How high it stands now."""
        elapsed = (now - self._at).total_seconds() if self._at is not None else 0.0
        return max(0.0, self._level - self._decay * max(0.0, elapsed))

    def charge(self, cost: float, now: datetime) -> bool:
        """Add the cost; False when this goes over the maximum, where it then stays."""
        level = self.level(now) + cost
        self._level, self._at = min(level, self.maximum), now
        return level <= self.maximum


class Rates:
    """The counters of one venue. Switched off, they count and refuse nothing."""

    def __init__(self, tiers: dict[str, str], *, enabled: bool = True) -> None:
        self.enabled = enabled
        self._tiers = {account: TIERS[name] for account, name in tiers.items()}
        self._trading: dict[tuple[str, str], Counter] = {}
        self._rest: dict[str, Counter] = {}

    def tier(self, account: str) -> Tier:
        """The limits of an account."""
        return self._tiers[account]

    def max_count(self, account: str) -> int:
        """The most that a trading counter of an account may come to."""
        return int(self.tier(account).trading_max)

    def trade(self, account: str, symbol: str, cost: float, now: datetime) -> bool:
        """Charge a trading action in this pair; False when it goes over."""
        return not self.enabled or self._trading_counter(account, symbol).charge(cost, now)

    def trading_level(self, account: str, symbol: str, now: datetime) -> Decimal:
        """How high the trading counter of this pair stands, as the executions channel tells it."""
        return Decimal(f"{self._trading_counter(account, symbol).level(now):.2f}")

    def call(self, account: str, cost: float, now: datetime) -> bool:
        """Charge a REST call; False when it goes over."""
        if not self.enabled:
            return True
        tier = self.tier(account)
        return self._rest.setdefault(account, Counter(tier.rest_max, tier.rest_decay)).charge(cost, now)

    def _trading_counter(self, account: str, symbol: str) -> Counter:
        tier = self.tier(account)
        return self._trading.setdefault((account, symbol), Counter(tier.trading_max, tier.trading_decay))
