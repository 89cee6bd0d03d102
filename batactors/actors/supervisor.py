"""Restarting what crashed, more slowly each time, and giving up loudly.

Erlang's idea in trio's idiom: a supervisor holds child specs, starts the children in order, each only when the one
before reports that it is ready, and restarts them by their kind and its strategy. A child runs in a nursery of its own,
so its crash is seen here and nowhere else.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import trio
from attrs import evolve

from batactors.actors.child import Child, Failures
from batactors.actors.child_events import ChildEvent, Happening, Watch
from batactors.actors.child_spec import Backoff, ChildSpec, Intensity, Ready, Restart, Strategy
from batactors.actors.crashes import StartTimeout, SupervisorGaveUp, cause_of, leaves
from batactors.actors.group import Group, Rules

if TYPE_CHECKING:
    from random import Random

__all__ = [
    "Backoff",
    "ChildEvent",
    "ChildSpec",
    "Happening",
    "Intensity",
    "Ready",
    "Restart",
    "StartTimeout",
    "Strategy",
    "Supervisor",
    "SupervisorGaveUp",
    "cause_of",
    "leaves",
]


class Supervisor:
    """Keeps children alive.

    Failures are counted for each child: those of one say nothing about another, and a child that may fail for as long
    as the world does must not use up the patience for the others. ``intensity`` counts them together as well.

    Args:
        name: For events, errors and the names of tasks.
        specs: The children, in the order in which they are started.
        backoff: The pauses before restarts.
        chance: For the jitter of these.
        strategy: What the crash of one means for the others.
        intensity: When to give up on all children that have an intensity, taken together, as Erlang does.
        is_fatal: Errors after which a restart is pointless, such as a key that the venue refuses; they end the
            supervisor.
        watch: Is told of everything that happens to a child, except that temporary ones come and go. It must not raise.
    """

    def __init__(
        self,
        name: str,
        specs: Sequence[ChildSpec],
        *,
        backoff: Backoff,
        chance: "Random",
        strategy: Strategy = Strategy.ONE_FOR_ONE,
        intensity: Intensity | None = None,
        is_fatal: Callable[[BaseException], bool] = lambda error: False,
        watch: Watch = lambda event: None,
    ) -> None:
        names = [spec.name for spec in specs]
        if len(set(names)) < len(names):
            raise ValueError(f"supervisor {name!r} has two children of one name: {', '.join(names)}")
        self.name = name
        self._specs = tuple(specs)
        self._strategy = strategy
        self._backoff = backoff
        self._rules = Rules(backoff=backoff, chance=chance, is_fatal=is_fatal, intensity=intensity, failures=Failures())
        self._watch = watch
        self._children: tuple[Child, ...] = ()
        self._keeping = trio.CancelScope()
        self._ended: trio.Event | None = None

    @property
    def alive(self) -> tuple[str, ...]:
        """The names of the children that live now, ready or not, in the order in which they are started."""
        return tuple(child.name for child in self._children if child.is_alive)

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Start the children in order, report ready when all are, and keep them until stopped or cancelled.

        To be cancelled ends all of them at once; to be stopped, one after the other.

        Raises:
            ExceptionGroup: Of what was fatal, with whatever the child raised beside it, or of ``SupervisorGaveUp``.
        """
        assert self._ended is None or self._ended.is_set(), f"{self.name} runs already"
        self._children = tuple(self._child(spec) for spec in self._specs)
        self._rules = evolve(self._rules, failures=Failures())
        self._ended, is_started = trio.Event(), False
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._tell_slow_stops, name=f"{self.name}: slow stops")
                with trio.CancelScope() as self._keeping:
                    for group in self._groups(nursery):
                        await nursery.start(group.keep, name=f"{self.name}: {group.children[0].name}")
                    task_status.started()
                    is_started = True
                    await trio.sleep_forever()
                await self._stop_all(self._children)
                nursery.cancel_scope.cancel()
        finally:
            self._ended.set()
        if not is_started:
            task_status.started()  # who waits for that is told by the end that follows

    async def keep(self, spec: ChildSpec) -> None:
        """Run one more child, that has no place among the others, for as long as its kind says."""
        child = self._child(spec)
        if spec.restart is not Restart.TEMPORARY:
            async with trio.open_nursery() as nursery:
                await Group([child], Strategy.ONE_FOR_ONE, self._rules, nursery).keep()
            return
        # They come by the thousand: no tasks for them but their own.
        child.begin()
        await child.live(self._see_off)

    def ask_to_stop(self) -> None:
        """Have ``run`` stop the children in reverse order and return, without waiting for that."""
        self._keeping.cancel()

    async def stop(self, *, after: str | None = None) -> None:
        """Stop the children, the last first, each within its ``stop_within``; ``run`` then returns.

        Args:
            after: Stop only the children that are started after this one, and never start them again; the others are
                kept.

        Raises:
            ValueError: There is no child of the name ``after``.
        """
        if after is not None:
            names = [spec.name for spec in self._specs]
            await self._stop_all(self._children[names.index(after) + 1 :])
        elif self._ended is not None:
            self.ask_to_stop()
            await self._ended.wait()

    def as_child(self, **options: Any) -> ChildSpec:
        """This supervisor as a child of another: to give up is to crash.

        It may take as long to start as its children, and to stop as all of them one after the other.

        Args:
            options: Other fields of ``ChildSpec``, such as ``restart``.
        """
        usual: dict[str, Any] = {
            "name": self.name,
            "run": self.run,
            "stop": self.ask_to_stop,
            "start_within": None,
            "stop_within": sum(spec.stop_within for spec in self._specs) + 1.0,
        }
        return ChildSpec(**(usual | options))

    # How it is done.

    def _child(self, spec: ChildSpec) -> Child:
        return Child(self.name, spec, stable_after=self._backoff.stable_after, watch=self._watch)

    def _groups(self, nursery: trio.Nursery) -> list[Group]:
        if not self._children:
            return []
        one_by_one = self._strategy is Strategy.ONE_FOR_ONE
        groups = [(child,) for child in self._children] if one_by_one else [self._children]
        return [Group(children, self._strategy, self._rules, nursery) for children in groups]

    def _see_off(self, child: Child, crash: BaseExceptionGroup[Exception] | None) -> None:
        """A child that never comes back has ended by itself."""
        fatal = crash is not None and any(self._rules.is_fatal(leaf) for leaf in leaves(crash))
        if crash is None:
            child.tell(Happening.ENDED)
        else:
            child.tell(Happening.GAVE_UP if fatal else Happening.CRASHED, cause_of(crash))
        if fatal:
            assert crash is not None
            raise crash

    async def _stop_all(self, children: Sequence[Child]) -> None:
        for child in children:
            child.is_retired, child.is_wanted = True, False
        for child in reversed(children):
            await child.stop("its supervisor stops")

    async def _tell_slow_stops(self) -> None:
        """When all are cancelled at once, tell which of them take too long to end."""
        try:
            await trio.sleep_forever()
        finally:
            began = trio.current_time()
            for child in sorted(self._children, key=lambda child: child.spec.stop_within):
                if child.is_alive:
                    await child.tell_if_slow(began + child.spec.stop_within)
