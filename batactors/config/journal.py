"""Where an account's journal is, and how much of it is kept."""

import os
from pathlib import Path
from typing import Any, Literal

from attrs import evolve, field, frozen

from batactors.config.rules import Rule, one_of, whole

Sync = Literal["full", "normal"]

_PATH = Rule(
    "write the path of a file, such as kraken.journal",
    lambda value: isinstance(value, str | os.PathLike) and _is_file_name(os.fspath(value)),
)
_COUNT = whole(1, 1_000_000_000)


def _is_file_name(path: str | bytes) -> bool:
    return isinstance(path, str) and bool(path.strip()) and path.isprintable() and not path.endswith("/")


def _text(path: Any) -> Any:
    return os.fspath(path) if isinstance(path, os.PathLike) else path


@frozen(kw_only=True)
class JournalConfig:
    """The journal of one account, in a file of its own.

    Attributes:
        path: The file, made if there is none. In a TOML file a relative path begins where that file is.
        sync: When the disk is asked to have written: ``full``, before anything is sent or told; ``normal``, now and
            then, so that a loss of power can take the last of it.
        settled: How many ended orders and commands are kept whole, for the audit; of older ones only the ids.
        days: How many days they are kept at most.
        recent: How many of them a restart reads and tells again.
    """

    path: str = field(converter=_text, validator=_PATH)
    sync: Sync = field(default="full", validator=one_of("full", "normal"))
    settled: int = field(default=100_000, validator=_COUNT)
    days: int | None = field(default=None, validator=whole(1, 36_500).or_none())
    recent: int = field(default=1_000, validator=_COUNT)

    def within(self, directory: str | os.PathLike[str]) -> "JournalConfig":
        """The same, with a relative path taken to begin at this directory. ``~`` is the home folder."""
        return evolve(self, path=str(Path(directory) / Path(self.path).expanduser()))
