"""What Kraken Spot counts of commands, as data (section 6)."""

from batactors.model.commands import Operation
from batactors.model.limits import Cost, Pace

# The trading counter of a pair, per tier of the account: where the venue refuses, and what it forgets per second.
TIERS: dict[str, tuple[float, float]] = {
    "starter": (60.0, 1.0),
    "intermediate": (125.0, 2.34),
    "pro": (180.0, 3.75),
}

# What a command costs, by the age of its order since it was placed or last amended. A batch's discount is not used.
COSTS: dict[Operation, Cost] = {
    Operation.CREATE_ORDER: Cost(fixed=1.0),
    Operation.AMEND_ORDER: Cost(fixed=1.0, by_age=((5.0, 3.0), (10.0, 2.0), (15.0, 1.0))),
    Operation.CANCEL_ORDER: Cost(by_age=((5.0, 8.0), (10.0, 6.0), (15.0, 5.0), (45.0, 4.0), (90.0, 2.0), (300.0, 1.0))),
    Operation.CANCEL_ALL: Cost(),
}

# For cancels alone: three, seven and eleven of the dearest kind. The venue may refuse a cancel, too, past the limit.
RESERVE = 0.5


def pace_of(tier: str) -> Pace:
    """The trading counter of this tier."""
    limit, decay = TIERS[tier]
    return Pace(limit=limit, decay=decay, reserve=limit * RESERVE, costs=COSTS)
