"""Which seeds to run: a number of them, a range, or whatever the system's own randomness says."""

import re
from collections.abc import Iterator
from itertools import count

from attrs import evolve, frozen

from batactors.model.errors import ConfigError
from batactors.seams import Chance

RANGE = re.compile(r"(?P<first>[0-9]{1,18}):(?P<end>[0-9]{1,18})?|(?P<number>[0-9]{1,9})", re.ASCII)
FRESH_BELOW = 1_000_000_000
"""Where a range of fresh seeds may begin: large enough that two never meet, small enough to be read aloud."""


@frozen(kw_only=True)
class Seeds:
    """Seeds in a row.

    Attributes:
        end: The first that no longer belongs; `None` if they go on for ever.
    """

    first: int
    end: int | None

    def __iter__(self) -> Iterator[int]:
        return iter(count(self.first) if self.end is None else range(self.first, self.end))

    def __str__(self) -> str:
        """As `--seeds` takes it."""
        return f"{self.first}:{'' if self.end is None else self.end}"

    @property
    def number(self) -> int | None:
        """How many they are."""
        return None if self.end is None else self.end - self.first

    def without_end(self) -> "Seeds":
        """The same, and all that follow."""
        return evolve(self, end=None)

    def elsewhere(self, chance: Chance) -> "Seeds":
        """As many, but from another place on."""
        first = chance.generator("simulate").randrange(FRESH_BELOW)
        return Seeds(first=first, end=None if self.number is None else first + self.number)


def read_seeds(text: str) -> Seeds:
    """The seeds that are meant by `1000`, `2000:3000` or `2000:`. The end of a range is not one of them.

    Raises:
        ConfigError: It is neither.
    """
    found = RANGE.fullmatch(text)
    if found is None:
        raise ConfigError(f"--seeds is {text!r}: give how many, such as 1000, or a range, such as 2000:3000")
    if found["number"]:
        seeds = Seeds(first=0, end=int(found["number"]))
    else:
        seeds = Seeds(first=int(found["first"]), end=int(found["end"]) if found["end"] else None)
    if seeds.number is not None and seeds.number < 1:
        raise ConfigError(f"--seeds is {text!r}: there is no seed in that")
    return seeds
