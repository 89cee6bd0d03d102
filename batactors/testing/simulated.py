"""Tests of a user's own code in a simulated world: a decorator that runs the test once for each seed."""

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from inspect import BoundArguments, iscoroutinefunction, signature
from typing import Any, TypeAlias, overload

from batactors.testing.simulated_run import Setup, SimulatedRun, seeds_from_environment, seeds_of
from batactors.testing.simulation.checks import ALL_CHECKS, Check
from batactors.testing.simulation.given import knobs_given, seeds_given
from batactors.testing.simulation.knobs import Knobs

AsyncTest: TypeAlias = Callable[..., Awaitable[None]]
Test: TypeAlias = Callable[..., None]
WORLD = "world"


@overload
def simulated(test: AsyncTest, /) -> Test: ...
@overload
def simulated(
    *,
    seeds: int | Iterable[int] = 1,
    knobs: Knobs | None = None,
    options: Mapping[str, Any] | None = None,
    checks: Sequence[type[Check]] = ALL_CHECKS,
    timeout: float = 3600.0,
    strict: bool = False,
    trusted: Collection[str] = (),
    venue: str = "kraken-spot",
) -> Callable[[AsyncTest], Test]: ...
def simulated(
    test: AsyncTest | None = None,
    /,
    *,
    seeds: int | Iterable[int] = 1,
    knobs: Knobs | None = None,
    options: Mapping[str, Any] | None = None,
    checks: Sequence[type[Check]] = ALL_CHECKS,
    timeout: float = 3600.0,
    strict: bool = False,
    trusted: Collection[str] = (),
    venue: str = "kraken-spot",
) -> Test | Callable[[AsyncTest], Test]:
    """Make an async test that takes a `world` into an ordinary one, which runs it once for each seed.

    Each run is a trio run of its own in virtual time, in which ids, latencies, jitter and the order of tasks follow
    from the seed. The `World` is open and its engine ready when the test's body begins; when the body is done, the
    engine is stopped in good order. The promises are watched all the while. Other arguments of the test, fixtures and
    parameters, are passed on; async fixtures cannot be.

    A failure is raised with notes: the seed, the command that runs it alone, and the end of the trace. The environment
    variable `BATACTORS_SEEDS` runs other seeds, such as `17` or `0-999`, and `BATACTORS_TRACES` names the folder in
    which whole traces are kept.

    Args:
        test: The test, if the decorator is used without parentheses.
        seeds: How many seeds, from 0 on; or which.
        knobs: How the world is set up.
        options: Keys of the `AccountConfig`, on top of what the knobs say.
        checks: The promises to watch.
        timeout: Virtual seconds after which a run is a failure.
        strict: Whether each single call is looked at for what would make a run differ from the next; it takes longer.
        trusted: Modules that may do what is refused to others; see `refuse_nondeterminism`.
        venue: Which simulated venue: `kraken-spot`, `binance`, `kraken-futures`,
            `kraken-futures-unified` or `bybit`.

    Raises:
        InvariantViolation: In the test: a promise was broken.
        NondeterminismError: In the test: something asked for real time, a thread, unseeded chance and so on.
        AssertionError: In the test: what `world.sometimes` was to see was true in none of the seeds.
    """
    setup = Setup(
        knobs=knobs_given(knobs),
        options=options or {},
        checks=checks,
        timeout=timeout,
        strict=strict,
        trusted=trusted,
        venue=venue,
    )

    chosen = seeds_given(seeds)

    def decorate(async_test: AsyncTest) -> Test:
        return _SimulatedTest(async_test, setup, chosen).as_function()

    return decorate if test is None else decorate(test)


class _SimulatedTest:
    def __init__(self, test: AsyncTest, setup: Setup, seeds: int | Collection[int]) -> None:
        inner = getattr(getattr(test, "hypothesis", None), "inner_test", None)
        if inner is not None:
            raise TypeError("put `@given` above `@simulated`, so that each example is a run of its own")
        if not iscoroutinefunction(test):
            raise TypeError(f"`@simulated` is for async functions; {test!r} is none")
        if WORLD not in signature(test).parameters:
            raise TypeError(f"`@simulated` passes a `{WORLD}`; {test.__qualname__} does not take it")
        self._test = test
        self._setup = setup
        self._seeds = seeds
        self._shape = signature(test)
        rest = [given for name, given in self._shape.parameters.items() if name != WORLD]
        self._shape_without_world = self._shape.replace(parameters=rest, return_annotation=None)

    def as_function(self) -> Test:
        """What pytest is to see: a function that is not async and takes no world."""

        @wraps(self._test)
        def run(*args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            self._run(self._shape_without_world.bind(*args, **kwargs).arguments)

        run.__signature__ = self._shape_without_world  # type: ignore[attr-defined]
        run._trio_test_runner_wrapped = True  # type: ignore[attr-defined] # so pytest-trio takes no mark for its own
        return run

    def _run(self, arguments: Mapping[str, Any]) -> None:
        __tracebackhide__ = True
        for name, value in arguments.items():
            if type(value).__name__ == "TrioFixture":
                raise TypeError(f"the fixture `{name}` is async: it belongs to a run of pytest-trio's, not to this one")
        reached: Counter[str] = Counter()
        for seed in seeds_of(self._seeds):
            run = SimulatedRun(self._setup, seed)
            run.run(lambda run=run: self._body(run, arguments))  # type: ignore[misc]
            assert run.world is not None, "the body has run"
            for name, times in run.world.reached.items():
                reached[name] += times
        never = [name for name, times in reached.items() if not times]
        if never and seeds_from_environment() is None:
            __tracebackhide__ = False
            raise AssertionError(f"true in no run, of as many as there are seeds: {', '.join(never)}")

    async def _body(self, run: SimulatedRun, arguments: Mapping[str, Any]) -> None:
        async with run.opened() as world:
            whole = BoundArguments(self._shape, OrderedDict(arguments) | {WORLD: world})
            await self._test(*whole.args, **whole.kwargs)
