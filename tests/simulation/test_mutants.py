"""The simulation finds bugs: each of these is put into the engine, and found at a stated cost."""

import pytest

from tests.simulation.mutants import MUTANTS, Sound, found_by, read_table

AT_LEAST = 20
ROWS = read_table()
SOUND = Sound()


def test_every_mutant_has_its_row() -> None:
    """There are many mutants, each with a sentence, and of each it is stated how soon it is found and by what."""
    assert list(ROWS) == list(MUTANTS), "python -m tests.simulation.mutants --write"
    assert len(MUTANTS) >= AT_LEAST
    assert all(mutant.sentence for mutant in MUTANTS.values())
    assert all(row.first < row.within for row in ROWS.values())


@pytest.mark.parametrize("name", MUTANTS)
def test_it_is_found(name: str) -> None:
    """Where the engine keeps its promises, it no longer does with this bug in it, and the stated check sees it.

    Only as many seeds are tried as are stated, beginning with the one that found it when the table was written.
    """
    mutant, row = MUTANTS[name], ROWS[name]
    seen: dict[str, int] = {}
    for seed, report in found_by(mutant, range(row.first, row.first + row.within), SOUND):
        seen |= {violation.check: seed for violation in report.violations}
        if row.check in seen:
            return
    pytest.fail(f"{mutant.sentence} Not found by {row.check}, but by {seen or 'nothing'}")
