"""What a venue says when it is asked now: orders, fills, balances, positions, settings.

Each read is answered whole: every page, every list that the venue has for it. What comes back are facts, the venue's
own statements, in which what it did not say is ``None``. A read may trail what happened by ``read_lag`` seconds. What
the engine itself has heard, ``balances()``, ``positions()``, ``settings()`` and the handles of commands tell.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from attrs import evolve

from batactors.actors.messages import Ask, LookUp
from batactors.actors.reply import Reply
from batactors.core.account_settings import said_in
from batactors.core.compared import ZERO
from batactors.core.expanding import Manner, expand
from batactors.core.lifecycle import ENDS
from batactors.core.touched import Touched
from batactors.drafts import text
from batactors.model.account_facts import MarginFact, PositionFact, SettingFact
from batactors.model.errors import ExchangeReject, InvalidCommand, Unsupported
from batactors.model.facts import BalanceFact, Fact, FillFact, OrderFact
from batactors.model.ids import Asset, ClientOrderId, InstrumentId, VenueOrderId
from batactors.model.positions import PositionSide
from batactors.model.questions import (
    AskBalances,
    AskFills,
    AskMargin,
    AskOpenOrders,
    AskPositions,
    AskSettings,
    Question,
    Target,
)
from batactors.view import AccountView

A_DAY = timedelta(days=1)
Told = TypeVar("Told", OrderFact, FillFact)


class ReadingAccount(AccountView):
    """An account whose venue can be asked.

    Every read raises ``BatactorsError`` if the venue did not answer, which proves nothing and changes nothing, and
    ``EngineStopped`` if the engine has ended.
    """

    async def fetch_order(
        self,
        client_order_id: str | None = None,
        *,
        venue_order_id: str | None = None,
        instrument: str | None = None,
    ) -> OrderFact | None:
        """One order, ours or not, open or closed, as the venue tells it; ``None`` if it knows of none.

        That it knows of none is no proof that an order was not placed: it may not be there yet. A verdict is.

        Args:
            client_order_id: Our own id of it.
            venue_order_id: Or the venue's.
            instrument: What it trades; some venues want it named with a client order id that is not ours.

        Raises:
            InvalidCommand: Neither id was given, or there is no such instrument.
            Unsupported: The venue wants the instrument named, too.
        """
        client, venue = text(client_order_id, "client_order_id"), text(venue_order_id, "venue_order_id")
        if client is None and venue is None:
            raise InvalidCommand("fetch_order needs the client_order_id or the venue_order_id of an order")
        book = self._wiring.dedup_actor.dispatch.book
        ours = book.find(ClientOrderId(client) if client else None, VenueOrderId(venue) if venue else None)
        target = Target(
            client_order_id=ClientOrderId(client) if client else None,
            venue_order_id=VenueOrderId(venue) if venue else None,
            instrument=self._listed(instrument) if instrument is not None else None,
        )
        if ours is not None:
            target = Target(
                client_order_id=None if ours.adopted else book.venue_client_id(ours.client_order_id),
                venue_order_id=ours.venue_order_id, instrument=ours.instrument, since=ours.submitted_on - A_DAY,
            )  # fmt: skip
        lookup = LookUp(target=target, reply=Reply())
        await self._wiring.rest.put(lookup)
        try:
            facts = (await self._wiring.answer(lookup.reply)).facts
        except ExchangeReject:
            return None
        rows = [fact for fact in facts if isinstance(fact, OrderFact) and _is(fact, target)]
        rows.sort(key=lambda row: row.says in ENDS)  # that it has ended is never older than that it is open
        return self._by_our_names(rows)[-1] if rows else None

    async def fetch_open_orders(self, instrument: str | None = None) -> list[OrderFact]:
        """What the venue's REST lists as open now, ours and others', of every kind; or what is open in an instrument.

        Raises:
            InvalidCommand: There is no such instrument.
        """
        listed = self._listed(instrument) if instrument is not None else None
        facts = await self._facts(AskOpenOrders(instrument=listed))
        rows = [fact for fact in facts if isinstance(fact, OrderFact) and listed in (None, fact.instrument)]
        return self._by_our_names(rows)

    async def fetch_my_trades(self, instrument: str | None = None, since: datetime | None = None) -> list[FillFact]:
        """The fills of the account, of our orders and of others', oldest first, each once.

        A venue that tells fills by instrument only is asked for those in which the account has something, or lately
        had; to be sure of another, name it.

        Args:
            instrument: Only those of this one.
            since: With a time zone; the last 24 hours if it is not given.

        Raises:
            InvalidCommand: There is no such instrument, or the time has no zone.
        """
        given: object = since
        if given is not None and (not isinstance(given, datetime) or given.tzinfo is None):
            raise InvalidCommand(f"since is {since!r}: give a datetime with a time zone, such as UTC")
        began = since if since is not None else self._wiring.seams.clock.now() - A_DAY
        listed = self._listed(instrument) if instrument is not None else None
        facts = await self._facts(AskFills(since=began, instrument=listed))
        fills = {
            (fact.instrument, fact.fill_id): fact
            for fact in facts
            if isinstance(fact, FillFact)
            and listed in (None, fact.instrument)
            and (fact.occurred_at is None or fact.occurred_at >= began)
        }
        in_order = sorted(fills.values(), key=lambda fact: fact.occurred_at or began)
        return self._by_our_names(in_order)

    async def fetch_balances(self) -> dict[Asset, Decimal]:
        """What the venue's REST says the account has, holds included, in the venue's own words for assets."""
        return {fact.asset: fact.total for fact in await self._facts(AskBalances()) if isinstance(fact, BalanceFact)}

    async def fetch_balance(self, asset: str) -> Decimal:
        """The same of one asset; zero if the venue lists none."""
        return (await self.fetch_balances()).get(Asset(asset), ZERO)

    async def fetch_positions(
        self, instrument: str | None = None
    ) -> dict[tuple[InstrumentId, PositionSide], PositionFact]:
        """The positions that are open, by instrument and side, or those in an instrument.

        Raises:
            InvalidCommand: There is no such instrument.
            Unsupported: The venue has no positions.
        """
        self._require_positions()
        listed = self._listed(instrument) if instrument is not None else None
        facts = await self._facts(AskPositions(instrument=listed))
        return {
            (fact.instrument, fact.position_side): fact
            for fact in facts
            if isinstance(fact, PositionFact) and fact.quantity and listed in (None, fact.instrument)
        }

    async def fetch_margin(self) -> MarginFact:
        """The account's sums over all assets and positions, in the asset that the venue reckons in.

        Raises:
            Unsupported: The venue has no margin.
        """
        self._require_positions()
        margins = [fact for fact in await self._facts(AskMargin()) if isinstance(fact, MarginFact)]
        if not margins:
            raise Unsupported(f"{self.venue} does not tell the margin of account {self.name!r}")
        return margins[-1]

    async def fetch_settings(self, instrument: str | None = None) -> SettingFact:
        """How an instrument is set for the account: leverage and margin mode; without one, how the account is set.

        What the venue tells in several answers is one here.

        Raises:
            InvalidCommand: There is no such instrument.
            Unsupported: The venue has no settings.
        """
        self._require_positions()
        listed = self._listed(instrument) if instrument is not None else None
        told = SettingFact(instrument=listed)
        for fact in await self._facts(AskSettings(instrument=listed)):
            if isinstance(fact, SettingFact) and fact.instrument == listed:
                told = evolve(told, **said_in(fact))
        return told

    # How it is done.

    async def _facts(self, question: Question) -> list[Fact]:
        """All that the venue says to a question, put as the questions that it has for it."""
        wiring = self._wiring
        codec, touches = wiring.codec, wiring.dedup_actor.dispatch.ledger.touches
        manner = Manner(by_instrument=codec.by_instrument, keeps_conditional_apart=codec.keeps_conditional_apart)
        touched = [Touched(instrument=one.instrument) for one in touches.all()]
        facts: list[Fact] = []
        for part in expand(question, touched, manner, wiring.seams.clock.now()):
            facts += (await self._ask(Ask(question=part, reply=Reply()))).facts
        return facts

    def _by_our_names(self, told: Iterable[Told]) -> list[Told]:
        """The same, with our orders called as we call them."""
        book = self._wiring.dedup_actor.dispatch.book
        named: list[Told] = []
        for fact in told:
            ours = book.find(fact.client_order_id, fact.venue_order_id)
            named.append(fact if ours is None or ours.adopted else evolve(fact, client_order_id=ours.client_order_id))
        return named

    def _require_positions(self) -> None:
        if not self._wiring.codec.has_positions:
            raise Unsupported(
                f"{self.venue} has no positions, or answers no questions about them and their settings: positions() and"
                " margin() are what its stream told"
            )


def _is(fact: OrderFact, target: Target) -> bool:
    by_venue = target.venue_order_id is not None and fact.venue_order_id == target.venue_order_id
    return by_venue or (target.client_order_id is not None and fact.client_order_id == target.client_order_id)
