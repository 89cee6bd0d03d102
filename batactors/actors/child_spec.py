"""A child and how it is kept, as values."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import trio
from attrs import frozen

if TYPE_CHECKING:
    from random import Random

Ready = trio.TaskStatus[None]


class Restart(StrEnum):
    """Which children are started again."""

    PERMANENT = "permanent"
    """Whenever it ends."""
    TRANSIENT = "transient"
    """When it crashes."""
    TEMPORARY = "temporary"
    """Never."""


class Strategy(StrEnum):
    """Whom the end of a child concerns that is to be started again."""

    ONE_FOR_ONE = "one_for_one"
    """Itself."""
    ONE_FOR_ALL = "one_for_all"
    """All: the others are stopped, last started first, and then all are started again in order."""
    REST_FOR_ONE = "rest_for_one"
    """Itself and those that were started after it; the others go on."""


@frozen(kw_only=True)
class Backoff:
    """How long to wait before a restart, in seconds: from ``first``, times ``factor``, up to ``most``.

    Attributes:
        jitter: The part of the pause that chance takes away, so that many do not come back at one instant.
        stable_after: A child that was ready for so long starts again from ``first``.
    """

    first: float = 0.25
    factor: float = 2.0
    most: float = 30.0
    jitter: float = 0.2
    stable_after: float = 30.0

    def pause(self, failures: int, chance: "Random") -> float:
        """The pause after so many failures in a row, from 1."""
        # Beyond 64 doublings every backoff has reached its most, and the power would grow without end.
        whole = min(self.most, self.first * self.factor ** min(failures - 1, 64))
        return whole * (1 - self.jitter * chance.random())


@frozen(kw_only=True)
class Intensity:
    """More than ``failures`` within ``seconds`` is not bad luck but a bug; let it be seen."""

    failures: int = 5
    seconds: float = 60.0


@frozen(kw_only=True)
class ChildSpec:
    """A child and how it is kept.

    Attributes:
        run: The child itself; it takes trio's ``task_status`` and calls its ``started()`` once it can do
            its work.
        intensity: When to give up on it; ``None`` for what may fail for as long as the world does, such as a
            connection.
        start_within: Seconds until it must be ready, else it is cancelled and has crashed with a ``StartTimeout``;
            ``None`` for what bounds its own steps.
        stop_within: Seconds that it may take to end when it is stopped. Then that is told, as
            ``Happening.SLOW_STOP``, and a child that was only asked to end is cancelled.
        stop: Asks it to end by itself; it is called while the child is ready, and must not wait. Without it a child
            that is to end is cancelled at once.
    """

    name: str
    run: Callable[..., Awaitable[None]]
    restart: Restart = Restart.PERMANENT
    intensity: Intensity | None = Intensity()
    start_within: float | None = 30.0
    stop_within: float = 5.0
    stop: Callable[[], None] | None = None
