"""Promises that are broken on purpose, to see what the command makes of it; workers find them by their names."""

import os
import sys
from collections.abc import Iterator
from typing import Any

from batactors.journal.store import Entry
from batactors.model.order_events import OrderEvent
from batactors.testing.simulation.checks import Check


class NothingIsTold(Check):
    """Broken by every run that says anything of an order."""

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, OrderEvent):
            yield f"something was told: {type(entry).__name__}"


class NobodyDies(Check):
    """Kills its process at the first thing that is told."""

    def wrote(self, entry: Entry) -> Iterator[str]:
        print("a chandelier fell", file=sys.stderr, flush=True)
        _end(7)
        yield from ()


class NobodySpins(Check):
    """Never comes to an end."""

    def wrote(self, entry: Entry) -> Iterator[str]:
        _spin()
        yield from ()


class NothingDepends(Check):
    """Is kept, but writes into the trace what depends on the process."""

    def __init__(self, scene: Any) -> None:
        super().__init__(scene)
        self._noted = False

    def wrote(self, entry: Entry) -> Iterator[str]:
        if not self._noted:
            self._noted = True
            self.scene.trace.note("user", "did", f"hashed {hash('text')}")  # type: ignore[attr-defined]
        yield from ()


class SomebodyPrints(Check):
    """Is kept, and talks."""

    def wrote(self, entry: Entry) -> Iterator[str]:
        print("chatter")
        yield from ()


class SomebodyWatches(Check):
    """Is kept, and leaves the process's number in a file that the environment names."""

    def __init__(self, scene: Any) -> None:
        super().__init__(scene)
        with open(os.environ["PIDS"], "a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")


def _spin() -> None:
    while True:
        pass


def _end(status: int) -> None:
    os._exit(status)
