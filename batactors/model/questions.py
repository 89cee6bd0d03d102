"""What the engine asks a venue over HTTP, in words; a codec turns each into requests and reads the answers."""

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from batactors.model.commands import CreateOrder
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, FillId, InstrumentId, VenueOrderId


@frozen(kw_only=True)
class AskToken:
    """The token that authenticates a socket, for venues that have one."""


@frozen(kw_only=True)
class AskInstruments:
    """Everything that can be traded."""


@frozen(kw_only=True)
class AskOpenOrders:
    """All orders that are open, or those of an instrument, or the open one with this client order id.

    ``conditional`` are those that wait for a trigger, at venues that keep them apart, rather than the others.
    """

    client_order_id: ClientOrderId | None = None
    instrument: InstrumentId | None = None
    conditional: bool = False


@frozen(kw_only=True)
class AskClosedOrders:
    """Orders that have closed: with this client order id, or those closed since then, perhaps of one instrument.

    ``conditional`` is as for ``AskOpenOrders``, ``from_first`` as for ``AskFills``.
    """

    client_order_id: ClientOrderId | None = None
    since: datetime | None = None
    instrument: InstrumentId | None = None
    conditional: bool = False
    from_first: bool = False


@frozen(kw_only=True)
class AskOrder:
    """The order with this client order id, open or closed; ``conditional`` as for ``AskOpenOrders``."""

    client_order_id: ClientOrderId
    instrument: InstrumentId | None = None
    conditional: bool = False


@frozen(kw_only=True)
class AskOrders:
    """These orders, open or closed.

    ``since`` is from when on those may have closed that the venue has forgotten, where it forgets soon (UTC); without
    it, only those are told that it has not forgotten.
    """

    venue_order_ids: tuple[VenueOrderId, ...]
    since: datetime | None = None


@frozen(kw_only=True)
class AskFills:
    """All fills of the account since then, each by itself.

    Attributes:
        instrument: Only those of this one, at venues that tell them by instrument.
        after: Only those after this one, at venues that count fills; ``since`` is then not used.
        from_first: All that the venue has, in the order in which it counts them: begun at a time, the answer was cut.
    """

    since: datetime
    instrument: InstrumentId | None = None
    after: FillId | None = None
    from_first: bool = False


@frozen(kw_only=True)
class AskAmendments:
    """Every set of terms that this order has had, and who set them.

    ``since`` is when it was placed (UTC), for venues that tell by time.
    """

    venue_order_id: VenueOrderId
    since: datetime | None = None


@frozen(kw_only=True)
class AskBalances:
    """What the account has."""


@frozen(kw_only=True)
class KeepToken:
    """That the token of the sockets stays good for another while."""


@frozen(kw_only=True)
class DropToken:
    """That the token of the sockets ends: for every process of the account that uses it."""


@frozen(kw_only=True)
class AskMargin:
    """The account's balances, positions and sums, in one answer."""


@frozen(kw_only=True)
class AskPositions:
    """The account's positions, or those in an instrument. Where there is none, there may be no row."""

    instrument: InstrumentId | None = None


@frozen(kw_only=True)
class AskSettings:
    """How an instrument is set for the account; without one, how the account is set."""

    instrument: InstrumentId | None = None


@frozen(kw_only=True)
class AskLimits:
    """How many orders the account may place."""


@frozen(kw_only=True)
class AskTime:
    """What the venue's clock says."""


@frozen(kw_only=True)
class AskWhetherValid:
    """Whether the venue would take this order. It is not placed; a refusal is the error that the answer raises."""

    order: CreateOrder


@frozen(kw_only=True)
class KeepSwitch:
    """That the venue cancels all open orders, unless it is told this again in time: the dead man's switch.

    Attributes:
        seconds: From now on; 0 takes it off.
        instrument: The orders of this one, at venues that have a switch for each.
    """

    seconds: int
    instrument: InstrumentId | None = None


Question = (
    AskToken | AskInstruments | AskOpenOrders | AskClosedOrders | AskOrders | AskFills | AskAmendments | AskBalances
    | AskOrder | KeepToken | DropToken | AskMargin | AskPositions | AskSettings | AskLimits | AskTime | AskWhetherValid
    | KeepSwitch
)  # fmt: skip
"""A codec may have no request for some of them."""

NAMES: Mapping[type[Question], str] = {
    AskToken: "token",
    AskInstruments: "instruments",
    AskOpenOrders: "open orders",
    AskClosedOrders: "closed orders",
    AskOrders: "orders by id",
    AskFills: "fills",
    AskAmendments: "amendments",
    AskBalances: "balances",
    AskOrder: "order by client order id",
    KeepToken: "token kept",
    DropToken: "token dropped",
    AskMargin: "margin",
    AskPositions: "positions",
    AskSettings: "settings",
    AskLimits: "limits",
    AskTime: "time",
    AskWhetherValid: "order checked",
    KeepSwitch: "dead man's switch",
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
    """An order to look up, by whatever is known of it; without ids, a list of open orders.

    Attributes:
        waited_as: The venue's other id of it, under which it waited for its trigger.
        conditional: Of a list: only orders that wait for a trigger, or only the others; ``None`` for both.
        since: When it was sent (UTC): its traces are no older.
        amended: Whether an amend of it is in question, so that its terms of the past are wanted.
    """

    client_order_id: ClientOrderId | None = None
    venue_order_id: VenueOrderId | None = None
    instrument: InstrumentId | None = None
    since: datetime | None = None
    amended: bool = False
    waited_as: VenueOrderId | None = None
    conditional: bool | None = None

    @property
    def is_list(self) -> bool:
        """Whether it is no order, but all that are open, or all of an instrument and a kind."""
        return self.client_order_id is None and self.venue_order_id is None
