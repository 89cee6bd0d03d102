"""Orders on the account that this engine did not send, or that nothing identifies yet.

The second of the two tiers: what is heard of a stranger becomes reports, each told once. News of an order that could be
ours, because nothing in it says whose it is, waits until an ack or a question identifies it; then it is either applied
to the order that it belongs to, or reported.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any

from batactors.core.cancel_scope import is_listed_in
from batactors.core.counters import Counters
from batactors.core.doubts import Doubt, Why
from batactors.core.news import News
from batactors.core.stranger import Stranger
from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import AccountName, ClientOrderId, VenueOrderId
from batactors.model.questions import Target
from batactors.model.reports import FillReport, OrderStatusReport, Report
from batactors.model.terms import OrderState

__all__ = ["Stranger", "Strangers"]

EVERYTHING = Target()
"""The list of all that is open."""
MOST_DOUBTFUL = 1000
"""Strangers that wait to be asked for; more at once means that the venue cannot be asked, which health shows."""
MOST_PARKED = 100
"""Facts that wait for one unidentified order; asking identifies it long before."""


class Strangers:
    """All strangers of an account: those still open or unidentified, and a bounded memory of those that closed."""

    def __init__(self, account: AccountName, remembered: int, counters: Counters, reports: int | None = None) -> None:
        self._account = account
        self._counters = counters
        self._known: dict[VenueOrderId, Stranger] = {}
        self._closed: OrderedDict[VenueOrderId, None] = OrderedDict()
        self._doubtful: OrderedDict[VenueOrderId, None] = OrderedDict()
        self._remembered = remembered
        self.log: deque[Report] = deque(maxlen=remembered if reports is None else reports)
        """The reports told last, for followers that come late or were slow."""
        self.sequence = 0
        self.raised = 0
        """How often one came into doubt."""
        self.lost = 0
        """How many were dropped before anything said whose they were: one of them may have been ours."""

    def __len__(self) -> int:
        return len(self._known)

    def sizes(self) -> dict[str, tuple[int, int]]:
        """How many entries there are, and how many there may be."""
        return {"ended orders of others": (len(self._closed), self._remembered)}

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

    @property
    def doubtful(self) -> int:
        """How many of those there are."""
        return len(self._doubtful)

    def any_nameless(self) -> bool:
        """Whether something was heard of an order of which nothing says whose it is."""
        return any(not self._known[venue_order_id].identified for venue_order_id in self._doubtful)

    def open_ids(self, target: Target = EVERYTHING) -> tuple[VenueOrderId, ...]:
        """Those that work, as far as is known, and that a list would have."""
        working = [one for one in self._known.values() if one.identified and not one.state.is_closed]
        return tuple(one.venue_order_id for one in working if is_listed_in(target, one))

    def adopt(self, venue_order_id: VenueOrderId) -> Stranger | None:
        """It turns out to be ours: give up what is known of it, and what waited for it."""
        self._doubtful.pop(venue_order_id, None)
        self._closed.pop(venue_order_id, None)
        return self._known.pop(venue_order_id, None)

    def miss(
        self, listed: Iterable[str | None], news: News, *, missed: bool = False, target: Target = EVERYTHING
    ) -> None:
        """The venue has listed what is open: ask for those that we believe open and that it does not list.

        Those of which we heard later than the list may be are not asked for, unless something was ``missed``.
        """
        there = dict.fromkeys(listed)
        for venue_order_id in self.open_ids(target):
            stranger = self._known[venue_order_id]
            overtaken = news.as_of is not None and stranger.changed_at > news.as_of and not missed
            if venue_order_id not in there and not overtaken:
                self._doubt(stranger, Why.NOT_IN_SNAPSHOT, "the venue does not list it as open", news.at)

    def restore(self, report: Report, at: float) -> None:
        """Know again, from this moment of trio's clock on, what was told of a stranger."""
        stranger = self._known.setdefault(report.venue_order_id, Stranger(report.venue_order_id))
        stranger.identified = True
        stranger.changed_at, stranger.heard_on = at, report.received_at
        stranger.client_order_id = report.client_order_id or stranger.client_order_id
        stranger.instrument = report.instrument or stranger.instrument
        if isinstance(report, FillReport):
            stranger.fills[report.fill_id] = (report.quantity, report.price)
        elif isinstance(report, OrderStatusReport):
            stranger.state, stranger.filled, stranger.side = report.state, report.filled, report.side
            stranger.quantity, stranger.price = report.quantity, report.price
            stranger.trigger_price, stranger.order_type = report.trigger_price, report.order_type
            stranger.told = stranger.standing
        stranger.position_side, stranger.forced = report.position_side, report.forced
        if stranger.state.is_closed:
            self._bury(stranger.venue_order_id)
        self.sequence = max(self.sequence, report.sequence)
        self.log.append(report)

    def hear(self, fact: OrderFact | FillFact, news: News) -> list[Report]:
        """Take in a fact about an order that is not known to be ours."""
        if fact.venue_order_id is None:
            self._counters.note("dropped", "it names no order that could be told or asked for")
            return []
        stranger = self._known.get(fact.venue_order_id)
        if stranger is None:
            stranger = self._known[fact.venue_order_id] = Stranger(fact.venue_order_id)
        stranger.heard(fact, news)
        unclear = False
        if isinstance(fact, OrderFact) and fact.says is Says.UNCLEAR:
            unclear = True
            self._doubt(stranger, Why.UNCLEAR, fact.reason or "a word that we do not know", news.at)
        if not stranger.identified:
            if not fact.whole and fact.client_order_id is None:
                return self._park(stranger, fact, news)
            stranger.identified = True
            if not unclear:
                self._trust(stranger)
            parked, stranger.parked = stranger.parked, []
            reports = [report for old, old_news in parked for report in self._report(stranger, old, old_news)]
            return reports + self._report(stranger, fact, news)
        if stranger.doubt is not None and news.as_of is not None and isinstance(fact, OrderFact) and not unclear:
            self._trust(stranger)  # asked for, and answered; a fill from history says nothing of how it stands
        reports = self._report(stranger, fact, news)
        if not reports:
            self._counters.note("silent", "told before" if isinstance(fact, FillFact) else "nothing new")
        return reports

    def _park(self, stranger: Stranger, fact: OrderFact | FillFact, news: News) -> list[Report]:
        if len(stranger.parked) < MOST_PARKED:
            stranger.parked.append((fact, news))
            self._counters.note("parked", "nothing says whose it is")
        else:
            stranger.incomplete = True
            self._counters.note("dropped", "too many wait for one order")
        self._doubt(stranger, Why.STRANGER, "nothing says whose it is", news.at)
        return []

    def _doubt(self, stranger: Stranger, why: Why, note: str, at: float) -> None:
        if stranger.doubt is None:
            stranger.doubt = Doubt(why=why, note=note, since=at, latest=at)
            self._doubtful[stranger.venue_order_id] = None
            self.raised += 1
        if len(self._doubtful) > MOST_DOUBTFUL:
            oldest, _ = self._doubtful.popitem(last=False)
            self._known[oldest].doubt = None
            if not self._known[oldest].identified:
                del self._known[oldest]
                self._counters.note("dropped", "too many orders wait to be identified")
                self.lost += 1

    def _trust(self, stranger: Stranger) -> None:
        stranger.doubt = None
        self._doubtful.pop(stranger.venue_order_id, None)

    def _report(self, stranger: Stranger, fact: OrderFact | FillFact, news: News) -> list[Report]:
        stranger.describe(fact)
        reports = self._fill(stranger, fact, news) if isinstance(fact, FillFact) else self._status(stranger, fact, news)
        if news.as_of is None:
            stranger.changed_at = max(stranger.changed_at, news.at)
        if stranger.state.is_closed:
            self._trust(stranger)
            self._bury(stranger.venue_order_id)
        return reports

    def _fill(self, stranger: Stranger, fact: FillFact, news: News) -> list[Report]:
        if fact.fill_id in stranger.fills or fact.provisional:
            return []  # told before, or to be told in full
        report = self._tell(
            FillReport, stranger, fact, news, fill_id=fact.fill_id, side=stranger.side, quantity=fact.quantity,
            price=fact.price, fees=fact.fees, liquidity=fact.liquidity,
        )  # fmt: skip
        stranger.fills[fact.fill_id] = (fact.quantity, fact.price)
        if not stranger.state.is_closed:
            stranger.state = OrderState.PARTIALLY_FILLED
        return [report]

    def _status(self, stranger: Stranger, fact: OrderFact, news: News) -> list[Report]:
        stranger.stand(fact, news)
        if stranger.standing == stranger.told:
            return []
        stranger.told = stranger.standing
        report = self._tell(
            OrderStatusReport, stranger, fact, news, state=stranger.state, side=stranger.side,
            order_type=stranger.order_type, quantity=stranger.quantity, price=stranger.price,
            trigger_price=stranger.trigger_price, filled=stranger.filled, reason=fact.reason,
        )  # fmt: skip
        return [report]

    def _bury(self, venue_order_id: VenueOrderId) -> None:
        """Keep a closed stranger as long as the memory has room; the oldest goes first."""
        self._closed[venue_order_id] = None
        if len(self._closed) > self._remembered:
            oldest, _ = self._closed.popitem(last=False)
            self._known.pop(oldest, None)
            self._doubtful.pop(oldest, None)

    def _tell(
        self,
        kind: Callable[..., Report],
        stranger: Stranger,
        fact: OrderFact | FillFact,
        news: News,
        **fields: Any,
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
            position_side=stranger.position_side,
            forced=stranger.forced,
            **fields,
        )
        self.log.append(report)
        return report
