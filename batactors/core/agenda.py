"""What there is to ask a venue, read off what is in doubt."""

from collections.abc import Sequence
from datetime import datetime
from math import inf

from attrs import evolve, frozen

from batactors.core.book import Book
from batactors.core.cancel_scope import list_of
from batactors.core.catch_up import CatchUp
from batactors.core.commands import CommandRecord
from batactors.core.desk import Desk
from batactors.core.doubts import Why
from batactors.core.orders import OrderRecord
from batactors.core.proofs import proof_from
from batactors.core.rules import Rules
from batactors.core.setting_cases import SettingCase, settings_to_ask
from batactors.core.stranger import Stranger
from batactors.core.strangers import Strangers
from batactors.core.touched import Touched
from batactors.model.commands import AmendOrder, CancelAll, CreateOrder, SettingCommand
from batactors.model.ids import CommandId, InstrumentId, VenueOrderId
from batactors.model.questions import Target
from batactors.model.receipts import Trigger

LONG_MISSING = 20.0
"""Seconds for which missing fills are asked for where our knowledge ends; then from the order's beginning on."""


@frozen(kw_only=True)
class Case:
    """An order to ask for, and the commands whose fate hangs on the answer. Without ids: all open orders.

    Attributes:
        in_doubt: What is known of the order does not fit.
        ripe: How many of the commands' moments of proof have come: two for each, that from which on a question counts,
            and that from which on it can be the last.
        provable: How many of the commands have come to the last of these moments.
        by_fills: Only its fills may show that the order was there: it is time to prove that it never was.
    """

    target: Target
    command_ids: tuple[CommandId, ...] = ()
    in_doubt: bool = False
    ripe: int = 0
    provable: int = 0
    by_fills: bool = False


@frozen(kw_only=True)
class Agenda:
    """What there is to ask.

    Attributes:
        strangers: Orders of which nothing says whose they are; from ``strangers_since`` on they may have ended (UTC).
        catch_up: Why everything must be asked for: a gap, an unreadable frame, a crash; ``None`` if nothing was missed.
        fills_since: From when on there may be fills that we do not know (UTC).
        next_due: When there will be more to ask, on trio's clock, if nothing happens before.
        touched: The instruments to ask about, where a venue tells by instrument.
        announced: Fills were told ahead, and did not come in full in time: all are to be asked for.
        closed_since: From when on orders may have closed that we never heard of (UTC); ``fills_since`` if not given.
    """

    cases: tuple[Case, ...]
    strangers: tuple[VenueOrderId, ...]
    catch_up: str | None
    fills_since: datetime
    next_due: float
    touched: tuple[Touched, ...] = ()
    settings: tuple[SettingCase, ...] = ()
    announced: bool = False
    closed_since: datetime | None = None
    strangers_since: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask now."""
        return not (self.cases or self.settings or self.strangers or self.catch_up or self.announced)

    @property
    def count(self) -> int:
        """How many questions stand open, whatever they are about."""
        return len(self.cases) + len(self.settings)

    @property
    def wants_fills(self) -> bool:
        """Whether what is asked of orders must be followed by a question for all fills."""
        return any(case.in_doubt or case.by_fills for case in self.cases)

    def is_new_to(self, before: "Agenda") -> bool:
        """Whether there is something on it that was not on one before, or for which the time to ask has come since."""
        known = [(case.target, case.command_ids) for case in before.cases]
        known_settings = [(case.question, case.command_ids) for case in before.settings]
        return (
            self._ripe > before._ripe
            or (self.announced and not before.announced)
            or any((case.target, case.command_ids) not in known for case in self.cases)
            or any((case.question, case.command_ids) not in known_settings for case in self.settings)
        )

    @property
    def _ripe(self) -> int:
        return sum(case.ripe for case in self.cases) + sum(case.ripe for case in self.settings)

    @property
    def provable(self) -> int:
        """How many commands can be proved not to have been done, if nothing of them is found now."""
        return sum(case.provable for case in self.cases) + sum(case.provable for case in self.settings)

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Why there is something to ask."""
        reasons = {
            Trigger.GAP: self.catch_up is not None,
            Trigger.UNKNOWN_EXECUTION: any(case.command_ids for case in self.cases) or bool(self.settings),
            Trigger.DOUBT: bool(self.strangers) or self.announced or any(case.in_doubt for case in self.cases),
        }
        return tuple(trigger for trigger, holds in reasons.items() if holds)


def draw_up(
    book: Book,
    desk: Desk,
    strangers: Strangers,
    *,
    catch_up: CatchUp,
    fills_since: datetime,
    closed_since: datetime | None,
    rules: Rules,
    shown_from: float,
    now: float,
    touched: tuple[Touched, ...] = (),
    announced_due: float = inf,
) -> Agenda:
    """The agenda of this moment (trio's clock): one case per order, whatever the number of its doubts and commands.

    From ``shown_from`` on, on the same clock, lists show all that was not told live.
    """
    cases: dict[str, Case] = {}
    unidentified: list[Stranger] = []
    next_due = inf
    for client_order_id in book.doubtful:
        order = book.orders[client_order_id]
        due = order.doubts.due
        if due <= now:
            cases[client_order_id] = Case(target=target_of(order, book), in_doubt=True)
            next_due = min([next_due, *(at for at in order.doubts.settled_from(rules.read_lag) if at > now)])
            missing = order.doubts.get(Why.MISSING_FILLS)
            if missing is not None and now >= missing.since + LONG_MISSING:
                # They are not among the latest: they may be older, or told at any time, though we know what came since.
                fills_since = min(fills_since, order.submitted_on)
        else:
            next_due = min(next_due, due)
    for record in desk.unresolved():
        if record.is_unknown and not isinstance(record.command, SettingCommand):
            key, target = _target(record, book, rules)
            case = cases.get(key) or Case(target=target)
            amended = case.target.amended or isinstance(record.command, AmendOrder)
            earliest = proof_from(record, rules)
            is_create = isinstance(record.command, CreateOrder)
            last = max(earliest + rules.read_lag, shown_from if is_create else -inf)
            cases[key] = evolve(
                case,
                target=case.target if amended is case.target.amended else evolve(case.target, amended=amended),
                command_ids=(*case.command_ids, record.command.command_id),
                ripe=case.ripe + (now >= earliest) + (now >= last),
                provable=case.provable + (now >= last),
                by_fills=case.by_fills or (now >= last and is_create),
            )
            next_due = min([next_due, *(at for at in (earliest, last) if at > now)])
    for stranger in strangers.unidentified():
        if stranger.doubt is None or stranger.doubt.due <= now:
            unidentified.append(stranger)
        else:
            next_due = min(next_due, stranger.doubt.due)
    announced = announced_due <= now
    next_due = next_due if announced else min(next_due, announced_due)
    missed = None
    if catch_up.doubt is not None:
        if catch_up.due <= now:
            missed = catch_up.doubt.note
        else:
            next_due = min(next_due, catch_up.due)
    settings, setting_due = settings_to_ask(desk, rules, now)
    return Agenda(
        cases=tuple(cases.values()),
        strangers=tuple(stranger.venue_order_id for stranger in unidentified),
        strangers_since=min((one.heard_on for one in unidentified if one.heard_on is not None), default=None),
        catch_up=missed,
        fills_since=fills_since,
        closed_since=closed_since,
        touched=touched,
        next_due=min(next_due, setting_due),
        settings=settings,
        announced=announced,
    )


def groups_of(cases: Sequence[Case], *, by_instrument: bool) -> list[tuple[InstrumentId | None, list[Case]]]:
    """Cases that one look at a venue's lists serves: all together, or instrument by instrument where it lists so.

    A case whose instrument is not known is looked for in the lists of all.
    """
    groups: dict[InstrumentId | None, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.target.instrument if by_instrument else None, []).append(case)
    return list(groups.items())


def target_of(order: OrderRecord, book: Book) -> Target:
    """What is known of an order of ours that helps to find it."""
    return Target(
        client_order_id=None if order.adopted else book.venue_client_id(order.client_order_id),
        venue_order_id=order.venue_order_id,
        instrument=order.instrument,
        since=order.submitted_on,
        waited_as=order.waited_as,
    )


def _target(record: CommandRecord, book: Book, rules: Rules) -> tuple[str, Target]:
    """The order that a command concerns, and the key under which its cases are put together."""
    command = record.command
    if isinstance(command, CancelAll):
        return command.command_id, list_of(command, apart=rules.keeps_conditional_apart)
    if isinstance(command, SettingCommand):
        return command.command_id, Target()
    venue_order_id = None if isinstance(command, CreateOrder) else command.venue_order_id
    order = book.find(command.client_order_id, venue_order_id)
    if order is not None:
        return order.client_order_id, target_of(order, book)
    target = Target(client_order_id=command.client_order_id, venue_order_id=venue_order_id)
    return venue_order_id or command.command_id, target
