"""Steps and faults of a user's own, with fields of all sorts."""

import math
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from attrs import field, frozen

from batactors.testing.fault_script import Fault
from batactors.testing.simulation import moments, steps


class Mood(Enum):
    """What a user's own fault may be like."""

    BAD = "bad"


@frozen(kw_only=True)
class Melt(moments.TimedFault):
    """A fault of a user's own, with fields of all sorts."""

    heat: Decimal = Decimal("1.5")
    parts: tuple[str, ...] = ()
    window: tuple[float, float] = (0.0, math.inf)
    mood: Mood = Mood.BAD
    how: Literal["fast", "slow"] | None = None
    row: dict[str, Any] = field(factory=dict)
    spare: float | None = None


@frozen(kw_only=True)
class Freeze(Fault):
    """A fault that waits for its request, of a user's own."""

    method: str | None = None


@frozen(kw_only=True)
class Cut(moments.TimedFault):
    """A user's fault with a name that ours has too."""


@frozen(kw_only=True)
class Sing(steps.Step):
    """A step of a user's own."""

    song: str
