"""Every async test runs in virtual time, unless it is marked `real_time`."""

import os
from collections.abc import AsyncIterator

import pytest
import trio

from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing.network import SimulatedNetwork
from batactors.testing.pytest_plugin import VirtualTime, is_async, run_by
from batactors.testing.virtual_time import VirtualClock, virtual_keep_alive

# The order of tasks in each test follows from this and the test's name. Another value is another order.
SEED = os.environ.get("BATACTORS_SEED", "0")


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.hasplugin("batactors"):
        raise pytest.UsageError("our own pytest plugin is missing: `pip install -e .` makes it known")
    config.addinivalue_line("markers", "real_time: run this async test by the real clock, with real sockets allowed.")
    config.addinivalue_line("markers", "holds(*ids): this test proves the claims with these ids.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and is_async(item):
            real = item.get_closest_marker("real_time") is not None
            run_by(item, trio.run if real else VirtualTime(f"{item.nodeid}-{SEED}"))


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
