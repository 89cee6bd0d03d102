"""Time that passes only when nobody has anything to do: an hour of waiting costs microseconds and repeats exactly."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from math import inf
from types import SimpleNamespace
from typing import Any, NoReturn, TypeVar
from unittest import mock

import httpcore2._async.http11
import trio
from trio.testing import MockClock

from batactors.testing.guard import refuse_nondeterminism
from batactors.testing.schedule import (
    Strategy,
    Uniform,
    deterministic_entropy,
    deterministic_schedule,
    entropy_is_deterministic,
)
from batactors.testing.watchdog import Watchdog

T = TypeVar("T")

EPOCH = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def run_in_virtual_time(
    async_fn: Callable[..., Awaitable[T]],
    *args: object,
    timeout: float = 3600.0,
    seed: int | str | None = None,
    strategy: Strategy | None = None,
    recorded: list[int] | None = None,
    strict: bool = False,
    trusted: Collection[str] = (),
    clock: trio.abc.Clock | None = None,
    instruments: Sequence[trio.abc.Instrument] = (),
) -> T:
    """Run an async function as `trio.run` does, in virtual time.

    Time jumps to the next deadline whenever all tasks wait, and it would race ahead of a thread or of a real socket. So
    these are refused, and so is what would make the run differ from the next: see `refuse_nondeterminism`.

    Args:
        async_fn: What to run.
        *args: Its arguments.
        timeout: Virtual seconds after which the run is a failure (`SimulationTimeout`).
        seed: If given, the order of tasks that are ready together follows from it, and so do the operating system's
            random bytes; chance that has no seed is refused. See `deterministic_schedule`, `deterministic_entropy`.
        strategy: How the seed decides; `Uniform()` if not given.
        recorded: Each choice among tasks that are ready together is added to it, for a `Replay`.
        strict: Whether to look at each single call; see `refuse_nondeterminism`.
        trusted: Modules that may do what is refused to others.
        clock: For pytest-trio, which passes on the clock of a test that asks for one; only `autojump_clock` will do.
        instruments: Passed on to trio.

    Raises:
        NondeterminismError: Something asked for real time, a thread and so on.
        SimulationDeadlock: All tasks wait, and no deadline will ever wake one.
        SimulationLivelock: Tasks keep each other busy and time stands still.
    """
    if seed is None and (strategy is not None or recorded is not None):
        raise ValueError("an order of tasks that is chosen, or recorded, needs a seed")
    if clock is None:
        clock = _quick_clock()
    elif not isinstance(clock, MockClock) or clock.autojump_threshold != 0:
        raise RuntimeError(f"virtual time has a clock of its own and cannot use {clock!r}")
    watchdog = Watchdog(clock, timeout)
    seeded_entropy = entropy_is_deterministic()

    async def main() -> T:
        trio.socket.set_custom_socket_factory(_NoRealSockets())
        with virtual_keep_alive(), watchdog.scope:
            return await async_fn(*args)
        assert watchdog.verdict, "only the watchdog cancels this scope"
        raise watchdog.verdict

    with ExitStack() as stack:
        stack.enter_context(refuse_nondeterminism(strict=strict, chance=seed is not None, trusted=trusted))
        if seed is not None:
            stack.enter_context(deterministic_schedule(seed, strategy or Uniform(), recorded=recorded))
            if not seeded_entropy:
                stack.enter_context(deterministic_entropy(seed))
        try:
            result = trio.run(main, clock=clock, instruments=[watchdog, *instruments])
        except BaseException as error:
            if watchdog.verdict is None or watchdog.verdict is error:
                raise
            raise watchdog.verdict from error
    if watchdog.verdict is not None:
        raise watchdog.verdict  # it swallowed the cancellation, and ended all the same
    return result


def _quick_clock() -> MockClock:
    """A mock clock that tells its time without asking the real one, whose time counts for nothing here.

    A run asks some ten thousand times. Where this trio keeps a clock's parts under other names, it is slower, no more.
    """
    clock: Any = MockClock(autojump_threshold=0)
    context: Any = trio._core._run.GLOBAL_RUN_CONTEXT
    if not hasattr(clock, "_virtual_base") or not hasattr(clock, "_autojump"):
        return clock  # type: ignore[no-any-return]

    def jump_to_next_deadline() -> None:
        seconds = context.runner.deadlines.next_deadline() - clock._virtual_base
        if 0 < seconds < inf:
            clock._virtual_base += seconds

    clock.current_time = lambda: clock._virtual_base
    clock._autojump = jump_to_next_deadline
    return clock  # type: ignore[no-any-return]


class _NoRealSockets(trio.abc.SocketFactory):
    """Refuses sockets until a simulated network is installed."""

    def socket(self, family: int = 0, type: int = 0, proto: int = 0) -> NoReturn:
        raise RuntimeError(
            "a real socket in virtual time: install a SimulatedNetwork before (ask for the `network` fixture, also in "
            "every fixture that opens a socket), or mark the test `real_time`"
        )


def require_virtual_time() -> None:
    """Raise unless this runs under `run_in_virtual_time`, or at least under trio's mock clock."""
    if not trio.lowlevel.in_trio_run():
        raise RuntimeError("no trio run, so no virtual time: see run_in_virtual_time")
    if not isinstance(trio.lowlevel.current_clock(), MockClock):
        raise RuntimeError("this run is in real time, but asks for virtual time: see run_in_virtual_time")


class VirtualClock:
    """The time of day in virtual time: `EPOCH` when the run begins. It refuses to tell real time.

    `skew` is how many seconds this clock is ahead of the run's time; a machine whose clock is wrong has one of its own.
    """

    def __init__(self, *, skew: float = 0.0) -> None:
        self.skew = skew

    def now(self) -> datetime:
        try:
            in_virtual_time = isinstance(trio.lowlevel.current_clock(), MockClock)
        except RuntimeError:
            in_virtual_time = False
        if not in_virtual_time:
            require_virtual_time()
        return EPOCH + timedelta(seconds=trio.current_time() + self.skew)


@contextmanager
def virtual_keep_alive() -> Iterator[None]:
    """Let httpx2's idle connections expire in virtual time.

    httpcore2 keeps an idle connection for some seconds of `time.monotonic()`, outside of trio. In virtual time these
    never pass: requests an hour apart would share a connection that production would have closed. `run_in_virtual_time`
    does this by itself.
    """
    clock = SimpleNamespace(monotonic=trio.current_time)
    with mock.patch.object(httpcore2._async.http11, "time", clock):
        yield
