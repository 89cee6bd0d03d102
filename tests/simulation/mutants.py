"""The table of mutants: bugs that are put into the engine on purpose, and how soon the simulation finds each.

``python -m tests.simulation.mutants`` runs plans from seed 0 on until each mutant is found, and prints the table;
``--write`` keeps it in ``mutants.toml``, where the tests read which seeds to look at. A seed at which the engine is
found wrong without the bug proves nothing, and is passed over.
"""

import argparse
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from batactors.testing.simulation import RunReport, draw_plan, run_plan
from tests.simulation import (
    mutants_adoption,
    mutants_binance,
    mutants_codec,
    mutants_conditional,
    mutants_crashes,
    mutants_kraken_futures,
    mutants_modes,
    mutants_orders,
    mutants_roads,
    mutants_verdicts,
)
from tests.simulation.fitting import STALE, NoLongerFitsError
from tests.simulation.mutant import Mutant

TABLE = Path(__file__).with_suffix(".toml")
HEADER = """# Which check finds each mutant, at which seed first, and how many seeds from 0 on are said to be enough.
# `python -m tests.simulation.mutants --write` writes this file anew, as is due when plans are drawn in another way.
"""
PARTS = (
    mutants_orders,
    mutants_verdicts,
    mutants_roads,
    mutants_crashes,
    mutants_codec,
    mutants_modes,
    mutants_adoption,
    mutants_binance,
    mutants_conditional,
    mutants_kraken_futures,
)
MUTANTS: Mapping[str, Mutant] = {one.name: one for part in PARTS for one in part.mutant.all}
STALE_CRASH = re.compile(rf"crashed by itself: .*?\b(?:{'|'.join(one.__name__ for one in STALE)})\b")
"""A crash of code that does not fit other code: the engine's own mistakes are told in other words."""
STATED = (20, 50, 100, 200, 400, 800)
"""What is said: twice the seeds that it took, rounded up to one of these. Another draw finds others a little later."""


@frozen(kw_only=True)
class Row:
    """What the table says of a mutant.

    Attributes:
        check: Which check finds it.
        first: The first seed, from 0 on, whose plan finds it.
        within: So many seeds from 0 on are said to be enough.
        venue: At which it is found.
    """

    check: str
    first: int
    within: int
    venue: str = "kraken-spot"


def read_table() -> dict[str, Row]:
    """The table as it was written."""
    return {name: Row(**row) for name, row in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()}


def write_table(table: Mapping[str, Row]) -> None:
    """Keep the table, in the order of the mutants."""
    rows = [
        f'["{name}"]\n{_venue(MUTANTS[name])}check = "{row.check}"\nfirst = {row.first}\nwithin = {row.within}\n'
        for name in MUTANTS
        if (row := table.get(name)) is not None
    ]
    TABLE.write_text("\n".join([HEADER, *rows]), encoding="utf-8")


def _venue(mutant: Mutant) -> str:
    return "" if mutant.venue == "kraken-spot" else f'venue = "{mutant.venue}"\n'


class Sound:
    """What runs of the engine without a bug come to; each is run once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], bool] = {}

    def is_sound(self, seed: int, mutant: Mutant) -> bool:
        """Whether nothing is found at this seed when the bug is not there."""
        key = (seed, mutant.name if mutant.setting is not None else "", mutant.venue)
        if key not in self._known:
            with mutant.without():
                self._known[key] = run_plan(draw_plan(seed, venue=mutant.venue)).good
        return self._known[key]


def found_by(mutant: Mutant, seeds: Iterable[int], sound: Sound) -> Iterator[tuple[int, RunReport]]:
    """The seeds at which the bug, and nothing else, breaks a promise, and what their runs report.

    Raises:
        NoLongerFitsError: The bug is for other code than there is now: that it breaks something proves nothing.
    """
    for seed in seeds:
        with mutant.alive():
            report = run_plan(draw_plan(seed, venue=mutant.venue))
        if not report.violations or not sound.is_sound(seed, mutant):
            continue
        for violation in report.violations:
            if STALE_CRASH.search(violation.text):
                raise NoLongerFitsError(f"this mutant no longer fits: {mutant.name}: {violation.text}")
        yield seed, report


def find(mutant: Mutant, seeds: int, sound: Sound) -> Row | None:
    """The row of a mutant; `None` if it escapes."""
    for seed, report in found_by(mutant, range(seeds), sound):
        stated = next((most for most in STATED if most >= 2 * (seed + 1)), 2 * (seed + 1))
        return Row(check=report.violations[0].check, first=seed, within=stated, venue=mutant.venue)
    return None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="the mutants to look at; all if none is named")
    parser.add_argument("--seeds", type=int, default=400, help="how many seeds to try at most, from 0 on")
    parser.add_argument("--write", action="store_true", help="keep what is found in mutants.toml")
    asked = parser.parse_args()
    table, sound = read_table() if TABLE.exists() else {}, Sound()
    for name in asked.names or MUTANTS:
        row = find(MUTANTS[name], asked.seeds, sound)
        told = f"escapes {asked.seeds} seeds" if row is None else f"{row.check:22} {row.first:4} {row.within:4}"
        print(f"{name:48} {told}", flush=True)
        if row is not None:
            table[name] = row
    if asked.write:
        write_table(table)


if __name__ == "__main__":
    main()
