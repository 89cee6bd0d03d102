"""History as it happened: venues list the newest first, and page by page."""

from collections.abc import Iterable
from datetime import UTC, datetime

from batactors.model.facts import Fact, FillFact

_EARLIEST = datetime.min.replace(tzinfo=UTC)


def in_order_of_time(facts: Iterable[Fact]) -> list[Fact]:
    """The facts with their fills in the order of the venue's own times; what is no fill comes first, as it was.

    Times are not unique, and fills of one instant keep the order in which the venue gave them.
    """
    told = list(facts)
    fills = [fact for fact in told if isinstance(fact, FillFact)]
    others = [fact for fact in told if not isinstance(fact, FillFact)]
    return [*others, *sorted(fills, key=lambda fill: fill.occurred_at or _EARLIEST)]
