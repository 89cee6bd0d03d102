"""What the venue counts of commands on the Unified WebSocket, as data.

It is not documented for derivatives. They go to the engine that REST v3 goes to, whose counter is known (section 6): to
keep to that one costs a user who is faster some time, and spares one who is not a refusal.
"""

from batactors.model.commands import CancelAll, Command
from batactors.model.limits import Charge, Counts, RateLimit
from batactors.model.questions import Question
from batactors.model.settings import SettingCommand

INTERVAL = 10
LIMITS: tuple[RateLimit, ...] = (RateLimit(counts=Counts.ORDERS, interval=INTERVAL, limit=500, reserve=100),)
_ONE, _BATCH, _ALL = 10, 9, 25


def charges_of(asked: Command | SettingCommand | Question, legs: int) -> tuple[Charge, ...]:
    """What one request adds to the counter; questions are counted by Spot's REST, in a budget of their own."""
    if not isinstance(asked, Command):
        return ()
    amount = _ALL if isinstance(asked, CancelAll) else _ONE if legs == 1 else _BATCH + legs
    return (Charge(counts=Counts.ORDERS, amount=amount, interval=INTERVAL),)
