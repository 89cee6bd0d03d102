"""The table of promises: each row of ``acceptance_rows.toml`` with the tests that prove it.

``python -m tests.acceptance`` prints it, and fails if a row that the present issue owes has no proof; ``--json`` prints
the same as an object. Tests are collected, not run: whether a proof holds is what the ordinary test run says.
"""

import io
import json
import sys
import tomllib
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict, frozen
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
WIDTH = 160  # columns, where the output is no terminal: a narrower table breaks its words


@frozen(kw_only=True)
class Row:
    """One promise, who owes it, and its proofs."""

    id: str
    text: str
    later: str | None
    tests: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        """Whether the present issue owes a proof of this row that is not there."""
        return self.later is None and not self.tests


class Rows:
    """The rows' file, read."""

    def __init__(self, path: Path = HERE / "acceptance_rows.toml") -> None:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        self.texts: dict[str, str] = {name: text for rows in data["rows"].values() for name, text in rows.items()}
        self.later: dict[str, str] = data["later"]
        self.open: list[str] = data["open"]
        self.now: list[str] = data["now"]

    def owed_to(self, name: str) -> str | None:
        """The later issue that owes this row, or None if it is the present one."""
        return None if name in self.now else self.later.get(name, self.later.get(name[0]))

    def table(self, proofs: dict[str, set[str]]) -> list[Row]:
        """Every row with its proofs, given the tests by row."""
        return [
            Row(id=name, text=text, later=self.owed_to(name), tests=tuple(sorted(proofs.get(name, ()))))
            for name, text in self.texts.items()
        ]


@frozen(kw_only=True)
class MarkedTest:
    """A test that says which rows it proves."""

    name: str
    rows: tuple[str, ...]
    docstring: str | None


def marked_test(item: pytest.Item) -> MarkedTest | None:
    """What a collected test says about itself, or None if it proves nothing: no mark, or not expected to pass."""
    rows = tuple(row for mark in item.iter_markers("holds") for row in mark.args)
    if not rows or item.get_closest_marker("skip") or item.get_closest_marker("xfail"):
        return None
    # A test that has run may have been wrapped by its runner; in its module it is as it was written.
    name = getattr(item, "originalname", None) or item.name
    written = getattr(getattr(item, "module", None), name, None) or getattr(item, "obj", None)
    docstring = getattr(written, "__doc__", None)
    return MarkedTest(name=item.nodeid.partition("[")[0], rows=rows, docstring=docstring)


class Collector:
    """A pytest plugin that notes the marked tests."""

    def __init__(self) -> None:
        self.tests: list[MarkedTest] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.tests = [test for item in session.items if (test := marked_test(item)) is not None]

    @property
    def proofs(self) -> dict[str, set[str]]:
        """The tests' names by row; the cases of one test count once."""
        proofs: dict[str, set[str]] = {}
        for test in self.tests:
            for row in test.rows:
                proofs.setdefault(row, set()).add(test.name)
        return proofs


def collect() -> Collector:
    """Collect the whole suite without running it; leave with pytest's own words if that fails."""
    collector = Collector()
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(HERE)], plugins=[collector])
    if status != pytest.ExitCode.OK:
        sys.exit(f"{said.getvalue()}\nThe tests could not be collected.")
    return collector


def summary(rows: list[Row]) -> str:
    """One line on where the table stands."""
    owed = [row for row in rows if row.later is None]
    proved = [row for row in owed if row.tests]
    return f"{len(proved)} of {len(owed)} rows owed now are proved; {len(rows) - len(owed)} are owed later."


def show(rows: list[Row]) -> None:
    """Print the table for people."""
    table = Table("row", "what must hold", "proof", show_lines=False)
    for row in rows:
        proof = "\n".join(test.removeprefix("tests/") for test in row.tests)
        if not proof:
            proof = "[bold red]NOT PROVED[/]" if row.later is None else f"[dim]later: {row.later}[/]"
        table.add_row(row.id, row.text, proof)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(table)
    console.print(summary(rows), highlight=False)


def as_object(rows: list[Row]) -> dict[str, Any]:
    """The table for programs."""
    return {
        "rows": [asdict(row) for row in rows],
        "not_proved": [row.id for row in rows if row.missing],
        "summary": summary(rows),
    }


def main(arguments: list[str]) -> int:
    """Print the table; the exit status says whether a proof that is owed now is missing."""
    collector = collect()
    rows = Rows().table(collector.proofs)
    unknown = sorted(collector.proofs.keys() - Rows().texts.keys())
    if "--json" in arguments:
        print(json.dumps(as_object(rows), indent=2, ensure_ascii=False))
    else:
        show(rows)
    if unknown:
        print(f"Marks name rows that do not exist: {', '.join(unknown)}", file=sys.stderr)
    return int(bool(unknown) or any(row.missing for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
