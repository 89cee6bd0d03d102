"""The marks on the tests and the table of promises are in step."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.acceptance import HERE, MarkedTest, Row, Rows, marked_test, summary

ROWS = Rows()


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What `python -m tests.acceptance --json` says of the whole suite, also when only a part of it runs now."""
    command = [sys.executable, "-m", "tests.acceptance", "--json"]
    answer = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, timeout=120, check=False)
    assert answer.stdout.startswith("{"), answer.stdout + answer.stderr
    table: dict[str, Any] = json.loads(answer.stdout)
    assert answer.returncode == int(bool(table["not_proved"])), answer.stderr
    return table


@pytest.fixture
def marked(request: pytest.FixtureRequest) -> list[MarkedTest]:
    """The marked tests of this run."""
    return [test for item in request.session.items if (test := marked_test(item)) is not None]


def test_every_mark_names_a_row(marked: list[MarkedTest]) -> None:
    """A mark with a misspelt id would prove nothing, silently."""
    assert not [(test.name, row) for test in marked for row in test.rows if row not in ROWS.texts]


def test_every_proof_says_what_it_proves(marked: list[MarkedTest]) -> None:
    """A test that proves a row has a docstring: the promise in a sentence."""
    assert not [test.name for test in marked if not test.docstring]


def test_every_row_owed_now_is_proved(told: dict[str, Any]) -> None:
    """Each row of the present issue has a test, but for those still on the open list."""
    assert not [row for row in told["not_proved"] if row not in ROWS.open]


def test_the_open_list_names_rows_owed_now() -> None:
    """What another issue owes, or nobody knows, is not on the open list; and nothing is there twice."""
    assert not [row for row in ROWS.open if row not in ROWS.texts or ROWS.owed_to(row) is not None]
    assert len(ROWS.open) == len(set(ROWS.open))


def test_later_rows_name_something() -> None:
    """An entry of the later table is the id of a row or the first letter of some."""
    assert not [key for key in ROWS.later if not any(row in {key} or row[0] == key for row in ROWS.texts)]


def test_the_rows_owed_now_are_rows() -> None:
    """An entry of the list of rows that are owed early is the id of a row that its letter leaves for later."""
    by_letter = [row for row in ROWS.now if {row, row[0]} & ROWS.later.keys()]
    assert ROWS.now == by_letter == [row for row in ROWS.now if row in ROWS.texts]


def test_a_row_without_a_test_counts_as_missing() -> None:
    """Only a row that is owed now, and that no test names, is missing."""
    proved = Row(id="A01", text="", later=None, tests=("tests/test_a.py::test_b",))
    missing = Row(id="A02", text="", later=None)
    later = Row(id="X01", text="", later="issue 4")
    assert [row.missing for row in (proved, missing, later)] == [False, True, False]
    assert summary([proved, missing, later]) == "1 of 2 rows owed now are proved; 1 are owed later."
