"""The rows of answers and of the private topics: of each, the fields that are read (sections 4 and 7).

Numbers are text, and empty text is legal for each of them: it says that there is none. Nearly everything may be
absent, and words stay text here, so that a new word of the venue never costs a row. They live for a moment and so have
no slots.
"""

from decimal import Decimal, InvalidOperation

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.ids import Asset, ClientOrderId, VenueOrderId
from batactors.venues.reading import Unsound, number, quantity

NOTHING = Raw(b"")
_LONGEST = 100  # characters of a number: to read more of them takes a while, and no amount has as many


@frozen(slots=False)
class OrderRow:
    """An order: the same row live and by REST."""

    orderId: VenueOrderId
    symbol: str
    category: str | None = None
    orderLinkId: ClientOrderId | None = None
    side: str | None = None
    orderType: str | None = None
    timeInForce: str | None = None
    price: str | None = None
    qty: str | None = None
    positionIdx: int | None = None
    orderStatus: str | None = None
    cancelType: str | None = None
    rejectReason: str | None = None
    createType: str | None = None
    cumExecQty: str | None = None
    stopOrderType: str | None = None
    triggerPrice: str | None = None
    triggerDirection: int | None = None
    createdTime: int | str | None = None
    updatedTime: int | str | None = None


@frozen(slots=False)
class ExecutionRow:
    """An execution, which may be no fill: of ``execution``, of ``execution.fast``, which has less, and by REST."""

    execId: str
    orderId: VenueOrderId
    symbol: str
    category: str | None = None
    orderLinkId: ClientOrderId | None = None
    side: str | None = None
    orderType: str | None = None
    stopOrderType: str | None = None
    orderQty: str | None = None
    execPrice: str | None = None
    execQty: str | None = None
    execFee: str | None = None
    feeCurrency: Asset | None = None
    execType: str | None = None
    execTime: int | str | None = None
    isMaker: bool | None = None
    createType: str | None = None
    seq: int | str | None = None


@frozen(slots=False)
class PositionRow:
    """A position: the topic calls ``entryPrice`` what REST calls ``avgPrice``."""

    symbol: str
    size: str
    side: str | None = None
    category: str | None = None
    positionIdx: int | None = None
    entryPrice: str | None = None
    avgPrice: str | None = None
    markPrice: str | None = None
    liqPrice: str | None = None
    unrealisedPnl: str | None = None
    positionMM: str | None = None
    leverage: str | None = None
    positionStatus: str | None = None
    updatedTime: int | str | None = None


@frozen(slots=False)
class WalletRow:
    """The account: its sums, and its coins."""

    coin: Raw = NOTHING
    totalWalletBalance: str | None = None
    totalPerpUPL: str | None = None
    totalAvailableBalance: str | None = None
    totalInitialMargin: str | None = None
    totalMaintenanceMargin: str | None = None


@frozen(slots=False)
class CoinRow:
    """A coin of the account."""

    coin: Asset
    walletBalance: str | None = None


@frozen(slots=False)
class ListBody:
    """The ``result`` of any question that is answered by rows, page by page."""

    list: Raw
    nextPageCursor: str | None = None


@frozen(slots=False)
class AccountBody:
    """How the account is set."""

    marginMode: str | None = None


@frozen(slots=False)
class TimeBody:
    """What time it is at the venue."""

    timeNano: str


@frozen(slots=False)
class Envelope:
    """Any answer by REST."""

    retCode: int | None = None
    retMsg: str | None = None
    result: Raw = field(default=NOTHING, repr=False)
    retExtInfo: Raw = field(default=NOTHING, repr=False)
    time: int | None = None


ORDER, ORDERS = Decoder(OrderRow), Decoder(list[OrderRow])
EXECUTION, EXECUTIONS = Decoder(ExecutionRow), Decoder(list[ExecutionRow])
POSITION, POSITIONS = Decoder(PositionRow), Decoder(list[PositionRow])
WALLET, WALLETS = Decoder(WalletRow), Decoder(list[WalletRow])
COIN, COINS = Decoder(CoinRow), Decoder(list[CoinRow])
LIST, ACCOUNT, TIME, ENVELOPE = Decoder(ListBody), Decoder(AccountBody), Decoder(TimeBody), Decoder(Envelope)


def amount(text: str | None, name: str) -> Decimal | None:
    """The number; ``None`` if there is none.

    Raises:
        Unsound: It is no number that an amount or a price can be.
    """
    if not text:
        return None
    try:
        return number(Decimal(text if len(text) <= _LONGEST else "too long"), name)
    except InvalidOperation:
        raise Unsound(f"{name} is {text[:20]!r}") from None


def count(text: str | None, name: str) -> Decimal | None:
    """The quantity; ``None`` if there is none. It may be zero, and not less."""
    return quantity(amount(text, name), name)


def positive(text: str | None, name: str) -> Decimal | None:
    """The number; zero is another way in which the venue writes that there is none."""
    return amount(text, name) or None
