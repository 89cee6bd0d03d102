"""Bybit's limits, as data, and what each request costs (section 5)."""

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, Operation
from batactors.model.limits import Charge, Counts, Patience, RateLimit
from batactors.model.questions import AskInstruments, AskTime, Question
from batactors.model.settings import SettingCommand

# Validity is the venue's default window. Histories have trailed by a quarter of a minute, and orders were missing from
# the open ones and the closed ones at once for some time (section 14): a minute, as elsewhere. A socket is to be pinged
# every 20 seconds, and only the answer shows that a quiet one is alive.
PATIENCE = Patience(validity=5.0, margin=2.0, read_lag=60.0, silence=50.0, ping_every=20.0, answer=10.0)

# Of an account in each second, as an account without a VIP level has it; the trade socket tells when it is more.
LIMITS: tuple[RateLimit, ...] = (
    RateLimit(counts=Counts.CREATES, interval=1, limit=10, rolling=True),
    RateLimit(counts=Counts.AMENDS, interval=1, limit=10, rolling=True),
    RateLimit(counts=Counts.CANCELS, interval=1, limit=10, rolling=True),
    RateLimit(counts=Counts.SETTINGS, interval=1, limit=10, rolling=True),
    # Of each endpoint; kept for all together, since one of ours seldom asks as much of all.
    RateLimit(counts=Counts.READS, interval=1, limit=50, rolling=True),
    # Of an address, over HTTP; a tenth is kept for cancels.
    RateLimit(counts=Counts.REQUESTS, interval=5, limit=600, reserve=60, rolling=True),
)

# The venue takes 20. Each counts, and what is over the limit of a second fails by itself: so many go together.
BATCH = 10
BATCHES = (Operation.CREATE_ORDER, Operation.AMEND_ORDER, Operation.CANCEL_ORDER)

COUNTS: dict[Operation, Counts] = {
    Operation.CREATE_ORDER: Counts.CREATES,
    Operation.AMEND_ORDER: Counts.AMENDS,
    Operation.CANCEL_ORDER: Counts.CANCELS,
}
_REQUEST = Charge(counts=Counts.REQUESTS, amount=1)


def charges_of(asked: Command | SettingCommand | Question, legs: int) -> tuple[Charge, ...]:
    """What one request adds to the counters: each leg of a batch counts."""
    if isinstance(asked, SettingCommand):
        return (Charge(counts=Counts.SETTINGS, amount=1), _REQUEST)
    match asked:
        case CreateOrder() | AmendOrder() | CancelOrder() if asked.operation in COUNTS:
            return (Charge(counts=COUNTS[asked.operation], amount=legs), _REQUEST)
        case CancelAll():
            return (Charge(counts=Counts.CANCELS, amount=1), _REQUEST)
        case AskInstruments() | AskTime():
            return (_REQUEST,)
        case _:
            return (Charge(counts=Counts.READS, amount=1), _REQUEST)
