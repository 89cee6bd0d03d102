"""Ids in the venue's shapes, drawn from one seeded generator so that a run repeats."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


class VenueIds:
    """The generator of every id of one venue: orders and executions are UUIDs."""

    def __init__(self, generator: "random.Random", seed: int) -> None:
        # The seed tells apart two venues that share their seams.
        generator.seed(f"{generator.getrandbits(64):016x}-{seed}")
        self._random = generator
        self._trades: dict[str, int] = {}
        self._events = 4_000
        self._amends = 0

    def uuid(self) -> str:
        """A UUID of the random kind."""
        digits = f"{self._random.getrandbits(128):032x}"
        digits = f"{digits[:12]}4{digits[13:16]}{'89ab'[int(digits[16], 16) % 4]}{digits[17:]}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def order(self) -> str:
        return self.uuid()

    def fill(self, symbol: str) -> tuple[str, int]:
        """The id of an execution, and the number of its trade in this book."""
        self._trades[symbol] = self._trades.get(symbol, 0) + 1
        return self.uuid(), self._trades[symbol]

    def amend(self) -> str:
        self._amends += 1
        return str(self._amends)

    def event(self) -> int:
        """The next number of a thing that moved a book: the `seq` of executions and positions."""
        self._events += 1
        return self._events

    def connection(self) -> str:
        return self.uuid()[:20]
