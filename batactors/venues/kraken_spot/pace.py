"""Kraken's limits, as data (sections 6, 7 and 8)."""

from batactors.model.commands import Operation
from batactors.model.limits import Budget, Cost, Pace, Patience

# Validity is the WebSocket's default deadline. The docs suggest to give up a socket after five seconds of silence, and
# heartbeats come each second.
PATIENCE = Patience(validity=5.0, margin=2.0, read_lag=60.0, silence=10.0, ping_every=5.0, answer=10.0)

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

# How many commands one frame may carry.
BATCHES: dict[Operation, int] = {Operation.CREATE_ORDER: 15, Operation.CANCEL_ORDER: 50}


# The counter of private calls of a key, per tier: where the venue refuses, and what it forgets per second (section 6).
CALLS: dict[str, tuple[float, float]] = {"starter": (15.0, 0.33), "intermediate": (20.0, 0.5), "pro": (20.0, 1.0)}

# Sources differ on the dearer ones: 4 or 2 for the history of trades, 2 or 1 for lists of orders. The dearest is used.
# Commands are not in this counter, and neither is what is public.
CALL_COSTS = {"AskFills": 4.0, "AskOpenOrders": 2.0, "AskClosedOrders": 2.0, "AskInstruments": 0.0, "AskTime": 0.0}
TOKENS = 3.0  # calls that are kept for the tokens of new sessions


def budget_of(tier: str) -> Budget:
    """The counter of calls of this tier."""
    limit, decay = CALLS[tier]
    return Budget(limit=limit, decay=decay, reserve=TOKENS, costs=CALL_COSTS)


def pace_of(tier: str) -> Pace:
    """The trading counter of this tier."""
    limit, decay = TIERS[tier]
    return Pace(limit=limit, decay=decay, reserve=limit * RESERVE, costs=COSTS)
