"""A venue in a hundred lines: it carries out commands, remembers every moment, and answers questions as of the past."""

from collections.abc import Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

from attrs import define, field

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.facts import AnswerFact, Fact, FillFact, OrderFact, Says, SnapshotFact, Terms, TermsFact
from batactors.model.ids import CommandId, VenueOrderId
from batactors.model.questions import Target
from tests.core.words import accepted, canceled, fill, not_open, opened, pending, refused, says, updated
from tests.core.words import unclear as unclear_answer


@define
class VenueOrder:
    """One order at the venue."""

    client_order_id: str
    venue_order_id: str
    quantity: Decimal
    price: Decimal | None
    state: str = "open"  # or filled, canceled, crossed, rejected
    fills: list[tuple[str, Decimal]] = field(factory=list)
    history: list[Terms] = field(factory=list)

    @property
    def filled(self) -> Decimal:
        return sum((quantity for _, quantity in self.fills), Decimal(0))

    @property
    def terms(self) -> dict[str, Any]:
        return {"quantity": self.quantity, "price": self.price}

    def row(self) -> OrderFact:
        """What a read says of it."""
        word = {
            "open": Says.OPEN, "filled": Says.FILLED, "canceled": Says.CANCELED, "crossed": Says.CANCELED,
            "rejected": Says.REFUSED,
        }[self.state]  # fmt: skip
        return says(
            word, self.venue_order_id, self.client_order_id, filled=self.filled, whole=True,
            post_only=self.state == "crossed", **self.terms,
        )  # fmt: skip

    def rows_of_fills(self) -> list[FillFact]:
        return [fill(fill_id, str(quantity), self.venue_order_id) for fill_id, quantity in self.fills]


class ModelVenue:
    """What is true, and the frames that tell of it."""

    def __init__(self) -> None:
        self.orders: dict[str, VenueOrder] = {}
        self.frames: list[Fact] = []
        """Said, and not yet delivered."""
        self.done: set[CommandId] = set()
        """Commands that were carried out."""
        self.refused: set[CommandId] = set()
        self.past: list[tuple[float, dict[str, VenueOrder]]] = [(-1e9, {})]
        self.effects: dict[CommandId, list[str]] = {}
        """The orders that a cancel-all took off the book."""

    def remember(self, now: float) -> None:
        """Keep this moment, for reads that lag."""
        self.past.append((now, deepcopy(self.orders)))
        del self.past[:-400]

    def as_of(self, moment: float) -> dict[str, VenueOrder]:
        """All orders as they were then."""
        return next(orders for at, orders in reversed(self.past) if at <= moment)

    # Commands.

    def carry_out(self, command: Command, request: int, *, refuse: bool, unclear: bool) -> None:
        """A command has arrived."""
        if refuse:
            self.refused.add(command.command_id)
            self.frames.append(refused(request))
            return
        match command:
            case CreateOrder():
                reply = self._create(command, request)
            case AmendOrder():
                reply = self._amend(command, request)
            case CancelOrder():
                reply = self._cancel(command, request)
            case CancelAll():
                reply = accepted(request, None)
                gone = [order for order in self.orders.values() if order.state == "open"]
                self.effects[command.command_id] = [order.client_order_id for order in gone]
                for order in gone:
                    self._end(order)
                self.done.add(command.command_id)
        self.frames.append(unclear_answer(request) if unclear else reply)

    def _create(self, command: CreateOrder, request: int) -> AnswerFact:
        assert command.client_order_id not in self.orders, "sent twice"
        venue_id = f"V-{command.client_order_id}"
        order = VenueOrder(command.client_order_id, venue_id, command.quantity, command.price)
        order.history.append(Terms(by_user=False, quantity=order.quantity, price=order.price))
        self.orders[command.client_order_id] = order
        self.done.add(command.command_id)
        self.frames.append(pending(venue_id, command.client_order_id, **order.terms))
        if command.post_only:
            order.state = "crossed"
            self.frames.append(canceled("0", venue_id, post_only=True))
        else:
            self.frames.append(opened(venue_id))
        return accepted(request, venue_id)

    def _amend(self, command: AmendOrder, request: int) -> AnswerFact:
        order = self.orders.get(str(command.client_order_id))
        if order is None or order.state != "open":
            self.refused.add(command.command_id)
            return not_open(request)
        if command.quantity is not None and command.quantity <= order.filled:
            self.refused.add(command.command_id)
            return refused(request)
        order.quantity = order.quantity if command.quantity is None else command.quantity
        order.price = order.price if command.price is None else command.price
        order.history.append(Terms(by_user=True, quantity=order.quantity, price=order.price))
        self.done.add(command.command_id)
        self.frames.append(updated(order.venue_order_id, order.client_order_id, **order.terms))
        return accepted(request, order.venue_order_id)

    def _cancel(self, command: CancelOrder, request: int) -> AnswerFact:
        order = self.orders.get(str(command.client_order_id))
        if order is None or order.state != "open":
            self.refused.add(command.command_id)
            return not_open(request)
        self._end(order)
        self.done.add(command.command_id)
        return accepted(request, order.venue_order_id)

    def _end(self, order: VenueOrder) -> None:
        order.state = "canceled"
        self.frames.append(canceled(str(order.filled), order.venue_order_id))

    # The market.

    def trade(self, order: VenueOrder, quantity: Decimal) -> None:
        """Somebody trades against an order."""
        quantity = min(quantity, order.quantity - order.filled)
        fill_id = f"{order.client_order_id}-{len(order.fills)}"
        order.fills.append((fill_id, quantity))
        row = fill(
            fill_id, str(quantity), order.venue_order_id, filled=str(order.filled), total=str(order.quantity)
        )  # fmt: skip
        self.frames.append(row)
        if order.filled == order.quantity:
            order.state = "filled"
            self.frames.append(says(Says.FILLED, order.venue_order_id, filled=order.filled))

    # Questions.

    def open_rows(self, moment: float) -> list[OrderFact]:
        return [order.row() for order in self.as_of(moment).values() if order.state == "open"]

    def fills(self, moment: float) -> list[FillFact]:
        return [row for order in self.as_of(moment).values() for row in order.rows_of_fills()]

    def look_up(self, target: Target, moments: Sequence[float]) -> list[Fact]:
        """Ask each endpoint, each as of another moment: open orders, closed ones, the list of changes."""
        asked_open, asked_closed, asked_terms = moments
        if target.client_order_id is None and target.venue_order_id is None:
            return list(self.open_rows(asked_open))
        name = str(target.client_order_id)
        facts: list[Fact] = []
        order = self.as_of(asked_open).get(name)
        if order is not None and order.state == "open":
            facts.append(order.row())
        order = self.as_of(asked_closed).get(name)
        if order is not None and order.state != "open":
            facts.append(order.row())
        order = self.as_of(asked_terms).get(name)
        if target.amended and order is not None:
            facts.append(TermsFact(venue_order_id=VenueOrderId(order.venue_order_id), history=tuple(order.history)))
        return facts

    def snapshot(self) -> SnapshotFact:
        """What a new subscription begins with."""
        return SnapshotFact(orders=tuple(order.row() for order in self.orders.values() if order.state == "open"))
