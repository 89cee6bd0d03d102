"""How old orders are, for what a venue counts of commands about them."""

from collections.abc import Sequence

from batactors.model.commands import AccountCommand, CancelOrder, Command
from batactors.model.ids import ClientOrderId

MOST_AGES = 10_000
"""Orders whose age is known, for what a cancel of them costs; an unknown age counts as the youngest."""


class Ages:
    """When orders were placed or amended last, as far as this process has sent that; on trio's clock."""

    def __init__(self) -> None:
        self._placed: dict[ClientOrderId, float] = {}

    def youngest(self, commands: Sequence[Command], now: float) -> float | None:
        """Seconds since the youngest of the orders was placed or amended; ``None`` if that is not known of one."""
        placed = [
            self._placed.get(command.client_order_id) if command.client_order_id is not None else None
            for command in commands
            if not isinstance(command, AccountCommand)
        ]
        known = [at for at in placed if at is not None]
        return now - max(known) if known and len(known) == len(placed) else None

    def note(self, commands: Sequence[Command], now: float) -> None:
        """These go out now."""
        for command in commands:
            if not isinstance(command, AccountCommand | CancelOrder) and command.client_order_id is not None:
                self._placed.pop(command.client_order_id, None)
                self._placed[command.client_order_id] = now
        while len(self._placed) > MOST_AGES:
            del self._placed[next(iter(self._placed))]
