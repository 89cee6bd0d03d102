"""With one seed a run repeats: in this process, in another, and whatever Python's hash seed is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import trio
from trio_websocket import wrap_client_stream

from batactors.testing.network import SimulatedNetwork
from batactors.testing.schedule import deterministic_entropy, deterministic_schedule
from batactors.testing.virtual_time import run_in_virtual_time
from tests.testing.simulation import run_simulation

REPOSITORY = Path(__file__).parents[2]


def order_of_tasks(seed: int) -> list[int]:
    """The order in which a hundred tasks with the same deadlines run."""
    order: list[int] = []

    async def work(number: int, lock: trio.Lock) -> None:
        await trio.sleep(1)
        async with lock:
            order.append(number)
        await trio.sleep(1)
        order.append(number)

    async def main() -> None:
        lock = trio.Lock()
        async with trio.open_nursery() as nursery:
            for number in range(100):
                nursery.start_soon(work, number, lock)

    run_in_virtual_time(main, seed=seed)
    return order


def test_the_order_of_tasks_follows_from_the_seed() -> None:
    """The same seed gives the same order and another seed another: trio's scheduler takes its order from us."""
    orders = [order_of_tasks(seed) for seed in (1, 2, 3, 1, 2, 3)]
    assert orders[:3] == orders[3:]
    assert orders[0] != orders[1] != orders[2]


def test_a_whole_simulation_repeats_in_other_processes() -> None:
    """WebSocket, HTTP, faults and latencies: two processes with different hash seeds log the same, line by line."""
    logs = [_log_of_other_process(hash_seed, "7") for hash_seed in ("1", "2")]
    assert logs[0] == logs[1] == run_simulation("7")
    assert len(logs[0]) > 50
    assert run_simulation("8") != logs[0]


def _log_of_other_process(hash_seed: str, seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.testing.simulation", seed],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


def test_it_says_when_trio_has_moved_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """If trio renames what this rests on, it raises instead of letting runs differ in silence."""
    monkeypatch.delattr("trio._core._run._r")
    with pytest.raises(RuntimeError, match="private names"), deterministic_schedule(1):
        pass


def test_it_says_when_trio_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """If no run took its order from the seed, it raises: either nothing ran, or trio no longer asks."""
    with pytest.raises(RuntimeError, match="took its order"), deterministic_schedule(1):
        pass


async def test_it_goes_around_a_run() -> None:
    """Inside a run it is too late, and it says so."""
    with pytest.raises(RuntimeError, match=r"around trio\.run"), deterministic_schedule(1):
        pass


def test_it_leaves_trio_as_it_was() -> None:
    """Afterwards trio's scheduler draws as before, also when the run failed."""
    before = trio._core._run._r
    with pytest.raises(LookupError), deterministic_schedule(1):
        raise LookupError
    assert trio._core._run._r is before


def test_the_bytes_on_the_wire_repeat() -> None:
    """With seeded entropy a WebSocket's keys and masks are the same again: the server receives the same bytes."""

    async def received() -> bytes:
        got = b""
        with SimulatedNetwork().installed():
            listener = (await trio.open_tcp_listeners(5001))[0]
            async with await trio.open_tcp_stream("localhost", 5001) as stream, trio.open_nursery() as nursery:
                nursery.start_soon(wrap_client_stream, nursery, stream, "localhost", "/")
                got = await (await listener.accept()).receive_some()
                nursery.cancel_scope.cancel()
        return got

    def run(seed: int) -> bytes:
        with deterministic_entropy(seed):
            return run_in_virtual_time(received, seed=1)

    assert b"Sec-WebSocket-Key" in run(1)
    assert run(1) == run(1) != run(2)
