"""The guard's manners: it cannot be silenced, it leaves no trace, and it gets on with others that do such things."""

import logging
import os
import random
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from time import time as time_by_name

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from batactors.testing.guard import NondeterminismError, refuse_nondeterminism
from batactors.testing.virtual_time import run_in_virtual_time


def ask() -> None:
    """What is refused."""
    time.time()


def run(call: Callable[[], object], *, strict: bool = False) -> None:
    """Have this called in the middle of a run."""

    async def main() -> None:
        await trio.sleep(1)
        call()
        await trio.sleep(1)

    run_in_virtual_time(main, seed=1, strict=strict)


def test_who_swallows_it_fails_at_the_end() -> None:
    """An `except Exception` hides nothing: the run fails with the first refusal, whatever else came of it."""

    def swallow() -> None:
        with suppress(Exception):
            time.time()
        with suppress(Exception):
            random.random()

    def replace() -> None:
        swallow()
        raise LookupError

    with pytest.raises(NondeterminismError, match=r"time\.time"):
        run(swallow)
    with pytest.raises(NondeterminismError, match=r"time\.time") as caught:
        run(replace)
    assert isinstance(caught.value.__cause__, LookupError)


def test_an_error_that_tells_is_left_alone() -> None:
    """A group with the refusal in it, or an error that names it as its cause, comes through as it is."""

    async def main(*errors: type[Exception]) -> None:
        async with trio.open_nursery():
            try:
                time.time()
            except NondeterminismError as refusal:
                for error in errors:
                    raise error from refusal
                raise

    for errors in ((), (LookupError,)):
        with pytest.raises(ExceptionGroup) as caught:
            run_in_virtual_time(main, *errors)
        assert caught.group_contains(*errors or (NondeterminismError,))


def test_afterwards_all_is_as_before() -> None:
    """When the run is over everything works again, also what was fetched during the run."""
    held: list[Callable[[], float]] = []
    before = [time.time, random.random, socket.socket.__init__, threading.Thread.start, os.urandom, sys.getprofile()]
    run(lambda: held.append(time.time), strict=True)
    after = [time.time, random.random, socket.socket.__init__, threading.Thread.start, os.urandom, sys.getprofile()]
    assert before == after
    assert held[0]() > 0


def test_a_patch_that_outlives_the_run_does_not_blind_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that fakes a clock within a run and takes the fake away after it leaves the next run guarded."""

    def fake() -> None:
        monkeypatch.setattr(time, "time", lambda: 1.0)
        ask()

    run(fake)
    assert time.time() == 1.0
    monkeypatch.undo()
    assert time.time() > 1.0
    with pytest.raises(NondeterminismError):
        run(ask)


def test_a_fake_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has put a fake clock in place knows what it tells."""
    monkeypatch.setattr(time, "time", lambda: 1.0)
    run(ask)


def test_guards_may_be_nested() -> None:
    """The innermost refuses, and both fail; a library is let through by both."""
    with pytest.raises(NondeterminismError), refuse_nondeterminism():
        with pytest.raises(NondeterminismError), refuse_nondeterminism():
            time.time()
        logging.getLogger("tests").warning("said")
        time.time()


def test_another_thread_may_do_what_it_likes() -> None:
    """What runs beside the simulation, a watchdog of the test runner perhaps, is not guarded."""
    times = []
    go, done = threading.Event(), threading.Event()

    def beside() -> None:
        go.wait(10)
        times.append(time.time())
        done.set()

    thread = threading.Thread(target=beside)
    thread.start()

    def wait() -> None:
        go.set()
        done.wait(10)

    run(wait)
    thread.join()
    assert times


def test_users_may_trust_more() -> None:
    """A module that is named may do what it likes."""

    async def main() -> float:
        return time.time()

    assert run_in_virtual_time(main, trusted=[__name__], strict=True) > 0
    with pytest.raises(NondeterminismError):
        run_in_virtual_time(main, trusted=[f"{__name__}.below"])


def test_a_profiler_is_left_in_place(caplog: pytest.LogCaptureFixture) -> None:
    """A run under a profiler is profiled and not strict, and a note says so."""
    calls = []
    sys.setprofile(lambda frame, event, argument: calls.append(event))
    try:
        run(time_by_name, strict=True)
        assert sys.getprofile() is not None
    finally:
        sys.setprofile(None)
    assert calls
    assert "not strict" in caplog.text


@given(number=st.integers(), draw=st.data(), dice=st.randoms())
@settings(max_examples=5, deadline=None)
def test_hypothesis_works_inside(number: int, draw: st.DataObject, dice: random.Random) -> None:
    """Examples may be drawn while the run goes on."""

    def call() -> None:
        draw.draw(st.text())
        dice.random()

    run(call, strict=True)
