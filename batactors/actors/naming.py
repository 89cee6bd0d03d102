"""What is said of a command on the wire: what its order is called there, and for how long it is valid.

An order is called as its user calls it if that fits the venue, else by a shorter name.
"""

from collections.abc import Callable, Sequence

from attrs import evolve

from batactors.core.book import Book
from batactors.model.commands import AccountCommand, Command, CreateOrder
from batactors.model.errors import InvalidCommand
from batactors.model.ids import ClientOrderId

WireIds = tuple[ClientOrderId | None, ...]


class Naming:
    """Gives commands the client order ids that the venue will see.

    Args:
        fits: Whether the venue takes an id as it is.
        shorten: A shorter one, another for each attempt.
    """

    def __init__(
        self, fits: Callable[[ClientOrderId], bool], shorten: Callable[[ClientOrderId, int], ClientOrderId]
    ) -> None:
        self._fits = fits
        self._shorten = shorten

    def wire_ids(self, commands: Sequence[Command], book: Book) -> WireIds:
        """The id of each; ``None`` for one that bears none.

        Raises:
            InvalidCommand: An id was used before, by another order or by this batch itself.
        """
        created = [command.client_order_id for command in commands if isinstance(command, CreateOrder)]
        if len(set(created)) < len(created):
            raise InvalidCommand("two orders of one batch have the same client_order_id: each order needs its own")
        wire_ids: list[ClientOrderId | None] = []
        for command in commands:
            wire_ids.append(self._wire_id(command, wire_ids, book))
        return tuple(wire_ids)

    def _wire_id(self, command: Command, beside: Sequence[ClientOrderId | None], book: Book) -> ClientOrderId | None:
        """The client order id as the venue will see it, and as no other of the same batch is seen."""
        if isinstance(command, AccountCommand) or command.client_order_id is None:
            return None
        if isinstance(command, CreateOrder):
            for offset in range(len(beside) + 1):
                wire_id = self._shortened(command.client_order_id, offset, book)
                if wire_id not in beside:
                    return wire_id
            raise InvalidCommand(f"client_order_id {command.client_order_id!r} has no form that the batch leaves free")
        return book.venue_client_id(command.client_order_id)

    def _shortened(self, client_order_id: ClientOrderId, offset: int, book: Book) -> ClientOrderId:
        return book.wire_id(client_order_id, self._fits, lambda one, attempt: self._shorten(one, attempt + offset))


def on_the_wire(command: Command, wire_id: ClientOrderId | None) -> Command:
    """The command with the client order id that the venue will see."""
    if isinstance(command, AccountCommand) or wire_id in (None, command.client_order_id):
        return command
    return evolve(command, client_order_id=wire_id)


def valid_for(seconds: float | None, command: Command) -> Command:
    """The command with this validity, unless it has one of its own."""
    return command if seconds is None or command.validity is not None else evolve(command, validity=seconds)
