"""How long is waited, how much one frame may carry, and what REST counts of questions, as data (sections 6 to 8)."""

from batactors.model.commands import Operation
from batactors.model.limits import Budget, Patience

# Validity is the WebSocket's default deadline. The docs suggest to give up a socket after five seconds of silence, and
# heartbeats come each second.
PATIENCE = Patience(validity=5.0, margin=2.0, read_lag=60.0, silence=10.0, ping_every=5.0, answer=10.0)

# How many commands one frame may carry.
BATCHES: dict[Operation, int] = {Operation.CREATE_ORDER: 15, Operation.CANCEL_ORDER: 50}

# The counter of private calls of a key, per tier: where the venue refuses, and what it forgets per second (section 6).
CALLS: dict[str, tuple[float, float]] = {"starter": (15.0, 0.33), "intermediate": (20.0, 0.5), "pro": (20.0, 1.0)}

# Sources differ on the dearer ones: 4 or 2 for the history of trades, 2 or 1 for lists of orders. The dearest is used.
# Commands are not in this counter, and neither is what is public. An order is checked by the call that places orders.
CALL_COSTS = {
    "AskFills": 4.0, "AskOpenOrders": 2.0, "AskClosedOrders": 2.0,
    "AskInstruments": 0.0, "AskTime": 0.0, "AskWhetherValid": 0.0,
}  # fmt: skip
USUAL_TIER = "intermediate"
TOKENS = 3.0  # calls that are kept for the tokens of new sessions


def budget_of(tier: str) -> Budget:
    """The counter of calls of this tier."""
    limit, decay = CALLS[tier]
    return Budget(limit=limit, decay=decay, reserve=TOKENS, costs=CALL_COSTS)
