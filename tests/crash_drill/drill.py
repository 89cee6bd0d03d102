"""The drill itself: live, die, live again; then compare."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import trio
from attrs import asdict, define, field

from tests.crash_drill import trader, venue
from tests.crash_drill.aim import Aim, arm, draw
from tests.crash_drill.compare import compare
from tests.crash_drill.processes import Forked, Venue
from tests.crash_drill.seen import Seen

START_WITHIN = 30.0
NO_MOMENT = 1.5
"""Seconds that a process lives whose moment does not come."""
SETTLE_WITHIN = 180.0
LOOK = 0.0005


@define
class Result:
    """What came of it.

    Attributes:
        kills: By the moment at which they struck.
        starting: How many died before the engine was ready.
        losses: What is wrong, a sentence each.
    """

    seed: int
    kills: Counter[str] = field(factory=Counter)
    starting: int = 0
    seconds: float = 0.0
    orders: int = 0
    fills: int = 0
    faults: int = 0
    events: int = 0
    losses: list[str] = field(factory=list)

    @property
    def good(self) -> bool:
        """Nothing was lost, doubled, or left without a verdict."""
        return not self.losses

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps({"good": self.good, "killed": self.kills.total(), **asdict(self)})


class Drill:
    """A venue, and a process that is killed so many times.

    Args:
        directory: Where the journal, the followers' file and the logs are.
    """

    def __init__(self, directory: Path, seed: int, kills: int) -> None:
        self._directory = directory
        self._kills = kills
        self._seed = seed
        self._chance = Random(f"drill-{seed}")
        self._seen = Seen(directory / "followed.jsonl")
        self.result = Result(seed=seed)

    def run(self, progress: Callable[[int], None] = lambda kills: None) -> Result:
        """Do it all.

        Args:
            progress: Is told after each kill how many there were.
        """
        began = time.monotonic()
        served = Venue(
            lambda reads, writes: trio.run(venue.serve, self._seed, reads, writes), self._directory / "venue.log"
        )
        try:
            place = trader.Place(directory=self._directory, venue=served.facts)
            for life in range(self._kills):
                self._seen.read()
                self._die_once(place, draw(self._chance), life)
                progress(life + 1)
            self._end(place, served)
        finally:
            served.end()
        self.result.seconds = round(time.monotonic() - began, 1)
        return self.result

    def _die_once(self, place: trader.Place, aim: Aim, life: int) -> None:
        def run(ready: int) -> None:
            arm(aim)
            trio.run(lambda: trader.live(place, self._seen, Random(f"{self._seed}-{life}"), ready, settle=False))

        process = Forked(run, self._directory / "trader.log")
        try:
            self._await_the_moment(process, aim, place.journal)
        finally:
            self.result.starting += not process.has_said(0.0)
            died = process.kill()
        if died == signal.SIGKILL:
            self.result.kills[aim.moment] += 1
        else:
            self.result.losses.append(f"life {life} ended by itself, with {died}: see trader.log")

    def _await_the_moment(self, process: Forked, aim: Aim, journal: Path) -> None:
        if aim.moment == "while it starts":
            time.sleep(aim.seconds)
            return
        ready = process.has_said(START_WITHIN)
        if not ready:
            self.result.losses.append(f"not ready within {START_WITHIN:g} s")
        if aim.moment == "at random":
            process_ends = time.monotonic() + aim.seconds
            while time.monotonic() < process_ends and not process.has_ended():
                time.sleep(0.01)
            return
        grown, size = 0, _size(journal)
        gives_up = time.monotonic() + NO_MOMENT
        while time.monotonic() < gives_up and not process.has_ended():
            if aim.moment == "the file grew":
                grown += _size(journal) > size
                size = max(size, _size(journal))
                if grown >= aim.nth:
                    return
            time.sleep(LOOK)

    def _end(self, place: trader.Place, served: Venue) -> None:
        """Live once more, in peace, until everything has settled, and compare."""
        self.result.faults = served.do("calm")["struck"]
        self._seen.read()
        left = self._directory / "left.json"

        def run(ready: int) -> None:
            settled = trio.run(lambda: trader.live(place, self._seen, Random(0), ready, settle=True))
            left.write_text(json.dumps(settled), encoding="utf-8")

        process = Forked(run, self._directory / "trader.log")
        gives_up = time.monotonic() + SETTLE_WITHIN
        while time.monotonic() < gives_up and not process.has_ended():
            time.sleep(0.05)
        died = process.kill()
        if died or not left.exists():
            self.result.losses.append(f"the last life did not settle ({died}): see trader.log")
            return
        served.do("ledger", to=str(self._directory / "ledger.json"))
        ledger = json.loads((self._directory / "ledger.json").read_text(encoding="utf-8"))
        self._seen.read()
        self._count(ledger)
        self.result.losses += compare(ledger, self._seen, json.loads(left.read_text(encoding="utf-8")))

    def _count(self, ledger: dict[str, Any]) -> None:
        ours = [order for order in ledger["orders"] if not order["by_hand"]]
        self.result.orders = len(ours)
        self.result.fills = sum(len(order["fills"]) for order in ours)
        self.result.events = sum(map(len, self._seen.orders.values()))


def _size(journal: Path) -> int:
    """Of the file and what was added to it last."""
    total = 0
    for path in (journal, journal.with_name(f"{journal.name}-wal")):
        try:
            total += os.stat(path).st_size
        except FileNotFoundError:
            continue
    return total
