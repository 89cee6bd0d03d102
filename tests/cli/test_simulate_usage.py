"""``batactors simulate``, asked for what it cannot do: one clear line each, status 2, and nothing is run."""

from pathlib import Path

import pytest

from batactors.cli.main import run
from batactors.cli.simulate.seeds import Seeds, read_seeds
from batactors.model.errors import ConfigError
from batactors.seams import SeededChance

WRONG: list[tuple[tuple[str, ...], str]] = [
    (("--venue", "kraken-sport"), "no simulation of 'kraken-sport'; did you mean 'kraken-spot'?"),
    (("--seeds", "many"), "--seeds is 'many': give how many"),
    (("--seeds", "5:5"), "no seed in that"),
    (("--seeds", "0"), "no seed in that"),
    (("--seeds", "9:"), "has no end"),
    (("--seed", "-1"), "seed"),
    (("--jobs", "0"), "jobs"),
    (("--minutes", "0"), "minutes"),
    (("--seed", "1", "--seeds", "5"), "--seed and --seeds do not go together"),
    (("--seed", "1", "--plan", "plan.json"), "--seed and --plan do not go together"),
    (("--seed", "1", "--random"), "--seed and --random do not go together"),
    (("--trace", "out.html"), "--trace is about one run"),
    (("--seed", "1", "--order", "abc"), "--order is for the page"),
    (("--seed", "1", "--trace", "out.json", "--order", "abc"), "--order is for the page"),
    (("--seed", "1", "--trace", "out.png"), "end it in .html for a page, or in .json"),
    (("--seed", "1", "--trace", "no/such/folder/out.html"), "nothing can be written there: No such file or directory"),
    (("--plan", "no-such-plan.json"), "no-such-plan.json: No such file or directory"),
    (("--check", "promises"), "give a module and a class"),
    (("--check", "tests.cli.promises:None"), "give a module and a class"),
    (("--check", "tests.cli.promises:os"), "no class derived from"),
    (("--check", ":"), "give a module and a class"),
]


@pytest.mark.parametrize(("tokens", "words"), WRONG)
def test_what_is_wrong_is_named(tokens: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", *tokens]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.startswith("error: ")
    assert said.out == ""


def test_a_plan_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the file, and the place in it."""
    path = tmp_path / "plan.json"
    path.write_text('{"seed": "many"}')
    assert run(["simulate", "--plan", str(path)]) == 2
    said = capsys.readouterr().err
    assert f"error: {path}: " in said
    assert "seed is 'many'" in said


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder in its place is seen before the run; what was there before stays as it was when the run is refused."""
    assert run(["simulate", "--seed", "1", "--trace", str(tmp_path / "folder.html" / "x.html")]) == 2
    (tmp_path / "folder.html").mkdir()
    assert run(["simulate", "--seed", "1", "--trace", str(tmp_path / "folder.html")]) == 2
    assert "Is a directory" in capsys.readouterr().err
    page = tmp_path / "page.html"
    page.write_text("before")
    assert run(["simulate", "--seed", "1", "--trace", str(page), "--order", "nobody"]) == 2
    assert "this run has no such order. It has " in capsys.readouterr().err
    assert page.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.html", "page.html"]


def test_seeds_are_a_number_or_a_range() -> None:
    assert read_seeds("1000") == Seeds(first=0, end=1000)
    assert read_seeds("2000:3000") == Seeds(first=2000, end=3000)
    assert read_seeds("7:") == Seeds(first=7, end=None)
    assert [str(read_seeds(text)) for text in ("3", "2:3", "7:")] == ["0:3", "2:3", "7:"]
    assert list(read_seeds("2:5")) == [2, 3, 4]
    for text in ("", "-1", "1.5", "3:2", ":5", "²", "1:2:3", "1" * 30):
        with pytest.raises(ConfigError, match="--seeds is"):
            read_seeds(text)


def test_chance_moves_seeds_elsewhere() -> None:
    """As many, from a number on that chance decides."""
    moved = read_seeds("10:15").elsewhere(SeededChance(1))
    assert moved.number == 5
    assert moved != read_seeds("10:15").elsewhere(SeededChance(2))
    assert read_seeds("7:").elsewhere(SeededChance(1)).end is None
