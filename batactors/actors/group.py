"""Children that are kept together: what the end of one means for the others."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import trio
from attrs import frozen

from batactors.actors.child import Child, Crash, Failures
from batactors.actors.child_events import Happening
from batactors.actors.child_spec import Backoff, Intensity, Ready, Restart, Strategy
from batactors.actors.crashes import SupervisorGaveUp, cause_of, leaves

if TYPE_CHECKING:
    from random import Random


@frozen(kw_only=True)
class Rules:
    """What a supervisor goes by, for all of its children.

    Attributes:
        intensity: For all children that have an intensity of their own, together.
        failures: Of these.
    """

    backoff: Backoff
    chance: "Random"
    is_fatal: Callable[[BaseException], bool]
    intensity: Intensity | None
    failures: Failures


class Group:
    """Keeps children whose lives hang together; a child that is kept one for one is a group of its own.

    Args:
        nursery: Where they live.
    """

    def __init__(self, children: Sequence[Child], strategy: Strategy, rules: Rules, nursery: trio.Nursery) -> None:
        self.children = tuple(children)
        self._strategy = strategy
        self._rules = rules
        self._nursery = nursery
        self._deaths: deque[tuple[Child, Crash | None]] = deque()
        self._waiting = trio.CancelScope()

    async def keep(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Start them in order, each when the one before is ready; start again, as their kinds and the strategy say.

        Ends when none of them will ever be started again.

        Raises:
            ExceptionGroup: A child crashed with what is fatal.
            SupervisorGaveUp: One crashed too often.
        """
        is_begun = False
        while True:
            with trio.CancelScope() as self._waiting:
                await self._start()
                if not is_begun:
                    is_begun = True
                    task_status.started()
                if not any(child.is_wanted for child in self.children):
                    return
                await trio.sleep_forever()
            while self._deaths:
                await self._settle(*self._deaths.popleft())

    async def _start(self) -> None:
        await trio.lowlevel.checkpoint()
        for child in self.children:
            if child.is_wanted and not child.is_alive:
                await trio.sleep_until(child.not_before)
            if child.is_wanted and not child.is_alive:  # still: it may have been retired meanwhile
                child.begin()
                self._nursery.start_soon(child.live, self._died, name=f"{child.supervisor}/{child.name}")
            if child.is_alive:
                await child.begun()
                # It may have ended without, and who comes after it must not start.
                await trio.lowlevel.checkpoint_if_cancelled()

    def _died(self, child: Child, crash: Crash | None) -> None:
        self._deaths.append((child, crash))
        self._waiting.cancel()

    async def _settle(self, child: Child, crash: Crash | None) -> None:
        """Decide what the end of a child means, and do what must be done before anybody is started again."""
        self.escalate(child, crash)
        kind = child.spec.restart
        if child.is_retired or kind is Restart.TEMPORARY or (kind is Restart.TRANSIENT and crash is None):
            child.is_wanted = False
            _tell_end(child, crash, None)
            return
        self._count(child, crash)
        pause = self._rules.backoff.pause(child.in_a_row, self._rules.chance)
        _tell_end(child, crash, pause)
        concerned = self._concerned_by(child)
        for other in reversed(concerned):
            if other is not child:
                comes_back = other.spec.restart is not Restart.TEMPORARY and not other.is_retired
                await other.stop(f"{child.name} {_how(crash)}", pause if comes_back else None)
        self._bury(concerned, pause)
        for other in concerned:
            # One that had ended well, as a transient child may, comes back with the others.
            other.is_wanted = other.spec.restart is not Restart.TEMPORARY and not other.is_retired
            other.not_before = max(other.not_before, trio.current_time() + pause)

    def _bury(self, concerned: Sequence[Child], pause: float) -> None:
        """Those that ended by themselves while the others were stopped: told, and not counted."""
        deaths, self._deaths = self._deaths, deque()
        for child, crash in deaths:
            if child not in concerned:
                self._deaths.append((child, crash))
                continue
            self.escalate(child, crash)
            _tell_end(child, crash, None if child.spec.restart is Restart.TEMPORARY else pause)

    def escalate(self, child: Child, crash: Crash | None) -> None:
        """Let a crash go on that no restart can help."""
        if crash is None or not any(self._rules.is_fatal(leaf) for leaf in leaves(crash)):
            return
        child.tell(Happening.GAVE_UP, cause_of(crash))
        for leaf in leaves(crash):
            leaf.add_note(f"raised by {child.supervisor}/{child.name}")
        raise crash

    def _count(self, child: Child, crash: Crash | None) -> None:
        own = child.spec.intensity
        if own is None:
            return
        for intensity, failures in ((own, child.failures), (self._rules.intensity, self._rules.failures)):
            if intensity is None:
                continue
            times = failures.one_more(intensity)
            if times > intensity.failures:
                cause = cause_of(crash) if crash is not None else "it ended each time"
                child.tell(Happening.GAVE_UP, cause)
                who = "crashed" if intensity is own else "was the last of its supervisor's children that crashed"
                raise SupervisorGaveUp(
                    f"{child.supervisor}/{child.name} {who} {times} times in {intensity.seconds:g} s: {cause}",
                    supervisor=child.supervisor,
                    child=child.name,
                    cause=cause,
                ) from crash

    def _concerned_by(self, child: Child) -> tuple[Child, ...]:
        match self._strategy:
            case Strategy.ONE_FOR_ONE:
                return (child,)
            case Strategy.ONE_FOR_ALL:
                return self.children
            case Strategy.REST_FOR_ONE:
                return self.children[self.children.index(child) :]


def _how(crash: Crash | None) -> Happening:
    return Happening.ENDED if crash is None else Happening.CRASHED


def _tell_end(child: Child, crash: Crash | None, pause: float | None) -> None:
    child.tell(_how(crash), cause_of(crash) if crash is not None else None, pause)
