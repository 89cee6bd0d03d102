"""What the engine asks a venue over HTTP, in words; a codec turns each into requests and reads the answers."""

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, InstrumentId, VenueOrderId


@frozen(kw_only=True)
class AskToken:
    """The token that authenticates a socket, for venues that have one."""


@frozen(kw_only=True)
class AskInstruments:
    """Everything that can be traded."""


@frozen(kw_only=True)
class AskOpenOrders:
    """All orders that are open, or those of an instrument, or the open one with this client order id."""

    client_order_id: ClientOrderId | None = None
    instrument: InstrumentId | None = None


@frozen(kw_only=True)
class AskClosedOrders:
    """Orders that have closed: with this client order id, or those closed since then, perhaps of one instrument."""

    client_order_id: ClientOrderId | None = None
    since: datetime | None = None
    instrument: InstrumentId | None = None


@frozen(kw_only=True)
class AskOrders:
    """These orders, open or closed."""

    venue_order_ids: tuple[VenueOrderId, ...]


@frozen(kw_only=True)
class AskFills:
    """All fills of the account since then, each by itself."""

    since: datetime


@frozen(kw_only=True)
class AskAmendments:
    """Every set of terms that this order has had, and who set them."""

    venue_order_id: VenueOrderId


@frozen(kw_only=True)
class AskBalances:
    """What the account has."""


@frozen(kw_only=True)
class AskTime:
    """What the venue's clock says."""


Question = (
    AskToken | AskInstruments | AskOpenOrders | AskClosedOrders | AskOrders | AskFills | AskAmendments | AskBalances
    | AskTime
)  # fmt: skip

NAMES: Mapping[type[Question], str] = {
    AskToken: "token",
    AskInstruments: "instruments",
    AskOpenOrders: "open orders",
    AskClosedOrders: "closed orders",
    AskOrders: "orders by id",
    AskFills: "fills",
    AskAmendments: "amendments",
    AskBalances: "balances",
    AskTime: "time",
}
"""What each question asks for, in the words of evidence and of errors."""


@frozen(kw_only=True)
class Page:
    """What one HTTP answer said.

    Attributes:
        token: The answer to ``AskToken``.
        next_offset: Where the next page begins; ``None`` on the last.
        total: How many rows all pages have, where the venue says so: one that lists fewer than the page before is
            older than that.
    """

    facts: tuple[Fact, ...] = ()
    token: str | None = field(default=None, repr=False)
    next_offset: int | None = None
    total: int | None = None


@frozen(kw_only=True)
class Target:
    """An order to look up, by whatever is known of it.

    Attributes:
        since: When it was sent (UTC): its traces are no older.
        amended: Whether an amend of it is in question, so that its terms of the past are wanted.
    """

    client_order_id: ClientOrderId | None = None
    venue_order_id: VenueOrderId | None = None
    instrument: InstrumentId | None = None
    since: datetime | None = None
    amended: bool = False
