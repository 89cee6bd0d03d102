"""What the account has, as the stream tells it, and whether the venue's REST says the same: see ``core.compared``."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from batactors.core.compared import ZERO, Compared
from batactors.model.facts import BalanceFact
from batactors.model.health import Divergence
from batactors.model.ids import Asset


class Balances:
    """The balances of one account.

    Args:
        read_lag: Seconds by which HTTP reads may trail what happened.
    """

    def __init__(self, read_lag: float) -> None:
        self._heard: dict[Asset, BalanceFact] = {}
        self._compared = Compared[Asset](read_lag)
        self.version = 0
        """How often a balance was told that was not told just so before."""

    @property
    def heard(self) -> Mapping[Asset, BalanceFact]:
        """What the stream told last of each asset."""
        return self._heard

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """The assets of which stream and REST say different things, by name."""
        return tuple(
            Divergence(asset=asset, ours=one.ours, theirs=one.theirs, since=one.since)
            for asset, one in sorted(self._compared.apart.items())
        )

    def hear(self, fact: BalanceFact, at: float) -> None:
        """The stream told a balance, at this time of trio's clock."""
        self.version += self._heard.get(fact.asset) != fact
        self._heard[fact.asset] = fact
        self._compared.hear(fact.asset, fact.total, at)

    def break_off(self, at: float) -> None:
        """The stream has broken off, at this time of trio's clock: what it told may have changed since."""
        self._compared.break_off(at)

    def compare(
        self, theirs: Mapping[Asset, Decimal], asked_at: float, on: datetime, ready_since: float | None
    ) -> None:
        """REST told all balances, when asked at this time of trio's clock; what it leaves out is zero.

        REST lists wallets, too, that the stream keeps apart: only what the stream has spoken of is compared. What it
        has not told again since it broke off is taken from REST, also before the next session is ready.
        """
        all_of_them = {asset: theirs.get(asset, ZERO) for asset in sorted(self._heard)}
        for asset, total in all_of_them.items():
            if not self._compared.stands(asset):
                if self._heard[asset].total != total:
                    self._heard[asset], self.version = BalanceFact(asset=asset, total=total), self.version + 1
                self._compared.believe(asset, total, asked_at, ready_since)
        if ready_since is not None:
            self._compared.compare(all_of_them, asked_at, on, ready_since)
