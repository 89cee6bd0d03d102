"""Restarting what crashed, more slowly each time, and giving up loudly.

Erlang's idea in trio's idiom: a supervisor holds child specs, starts the children in order, each only when the one
before reports that it is ready, and restarts them by their kind. A child runs in a nursery of its own, so its crash is
seen here and nowhere else.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING

import trio
from attrs import frozen

from batactors.model.errors import BatactorsError, ErrorKind

if TYPE_CHECKING:
    from random import Random

logger = logging.getLogger("batactors.supervisor")

Ready = trio.TaskStatus[None]


class Restart(StrEnum):
    """Which children are started again."""

    PERMANENT = "permanent"
    """Whenever it ends."""
    TRANSIENT = "transient"
    """When it crashes."""
    TEMPORARY = "temporary"
    """Never."""


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
    """

    name: str
    run: Callable[..., Awaitable[None]]
    restart: Restart = Restart.PERMANENT
    intensity: Intensity | None = Intensity()


class Happening(StrEnum):
    """What can happen to a child."""

    STARTED = "started"
    ENDED = "ended"
    CRASHED = "crashed"
    GAVE_UP = "gave up"


@frozen(kw_only=True)
class ChildEvent:
    """Something happened to a child.

    Attributes:
        at: On trio's clock.
        cause: The errors that it crashed with, in one line.
        pause: Seconds until it is started again; ``None`` if it is not.
    """

    supervisor: str
    child: str
    what: Happening
    at: float
    cause: str | None = None
    pause: float | None = None


class SupervisorGaveUp(BatactorsError):
    """A child crashed too often."""

    kind = ErrorKind.TEMPORARY_UNAVAILABLE


class Supervisor:
    """Keeps children alive, one for one.

    Args:
        fatal: Errors after which a restart is pointless, such as a key that the venue refuses; they end the supervisor.
        watch: Is told of everything that happens to a child, except that temporary ones come and go. It must not raise.
    """

    def __init__(
        self,
        name: str,
        specs: Sequence[ChildSpec],
        *,
        backoff: Backoff,
        chance: "Random",
        is_fatal: Callable[[BaseException], bool] = lambda error: False,
        watch: Callable[[ChildEvent], None] = lambda event: None,
    ) -> None:
        self.name = name
        self._specs = tuple(specs)
        self._backoff = backoff
        self._chance = chance
        self._is_fatal = is_fatal
        self._watch = watch

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Start the children in order, report ready when all are, and keep them until cancelled.

        Raises:
            ExceptionGroup: Of what was fatal, with whatever the child raised beside it, or of ``SupervisorGaveUp``.
        """
        async with trio.open_nursery() as nursery:
            for spec in self._specs:
                await nursery.start(self._keep, spec, name=f"{self.name}/{spec.name}")
            task_status.started()

    async def keep(self, spec: ChildSpec) -> None:
        """Run one more child, that has no place among the others, for as long as its kind says."""
        await self._keep(spec)

    async def _keep(self, spec: ChildSpec, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Run one child, again and again, as its kind says."""
        past = _Past(task_status)
        while True:
            crash = await self._live(spec, past)
            cause = cause_of(crash) if crash is not None else None
            if trio.current_effective_deadline() == -inf:
                # At shutdown a child's clean-up may fail. That is told, and changes nothing about the shutdown.
                self._tell(spec, _how_it_ended(crash), cause)
                await trio.lowlevel.checkpoint_if_cancelled()
            if crash is not None and any(self._is_fatal(leaf) for leaf in leaves(crash)):
                self._tell(spec, Happening.GAVE_UP, cause)
                raise crash
            if spec.restart is Restart.TEMPORARY or (spec.restart is Restart.TRANSIENT and crash is None):
                self._tell(spec, _how_it_ended(crash), cause)
                past.ready()  # whether or not it ever was: who comes after it waits no longer
                return
            if spec.intensity is not None and self._too_many(past.failures, spec.intensity):
                cause = cause or "it ended each time"
                self._tell(spec, Happening.GAVE_UP, cause)
                times = f"{len(past.failures)} times in {spec.intensity.seconds:g} s"
                raise SupervisorGaveUp(f"{self.name}/{spec.name} crashed {times}: {cause}") from crash
            pause = self._backoff.pause(past.in_a_row, self._chance)
            self._tell(spec, _how_it_ended(crash), cause, pause)
            await trio.sleep(pause)

    async def _live(self, spec: ChildSpec, past: "_Past") -> BaseExceptionGroup[Exception] | None:
        """One life of a child; what it crashed with, if it did."""
        crash: BaseExceptionGroup[Exception] | None = None
        # Only being ready is living: who fails to start, however long that takes, has not been stable.
        ready_at = inf
        try:
            async with trio.open_nursery() as nursery:
                await nursery.start(spec.run)
                ready_at = trio.current_time()
                self._tell(spec, Happening.STARTED)
                past.ready()
        except* Exception as group:
            crash = group
        past.in_a_row = 1 if trio.current_time() - ready_at >= self._backoff.stable_after else past.in_a_row + 1
        return crash

    def _too_many(self, failures: deque[float], intensity: Intensity) -> bool:
        """Note one more failure; whether that is one too many."""
        now = trio.current_time()
        failures.append(now)
        while failures[0] < now - intensity.seconds:
            failures.popleft()
        return len(failures) > intensity.failures

    def _tell(self, spec: ChildSpec, what: Happening, cause: str | None = None, pause: float | None = None) -> None:
        if spec.restart is Restart.TEMPORARY and what is not Happening.CRASHED:
            return  # they come and go by the thousand
        event = ChildEvent(
            supervisor=self.name, child=spec.name, what=what, at=trio.current_time(), cause=cause, pause=pause
        )
        level = logging.INFO if what in (Happening.STARTED, Happening.ENDED) else logging.WARNING
        logger.log(level, "%s/%s %s%s", self.name, spec.name, what, f": {cause}" if cause else "")
        self._watch(event)


class _Past:
    """What is remembered of a child from life to life."""

    def __init__(self, task_status: Ready) -> None:
        self.failures: deque[float] = deque()
        self.in_a_row = 0
        self._task_status: Ready | None = task_status

    def ready(self) -> None:
        """Let who comes after it start; only the first time counts."""
        if self._task_status is not None:
            self._task_status.started()
            self._task_status = None


def _how_it_ended(crash: BaseException | None) -> Happening:
    return Happening.ENDED if crash is None else Happening.CRASHED


def leaves(error: BaseException) -> list[BaseException]:
    """The errors at the ends of a group's branches."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for branch in error.exceptions for leaf in leaves(branch)]
    return [error]


def cause_of(error: BaseException) -> str:
    """The errors of a group in one line."""
    return "; ".join(f"{type(leaf).__name__}: {leaf}" for leaf in leaves(error))
