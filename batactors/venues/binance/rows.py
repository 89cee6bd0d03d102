"""The rows of REST answers and of user data: of each, the fields that are read (sections 4 and 7).

Numbers are ``Decimal`` from the text. Nearly everything may be absent, and words stay text here, so that a new word of
the venue never costs a row. They live for a moment and so have no slots, which msgspec fills three times as slowly.
"""

from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.ids import Asset, ClientOrderId

NOTHING = Raw(b"")


@frozen(slots=False)
class OrderRow:
    """An order, as REST and the WebSocket API tell it (section 4.1)."""

    symbol: str
    orderId: int
    clientOrderId: ClientOrderId | None = None
    status: str | None = None
    side: str | None = None
    type: str | None = None
    timeInForce: str | None = None
    positionSide: str | None = None
    origQty: Decimal | None = None
    executedQty: Decimal | None = None
    price: Decimal | None = None
    stopPrice: Decimal | None = None
    updateTime: int | None = None
    time: int | None = None


@frozen(slots=False)
class AlgoRow:
    """An order that waits for a trigger, as REST tells it (section 4.4). Its type has been seen under both names."""

    algoId: int
    clientAlgoId: ClientOrderId | None = None
    symbol: str | None = None
    algoStatus: str | None = None
    side: str | None = None
    orderType: str | None = None
    type: str | None = None
    timeInForce: str | None = None
    positionSide: str | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    triggerPrice: Decimal | None = None
    actualOrderId: int | str | None = None
    updateTime: int | None = None
    createTime: int | None = None


@frozen(slots=False)
class TradeRow:
    """A fill of ``userTrades`` (section 4.1). It has no client order id."""

    symbol: str
    id: int
    orderId: int
    qty: Decimal
    price: Decimal
    commission: Decimal | None = None
    commissionAsset: Asset | None = None
    side: str | None = None
    positionSide: str | None = None
    maker: bool | None = None
    time: int | None = None


@frozen(slots=False)
class UpdateRow:
    """``o`` of ORDER_TRADE_UPDATE (section 7)."""

    s: str
    i: int
    c: ClientOrderId | None = None
    S: str | None = None
    o: str | None = None
    f: str | None = None
    q: Decimal | None = None
    p: Decimal | None = None
    sp: Decimal | None = None
    x: str | None = None
    X: str | None = None
    l: Decimal | None = None  # noqa: E741
    z: Decimal | None = None
    L: Decimal | None = None
    n: Decimal | None = None
    N: Asset | None = None
    T: int | None = None
    t: int | None = None
    m: bool | None = None
    ps: str | None = None
    er: int | str | None = None


@frozen(slots=False)
class TradeLite:
    """The whole frame TRADE_LITE (section 7): a fill, told early, without its fee and without counts."""

    s: str
    i: int
    t: int
    l: Decimal  # noqa: E741
    L: Decimal
    c: ClientOrderId | None = None
    S: str | None = None
    q: Decimal | None = None
    m: bool | None = None
    T: int | None = None


@frozen(slots=False)
class AlgoUpdateRow:
    """``o`` of ALGO_UPDATE (section 4.4)."""

    aid: int
    caid: ClientOrderId | None = None
    s: str | None = None
    S: str | None = None
    o: str | None = None
    f: str | None = None
    ps: str | None = None
    q: Decimal | None = None
    p: Decimal | None = None
    tp: Decimal | None = None
    X: str | None = None
    ai: int | str | None = None
    rm: str | None = None


@frozen(slots=False)
class Frame:
    """Any frame of a stream: an event, bare or wrapped, or the response to a request (sections 1, 6 and 7)."""

    e: str | None = None
    E: int | str | None = None
    T: int | None = None
    o: Raw = field(default=NOTHING, repr=False)
    a: Raw = field(default=NOTHING, repr=False)
    ac: Raw = field(default=NOTHING, repr=False)
    ai: Raw = field(default=NOTHING, repr=False)
    data: Raw = field(default=NOTHING, repr=False)
    listenKey: str | None = field(default=None, repr=False)
    id: int | str | None = None
    result: Raw = field(default=NOTHING, repr=False)
    error: Raw = field(default=NOTHING, repr=False)
    code: int | str | None = None
    msg: str | None = None


ORDER, ORDERS = Decoder(OrderRow), Decoder(list[OrderRow])
ALGO, ALGOS = Decoder(AlgoRow), Decoder(list[AlgoRow])
TRADE, TRADES = Decoder(TradeRow), Decoder(list[TradeRow])
UPDATE, LITE, ALGO_UPDATE = Decoder(UpdateRow), Decoder(TradeLite), Decoder(AlgoUpdateRow)
FRAME = Decoder(Frame)
