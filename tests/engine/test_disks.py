"""A disk that does not take what is written: a clear error, and nothing is sent that is not written down.

Each engine here is a process of its own, on a real file, and its venue's wire is watched.
"""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import trio
from attrs import frozen

from batactors import open_engine
from batactors.journal.sqlite import SqliteJournal
from batactors.testing import KrakenSpotVenue, VenueUrls
from tests.engine.disk_process import Task

pytestmark = pytest.mark.real_time

WITHIN = 60.0
PREFIXES = (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"])
"""What gives a process file systems of its own, which end with it; the second does so for those who are not root."""
MOUNT = 'mount -t tmpfs -o size=2m none "$1" && '
GO = 'shift 2 && exec "$@"'


@cache
def namespace() -> list[str]:
    """How to get them here; nothing if there is no way."""
    for prefix in PREFIXES:
        with TemporaryDirectory() as directory:
            try:
                subprocess.run(
                    [*prefix, "sh", "-c", f"{MOUNT} true", "sh", directory], check=True, capture_output=True, timeout=10
                )
            except (OSError, subprocess.SubprocessError):
                continue
            return prefix
    return []


def on_own_disk(prepare: str, at: Path, given: Path) -> list[str]:
    """What begins a process with a disk of two megabytes at a place, made ready by a few words of a shell."""
    if not namespace():
        pytest.skip("this system gives us no file systems of our own: neither as root nor by a namespace of a user")
    return [*namespace(), "sh", "-c", f"{MOUNT} {prepare} {GO}", "sh", str(at), str(given)]


@frozen
class Wire:
    """A venue, and what crossed its wire."""

    venue: KrakenSpotVenue
    urls: VenueUrls
    crossed: list[str]

    def orders(self) -> list[str]:
        """The client order ids that arrived there."""
        return [str(order.client_order_id) for order in self.venue.ledger.orders.values()]

    async def meets(self, *begin: str, **task: Any) -> list[dict[str, Any]]:
        """What a process tells that trades here."""
        task = {"rest": self.urls.rest, "websocket": self.urls.websocket_auth, **task}
        with trio.fail_after(WITHIN):
            done = await trio.run_process(
                [*begin, sys.executable, "-m", "tests.engine.disk_process", json.dumps(task)], capture_stdout=True
            )
        return [json.loads(line, parse_float=str) for line in done.stdout.decode().splitlines()]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with venue_on_loopback() as found:
        yield found


@asynccontextmanager
async def venue_on_loopback() -> AsyncIterator[Wire]:
    venue, crossed = KrakenSpotVenue(rate_limits=False), list[str]()
    venue.watch = lambda connection, what, text, order: crossed.append(f"{what} {text}")
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.set_market("BTC/USD", bid=Decimal(63_900), ask=Decimal(63_950))
        yield Wire(venue, urls, crossed)
        nursery.cancel_scope.cancel()


async def journal_at(path: Path) -> Path:
    """A journal that was used once."""
    journal = SqliteJournal(path, account="kraken", venue="kraken-spot")
    await journal.read()
    await journal.close()
    return path


def complaint(told: list[dict[str, Any]]) -> tuple[str, str]:
    """The one error that it ended with, before it had opened."""
    assert "opened" not in told[0]
    return told[0]["error"], told[0]["message"]


# Not to be written.


RIGHTS = {"file": 0o755, "directory": 0o555, "hidden directory": 0o000}
"""What the directory of the journal allows, by what is not allowed."""


@pytest.fixture(params=list(RIGHTS))
def forbidden(request: pytest.FixtureRequest) -> Iterator[tuple[str, Path]]:
    """What may not be written, and the journal that it is about; in a directory that others may look into."""
    with TemporaryDirectory() as name:
        directory = Path(name) / "in"
        Path(name).chmod(0o755)
        directory.mkdir()
        path = directory / "a.journal"
        if request.param == "file":
            trio.run(journal_at, path)
            path.chmod(0o444)
        directory.chmod(RIGHTS[request.param])
        yield request.param, path
        directory.chmod(0o755)


async def test_what_we_may_not_write_is_named(wire: Wire, forbidden: tuple[str, Path]) -> None:
    """A file without the right to write it, one to be made where we may make none, and one that we may not reach."""
    what, path = forbidden
    error, message = complaint(await wire.meets(journal=str(path), is_nobody=True))
    assert error == "JournalReadOnly"
    assert message.startswith(f"{path}: ")
    right = {"file": "allow it, or give the path of another"}
    assert message.endswith(right.get(what, "the file and its directory must be there and writable"))
    assert wire.crossed == []


async def test_a_disk_that_is_read_only_is_named(wire: Wire, tmp_path: Path) -> None:
    """A journal that was copied to a disk which takes no writes, not even from root."""
    disk, there = tmp_path / "disk", await journal_at(tmp_path / "there")
    disk.mkdir()
    begin = on_own_disk('cp "$2" "$1/a.journal" && mount -o remount,ro "$1" &&', disk, there)
    error, message = complaint(await wire.meets(*begin, journal=str(disk / "a.journal")))
    assert error == "JournalReadOnly"
    assert message == f"{disk / 'a.journal'}: it is not to be written: allow it, or give the path of another"
    assert wire.crossed == []


# Full.


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_disk_that_is_full_keeps_the_engine_from_starting(wire: Wire, tmp_path: Path, is_there: bool) -> None:
    """With a journal on it or without one: the error says what to do, and nobody hears of us."""
    disk, there = tmp_path / "disk", await journal_at(tmp_path / "there")
    disk.mkdir()
    copy = 'cp "$2" "$1/a.journal" &&' if is_there else ""
    begin = on_own_disk(f'{copy} {{ cat /dev/zero > "$1/filler" 2> /dev/null; true; }} &&', disk, there)
    error, message = complaint(await wire.meets(*begin, journal=str(disk / "a.journal")))
    assert error == "JournalFull"
    assert message.startswith(f"{disk / 'a.journal'}: the disk is full: make room and start again")
    assert wire.crossed == []


async def test_a_limit_on_files_keeps_the_engine_from_starting(wire: Wire, tmp_path: Path) -> None:
    """What cannot be written at all is left so that the next start, with room, begins anew."""
    path = tmp_path / "a.journal"
    error, message = complaint(await wire.meets(journal=str(path), room=8_192))
    assert error == "JournalError"
    assert message.startswith(f"{path}: ")
    assert "limit" in message
    assert wire.crossed == []
    await journal_at(path)


@pytest.mark.holds("A01", "X37")
@pytest.mark.parametrize("why", ["full", "limit"])
async def test_an_engine_whose_disk_is_full_in_the_middle_sends_nothing_that_is_not_written(
    wire: Wire, tmp_path: Path, why: str
) -> None:
    """It ends with the reason. Every order that is at the venue is in the journal, and the next life knows it."""
    path = tmp_path / "a.journal"
    if why == "full":
        disk = tmp_path / "disk"
        disk.mkdir()
        task: dict[str, Any] = {"journal": str(disk / "a.journal"), "copy_to": str(tmp_path)}
        told = await wire.meets(*on_own_disk("", disk, disk), orders=True, **task)
    else:
        told = await wire.meets(journal=str(path), orders=True, room=2_000_000)
    opened, ended, placed = told
    assert opened == {"opened": True}
    assert ended["error"] == {"full": "JournalFull", "limit": "JournalError"}[why]
    assert {"full": "the disk is full: make room", "limit": "limit"}[why] in ended["message"]
    journal = SqliteJournal(path, account="kraken", venue="kraken-spot")
    written = {str(entry.command.client_order_id) for entry in (await journal.read()).registered}  # type: ignore[union-attr]
    await journal.close()
    assert len(wire.orders()) > 10
    assert set(wire.orders()) <= written
    assert set(placed["placed"]) <= written
    sent = [text for text in wire.crossed if '"add_order"' in text and text.startswith("frame up")]
    assert len(sent) == len(wire.orders()) == len(set(wire.orders()))
    # The next life, when there is room.
    config = Task(journal=str(path), rest=wire.urls.rest, websocket=wire.urls.websocket_auth).config()
    with trio.fail_after(WITHIN):
        async with open_engine(config) as engine:
            for handle in engine.commands(ended=True):
                await handle.resolved()
            known = {str(handle.client_order_id) for handle in engine.commands(ended=True)}
    assert set(wire.orders()) <= known
    assert len(wire.orders()) == len(sent)


# Another has it.


async def test_a_second_engine_in_another_process_is_kept_out(wire: Wire, tmp_path: Path) -> None:
    """The error names the process that has it; the second one says nothing to the venue."""
    task = {"journal": str(tmp_path / "a.journal"), "rest": wire.urls.rest, "websocket": wire.urls.websocket_auth}
    command = [sys.executable, "-m", "tests.engine.disk_process", json.dumps(task)]
    async with trio.open_nursery() as nursery:
        begin = partial(trio.run_process, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        first = await nursery.start(begin)
        with trio.fail_after(WITHIN):
            assert b"opened" in await first.stdout.receive_some()
        second = await venue_of_its_own(task["journal"])
        await first.stdin.aclose()
    error, message, crossed = second
    assert error == "JournalLocked"
    assert message.startswith(f"{task['journal']}: process {first.pid} has had it since ")
    assert message.endswith(" UTC: stop that engine first, or give each its own journal")
    assert crossed == []


async def venue_of_its_own(journal: str) -> tuple[str, str, list[str]]:
    """What an engine says that comes second, and what its venue hears of it."""
    async with venue_on_loopback() as wire:
        error, message = complaint(await wire.meets(journal=journal))
        return error, message, wire.crossed
