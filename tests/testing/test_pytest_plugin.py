"""What our plugin does in a user's pytest, seen from outside: each run here is a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """
import pytest, trio
from hypothesis import HealthCheck, given, settings, strategies as st
from batactors.testing import Check, Knobs, World, faults, simulated
from batactors.testing.virtual_time import require_virtual_time


async def place(account):
    order = await account.create_order(
        instrument="BTC/USD", side="buy", order_type="limit", quantity="1", price="48000"
    )
    return await order.resolved()
"""

MODULE = f"""{HEAD}

async def test_all_fixtures(
    simulated_world, simulated_venue, simulated_engine, simulated_account, simulated_network, fault_script
):
    fault_script.add(faults.LoseAck(method="add_order"))
    assert (await place(simulated_account)).status == "Accepted"
    assert fault_script.fired["LoseAck"] == 1
    assert len(simulated_venue.ledger.open_orders()) == 1
    assert simulated_network.open_sockets and simulated_world.account is simulated_engine.account("kraken")


@pytest.fixture
def clocked(autojump_clock):
    return autojump_clock


@pytest.fixture
async def mine(simulated_account):
    return simulated_account


async def test_clock_behind_a_fixture(clocked, mine):
    await trio.sleep(60)
    require_virtual_time()


async def test_clock_of_its_own(autojump_clock, mine):
    await trio.sleep(60)


async def test_clock_that_does_not_jump(mock_clock, mine):
    await trio.sleep(60)


@pytest.mark.trio(run=trio.run)
async def test_marked_with_a_runner(simulated_account):
    await trio.sleep(60)


@pytest.mark.simulation(knobs=Knobs(latency=(0.5, 0.5)))
class TestInAClass:
    @pytest.mark.simulation(seed=3)
    async def test_marks_add_up(self, simulated_world):
        assert simulated_world.knobs.latency == (0.5, 0.5)
        raise ArithmeticError("of the test")


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seconds=st.integers(0, 60))
@pytest.mark.parametrize("case", [1, pytest.param(2, marks=pytest.mark.simulation(knobs=Knobs(tick=0.05)))])
async def test_hypothesis(simulated_world, seconds, case):
    await trio.sleep(seconds)
    assert not simulated_world.ledger.orders
    assert simulated_world.knobs.tick == (0.01 if case == 1 else 0.05)
    await place(simulated_world.account)


class Never(Check):
    def wrote(self, entry):
        yield "something was written"


@pytest.mark.simulation(checks=[Never])
async def test_broken_promise(simulated_account):
    await place(simulated_account)
    await trio.sleep_forever()


@pytest.mark.simulation(3)
async def test_mark_with_a_place(simulated_account):
    pass


def test_sync(simulated_account):
    pass


async def test_at_run_time(request):
    request.getfixturevalue("simulated_account")


@simulated
async def test_decorated_with_async_fixture(world, mine):
    pass


@pytest.mark.trio
@pytest.mark.parametrize("number", [1])
@simulated
async def test_decorated(world: World, tmp_path, number):
    assert tmp_path.exists()
    await trio.sleep(60)


class TestDecorated:
    @simulated
    async def test_method(self, world):
        assert isinstance(self, TestDecorated)


async def test_of_another_kind():
    with pytest.raises(RuntimeError, match="real time"):
        require_virtual_time()
"""


def outcomes(folder: Path, module: str, *options: str, **environment: str) -> tuple[dict[str, str], str]:
    """Run a user's file in a folder of its own; what became of each test, and all that was said."""
    (folder / "test_mine.py").write_text(module, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *options, str(folder)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = ran.stdout + ran.stderr
    return dict(re.findall(r"test_mine.py::(\S+) (PASSED|FAILED|ERROR|SKIPPED)", said)), said


def test_every_kind_of_test(tmp_path: Path) -> None:
    """Whoever asks for a world, also through other fixtures, runs in virtual time; what cannot says why."""
    told, said = outcomes(tmp_path, MODULE, "-W", "error", "-o", "trio_mode=true")
    assert told == {
        "test_all_fixtures": "PASSED",
        "test_clock_behind_a_fixture": "PASSED",
        "test_clock_of_its_own": "PASSED",
        "test_clock_that_does_not_jump": "FAILED",
        "test_marked_with_a_runner": "PASSED",
        "TestInAClass::test_marks_add_up": "FAILED",
        "test_hypothesis[1]": "PASSED",
        "test_hypothesis[2]": "PASSED",
        "test_broken_promise": "FAILED",
        "test_mark_with_a_place": "FAILED",
        "test_sync": "ERROR",
        "test_at_run_time": "FAILED",
        "test_decorated_with_async_fixture": "ERROR",
        "test_decorated[1]": "PASSED",
        "TestDecorated::test_method": "PASSED",
        "test_of_another_kind": "PASSED",
    }, said
    for reason in (
        "virtual time has a clock of its own",
        "ArithmeticError: of the test",
        "With seed 3. To run it alone: BATACTORS_SEEDS=3 pytest test_mine.py::TestInAClass::test_marks_add_up",
        "check: phase storm",
        "InvariantViolation: Never, at",
        "takes keywords only",
        "test_sync does not run in it: it is not async",
        "test_at_run_time does not run in it: it asked for the fixture by a name at run time",
    ):
        assert reason in said


SMALL = f"""{HEAD}

{{mark}}
async def test_fixtures(simulated_account):
    await trio.sleep(60)


@simulated
async def test_decorated(world):
    await trio.sleep(60)
"""


@pytest.mark.parametrize("mark", ["", "@pytest.mark.trio"])
def test_without_trio_mode(mark: str, tmp_path: Path) -> None:
    """An ordinary test, marked or not, needs no setting of pytest-trio's."""
    told, said = outcomes(tmp_path, SMALL.format(mark=mark), "-W", "error")
    assert told == {"test_fixtures": "PASSED", "test_decorated": "PASSED"}, said


def test_without_pytest_trio(tmp_path: Path) -> None:
    """The decorator does not need it; the fixtures say that they do."""
    told, said = outcomes(tmp_path, SMALL.format(mark=""), "-W", "error", "-p", "no:trio")
    assert told == {"test_fixtures": "ERROR", "test_decorated": "PASSED"}, said
    assert "the fixtures on it need pytest-trio: install batactors[test]" in said


def test_without_our_plugin(tmp_path: Path) -> None:
    """It can be switched off; the decorator does not need it."""
    told, said = outcomes(tmp_path, SMALL.format(mark=""), "-W", "error", "-p", "no:batactors", "-o", "trio_mode=true")
    assert told == {"test_fixtures": "ERROR", "test_decorated": "PASSED"}, said
    assert "fixture 'simulated_account' not found" in said


def test_without_autoload(tmp_path: Path) -> None:
    """Where plugins are named one by one, ours has the name of the package."""
    told, said = outcomes(
        tmp_path, SMALL.format(mark=""), "-p", "trio", "-p", "batactors", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"
    )
    assert told == {"test_fixtures": "PASSED", "test_decorated": "PASSED"}, said


def test_the_seed_comes_from_outside(tmp_path: Path) -> None:
    """From the ini file, and before it from the environment."""
    module = f"{HEAD}\n\nasync def test_seed(simulated_account):\n    raise ArithmeticError\n"
    (tmp_path / "pytest.ini").write_text("[pytest]\nsimulation_seed = 5\n", encoding="utf-8")
    _, said = outcomes(tmp_path, module)
    assert "With seed 5." in said
    _, said = outcomes(tmp_path, module, BATACTORS_SEEDS="8")
    assert "With seed 8." in said


def test_another_runner_in_front_of_ours(tmp_path: Path) -> None:
    """If somebody else has the last word on how tests run, the test fails and does not wait for real."""
    (tmp_path / "conftest.py").write_text(
        "import pytest, trio\n\n\n"
        "@pytest.hookimpl(trylast=True)\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        item.add_marker(pytest.mark.trio(run=trio.run), append=False)\n",
        encoding="utf-8",
    )
    told, said = outcomes(tmp_path, f"{HEAD}\n\nasync def test_it(simulated_account):\n    await trio.sleep(60)\n")
    assert told == {"test_it": "ERROR"}, said
    assert "a mark `trio(run=...)` was put in front of ours" in said


def test_it_costs_nothing_where_it_is_not_used(tmp_path: Path) -> None:
    """A pytest run of a project that does not use it does not import the package, and is told nothing."""
    module = (
        "import sys\n\n\n"
        "def test_light():\n"
        "    assert '_batactors_pytest' in sys.modules\n"
        "    assert 'batactors' not in sys.modules\n"
    )
    told, said = outcomes(tmp_path, module, "-W", "error")
    assert told == {"test_light": "PASSED"}, said
