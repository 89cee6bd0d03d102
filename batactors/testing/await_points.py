"""Crashes and stalls of any actor at any of its await points, with no change to the engine.

An await point is a moment at which a task hands over to trio: a wait, or a checkpoint that only lets others have a
turn. Between two of them nothing else runs, so a crash at each of them is a crash in every state that others can see.

trio steps a task by sending to its coroutine. A coroutine of an actor is put into a thin shell when its task begins;
the shell sees what the coroutine hands to trio, and may answer in trio's place. Where nothing is planned it changes
nothing, and a task's frames are seen through it.
"""

from collections import Counter
from collections.abc import Callable, Coroutine
from enum import Enum, auto
from math import inf
from typing import Any, NoReturn, cast

import outcome
import trio
from attrs import frozen
from trio.lowlevel import Abort, Task

from batactors.testing.actor_names import actor_of
from batactors.testing.places import place_of

FOREIGN = ("AsyncConnectionPool._close_connections",)
"""Where the HTTP library puts its sockets away, one after the other, and nothing of ours can raise: were it made to, it
would leave the rest open."""
ATOMIC = frozenset({"checkpoint", "send", "_nested_child_finished"})
"""Who may fail at a checkpoint that trio shields. trio shields where something has been done already: for those who
give, to fail then is to crash right after; those who take (`receive`, `acquire`) would lose it, or keep it for ever.
These names are trio's and our sockets'."""
TRAPS = ("_real_async_yield", "cancel_shielded_checkpoint")
"""How trio itself hands over to its loop."""


class InjectedCrash(Exception):
    """A mistake that an actor did not make.

    Attributes:
        actor: Whose.
        number: Of the await point, among all that the actor has passed, from 1.
        place: Where that is in the code.
    """

    def __init__(self, actor: str, number: int, place: str) -> None:
        super().__init__(f"{actor} at await point {number}, {place}")
        self.actor = actor
        self.number = number
        self.place = place


@frozen
class _Planned:
    """What is to happen at an await point, or at the next one where it can.

    Attributes:
        seconds: How long a stall lasts; `None` for a crash.
    """

    number: int
    seconds: float | None = None


class AwaitPoints(trio.abc.Instrument):
    """Counts the await points of an engine's actors, and strikes at those that it is told to.

    Give it to `run_in_virtual_time(..., instruments=[...])`. Actors are known by the supervisor's names for them:
    `rest`, `dedup`, `reconciler`, `metadata`, `lane`, `connection` (`user data` and `commands` at Binance); all
    subscribers together are `subscriber`. Every task that an actor has begun belongs to it. What keeps the actors, the
    supervisor, is neither counted nor struck.

    Args:
        account: Whose actors; all accounts' if none is given, and then actors of one name count as one.
        on_strike: Is told of each crash and each stall when it strikes, with the place. It must not raise.
    """

    def __init__(self, *, account: str | None = None, on_strike: Callable[[str], None] | None = None) -> None:
        self.passed: Counter[str] = Counter()
        """How many await points each actor has passed."""
        self.on_strike = on_strike
        self._account = account
        self._planned: dict[str, list[_Planned]] = {}
        self._paused_until = -inf
        self._shells: dict[Task, _Shell] = {}

    def crash(self, actor: str, *, nth: int = 1) -> None:
        """Let the nth await of an actor from now on raise, whichever of its tasks gets there.

        It raises instead of waiting: what it would have waited for is left to others, so that nothing gets lost that an
        exception could not lose. Where that is not possible, because something was taken already or the wait cannot be
        called off, the next await raises.
        """
        self._plan(actor, _Planned(self.passed[actor] + nth))

    def stall(self, actor: str, seconds: float, *, nth: int = 1) -> None:
        """Hold the task that gets to the nth await point from now on for so long after its wait is over.

        Nothing hurries it: also a cancellation waits until it goes on.
        """
        self._plan(actor, _Planned(self.passed[actor] + nth, seconds))

    def pause(self, seconds: float) -> None:
        """Hold every task of every actor, and those that keep them, from its next turn until so many seconds from now.

        That is what a machine's pause is to everything in it; it must be called inside the run.
        """
        self._paused_until = max(self._paused_until, trio.current_time() + seconds)

    def forget(self) -> None:
        """Plan nothing any more; what has struck goes on."""
        self._planned.clear()

    def release(self) -> None:
        """Hold nobody any more, as when the process is killed: no stall and no pause outlives it."""
        self._paused_until = -inf
        for shell in self._shells.values():
            shell.release()

    def _plan(self, actor: str, planned: _Planned) -> None:
        self._planned.setdefault(actor, []).append(planned)

    # What trio tells.

    def task_spawned(self, task: Task) -> None:
        """Put a task of an actor into a shell; trio has not looked at its coroutine yet."""
        shell = self._shell_for(task)
        if shell is not None:
            self._shells[task] = shell
            task.coro = cast(Any, shell)

    def task_exited(self, task: Task) -> None:
        """Forget it."""
        self._shells.pop(task, None)

    def _shell_for(self, task: Task) -> "_Shell | None":
        if task.parent_nursery is None:
            return None
        above = self._shells.get(task.parent_nursery.parent_task)
        if above is not None:
            return _Shell(self, task, above.keeps or above.actor)
        account, named, child = task.name.partition("/")
        if not named or self._account not in (None, account):
            return None
        return _Shell(self, task, None, keeps=actor_of(child))

    # What the shells ask.

    def pass_by(self, shell: "_Shell", actor: str, message: object) -> InjectedCrash | None:
        """Count an await point; what it raises, if it is to."""
        self.passed[actor] += 1
        planned = self._planned.get(actor)
        if not planned:
            return None
        number = self.passed[actor]
        due = next((one for one in planned if one.number <= number), None)
        if due is None:
            return None
        if due.seconds is not None:
            planned.remove(due)
            shell.stall += due.seconds
            return None
        crash = InjectedCrash(actor, number, place_of(shell.task))
        done = _call_off(message, shell.task, crash)
        if done is _Done.NOTHING:
            return None
        planned.remove(due)
        self._tell(f"crashed {actor} at {crash.place}")
        return crash if done is _Done.RAISE else None

    def hold_until(self, shell: "_Shell") -> float:
        """Until when a task is held that is about to go on."""
        now = trio.current_time()
        until = max(self._paused_until, now + shell.stall)
        if shell.stall:
            self._tell(f"stalled {shell.actor} for {shell.stall:g} s at {place_of(shell.task)}")
            shell.stall = 0.0
        if self._paused_until <= now:
            self._paused_until = -inf
        return until

    def _tell(self, text: str) -> None:
        if self.on_strike is not None:
            self.on_strike(text)


class _Shell:
    """What trio takes for the coroutine of an actor's task.

    It is no coroutine of its own: a second one around the first would hide where the task waits.
    """

    def __init__(self, points: AwaitPoints, task: Task, actor: str | None, keeps: str = "") -> None:
        self.task = task
        self.actor = actor
        self.keeps = keeps
        """Of a keeper: the actor that it keeps."""
        self.stall = 0.0
        """Seconds to be held before it goes on."""
        self._points = points
        self._inner: Coroutine[Any, Any, Any] = task.coro
        self._go_on = self._inner.send
        self._hold: Coroutine[Any, Any, None] | None = None
        self._held = trio.CancelScope()
        self._kept: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def send(self, value: Any) -> object:
        """Go on, unless the task is held."""
        points = self._points
        if self._hold is None and not self.stall and points._paused_until == -inf:
            # Each step of each actor comes by here: where nothing is planned it takes the short way.
            message, actor = self._go_on(value), self.actor
            if actor is None or actor in points._planned:
                return self._pass_by(message)
            points.passed[actor] += 1
            return message
        if self._hold is None:
            until = self._points.hold_until(self)
            if until <= trio.current_time():
                return self._pass_by(self._go_on(value))
            self._held = trio.CancelScope(shield=True)
            self._hold, self._kept, value = _sleep(self._held, until), value, None
        try:
            return self._hold.send(value)
        except StopIteration:
            pass
        self._hold = None
        kept, self._kept = self._kept, None
        return self.send(kept)  # a pause may have begun meanwhile

    def release(self) -> None:
        """Let the task go on, if it is held."""
        self.stall = 0.0
        self._held.cancel()

    def throw(self, error: BaseException) -> object:
        """What trio does to a task that awaits what is not trio's."""
        return self._pass_by(self._inner.throw(error))

    def _pass_by(self, message: object) -> object:
        while self.actor is not None:
            crash = self._points.pass_by(self, self.actor, message)
            if crash is None:
                break
            message = self._inner.send(outcome.Error(crash))
        return message


async def _sleep(scope: trio.CancelScope, until: float) -> None:
    with scope:
        await trio.sleep_until(until)


class _Done(Enum):
    """What became of a wait that a crash was to end."""

    RAISE = auto()
    """It is called off: the await can raise."""
    TOLD = auto()
    """It lasts, but will raise the crash at its end: so does a nursery's, which has to see its tasks off."""
    NOTHING = auto()
    """It cannot be called off."""


def _call_off(message: object, task: Task, crash: InjectedCrash) -> _Done:
    """Do what trio does to cancel a wait, but with a crash, and so that the task goes on at once."""
    if any(frame.f_code.co_qualname in FOREIGN for frame, _ in task.iter_await_frames()):
        return _Done.NOTHING
    abort = getattr(message, "abort_func", None)
    if abort is None:
        return _Done.RAISE if _shielded_by(task) in ATOMIC else _Done.NOTHING
    told = False

    def raise_crash() -> NoReturn:
        nonlocal told
        told = True
        raise crash

    if abort(raise_crash) is Abort.SUCCEEDED:
        task.custom_sleep_data = None
        return _Done.RAISE
    return _Done.TOLD if told else _Done.NOTHING


def _shielded_by(task: Task) -> str:
    """The function of trio's, or of a socket, that only lets others have a turn."""
    names = [frame.f_code.co_name for frame, _ in task.iter_await_frames()]
    return next((name for name in reversed(names) if name not in TRAPS), "")
