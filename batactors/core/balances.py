"""What the account has, as the stream tells it, and whether the venue's REST says the same.

The stream's word is what is believed; REST is asked from time to time to see whether something was lost. The two are
told apart in time: what REST reads may trail the stream by ``read_lag``, and may be ahead of frames that are still on
their way. So what REST says agrees if the stream has said it at any time from ``read_lag`` before the question to now.
What does not agree at once may do so later, and is a divergence only if it has not until the next question, and the
answer to that does not agree either. A divergence is told, and nothing is made of it: neither a balance nor a fill.
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from attrs import frozen

from batactors.model.facts import BalanceFact
from batactors.model.health import Divergence
from batactors.model.ids import Asset

KEPT = 64
"""Values of one asset that are kept; where more came within one question's reach, its answer says nothing."""
ZERO = Decimal(0)


@frozen(kw_only=True)
class Doubted:
    """What REST said of an asset, and the stream has not.

    Attributes:
        since: When it was first so (UTC, our clock).
        asked_at: When the question was asked, on trio's clock.
    """

    theirs: Decimal
    since: datetime
    asked_at: float


class Balances:
    """The balances of one account.

    Args:
        read_lag: Seconds by which HTTP reads may trail what happened.
    """

    def __init__(self, read_lag: float) -> None:
        self._read_lag = read_lag
        self._heard: dict[Asset, BalanceFact] = {}
        self._past: dict[Asset, deque[tuple[float, Decimal]]] = {}
        self._doubted: dict[Asset, Doubted] = {}
        self._divergent: dict[Asset, Divergence] = {}

    @property
    def heard(self) -> Mapping[Asset, BalanceFact]:
        """What the stream told last of each asset."""
        return self._heard

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """The assets of which stream and REST say different things, by name."""
        return tuple(self._divergent[asset] for asset in sorted(self._divergent))

    def hear(self, fact: BalanceFact, at: float) -> None:
        """The stream told a balance, at this time of trio's clock."""
        self._heard[fact.asset] = fact
        self._past.setdefault(fact.asset, deque(maxlen=KEPT)).append((at, fact.total))
        doubted = self._doubted.get(fact.asset)
        if doubted is not None and doubted.theirs == fact.total:
            self._agree(fact.asset)  # REST was ahead of it

    def compare(self, theirs: Mapping[Asset, Decimal], asked_at: float, on: datetime, ready_since: float) -> None:
        """REST told all balances, when asked at this time of trio's clock; what it leaves out is zero.

        Only what the stream has spoken of is compared: REST lists wallets, too, that the stream keeps apart. And only
        what was asked while one session was ready: before that, the stream is known to lack something.
        """
        if asked_at < ready_since:
            return
        self._doubted = {asset: one for asset, one in self._doubted.items() if one.asked_at >= ready_since}
        for asset in sorted(self._heard):
            said = theirs.get(asset, ZERO)
            if self._has_said(asset, said, asked_at - self._read_lag):
                self._agree(asset)
            elif not self._reaches(asset, asked_at - self._read_lag):
                self._doubted.pop(asset, None)  # it moves faster than is remembered: ask again
            else:
                self._doubt(asset, said, asked_at, on)

    def _doubt(self, asset: Asset, theirs: Decimal, asked_at: float, on: datetime) -> None:
        before = self._doubted.get(asset)
        if before is None:
            self._doubted[asset] = Doubted(theirs=theirs, since=on, asked_at=asked_at)
        elif asked_at >= before.asked_at + self._read_lag:
            self._divergent[asset] = Divergence(
                asset=asset, ours=self._heard[asset].total, theirs=theirs, since=before.since
            )
            self._doubted[asset] = Doubted(theirs=theirs, since=before.since, asked_at=asked_at)

    def _agree(self, asset: Asset) -> None:
        self._doubted.pop(asset, None)
        self._divergent.pop(asset, None)

    def _has_said(self, asset: Asset, total: Decimal, since: float) -> bool:
        """Whether the stream has said it at any time since then, or last before then."""
        for at, said in reversed(self._past[asset]):
            if said == total:
                return True
            if at <= since:
                return False
        return False

    def _reaches(self, asset: Asset, since: float) -> bool:
        """Whether all that was said since then is remembered."""
        past = self._past[asset]
        return len(past) < KEPT or past[0][0] <= since
