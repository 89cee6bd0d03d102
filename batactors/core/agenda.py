"""What there is to ask a venue, read off what is in doubt."""

from datetime import datetime
from math import inf

from attrs import evolve, frozen

from batactors.core.book import Book
from batactors.core.catch_up import CatchUp
from batactors.core.commands import CommandRecord
from batactors.core.desk import Desk
from batactors.core.orders import OrderRecord
from batactors.core.strangers import Strangers
from batactors.model.commands import AmendOrder, CancelAll, CreateOrder
from batactors.model.ids import CommandId, VenueOrderId
from batactors.model.questions import Target


@frozen(kw_only=True)
class Case:
    """An order to ask for, and the commands whose fate hangs on the answer. Without ids: all open orders."""

    target: Target
    command_ids: tuple[CommandId, ...] = ()


@frozen(kw_only=True)
class Agenda:
    """What there is to ask.

    Attributes:
        strangers: Orders of which nothing says whose they are.
        catch_up: Why everything must be asked for: a gap, an unreadable frame, a crash; ``None`` if nothing was missed.
        fills_since: From when on there may be fills that we do not know (UTC).
        next_due: When there will be more to ask, on trio's clock, if nothing happens before.
    """

    cases: tuple[Case, ...]
    strangers: tuple[VenueOrderId, ...]
    catch_up: str | None
    fills_since: datetime
    next_due: float

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask now."""
        return not (self.cases or self.strangers or self.catch_up)


def draw_up(
    book: Book, desk: Desk, strangers: Strangers, *, catch_up: CatchUp, fills_since: datetime, now: float
) -> Agenda:
    """The agenda of this moment (trio's clock): one case per order, whatever the number of its doubts and commands."""
    cases: dict[str, Case] = {}
    unidentified: list[VenueOrderId] = []
    next_due = inf
    for client_order_id in book.doubtful:
        order = book.orders[client_order_id]
        due = order.doubts.due
        if due <= now:
            cases[client_order_id] = Case(target=target_of(order, book))
        else:
            next_due = min(next_due, due)
    for record in desk.unresolved():
        if record.is_unknown:
            key, target = _target(record, book)
            case = cases.get(key) or Case(target=target)
            amended = case.target.amended or isinstance(record.command, AmendOrder)
            cases[key] = Case(
                target=evolve(case.target, amended=amended),
                command_ids=(*case.command_ids, record.command.command_id),
            )
    for stranger in strangers.unidentified():
        if stranger.doubt is None or stranger.doubt.due <= now:
            unidentified.append(stranger.venue_order_id)
        else:
            next_due = min(next_due, stranger.doubt.due)
    missed = None
    if catch_up.doubt is not None:
        if catch_up.due <= now:
            missed = catch_up.doubt.note
        else:
            next_due = min(next_due, catch_up.due)
    return Agenda(
        cases=tuple(cases.values()),
        strangers=tuple(unidentified),
        catch_up=missed,
        fills_since=fills_since,
        next_due=next_due,
    )


def target_of(order: OrderRecord, book: Book) -> Target:
    """What is known of an order of ours that helps to find it."""
    return Target(
        client_order_id=book.venue_client_id(order.client_order_id),
        venue_order_id=order.venue_order_id,
        instrument=order.instrument,
        since=order.submitted_on,
    )


def _target(record: CommandRecord, book: Book) -> tuple[str, Target]:
    """The order that a command concerns, and the key under which its cases are put together."""
    command = record.command
    if isinstance(command, CancelAll):
        return command.command_id, Target()
    venue_order_id = None if isinstance(command, CreateOrder) else command.venue_order_id
    order = book.find(command.client_order_id, venue_order_id)
    if order is not None:
        return order.client_order_id, target_of(order, book)
    target = Target(client_order_id=command.client_order_id, venue_order_id=venue_order_id)
    return venue_order_id or command.command_id, target
