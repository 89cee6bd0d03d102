"""What a restart takes follows what is open, not how long the journal is."""

import tracemalloc
from pathlib import Path

import trio

from batactors.core.dispatch import Dispatch, Rules
from batactors.core.news import News
from batactors.core.restore import restore
from batactors.journal.retention import Retention
from batactors.journal.store import Entry
from batactors.model.terms import Origin
from batactors.testing import run_in_virtual_time
from tests.journal.bench import keep, open_on
from tests.journal.entries import ACCOUNT, NOW, Life

FEW = Retention(recent=20, ids=100)
"""What is bounded on its own is kept small here, so that it does not hide what is measured."""


async def restarted(path: Path) -> int:
    """A restart as an engine does it: the most bytes that it held at any moment."""
    journal = open_on(path, retention=FEW)
    tracemalloc.start()
    try:
        contents = await journal.read()
        dispatch = Dispatch(ACCOUNT, "kraken-spot", Rules(), NOW)
        restore(
            dispatch, contents.registered, contents.events, contents.steps, contents.reports,
            News(at=trio.current_time(), on=NOW, origin=Origin.JOURNAL), bygone=contents.bygone, process_ended=True,
        )  # fmt: skip
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        await journal.close()


def after(path: Path, *, ended: int, working: int) -> int:
    """The memory of a restart on a journal of so many orders, each of the open ones with ten fills."""

    async def main() -> int:
        batches: list[list[Entry]] = [Life(f"ended {number}").whole() for number in range(ended)]
        lives = [Life(f"open {number}") for number in range(working)]
        batches += [[*life.working(), *(life.filled() for _ in range(10))] for life in lives]
        await keep(path, *batches, retention=FEW)
        return await restarted(path)

    return run_in_virtual_time(main)


def test_memory_after_a_restart_is_bounded_by_what_is_open(tmp_path: Path) -> None:
    """With twenty times as many orders that have ended it is the same; with twice as many open ones, twice as much."""
    after(tmp_path / "first", ended=30, working=30)  # what only the first reading of all takes is not counted
    short = after(tmp_path / "short", ended=150, working=100)
    long = after(tmp_path / "long", ended=3_000, working=100)
    more = after(tmp_path / "more", ended=150, working=200)
    assert long < 1.1 * short
    assert 1.7 * short < more < 2.2 * short
