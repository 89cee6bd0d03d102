"""Virtual time costs nothing, never passes for real time unnoticed, and names what hangs in it."""

import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import trio
import trio.lowlevel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from batactors.seams import Seams
from batactors.testing.network import SimulatedNetwork
from batactors.testing.virtual_time import EPOCH, VirtualClock, require_virtual_time, run_in_virtual_time
from batactors.testing.watchdog import SimulationDeadlock, SimulationLivelock, SimulationTimeout
from tests.testing.servers import start_http

REPOSITORY = Path(__file__).parents[2]


async def test_a_test_runs_in_virtual_time(virtual_clock: VirtualClock) -> None:
    """An async test without any mark sleeps half an hour in no time, and its clock tells so."""
    await trio.sleep(1800)
    assert virtual_clock.now() == EPOCH + timedelta(seconds=1800)


async def test_a_clock_may_be_wrong(virtual_clock: VirtualClock) -> None:
    """A clock's skew moves what it tells, at any moment, and moves no other clock."""
    virtual_clock.skew = -2.5
    assert virtual_clock.now() == EPOCH - timedelta(seconds=2.5)
    assert VirtualClock(skew=1).now() == EPOCH + timedelta(seconds=1)


async def test_seams_repeat(seams: Seams, virtual_clock: VirtualClock) -> None:
    """The seams of a test have its virtual clock, and chance that repeats."""
    assert seams.clock is virtual_clock
    assert seams.chance.generator("a").random() == seams.chance.generator("a").random()


@given(seconds=st.integers(1, 3000))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_hypothesis_runs_in_virtual_time_too(seconds: int) -> None:
    """Each example of an async test under hypothesis is a run in virtual time of its own."""
    require_virtual_time()
    assert trio.current_time() == 0
    await trio.sleep(seconds)


@pytest.mark.real_time
async def test_real_time_is_real() -> None:
    """A test marked `real_time` has the real clock and real sockets, and no virtual clock will work in it."""
    with pytest.raises(RuntimeError, match="real time"):
        VirtualClock().now()
    for listener in await trio.open_tcp_listeners(0, host="127.0.0.1"):
        await listener.aclose()


def test_a_virtual_clock_needs_a_run() -> None:
    """Outside of any run there is no virtual time, and asking for it says so."""
    with pytest.raises(RuntimeError, match="no trio run"):
        VirtualClock().now()


async def test_no_real_sockets() -> None:
    """Without a simulated network, opening a socket fails with the advice to install one."""
    with pytest.raises(RuntimeError, match="SimulatedNetwork"):
        await trio.open_tcp_listeners(0)


def test_results_and_errors_come_through() -> None:
    """What the function returns is returned, and what it raises is raised."""

    async def double(number: int) -> int:
        await trio.sleep(1)
        return 2 * number

    async def fail() -> None:
        await trio.sleep(1)
        raise LookupError("ours")

    assert run_in_virtual_time(double, 4) == 8
    with pytest.raises(LookupError, match="ours"):
        run_in_virtual_time(fail)


def test_idle_connections_expire_in_virtual_time() -> None:
    """HTTP requests a minute apart each dial anew, as they would in production, without being asked to."""

    async def main() -> int:
        network = SimulatedNetwork()
        with network.installed():
            async with trio.open_nursery() as nursery, httpx2.AsyncClient() as client:
                await start_http(nursery, 5001)
                for _ in range(3):
                    await client.get("http://localhost:5001/")
                    await trio.sleep(60)
                nursery.cancel_scope.cancel()
        return network.dials(5001)

    assert run_in_virtual_time(main) == 3


def test_only_a_jumping_clock_will_do() -> None:
    """A clock that does not jump by itself is refused rather than waited for."""
    with pytest.raises(RuntimeError, match="clock of its own"):
        run_in_virtual_time(trio.sleep, 1, clock=MockClock())
    run_in_virtual_time(trio.sleep, 1, clock=MockClock(autojump_threshold=0))


def test_a_deadlock_is_named() -> None:
    """When nothing will ever wake a task, the run ends at once and shows where each task waits."""

    async def wait_for_nothing() -> None:
        await trio.Event().wait()

    async def main() -> None:
        await trio.sleep(5)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wait_for_nothing, name="the one who waits")

    with pytest.raises(SimulationDeadlock, match=r"at 5\.0 s") as caught:
        run_in_virtual_time(main)
    assert "the one who waits" in str(caught.value)
    assert "in wait_for_nothing" in str(caught.value)


def test_a_livelock_is_named() -> None:
    """When tasks run without end at one instant, the run ends and shows what they do."""

    async def retry_at_once() -> None:
        while True:
            await trio.lowlevel.checkpoint()

    with pytest.raises(SimulationLivelock, match="in retry_at_once"):
        run_in_virtual_time(retry_at_once)


def test_a_run_that_takes_too_long_is_named() -> None:
    """A run that is still busy after its timeout ends, in virtual time, and shows where it was."""

    async def poll() -> None:
        while True:  # noqa: ASYNC110 - polling is the point
            await trio.sleep(1)

    with pytest.raises(SimulationTimeout, match="60 virtual seconds"):
        run_in_virtual_time(poll, timeout=60)


def test_a_run_may_clean_up_when_it_is_given_up() -> None:
    """Shielded cleaning up that takes virtual time is waited for, and its errors do not hide the verdict."""
    cleaned = []

    async def main() -> None:
        try:
            await trio.sleep_forever()
        finally:
            with trio.move_on_after(60, shield=True):
                await trio.sleep(30)
            cleaned.append(trio.current_time())
            raise LookupError("while cleaning up")

    with pytest.raises(SimulationDeadlock) as caught:
        run_in_virtual_time(main)
    assert cleaned == [30]
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_run_that_swallows_its_cancellation_fails_all_the_same() -> None:
    """A run that was given up does not pass because it ends well afterwards."""

    async def main() -> None:
        with suppress(trio.Cancelled):
            await trio.sleep_forever()

    with pytest.raises(SimulationDeadlock):
        run_in_virtual_time(main)


SHIELDED = """
import trio
from batactors.testing.virtual_time import run_in_virtual_time

async def hang():
    with trio.CancelScope(shield=True):
        await trio.sleep_forever()

run_in_virtual_time(hang)
"""


def test_a_run_that_cannot_be_cancelled_is_aborted() -> None:
    """Even a hang behind a shield ends, and the verdict says that it had to be aborted."""
    # In a process of its own: what trio left half-done complains when it is collected.
    done = subprocess.run(
        [sys.executable, "-c", SHIELDED], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "SimulationDeadlock: at 0.0 s" in done.stderr
    assert "and was aborted" in done.stderr
