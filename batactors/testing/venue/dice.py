"""What chance says at a simulated venue."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random


class Dice:
    """What chance says, from one seeded generator: the same run has the same throws."""

    def __init__(self, generator: "random.Random") -> None:
        self._random = generator

    def falls(self, chance: float) -> bool:
        """Whether it happens this time; nothing is drawn for what is certain."""
        if chance <= 0:
            return False
        return chance >= 1 or self._random.random() < chance

    def upto(self, most: int) -> int:
        """A number from 0 to this, both included."""
        return self._random.randint(0, most)

    def within(self, most: float) -> float:
        """A time from 0 to this."""
        return self._random.uniform(0, most) if most > 0 else 0.0

    def shuffle(self, rows: list[Any]) -> None:
        """Put them into any order."""
        self._random.shuffle(rows)
