"""The seams to the world outside: the wall clock, ids and nonces, and chance.

Everything else in the engine measures time on trio's clock and draws no numbers, so that a run under the mock clock
with seeded seams repeats exactly. This is the only module that may call the system's clock, random generator or uuid; a
house rule (``tests/test_architecture.py``) checks that. The disk is the fourth seam; it lives in ``batactors/journal``.
"""

import random
import secrets
from datetime import UTC, datetime
from typing import Protocol

from attrs import field, frozen


class WallClock(Protocol):
    """The time of day, for signatures, validity windows and stamps. Never for waiting: that is trio's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class Ids(Protocol):
    """Where ids that must never repeat come from."""

    def token(self) -> str:
        """A fresh id of 32 hexadecimal digits, unique for ever."""
        ...


class Chance(Protocol):
    """Where jitter comes from: one generator per component, so that a draw in one does not shift another's."""

    def generator(self, component: str) -> random.Random:
        """The generator of this component, always the same object's stream for the same name and seed."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RandomIds:
    """128 random bits from the operating system."""

    def token(self) -> str:
        return secrets.token_hex(16)


class SeededIds:
    """The same ids for the same seed, for simulation."""

    def __init__(self, seed: int | str) -> None:
        # Seeding with text does not depend on PYTHONHASHSEED.
        self._random = random.Random(f"ids-{seed}")

    def token(self) -> str:
        return f"{self._random.getrandbits(128):032x}"


class SystemChance:
    """Generators seeded by the operating system."""

    def generator(self, component: str) -> random.Random:
        del component
        return random.Random()


class SeededChance:
    """Generators that repeat for the same seed and component."""

    def __init__(self, seed: int | str) -> None:
        self._seed = seed

    def generator(self, component: str) -> random.Random:
        return random.Random(f"{component}-{self._seed}")


@frozen(kw_only=True)
class Seams:
    """The seams that one engine, or one simulated venue, is given."""

    clock: WallClock = field(factory=SystemClock)
    ids: Ids = field(factory=RandomIds)
    chance: Chance = field(factory=SystemChance)
