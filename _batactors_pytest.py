"""What batactors adds to pytest: fixtures and a mark for tests in a simulated world.

pytest loads this file in every run on a machine that has batactors, also for projects that do not use it. So it stands
outside of the package, and imports it only when a test asks for one of these fixtures. What happens then is in
`batactors.testing.pytest_plugin`.
"""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from batactors import Account, Engine
    from batactors.testing import SimulatedNetwork, World
    from batactors.testing.fault_script import FaultScript
    from batactors.testing.venue.venue import SimulatedVenue

SEED = "simulation_seed"
MARK = (
    "simulation(seed=0, knobs=..., options=..., checks=..., timeout=3600, venue=...): the simulated world of this test."
)
RUN_BY_US = pytest.StashKey[bool]()
"""Says of a test that its runner is ours."""


@pytest.fixture
def _batactors_simulated(request: pytest.FixtureRequest) -> None:
    """What all of them rest on, and we know their tests by. It fails where a world would open in real time."""
    if not request.config.pluginmanager.hasplugin("trio"):
        instead = "install batactors[test], or use `batactors.testing.simulated`, which can do without"
        pytest.fail(f"`simulated_world` and the fixtures on it need pytest-trio: {instead}", pytrace=False)
    from batactors.testing.pytest_plugin import require_simulation

    require_simulation(request.node)


@pytest.fixture
async def simulated_world(_batactors_simulated: None) -> "AsyncIterator[World]":
    """A venue, an engine on it, the network and the clocks between them, in virtual time. The promises are watched."""
    from batactors.testing.pytest_plugin import current_run

    async with current_run().opened() as world:
        yield world


@pytest.fixture
def simulated_venue(simulated_world: "World") -> "SimulatedVenue":
    """The simulated venue; `simulated_venue.ledger` is its own truth."""
    return simulated_world.venue


@pytest.fixture
def simulated_engine(simulated_world: "World") -> "Engine":
    """The engine. When its process is killed, the next one is `simulated_world.engine`."""
    return simulated_world.engine


@pytest.fixture
def simulated_account(simulated_world: "World") -> "Account":
    """The engine's account at the venue. When the process is killed, the next one is `simulated_world.account`."""
    return simulated_world.account


@pytest.fixture
def simulated_network(simulated_world: "World") -> "SimulatedNetwork":
    """The network between them; the venue listens at `simulated_world.port`."""
    return simulated_world.network


@pytest.fixture
def fault_script(simulated_world: "World") -> "FaultScript":
    """The venue's faults: `fault_script.add(faults.LoseAck(method="add_order"))`."""
    return simulated_world.venue.faults


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(SEED, "what a simulated world follows from, unless a test's mark names another seed", default="0")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    functions = (item for item in items if isinstance(item, pytest.Function))
    asking = [item for item in functions if _batactors_simulated.name in item.fixturenames]
    if asking and config.pluginmanager.hasplugin("trio"):
        from batactors.testing.pytest_plugin import simulate

        for item in asking:
            simulate(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    __tracebackhide__ = True
    if isinstance(item, pytest.Function) and item.stash.get(RUN_BY_US, False) and hasattr(item.obj, "hypothesis"):
        from batactors.testing.pytest_plugin import run_examples

        run_examples(item)
    return (yield)
