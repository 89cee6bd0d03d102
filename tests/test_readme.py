"""What the README tells a reader to type and to read is what is checked."""

import ast
import subprocess

from tests.readme import EXAMPLE, README, REPOSITORY, between, fenced, with_example

TEXT = README.read_text(encoding="utf-8")
TESTS = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/python -m pytest -n auto"
DEMO = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/batactors demo"


def test_the_example_is_the_file() -> None:
    """The README's example is the example that is tested; `python -m tests.readme` copies it."""
    assert with_example(TEXT) == TEXT


def test_the_example_is_as_short_as_its_heading_says() -> None:
    """The example has 25 lines of code at most, blank lines, comments and its docstring apart."""
    tree = ast.parse(EXAMPLE.read_text(encoding="utf-8") if EXAMPLE.exists() else "")
    if ast.get_docstring(tree) is not None:
        tree.body.pop(0)
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.expr)}
    assert len(lines) <= 25


def test_the_commands_are_the_known_ones() -> None:
    """A fresh machine with Python 3.11 and pip runs tests and demo by one line each."""
    assert between(TEXT, "tests") == fenced(TESTS, "sh")
    assert between(TEXT, "demo") == fenced(DEMO, "sh")


def test_ci_runs_what_the_readme_says() -> None:
    """`.ci/run` executes the README's test command and nothing else."""
    shown = subprocess.run([REPOSITORY / ".ci" / "run", "--show"], capture_output=True, text=True, check=True)
    assert shown.stdout == f"{TESTS}\n"
