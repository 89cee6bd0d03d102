"""``batactors venue capabilities``: a table for people, JSON for programs, and the same again when it is measured."""

import json

import pytest

from batactors.cli.main import run
from batactors.testing.conformance import CAPABILITIES, kept_matrix
from batactors.testing.conformance.matrix import as_json, matrix_of
from batactors.testing.simulation.stages import STAGES


def test_programs_get_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    """One object: by venue and capability, whether, by which roads, and why not; it reads back as what it was."""
    assert run(["venue", "capabilities", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == as_json(kept_matrix())
    assert matrix_of(told) == kept_matrix()
    assert told["binance"]["leverage"] == {"supported": True, "by": ["rest"]}


@pytest.mark.parametrize("venue", [None, *STAGES])
def test_people_get_a_table(venue: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each; of one venue also why it has not what it has not."""
    assert run(["venue", "capabilities", *([venue] if venue else [])]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for name, capability in CAPABILITIES.items():
        assert capability.title.split()[0] in shown
        why_not = kept_matrix()[venue][name].why_not if venue else None
        assert why_not is None or why_not.split()[0] in shown


def test_a_venue_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest is named."""
    assert run(["venue", "capabilities", "binanse"]) == 2
    assert "did you mean 'binance'?" in capsys.readouterr().err
