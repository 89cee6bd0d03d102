"""Binance's limits, as data, and what each request costs (sections 3, 4 and 8)."""

from collections.abc import Mapping

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.limits import Charge, Counts, Patience, RateLimit
from batactors.model.questions import (
    AskAmendments,
    AskInstruments,
    AskLimits,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskTime,
    AskToken,
    AskWhetherValid,
    DropToken,
    KeepSwitch,
    KeepToken,
    Question,
)
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode, SettingCommand

# Validity is the venue's default window. Reads have trailed by half a minute as a rule, and for longer in heavy markets
# (section 12). A quiet account says nothing for hours, and only the answer to a ping shows that its socket is alive.
PATIENCE = Patience(validity=5.0, margin=2.0, read_lag=60.0, silence=70.0, ping_every=30.0, answer=10.0)

RESERVED = 10  # of a hundred, for cancels alone


def reserved(counts: Counts, interval: int, limit: int) -> RateLimit:
    """A limit, of which a part is kept for cancels. A cancel is no order, but counts as any read does."""
    return RateLimit(counts=counts, interval=interval, limit=limit, reserve=limit * RESERVED // 100)


# What holds until exchangeInfo has been read: per address the weights, per account the orders (section 3).
LIMITS: tuple[RateLimit, ...] = (
    reserved(Counts.WEIGHT, 60, 2400),
    reserved(Counts.ORDERS, 60, 1200),
    reserved(Counts.ORDERS, 10, 300),
)

LIFE = 23 * 3600  # seconds after which a socket is replaced: the venue cuts it after 24 hours (section 6)
# Seconds. A listen key lives for 60 minutes (section 5); but a socket whose key is gone is as quiet as any other, and
# whether it is gone only the answer to this tells.
KEEP_TOKEN_EVERY = 5 * 60

# Weights by the name of the question; what is not listed weighs 5, as most reads of an account do (section 4.1).
_WEIGHTS: Mapping[type[Question], int] = {
    AskToken: 1,
    KeepToken: 1,
    DropToken: 1,
    AskInstruments: 1,
    AskTime: 1,
    AskLimits: 1,
    AskAmendments: 1,
    AskOrder: 1,
    AskOrders: 1,
    AskWhetherValid: 0,
}
_READ = 5
_ALL_SYMBOLS = 40
_ONE_ORDER = (Charge(counts=Counts.ORDERS, amount=1),)
# Of a batch: each order counts in ten seconds, and all together as one in a minute.
_BATCH_ORDERS = (
    Charge(counts=Counts.ORDERS, amount=5, interval=10),
    Charge(counts=Counts.ORDERS, amount=1, interval=60),
)


def charges_of(asked: Command | SettingCommand | Question) -> tuple[Charge, ...]:
    """What one request adds to the counters."""
    match asked:
        case KeepSwitch():
            return _weight(10)
        case AskWhetherValid():
            return _ONE_ORDER
        case AskOpenOrders(instrument=None):
            return _weight(_ALL_SYMBOLS)
        case AskOpenOrders():
            return _weight(1)
        case CreateOrder() | AmendOrder():
            return _ONE_ORDER
        case CancelOrder() | CancelAll() | SetLeverage() | SetMarginMode() | SetPositionMode():
            return _weight(1)
        case _:
            return _weight(_WEIGHTS.get(type(asked), _READ))


def charges_of_batch() -> tuple[Charge, ...]:
    """What a batch of any size and operation adds to the counters."""
    return (*_weight(5), *_BATCH_ORDERS)


def _weight(amount: int) -> tuple[Charge, ...]:
    return (Charge(counts=Counts.WEIGHT, amount=amount),)
