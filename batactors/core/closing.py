"""An order's end, from the venue's word to the moment at which all its fills are told."""

from datetime import datetime
from decimal import Decimal

from attrs import evolve, frozen

from batactors.core.news import News
from batactors.model.facts import OrderFact, Says
from batactors.model.terms import OrderState

STATE_AT_END = {
    Says.FILLED: OrderState.FILLED,
    Says.CANCELED: OrderState.CANCELED,
    Says.EXPIRED: OrderState.EXPIRED,
}


@frozen(kw_only=True)
class Closing:
    """The venue says that the order has closed; it is told once the fills told add up to ``count``.

    Attributes:
        count: The venue's; ``None`` where it gave none yet, in which case it is asked.
        post_only: It would have taken liquidity.
        refused: The venue's engine refused it, for this or another reason.
    """

    state: OrderState
    count: Decimal | None
    reason: str | None = None
    post_only: bool = False
    refused: bool = False
    news: News
    occurred_at: datetime | None

    @classmethod
    def of(cls, fact: OrderFact, news: News) -> "Closing":
        """The end that this statement tells of."""
        return cls(
            state=STATE_AT_END[fact.says], count=fact.filled, reason=fact.reason, post_only=fact.post_only,
            refused=fact.refused or fact.post_only, news=news, occurred_at=fact.occurred_at,
        )  # fmt: skip

    def joined_by(self, other: "Closing") -> "Closing":
        """The same end, told once more: what the first telling lacked is taken from the second."""
        if self.count is None and other.count is not None:
            post_only, refused = self.post_only or other.post_only, self.refused or other.refused
            return evolve(other, post_only=post_only, refused=refused, reason=other.reason or self.reason)
        if other.count is not None and self.count is not None and other.count > self.count:
            return evolve(self, count=other.count)
        return self
