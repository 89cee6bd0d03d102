"""Every async test runs in virtual time, unless it is marked `real_time`.

pytest-trio takes the runner from a test's mark. It takes the first mark that names one, so ours is put in front of the
one that `trio_mode` adds; and for tests under hypothesis it would look nowhere, so these are wrapped here.
"""

import inspect
import os
import zlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from types import SimpleNamespace

import pytest
import pytest_trio.plugin  # type: ignore[import-untyped]
import trio

from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing.network import SimulatedNetwork
from batactors.testing.virtual_time import VirtualClock, run_in_virtual_time, virtual_keep_alive

# The order of tasks in each test follows from this and the test's name. Another value is another order.
SEED = os.environ.get("BATACTORS_SEED", "0")

# pytest-trio starts a test's fixtures in the order of a set; hashed by name, they start in the same order in each
# process. How they are taken down still differs: a simulation that must repeat whole is a sync test with its own run.
pytest_trio.plugin.TrioFixture.__hash__ = lambda fixture: zlib.crc32(fixture.name.encode())


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real_time: run this async test by the real clock, with real sockets allowed.")
    config.addinivalue_line("markers", "holds(*ids): this test proves the claims with these ids.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(_inner(item)):
            real = item.get_closest_marker("real_time") is not None
            run = trio.run if real else partial(run_in_virtual_time, seed=f"{item.nodeid}-{SEED}")
            item.add_marker(pytest.mark.trio(run=run), append=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if isinstance(item, pytest.Function) and hasattr(item.obj, "hypothesis") and item.get_closest_marker("trio"):
        inside = SimpleNamespace(obj=_inner(item), iter_markers=item.iter_markers, config=item.config)
        item.obj.hypothesis.inner_test = pytest_trio.plugin._trio_test_runner_factory(inside)
    return (yield)


def _inner(item: pytest.Function) -> object:
    """The test function as written."""
    return item.obj.hypothesis.inner_test if hasattr(item.obj, "hypothesis") else item.obj


@pytest.fixture
async def network() -> AsyncIterator[SimulatedNetwork]:
    """A simulated network, installed for this test's run. A fixture that opens sockets has to ask for it too."""
    with SimulatedNetwork(seed=SEED).installed() as network, virtual_keep_alive():
        yield network


@pytest.fixture
async def virtual_clock() -> VirtualClock:
    """The test's time of day. It fails in real time."""
    clock = VirtualClock()
    clock.now()
    return clock


@pytest.fixture
def seams(virtual_clock: VirtualClock) -> Seams:
    """Seams that repeat: virtual time, and ids and chance from one seed."""
    return Seams(clock=virtual_clock, ids=SeededIds(SEED), chance=SeededChance(SEED))
