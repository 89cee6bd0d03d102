"""The guard: whoever asks for real time, a thread, a socket or unseeded chance in virtual time is refused by name."""

# ruff: noqa: PLW0108 - the call is in this file, and not the library's own, because of the lambda

import concurrent.futures
import copy
import datetime as dt
import logging
import multiprocessing
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from _thread import start_new_thread
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from random import randint
from time import monotonic
from time import time as time_by_name

import pytest
import trio

from batactors.seams import Seams, SystemChance, SystemClock
from batactors.testing.guard import NondeterminismError, _functions_of_c, _owner, refuse_nondeterminism
from batactors.testing.network import SimulatedNetwork
from batactors.testing.refusals import REFUSALS, STRICT_REFUSALS, Refusal
from batactors.testing.schedule import deterministic_entropy
from batactors.testing.virtual_time import run_in_virtual_time

POOL = concurrent.futures.ThreadPoolExecutor()

REFUSED: dict[str, Callable[[], object]] = {
    "time.time": lambda: time.time(),
    "time.time_ns": lambda: time.time_ns(),
    "time.monotonic": lambda: time.monotonic(),
    "time.perf_counter": lambda: time.perf_counter(),
    "time.perf_counter_ns": lambda: time.perf_counter_ns(),
    "time.process_time": lambda: time.process_time(),
    "time.localtime": lambda: time.localtime(),
    "time.strftime": lambda: time.strftime("%H"),
    "uuid.uuid1": lambda: uuid.uuid1(),
    "batactors.seams.SystemClock.now": lambda: SystemClock().now(),
    "time.sleep": lambda: time.sleep(0),
    "threading.Thread.start": lambda: threading.Thread(target=print).start(),
    "concurrent.futures.thread.ThreadPoolExecutor.submit": lambda: POOL.submit(print),
    "os.fork": lambda: os.fork(),
    "subprocess.Popen": lambda: subprocess.Popen(["true"]),
    "subprocess.Popen (by way of subprocess.run)": lambda: subprocess.run(["true"], check=True),
    "os.system": lambda: os.system("true"),
    "os.fork (by way of multiprocessing": lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    "_posixsubprocess.fork_exec": lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
    "socket.socket": lambda: socket.socket(),
    "socket.socketpair": lambda: socket.socketpair(),
    "socket.getaddrinfo": lambda: socket.getaddrinfo("localhost", 80),
    "socket.socketpair (by way of trio.socketpair)": lambda: trio.socket.socketpair(),
    "random.random": lambda: random.random(),
    "random.choice": lambda: random.choice("ab"),
    "random.shuffle": lambda: random.shuffle([1, 2]),
    "random.Random without a seed": lambda: random.Random(),
    "batactors.seams.SystemChance.generator": lambda: SystemChance().generator("any"),
}

WITHOUT_SEEDED_ENTROPY: dict[str, Callable[[], object]] = {
    "os.urandom": lambda: os.urandom(1),
    "os.urandom (by way of secrets.token_hex)": lambda: secrets.token_hex(),
    "os.urandom (by way of uuid.uuid4)": lambda: uuid.uuid4(),
    "os.urandom (by way of random.SystemRandom.random)": lambda: random.SystemRandom().random(),
}

STRICTLY: dict[str, Callable[[], object]] = {
    "time.time": lambda: time_by_name(),
    "time.monotonic": lambda: monotonic(),
    "datetime.datetime.now": lambda: datetime.now(dt.UTC),
    "datetime.datetime.utcnow": lambda: datetime.utcnow(),  # noqa: DTZ003
    "datetime.date.today": lambda: dt.date.today(),  # noqa: DTZ011
    "random.getrandbits": lambda: randint(1, 6),
    "_thread.start_new_thread": lambda: start_new_thread(print, ()),
}

LET_THROUGH: dict[str, Callable[[], object]] = {
    "a time that is given": lambda: time.gmtime(1.5),
    "a generator with a seed": lambda: random.Random("seed").random(),
    "a copy of a generator": lambda: copy.deepcopy(random.Random(1)).random(),
    "a temporary file's name": lambda: tempfile.TemporaryDirectory().cleanup(),
    "a line in the log": lambda: logging.getLogger("tests").warning("said"),
    "the seams' own": lambda: Seams(),
}


def run(call: Callable[[], object], *, strict: bool = False, seed: int | None = 1) -> None:
    """Have this called in the middle of a run."""

    async def main() -> None:
        await trio.sleep(1)
        call()
        await trio.sleep(1)

    run_in_virtual_time(main, seed=seed, strict=strict)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("strict", [False, True], ids=["cheap", "strict"])
def test_it_refuses_by_name(name: str, strict: bool) -> None:
    """Who called what, where, why not, and what instead: all of it is in the error."""
    call = REFUSED[name]
    with pytest.raises(NondeterminismError) as caught:
        run(call, strict=strict)
    text = str(caught.value)
    assert text.startswith(f"{__file__}:{call.__code__.co_firstlineno}")
    assert f" in <lambda> called {name}" in text
    assert ". Use " in text


@pytest.mark.parametrize("name", STRICTLY)
def test_a_strict_guard_sees_what_is_held_by_name(name: str) -> None:
    """A function of C is refused whoever holds it, and so are methods of types that cannot be patched."""
    with pytest.raises(NondeterminismError, match=rf"test_guard\.py:\d+ in <lambda> called {name}"):
        run(STRICTLY[name], strict=True)


@pytest.mark.parametrize("name", LET_THROUGH)
@pytest.mark.parametrize("strict", [False, True], ids=["cheap", "strict"])
def test_it_lets_through_what_does_no_harm(name: str, strict: bool) -> None:
    """What repeats, and what libraries do for themselves, is nobody's trouble."""
    run(LET_THROUGH[name], strict=strict)


@pytest.mark.parametrize("name", WITHOUT_SEEDED_ENTROPY)
def test_entropy_has_a_seed_or_is_refused(name: str) -> None:
    """The system's random bytes follow from the run's seed; a guard around something else refuses them."""
    call = WITHOUT_SEEDED_ENTROPY[name]
    for strict in (False, True):
        run(call, strict=strict)
        with pytest.raises(NondeterminismError) as caught, refuse_nondeterminism(strict=strict):
            call()
        assert f" in <lambda> called {name}" in str(caught.value)
        with deterministic_entropy(1), refuse_nondeterminism(strict=strict):
            call()


def test_a_run_without_a_seed_may_draw() -> None:
    """Without a seed nothing is promised of chance, and all of it is let through; real time is not."""
    for name in ("random.random", "random.choice", "random.Random without a seed"):
        run(REFUSED[name], seed=None)
    for call in WITHOUT_SEEDED_ENTROPY.values():
        run(call, seed=None)
    with pytest.raises(NondeterminismError, match=r"time\.time"):
        run(REFUSED["time.time"], seed=None)


async def print_in_a_thread() -> None:
    await trio.to_thread.run_sync(print)


async def open_a_file() -> None:
    await trio.open_file(__file__)


async def run_a_process() -> None:
    await trio.run_process(["true"])


@pytest.mark.parametrize(
    ("main", "way"),
    [(print_in_a_thread, "to_thread_run_sync"), (open_a_file, "open_file"), (run_a_process, "_run_process")],
)
def test_no_thread_of_trio(main: Callable[[], Awaitable[None]], way: str) -> None:
    """Work for trio's threads is refused, also while some of them idle, and the error tells what needed a thread."""
    trio.run(trio.to_thread.run_sync, time.time)  # now there is one that idles
    text = rf"test_guard\.py:\d+ in {main.__name__} called a thread of trio's \(by way of trio\.{way}\)"
    with pytest.raises(NondeterminismError, match=text):
        run_in_virtual_time(main)


def test_no_real_socket_beside_a_simulated_network() -> None:
    """A simulated network serves trio's sockets; the standard library's are refused all the same."""

    async def main() -> None:
        with SimulatedNetwork().installed():
            for listener in await trio.open_tcp_listeners(5001):
                await listener.aclose()
            socket.create_connection(("127.0.0.1", 5001))

    with pytest.raises(NondeterminismError, match=r"called socket\."):
        run_in_virtual_time(main)


@pytest.mark.parametrize("refusal", [*REFUSALS, *STRICT_REFUSALS], ids=lambda refusal: refusal.name)
def test_each_row_names_something(refusal: Refusal) -> None:
    """What is refused is where the table says. When Python or trio moves it, the table must follow."""
    if refusal.name == "random.binomialvariate" and sys.version_info < (3, 12):
        pytest.skip("it came with Python 3.12")
    place, _, name = refusal.name.rpartition(".")
    assert hasattr(_owner(place), name)
    if refusal in STRICT_REFUSALS:
        assert list(_functions_of_c(refusal))


def test_the_guard_finds_the_caller_below_libraries() -> None:
    """A callback that a library calls is ours; the library is not."""
    with pytest.raises(NondeterminismError, match=r"test_guard\.py:\d+ in .*<lambda> called time\.time"):
        run(lambda: sorted([1], key=lambda number: time.time()))
    with pytest.raises(NondeterminismError, match=r"test_guard\.py:\d+ in .*<lambda> called os\.fork"):
        run(lambda: Path(__file__).exists() and os.fork())
