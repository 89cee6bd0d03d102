"""One order on the account that this engine did not send, or that nothing identifies yet."""

from datetime import datetime
from decimal import Decimal
from math import inf

from batactors.core.doubts import Doubt
from batactors.core.news import News
from batactors.core.version import Version
from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, FillId, InstrumentId, VenueOrderId
from batactors.model.money import ZERO
from batactors.model.positions import Forced, PositionSide
from batactors.model.terms import OrderState, OrderType, Side

STATE_OF = {
    Says.PENDING: OrderState.SUBMITTED,
    Says.OPEN: OrderState.ACCEPTED,
    Says.TRIGGERED: OrderState.TRIGGERED,
    Says.UPDATED: OrderState.ACCEPTED,
    Says.FILLED: OrderState.FILLED,
    Says.CANCELED: OrderState.CANCELED,
    Says.EXPIRED: OrderState.EXPIRED,
    Says.REFUSED: OrderState.REJECTED,
}

Terms = tuple[Decimal | None, Decimal | None, Decimal | None]


class Stranger:
    """What is known of one order that is not ours, or not yet known to be."""

    def __init__(self, venue_order_id: VenueOrderId) -> None:
        self.venue_order_id = venue_order_id
        self.client_order_id: ClientOrderId | None = None
        self.goes_on_as: VenueOrderId | None = None
        """The id since it was triggered, where that is another: what came of it is a stranger of its own."""
        self.identified = False
        self.parked: list[tuple[OrderFact | FillFact, News]] = []
        self.doubt: Doubt | None = None
        self.instrument: InstrumentId | None = None
        self.side: Side | None = None
        self.order_type: OrderType | None = None
        self.state = OrderState.SUBMITTED
        self.quantity: Decimal | None = None
        self.price: Decimal | None = None
        self.trigger_price: Decimal | None = None
        self.filled: Decimal | None = None
        self.position_side: PositionSide | None = None
        self.forced: Forced | None = None
        self.fills: dict[FillId, tuple[Decimal, Decimal]] = {}
        """Quantity and price of each that was told."""
        self.told: tuple[object, ...] | None = None
        self.version = Version()
        self.changed_at = -inf
        """When the venue last told us something of it live, on trio's clock."""
        self.heard_on: datetime | None = None
        """What may have become of it unheard is no older than this (UTC)."""
        self.incomplete = False
        """More was heard of it than could wait."""

    def heard(self, fact: OrderFact | FillFact, news: News) -> None:
        """Something was said of it: while nothing says whose it is, all of that counts, and then what was live."""
        on = news.on if fact.occurred_at is None else min(news.on, fact.occurred_at)
        if self.heard_on is None or not self.identified:
            self.heard_on = on if self.heard_on is None else min(on, self.heard_on)
        elif news.as_of is None:
            self.heard_on = max(on, self.heard_on)

    @property
    def refusal(self) -> str | None:
        """No words are kept of what was not ours."""
        return None

    @property
    def proved_accepted(self) -> bool:
        """The venue speaks of it, so it has it."""
        return True

    @property
    def ending(self) -> OrderState | None:
        """Its state tells."""
        return None

    @property
    def waits(self) -> bool:
        """Whether it waits for a trigger, as far as is known."""
        waiting = self.state in (OrderState.SUBMITTED, OrderState.ACCEPTED)
        return self.order_type is not None and self.order_type.has_trigger and waiting

    @property
    def terms(self) -> Terms:
        """Total quantity, price and trigger price, as last known."""
        return (self.quantity, self.price, self.trigger_price)

    @property
    def standing(self) -> tuple[object, ...]:
        """What a status report tells of it; the same twice is told once."""
        return (self.state, self.filled, *self.terms)

    def describe(self, fact: OrderFact | FillFact) -> None:
        """Take in what a fact says of what it is."""
        self.client_order_id = fact.client_order_id or self.client_order_id
        self.instrument = fact.instrument or self.instrument
        self.side = fact.side or self.side
        self.order_type = fact.order_type or self.order_type
        self.position_side = fact.position_side or self.position_side
        self.forced = fact.forced or self.forced
        if isinstance(fact, OrderFact) and fact.becomes not in (None, self.venue_order_id):
            self.goes_on_as = fact.becomes
        if fact.filled is not None:
            self.filled = max(fact.filled, self.filled or ZERO)

    def stand(self, fact: OrderFact, news: News) -> None:
        """Take in what a statement says of how it stands; what may be older than what is known changes nothing of it.

        Terms that are not known at all are better old than absent: an order can be adopted only with its terms.
        """
        says = STATE_OF.get(fact.says)
        ends = says is not None and says.is_closed
        trails = news.as_of is not None and news.as_of < self.changed_at
        if (self.version.is_past(fact) or trails) and not ends:
            self.quantity = fact.quantity if self.quantity is None else self.quantity
            self.price = fact.price if self.price is None else self.price
            self.trigger_price = fact.trigger_price if self.trigger_price is None else self.trigger_price
            return
        if says is not None and not self.state.is_closed and not self._is_past(says):
            partly = says is OrderState.ACCEPTED and bool(self.filled)
            self.state = OrderState.PARTIALLY_FILLED if partly else says
        self.quantity = fact.quantity if fact.quantity is not None else self.quantity
        self.price = fact.price if fact.price is not None else self.price
        self.trigger_price = fact.trigger_price if fact.trigger_price is not None else self.trigger_price

    def _is_past(self, says: OrderState) -> bool:
        """Whether it has got further than that."""
        if says is OrderState.SUBMITTED:
            return self.state is not OrderState.SUBMITTED
        return says is OrderState.ACCEPTED and self.state is OrderState.TRIGGERED and not self.filled
