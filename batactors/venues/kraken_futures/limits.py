"""What the venue counts, as data, and what each request costs (section 6)."""

from collections.abc import Mapping

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.limits import Charge, Counts, Patience, RateLimit
from batactors.model.questions import (
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskTime,
    KeepSwitch,
    Question,
)
from batactors.model.settings import SettingCommand

# Heartbeats come each second; the venue closes a socket without a ping for 60 s, and others ping each 30 (section 7).
# How far the history trails is not told: its reads are taken to trail as much as those of the other venues.
PATIENCE = Patience(validity=5.0, margin=2.0, read_lag=30.0, silence=15.0, ping_every=10.0, answer=10.0, writes=4)

TRADING, HISTORY = 10, 600
"""The intervals of the two counters, in seconds."""
LIMITS: tuple[RateLimit, ...] = (
    RateLimit(counts=Counts.WEIGHT, interval=TRADING, limit=500, reserve=100),
    RateLimit(counts=Counts.WEIGHT, interval=HISTORY, limit=100),
)
_ONE, _ALL = 10, 25
_COSTS: Mapping[type[Question], tuple[int, int]] = {
    AskInstruments: (0, 0),
    AskTime: (0, 0),
    AskOrder: (1, 0),
    AskOrders: (1, 0),
    AskOpenOrders: (2, 0),
    AskBalances: (2, 0),
    AskMargin: (2, 0),
    AskPositions: (2, 0),
    KeepSwitch: (_ALL, 0),
    AskFills: (2, 0),
    AskClosedOrders: (1, 0),
    AskAmendments: (0, 1),
}


def charges_of(asked: Command | SettingCommand | Question, legs: int) -> tuple[Charge, ...]:
    """What one request adds to the counters; of a question, the request for the page of this number."""
    match asked:
        case CreateOrder() | AmendOrder() | CancelOrder():
            return _weights(_ONE if legs == 1 else 9 + legs, 0)
        case CancelAll():
            return _weights(_ALL, 0)
        case AskFills() | AskOrders() if legs > 1:
            return _weights(0, 1)
        case AskClosedOrders(client_order_id=wanted) if legs > 1 or wanted is None:
            return _weights(0, 1)  # see ``questions``: what is no status of an order is the history
        case _:
            return _weights(*_COSTS.get(type(asked), (_ONE, 0)))  # type: ignore[arg-type]


def _weights(trading: int, history: int) -> tuple[Charge, ...]:
    amounts = ((TRADING, trading), (HISTORY, history))
    return tuple(Charge(counts=Counts.WEIGHT, amount=amount, interval=each) for each, amount in amounts if amount)
