"""Runs pytest-trio's tests in virtual time, and opens a simulated world in those that ask for one.

pytest-trio takes the runner from a test's mark, and the first mark that names one counts; so ours is put in front of
whatever the test, its module or `trio_mode` says. For tests under hypothesis it would look at no mark, so these are
wrapped here. It knows a test's clock only if the test itself asks for it; our runner has a clock of its own.

What pytest loads in every run is `_batactors_pytest`: its hooks and fixtures call this.
"""

import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import wraps
from inspect import iscoroutinefunction
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import pytest_trio.plugin  # type: ignore[import-untyped]
import trio
from attrs import fields

from _batactors_pytest import RUN_BY_US, SEED, _batactors_simulated
from batactors.testing.simulated_run import Setup, SimulatedRun, seeds_from_environment
from batactors.testing.virtual_time import run_in_virtual_time

_current: ContextVar[SimulatedRun] = ContextVar("the simulated run of this test")

MARK_TAKES = f"seed, {', '.join(one.name for one in fields(Setup))}"


def is_async(item: pytest.Function) -> bool:
    """Whether the test as written is an async function."""
    return iscoroutinefunction(_as_written(item))


def run_by(item: pytest.Function, run: Callable[..., object]) -> None:
    """Let pytest-trio run this test by this and nothing else, whatever it is marked with; `trio.run` is one such."""
    item.add_marker(pytest.mark.trio(run=run), append=False)
    item.stash[RUN_BY_US] = True


class VirtualTime:
    """Runs a test in virtual time; its order of tasks follows from the seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def __call__(
        self,
        async_fn: Callable[[], Awaitable[object]],
        /,
        *,
        clock: trio.abc.Clock | None = None,
        instruments: Sequence[trio.abc.Instrument] = (),
    ) -> None:
        """Do as `trio.run` does."""
        __tracebackhide__ = True
        with _fixtures_in_order():
            run_in_virtual_time(async_fn, seed=self._seed, clock=clock, instruments=instruments)


def simulate(item: pytest.Function) -> None:
    """Let this test run in virtual time, by the seed and the settings of its marks."""
    if is_async(item):
        run_by(item, _Simulation(item))


def _fixtures_in_order() -> Any:
    """While this is entered, pytest-trio starts a test's fixtures in the same order in each process.

    It does so in the order of a set; hashed by name, that is always the same. How they are taken down still differs: a
    simulation that must repeat whole is a test with `simulated`.
    """
    hashed = pytest_trio.plugin.TrioFixture
    return mock.patch.object(hashed, "__hash__", lambda fixture: zlib.crc32(fixture.name.encode()))


class _Simulation:
    """Runs one test, each example of it in a run of its own."""

    def __init__(self, item: pytest.Function) -> None:
        self._item = item

    def __call__(
        self,
        async_fn: Callable[[], Awaitable[object]],
        /,
        *,
        clock: trio.abc.Clock | None = None,
        instruments: Sequence[trio.abc.Instrument] = (),
    ) -> None:
        __tracebackhide__ = True
        settings: dict[str, Any] = {"seed": int(self._item.config.getini(SEED))}
        for mark in reversed(list(self._item.iter_markers("simulation"))):
            if mark.args:
                raise TypeError("the mark `simulation` takes keywords only, such as `seed=3`")
            settings |= mark.kwargs
        if strange := sorted(settings.keys() - {"seed", *(one.name for one in fields(Setup))}):
            raise TypeError(f"the mark `simulation` has no {strange[0]!r}; it takes {MARK_TAKES}, and runs one seed")
        seed = settings.pop("seed")
        if not isinstance(seed, int):
            raise TypeError(f"the mark `simulation` has the seed {seed!r}: give a whole number")
        run = SimulatedRun(Setup(**settings), (seeds_from_environment() or [seed])[0])
        token = _current.set(run)
        try:
            with _fixtures_in_order():
                run.run(async_fn, clock=clock, instruments=instruments)
        finally:
            _current.reset(token)


def current_run() -> SimulatedRun:
    """The run of the test that asks for a world.

    Raises:
        RuntimeError: It is not run by this plugin.
    """
    run = _current.get(None)
    if run is None:
        raise RuntimeError("somebody else runs this test, and time may be real: a simulated world opens in no such run")
    return run


def require_simulation(item: pytest.Function) -> None:
    """Fail a test that asks for a world and will not run in virtual time."""
    runners = (mark.kwargs.get("run") for mark in item.iter_markers("trio"))
    if isinstance(next((run for run in runners if run is not None), None), _Simulation):
        return
    if _batactors_simulated.name not in item.fixturenames:
        reason = "it asked for the fixture by a name at run time, so nobody could know before"
    elif is_async(item):
        reason = "a mark `trio(run=...)` was put in front of ours"
    else:
        reason = "it is not async; a test with `@simulated` has a `world` instead"
    pytest.fail(f"`simulated_world` needs virtual time, and {item.name} does not run in it: {reason}", pytrace=False)


def run_examples(item: pytest.Function) -> None:
    """Let the examples of a hypothesis test run by the runner of its mark, each with its async fixtures anew."""
    written = _as_written(item)
    if not iscoroutinefunction(written):
        return
    inside = SimpleNamespace(obj=written, iter_markers=item.iter_markers, config=item.config)
    run = pytest_trio.plugin._trio_test_runner_factory(inside)

    @wraps(run)
    def run_example(**kwargs: object) -> None:
        __tracebackhide__ = True
        _renew(kwargs)
        run(**kwargs)

    run_example.as_written = written  # type: ignore[attr-defined]
    item.obj.hypothesis.inner_test = run_example


def _renew(arguments: Mapping[str, object]) -> None:
    """Make async fixtures what they were before they were started: pytest-trio would give their values of before."""
    for value in arguments.values():
        if isinstance(value, pytest_trio.plugin.TrioFixture):
            value.__init__(value.name, value._func, value._pytest_kwargs)
            _renew(value._pytest_kwargs)


def _as_written(item: pytest.Function) -> Any:
    """The test function, without what hypothesis and we put around it."""
    if not hasattr(item.obj, "hypothesis"):
        return item.obj
    inner = item.obj.hypothesis.inner_test
    return getattr(inner, "as_written", inner)  # the cases of one test share this, and each has a runner of its own
