"""The rows of WebSocket v2: of each, the fields that are read. Numbers are ``Decimal`` from the JSON number's own text.

Nearly everything may be absent, since updates are sparse (section 0, fact 5). Words stay text here, so that a new word
of the venue never costs a row. They live for a moment and so have no slots, which msgspec fills three times as slowly.
"""

from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.ids import Asset, ClientOrderId, FillId, RequestId, VenueOrderId

NOTHING = Raw(b"")


@frozen(slots=False)
class Frame:
    """Any frame: of a channel, or the response to a request."""

    channel: str | None = None
    type: str | None = None
    data: Raw = NOTHING
    sequence: int | None = None
    method: str | None = None
    req_id: RequestId | None = None
    success: bool | None = None
    error: str | list[str] | None = None
    Error: str | None = None
    result: Raw = NOTHING
    order_id: VenueOrderId | None = None
    cl_ord_id: ClientOrderId | None = None


@frozen(slots=False)
class Rescue:
    """Of a response that cannot be read as a ``Frame``: which request it answers."""

    method: str
    req_id: RequestId


@frozen(slots=False)
class FeeRow:
    """One fee of a fill."""

    asset: Asset
    qty: Decimal


@frozen(slots=False)
class TriggerRow:
    """What a triggered order waits for."""

    price: Decimal | None = None
    price_type: str | None = None
    status: str | None = None


@frozen(slots=False)
class ExecutionRow:
    """One event of the ``executions`` channel (section 9)."""

    exec_type: str | None = None
    order_status: str | None = None
    order_id: VenueOrderId | None = None
    cl_ord_id: ClientOrderId | None = None
    symbol: str | None = None
    side: str | None = None
    order_type: str | None = None
    time_in_force: str | None = None
    order_qty: Decimal | None = None
    limit_price: Decimal | None = None
    limit_price_type: str | None = None
    triggers: TriggerRow | None = None
    cum_qty: Decimal | None = None
    exec_id: FillId | None = None
    last_qty: Decimal | None = None
    last_price: Decimal | None = None
    liquidity_ind: str | None = None
    fees: list[FeeRow] | None = None
    reason: str | None = None
    cancel_reason: str | None = None
    timestamp: str | None = None


@frozen(slots=False)
class BalanceRow:
    """An asset of the ``balances`` snapshot, or one ledger entry of an update (section 10)."""

    asset: Asset
    balance: Decimal
    wallet_type: str | None = None
    timestamp: str | None = None


@frozen(slots=False)
class StatusRow:
    """The venue on itself (section 7)."""

    system: str


@frozen(slots=False)
class ResultRow:
    """The result of a command, or one row of a batch's (section 8)."""

    order_id: VenueOrderId | None = None
    cl_ord_id: ClientOrderId | None = None
    amend_id: str | None = None
    count: int | None = None
    error: str | None = None
    channel: str | None = None
    orders: Raw = field(default=NOTHING, repr=False)  # its own text is an address


@frozen(slots=False)
class SwitchRow:
    """The result of setting the dead man's switch: when all orders will be cancelled, and "0" if they will not."""

    triggerTime: str | int


FRAME, RESCUE = Decoder(Frame), Decoder(Rescue)
EXECUTION, EXECUTIONS = Decoder(ExecutionRow), Decoder(list[ExecutionRow])
BALANCE, BALANCES = Decoder(BalanceRow), Decoder(list[BalanceRow])
STATUS, STATUSES = Decoder(StatusRow), Decoder(list[StatusRow])
SWITCH = Decoder(SwitchRow)
RESULT, RESULTS = Decoder(ResultRow), Decoder(list[ResultRow])
