"""What the checks read on a venue's wire and in its ledger: ids in both spellings, and which frame is about what."""

from collections.abc import Iterable
from typing import ClassVar, Protocol

from batactors.model.commands import AmendOrder, CancelOrder
from batactors.model.ids import FillId, VenueOrderId
from batactors.testing.venue.orders import VenueFill, VenueOrder

Change = type[AmendOrder | CancelOrder]


class Words(Protocol):
    """The words of one venue.

    Attributes:
        never_rested: Why the venue takes a post-only order that would have taken off its book; empty if it refuses it.
        nothing_to_amend: How it begins to refuse an amend to the terms that the order has; empty if it takes that.
        overlaps: Whether a socket gives way to another, and both tell the same for a while.
        window: Seconds for which it counts questions, where it counts in windows.
        lists_changes: Whether the venue can be asked which terms an order had, and not only which it has.
        by_request: Why an order is off the book that its owner wanted cancelled, where a yes to that does not say so.
        answers_settle: Whether the venue's yes means that a command was carried out; else it means that it came.
        amends_may_cancel: Whether an amend takes a post-only order off the book that would take at its new price.
    """

    never_rested: ClassVar[str]
    nothing_to_amend: ClassVar[str]
    amends_may_cancel: ClassVar[bool]
    lists_changes: ClassVar[bool]
    by_request: ClassVar[str]
    answers_settle: ClassVar[bool]
    overlaps: ClassVar[bool]
    window: ClassVar[float | None]

    def instrument(self, symbol: str) -> str:
        """What the engine calls a market of the ledger."""
        ...

    def order_id(self, order: VenueOrder) -> VenueOrderId:
        """What the engine calls an order of the ledger."""
        ...

    def ledger_id(self, venue_order_id: str) -> str:
        """What the ledger calls an order that the engine calls so."""
        ...

    def fill_id(self, fill: VenueFill) -> FillId:
        """What the engine calls a fill of the ledger."""
        ...

    def request_id(self, told: int | str | None) -> int | str | None:
        """What the engine calls a request, by what the venue was told that it is called."""
        ...

    def subject(self, text: str) -> str | None:
        """What a frame is about, in one word."""
        ...

    def created(self, text: str) -> Iterable[str]:
        """The client order ids of the orders that a frame or a request is to create."""
        ...

    def changed(self, text: str) -> Iterable[tuple[Change, list[str]]]:
        """The kind of the command that a frame or a request carries, if it amends or cancels, and the ids in it."""
        ...

    def carries_command(self, text: str) -> bool:
        """Whether this frame of the engine's carries a command."""
        ...

    def confirms(self, text: str) -> bool:
        """Whether with this frame of the venue's a connection may be used."""
        ...

    def is_open_to_all(self) -> bool:
        """Whether commands may go by a connection that the venue has confirmed nothing on."""
        ...

    def begins(self, text: str) -> bool:
        """Whether with this frame or request a session begins to hear: what was before it is told in another way."""
        ...

    def says_no(self, text: str) -> bool:
        """Whether this frame or reply may hold an error."""
        ...

    def has_said(self, refusal: str, text: str) -> bool:
        """Whether this frame or reply is the venue's own word for a refusal, as a receipt has it."""
        ...

    def answers(self, text: str) -> Iterable[int]:
        """The numbers of the requests that this frame answers, of commands that are alone in their frames."""
        ...
