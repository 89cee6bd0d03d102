"""Where a journal is, as a configuration says it."""

from pathlib import Path
from typing import Any

import pytest

from batactors.config import AccountConfig, EngineConfig, JournalConfig
from batactors.model.errors import ConfigError
from tests.test_config import SECRETS, account, errors_of


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (account(journal="x"), "accounts.kraken.journal is text: write a table with path, sync,"),
        (account(journal={}), "accounts.kraken.journal.path is missing: write the path of a file"),
        (account(journal={"path": ""}), "accounts.kraken.journal.path is '': write the path of a file"),
        (account(journal={"path": 3}), "accounts.kraken.journal.path is 3: write the path of a file"),
        (account(journal={"path": "a/"}), "accounts.kraken.journal.path is 'a/': write the path of a file"),
        (account(journal={"path": "a", "sync": "ful"}), "accounts.kraken.journal.sync is 'ful': write full or normal"),
        (account(journal={"path": "a", "days": 0}), "accounts.kraken.journal.days is 0: write a whole number from 1"),
        (account(journal={"path": "a", "pth": 1}), "accounts.kraken.journal.pth is not known"),
    ],
    ids=str,
)
def test_a_journal_that_is_none_is_told_in_words(data: Any, line: str) -> None:
    """What is wrong with the table is named, with its place and what would be right."""
    (told,) = errors_of(data)
    assert told.removeprefix("engine.toml: ").startswith(line)


def test_the_path_of_a_journal_begins_where_it_stands(tmp_path: Path) -> None:
    """In a file, beside the file; from Python, as it is given; ``~`` is the home folder, an absolute one is whole."""
    for given, meant in (
        ("a.journal", tmp_path / "a.journal"),
        ("~/a.journal", Path.home() / "a.journal"),
        ("/x/a", Path("/x/a")),
    ):
        path = tmp_path / "engine.toml"
        path.write_text(f"""
            [accounts.kraken]
            api_key.env = "K"
            api_secret.env = "S"
            journal.path = "{given}"
            """)
        journal = EngineConfig.from_toml(path).accounts["kraken"].journal
        assert journal == JournalConfig(path=str(meant))
    assert JournalConfig(path=Path("a.journal")).path == "a.journal"


def test_two_accounts_cannot_have_one_journal(tmp_path: Path) -> None:
    """One file that two accounts would write to is refused, however it is spelled."""
    one, same = (AccountConfig(**SECRETS, journal=JournalConfig(path=path)) for path in ("a.journal", "./a.journal"))
    with pytest.raises(ConfigError, match=r"accounts\.b\.journal\.path is '\./a\.journal', as is that of a"):
        EngineConfig(accounts={"a": one, "b": same})
