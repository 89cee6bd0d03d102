"""What is known of one account, in one place, for those who decide."""

from datetime import datetime
from math import inf

from batactors.core.account_settings import AccountSettings
from batactors.core.announced import Announced
from batactors.core.balances import Balances
from batactors.core.book import Book
from batactors.core.catch_up import CatchUp
from batactors.core.changes import Changed, Changes
from batactors.core.commands import CommandRecord
from batactors.core.counters import Counters
from batactors.core.desk import Desk
from batactors.core.orders import OrderRecord
from batactors.core.passes import Passes
from batactors.core.positions import Positions
from batactors.core.rules import Rules
from batactors.core.strangers import Stranger, Strangers
from batactors.core.touched import Touched, Touches
from batactors.model.account_facts import MarginFact
from batactors.model.commands import AccountCommand, Command, CreateOrder
from batactors.model.ids import AccountName

COMMANDS_PER_ORDER = 8
"""Ended commands kept per order kept: cancels and amends that came to nothing must not push out one another."""


class Ledger:
    """Orders, commands, strangers, and what the input in hand has changed of them."""

    def __init__(self, account: AccountName, venue: str, rules: Rules, started_on: datetime) -> None:
        self.account = account
        self.venue = venue
        self.rules = rules
        self.counters = Counters()
        self.book = Book(rules.tombstones, rules.remembered_ids)
        self.desk = Desk(COMMANDS_PER_ORDER * rules.tombstones)
        self.strangers = Strangers(account, rules.others or rules.tombstones, self.counters, reports=rules.tombstones)
        self.balances = Balances(rules.read_lag)
        self.positions = Positions(rules.read_lag)
        self.margin: MarginFact | None = None
        self._holdings = 0
        self.settings = AccountSettings()
        self.listed_at = -inf
        """When the venue's list of what is open was as it was taken in last, on trio's clock."""
        self.fills_since = started_on
        self.closed_since = started_on
        """From when on orders may have closed unheard: while nobody hears, to know the fills is not to know that."""
        self.touches = Touches(started_on)
        self.announced = Announced()
        self.catch_up = CatchUp(rules.read_lag)
        self.passes = Passes()
        self.epoch: int | None = None
        """The session that is ready; ``None`` while there is none."""
        self.ready_since: float | None = None
        self.changed = Changed()

    def shows_all(self, asked_at: float) -> bool:
        """Whether what was asked then, on trio's clock, shows all that the venue has not told live.

        What had ended while no session was there to hear it, or what was missed of it, is found in the lists only, and
        they may trail it.
        """
        return asked_at >= self.shown_from

    @property
    def shown_from(self) -> float:
        """From when on the lists show all that, on trio's clock; never, while there is no session."""
        if self.ready_since is None:
            return inf
        return max(self.ready_since, self.catch_up.missed_at) + self.rules.read_lag

    def standing(self, command: Command) -> OrderRecord | Stranger | None:
        """The order that a command makes or addresses, ours or not; ``None`` also for one about no one order."""
        if isinstance(command, AccountCommand):
            return None
        if isinstance(command, CreateOrder):
            return self.book.orders.get(command.client_order_id)
        ours = self.book.find(command.client_order_id, command.venue_order_id)
        if ours is not None:
            return ours
        return self.strangers.get(command.venue_order_id) or self.strangers.by_client_id(command.client_order_id)

    def touched(self) -> tuple[Touched, ...]:
        """The instruments in which the account has something, or lately had."""
        if self.touches.is_full:
            for order in self.book.working():
                self.touches.note(order.instrument)
        return self.touches.all()

    @property
    def raised(self) -> int:
        """How often something came into doubt: if it grows, there is something new to ask."""
        return self.book.raised + self.strangers.raised + self.catch_up.raised + self.announced.raised

    def orders_of(self, record: CommandRecord) -> list[OrderRecord]:
        """The orders of ours that a command concerns."""
        return [self.book.orders[target] for target in record.targets if target in self.book.orders]

    def keep_holdings(self, before: "Ledger") -> None:
        """After a rebuild: the stream says where a balance stands, not how it got there, and what it said still holds.

        The same goes for positions, the margin and the settings; the journal has none of them.
        """
        self.balances, self.positions = before.balances, before.positions
        self.margin, self.settings = before.margin, before.settings

    def close(self) -> Changes:
        """The input in hand has been dealt with: what it changed, and what is forgotten to make room."""
        changed, self.changed = self.changed, Changed()
        gone = self.desk.end(changed.commands)
        forgotten = self.book.bury(self.desk.has_open)
        gone += [one for order in forgotten for one in self.desk.forget_order(order)]
        return Changes(
            events=tuple(changed.events),
            steps=changed.steps(),
            reports=tuple(changed.reports),
            settled=tuple(changed.settled),
            abandoned=changed.abandoned(),
            passed=changed.passed,
            forgotten=tuple(order.client_order_id for order in forgotten),
            forgotten_commands=tuple(gone),
            holdings=self._hold_anew(),
        )

    def _hold_anew(self) -> bool:
        """Whether balances or positions have changed since the last input."""
        before, self._holdings = self._holdings, self.balances.version + self.positions.version
        return self._holdings != before
