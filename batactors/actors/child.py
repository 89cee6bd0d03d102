"""One child of a supervisor, from life to life; never two lives at once."""

import logging
from collections import deque
from collections.abc import Callable
from math import inf

import trio
from attrs import frozen

from batactors.actors.child_events import ChildEvent, Happening, Watch
from batactors.actors.child_spec import ChildSpec, Intensity, Restart
from batactors.actors.crashes import StartTimeout, cause_of

logger = logging.getLogger("batactors.supervisor")

Crash = BaseExceptionGroup[Exception]
QUIET = (Happening.STARTED, Happening.ENDED, Happening.STOPPED)
OF_TEMPORARY = (Happening.CRASHED, Happening.SLOW_STOP, Happening.GAVE_UP)
"""What is told of temporary children, which come and go by the thousand."""


class Failures:
    """When something failed of late."""

    def __init__(self) -> None:
        self._at: deque[float] = deque()

    def one_more(self, intensity: Intensity) -> int:
        """Note one; how many there have been within the time of the intensity."""
        now = trio.current_time()
        self._at.append(now)
        while self._at[0] < now - intensity.seconds:
            self._at.popleft()
        return len(self._at)


class Child:
    """A child and what is remembered of its past."""

    def __init__(self, supervisor: str, spec: ChildSpec, *, stable_after: float, watch: Watch) -> None:
        self.supervisor = supervisor
        self.spec = spec
        self.failures = Failures()
        self.in_a_row = 0
        """Lives that were not stable, since the last one that was."""
        self.is_wanted = True
        """It is to live, once it is its turn and if it does not."""
        self.is_retired = False
        """It is never started again."""
        self.not_before = -inf
        """When its turn is at the earliest, on trio's clock."""
        self.is_alive = False
        self._is_ready = False
        self._stopped: _Stopped | None = None
        self._scope = trio.CancelScope()
        self._begun = trio.Event()
        self._ended = trio.Event()
        self._stable_after = stable_after
        self._watch = watch

    @property
    def name(self) -> str:
        """Its name among its siblings."""
        return self.spec.name

    def begin(self) -> None:
        """From now on it is alive; ``live`` follows."""
        assert not self.is_alive, f"{self.name} would live twice"
        self.is_alive = True
        self._stopped = None
        self._scope, self._begun, self._ended = trio.CancelScope(), trio.Event(), trio.Event()

    async def live(self, died: Callable[["Child", Crash | None], None]) -> None:
        """One life; ``died`` is told how it ended, unless it was to."""
        crash: Crash | None = None
        # Only being ready is living: who fails to start, however long that takes, has not been stable.
        ready_at = inf
        try:
            with self._scope:
                async with trio.open_nursery() as nursery:
                    await self._start(nursery)
                    ready_at = trio.current_time()
                    self._is_ready = True
                    self.tell(Happening.STARTED)
                    self._begun.set()
        except* Exception as group:
            crash = group
        finally:
            was_stable = trio.current_time() - ready_at >= self._stable_after
            self.in_a_row = 1 if was_stable else self.in_a_row + 1
            self.is_alive = self._is_ready = False
            is_shutdown = trio.current_effective_deadline() == -inf
            if is_shutdown and crash is not None:
                # Its clean-up may fail. That is told, and changes nothing about the shutdown.
                self.tell(Happening.CRASHED, cause_of(crash))
            self._begun.set()
            self._ended.set()
        if is_shutdown:
            await trio.lowlevel.checkpoint_if_cancelled()
        if self._stopped is None:
            died(self, crash)
        elif crash is None:
            self.tell(Happening.STOPPED, self._stopped.why, self._stopped.pause)
        else:
            self.tell(Happening.CRASHED, cause_of(crash), self._stopped.pause)

    async def _start(self, nursery: trio.Nursery) -> None:
        within = self.spec.start_within
        late = StartTimeout(supervisor=self.supervisor, child=self.name, within=within or 0.0)
        with trio.move_on_after(inf if within is None else within) as starting:
            try:
                await nursery.start(self.spec.run)
            except Exception as error:
                if starting.cancel_called:
                    raise late from error  # it is what its clean-up failed with
                raise
        if starting.cancelled_caught:
            raise late

    async def begun(self) -> None:
        """Wait until it is ready, or has ended without; tell if it can be cancelled and does not end."""
        if self.spec.start_within is not None:
            within = self.spec.start_within + self.spec.stop_within
            with trio.move_on_after(within):
                await self._begun.wait()
                return
            self.tell(Happening.SLOW_STOP, f"was not ready within {self.spec.start_within:g} s, and does not end")
        await self._begun.wait()

    async def stop(self, why: str, pause: float | None = None) -> None:
        """Have it end: ask it if it can be asked, then cancel it. Returns when it has ended."""
        if not self.is_alive:
            return
        self._stopped = _Stopped(why, pause)
        within = self.spec.stop_within
        if self._is_ready and self._ask():
            if await self.ends_by(trio.current_time() + within):
                return
            self.tell(Happening.SLOW_STOP, f"did not end by itself within {within:g} s; it is cancelled")
        self._scope.cancel()
        await self.tell_if_slow(trio.current_time() + within)
        await self._ended.wait()

    def _ask(self) -> bool:
        if self.spec.stop is None:
            return False
        try:
            self.spec.stop()
        except Exception:
            logger.exception("%s/%s could not be asked to end; it is cancelled", self.supervisor, self.name)
            return False
        return True

    async def tell_if_slow(self, deadline: float) -> None:
        """Wait for its end until then, whatever is cancelled here; tell if it does not come."""
        if not await self.ends_by(deadline, shield=True):
            within = self.spec.stop_within
            self.tell(Happening.SLOW_STOP, f"was cancelled, and has not ended within {within:g} s; it is waited for")

    async def ends_by(self, deadline: float, *, shield: bool = False) -> bool:
        """Wait for its end; whether it came before the deadline, on trio's clock."""
        with trio.move_on_at(deadline, shield=shield):
            await self._ended.wait()
        return not self.is_alive

    def tell(self, what: Happening, cause: str | None = None, pause: float | None = None) -> None:
        """Let the log and the watcher know."""
        if self.spec.restart is Restart.TEMPORARY and what not in OF_TEMPORARY:
            return
        level = logging.INFO if what in QUIET else logging.WARNING
        logger.log(level, "%s/%s %s%s", self.supervisor, self.name, what, f": {cause}" if cause else "")
        now = trio.current_time()
        self._watch(
            ChildEvent(supervisor=self.supervisor, child=self.name, what=what, at=now, cause=cause, pause=pause)
        )


@frozen
class _Stopped:
    """Why a life was to end, and how long after that the next one begins."""

    why: str
    pause: float | None
