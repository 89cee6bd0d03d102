"""Orders on the account that this engine did not send, or that nothing identifies yet.

The second of the two tiers: what is heard of a stranger becomes reports, each told once. News of an order that could be
ours, because nothing in it says whose it is, waits until an ack or a question identifies it; then it is either applied to
the order that it belongs to, or reported.
"""

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from batactors.core.doubts import Doubt, Why
from batactors.core.orders import News
from batactors.model.commands import AmendOrder
from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import AccountName, ClientOrderId, FillId, InstrumentId, VenueOrderId
from batactors.model.money import ZERO
from batactors.model.reports import FillReport, OrderStatusReport, Report
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
MOST_DOUBTFUL = 1000
"""Strangers that wait to be asked for; more at once means that the venue cannot be asked, which health shows."""
MOST_PARKED = 100
"""Facts that wait for one unidentified order; asking identifies it long before."""


class Stranger:
    """What is known of one order that is not ours, or not yet known to be."""

    def __init__(self, venue_order_id: VenueOrderId) -> None:
        self.venue_order_id = venue_order_id
        self.client_order_id: ClientOrderId | None = None
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
        self.fills: dict[FillId, None] = {}
        self.told: tuple[object, ...] | None = None

    @property
    def proved_accepted(self) -> bool:
        return True

    @property
    def terms(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Total quantity, price and trigger price, as last known."""
        return (self.quantity, self.price, self.trigger_price)

    def shows(self, amend: AmendOrder) -> bool:
        """Whether it has every term that this command asked for."""
        wanted = (amend.quantity, amend.price, amend.trigger_price)
        return all(want is None or want == have for want, have in zip(wanted, self.terms, strict=True))


class Strangers:
    """All strangers of an account: those still open or unidentified, and a bounded memory of those that closed."""

    def __init__(self, account: AccountName, remembered: int) -> None:
        self._account = account
        self._known: dict[VenueOrderId, Stranger] = {}
        self._closed: deque[VenueOrderId] = deque()
        self._closed_ids: dict[VenueOrderId, None] = {}
        self._doubtful: dict[VenueOrderId, None] = {}
        self._remembered = remembered
        self.log: deque[Report] = deque(maxlen=remembered)
        """The reports told last, for followers that come late or were slow."""
        self.sequence = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._known)

    def get(self, venue_order_id: VenueOrderId | None) -> Stranger | None:
        """The stranger of this id, if it is one."""
        return self._known.get(venue_order_id) if venue_order_id is not None else None

    def by_client_id(self, client_order_id: ClientOrderId | None) -> Stranger | None:
        """The stranger that bears this client order id; a search, for the rare command that addresses one so."""
        if client_order_id is None:
            return None
        return next((one for one in self._known.values() if one.client_order_id == client_order_id), None)

    def unidentified(self) -> list[Stranger]:
        """Those of which nothing says yet whether they are ours."""
        return [self._known[venue_order_id] for venue_order_id in self._doubtful]

    def adopt(self, venue_order_id: VenueOrderId) -> list[tuple[OrderFact | FillFact, News]]:
        """It turns out to be ours: give up what waited for it, in order."""
        stranger = self._known.pop(venue_order_id, None)
        self._doubtful.pop(venue_order_id, None)
        return stranger.parked if stranger is not None else []

    def restore(self, report: Report) -> None:
        """Know again what was told of a stranger."""
        stranger = self._known.setdefault(report.venue_order_id, Stranger(report.venue_order_id))
        stranger.identified = True
        stranger.client_order_id = report.client_order_id or stranger.client_order_id
        stranger.instrument = report.instrument or stranger.instrument
        if isinstance(report, FillReport):
            stranger.fills[report.fill_id] = None
        elif isinstance(report, OrderStatusReport):
            stranger.state, stranger.filled, stranger.side = report.state, report.filled, report.side
            stranger.quantity, stranger.price = report.quantity, report.price
            stranger.trigger_price, stranger.order_type = report.trigger_price, report.order_type
            stranger.told = (stranger.state, stranger.filled, *stranger.terms)
        if stranger.state.is_closed:
            self._bury(stranger.venue_order_id)
        self.sequence = max(self.sequence, report.sequence)
        self.log.append(report)

    def hear(self, fact: OrderFact | FillFact, news: News) -> list[Report]:
        """Take in a fact about an order that is not known to be ours."""
        if fact.venue_order_id is None:
            self.dropped += 1  # it names nothing that could be told or asked for
            return []
        stranger = self._known.get(fact.venue_order_id)
        if stranger is None:
            stranger = self._known[fact.venue_order_id] = Stranger(fact.venue_order_id)
        if isinstance(fact, OrderFact) and fact.says is Says.UNCLEAR:
            self._doubt(stranger, Why.UNCLEAR, fact.reason or "a word that we do not know", news.at)
        elif not stranger.identified and not fact.whole and fact.client_order_id is None:
            return self._park(stranger, fact, news)
        if not stranger.identified:
            stranger.identified = True
            parked, stranger.parked = stranger.parked, []
            if not isinstance(fact, OrderFact) or fact.says is not Says.UNCLEAR:
                self._trust(stranger)
            reports = [report for old, old_news in parked for report in self._report(stranger, old, old_news)]
            return reports + self._report(stranger, fact, news)
        if stranger.doubt is not None and news.as_of is not None:
            self._trust(stranger)  # asked for, and answered
        return self._report(stranger, fact, news)

    def _park(self, stranger: Stranger, fact: OrderFact | FillFact, news: News) -> list[Report]:
        if len(stranger.parked) < MOST_PARKED:
            stranger.parked.append((fact, news))
        else:
            self.dropped += 1
        self._doubt(stranger, Why.STRANGER, "nothing says whose it is", news.at)
        return []

    def _doubt(self, stranger: Stranger, why: Why, note: str, at: float) -> None:
        if stranger.doubt is None:
            stranger.doubt = Doubt(why=why, note=note, since=at)
            self._doubtful[stranger.venue_order_id] = None
        if len(self._doubtful) > MOST_DOUBTFUL:
            oldest = next(iter(self._doubtful))
            del self._doubtful[oldest]
            self.dropped += 1
            if not self._known[oldest].identified:
                del self._known[oldest]

    def _trust(self, stranger: Stranger) -> None:
        stranger.doubt = None
        self._doubtful.pop(stranger.venue_order_id, None)

    def _report(self, stranger: Stranger, fact: OrderFact | FillFact, news: News) -> list[Report]:
        stranger.client_order_id = fact.client_order_id or stranger.client_order_id
        stranger.instrument = fact.instrument or stranger.instrument
        stranger.side = fact.side or stranger.side
        stranger.order_type = fact.order_type or stranger.order_type
        if fact.filled is not None:
            stranger.filled = max(fact.filled, stranger.filled or ZERO)
        reports = self._fill(stranger, fact, news) if isinstance(fact, FillFact) else self._status(stranger, fact, news)
        if stranger.state.is_closed:
            self._bury(stranger.venue_order_id)
        return reports

    def _fill(self, stranger: Stranger, fact: FillFact, news: News) -> list[Report]:
        if fact.fill_id in stranger.fills:
            return []
        report = self._tell(
            FillReport, stranger, fact, news, fill_id=fact.fill_id, side=stranger.side, quantity=fact.quantity,
            price=fact.price, fees=fact.fees, liquidity=fact.liquidity,
        )  # fmt: skip
        stranger.fills[fact.fill_id] = None
        if not stranger.state.is_closed:
            stranger.state = OrderState.PARTIALLY_FILLED
        return [report]

    def _status(self, stranger: Stranger, fact: OrderFact, news: News) -> list[Report]:
        says = STATE_OF.get(fact.says)
        if says is not None and not stranger.state.is_closed:
            partly = says is OrderState.ACCEPTED and bool(stranger.filled)
            stranger.state = OrderState.PARTIALLY_FILLED if partly else says
        stranger.quantity = fact.quantity if fact.quantity is not None else stranger.quantity
        stranger.price = fact.price if fact.price is not None else stranger.price
        stranger.trigger_price = fact.trigger_price if fact.trigger_price is not None else stranger.trigger_price
        standing = (stranger.state, stranger.filled, *stranger.terms)
        if standing == stranger.told:
            return []
        stranger.told = standing
        report = self._tell(
            OrderStatusReport, stranger, fact, news, state=stranger.state, side=stranger.side,
            order_type=stranger.order_type, quantity=stranger.quantity, price=stranger.price,
            trigger_price=stranger.trigger_price, filled=stranger.filled, reason=fact.reason,
        )  # fmt: skip
        return [report]

    def _bury(self, venue_order_id: VenueOrderId) -> None:
        """Keep a closed stranger as long as the memory has room; the oldest goes first."""
        if venue_order_id in self._closed_ids:
            return
        self._closed_ids[venue_order_id] = None
        self._closed.append(venue_order_id)
        if len(self._closed) > self._remembered:
            oldest = self._closed.popleft()
            del self._closed_ids[oldest]
            self._known.pop(oldest, None)

    def _tell(
        self,
        kind: Callable[..., Report],
        stranger: Stranger,
        fact: OrderFact | FillFact,
        news: News,
        **fields: Any,  # noqa: ANN401
    ) -> Report:
        self.sequence += 1
        report = kind(
            account=self._account,
            sequence=self.sequence,
            venue_order_id=stranger.venue_order_id,
            client_order_id=stranger.client_order_id,
            instrument=stranger.instrument,
            received_at=news.on,
            origin=news.origin,
            occurred_at=fact.occurred_at,
            replayed=news.replayed,
            **fields,
        )
        self.log.append(report)
        return report
