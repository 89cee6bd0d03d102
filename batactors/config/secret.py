"""Where a secret is, in place of the secret itself."""

import os
from enum import StrEnum
from pathlib import Path

from attrs import field, frozen

from batactors.model.errors import ConfigError


class _Place(StrEnum):
    ENVIRONMENT = "environment"
    FILE = "file"
    VALUE = "value"


@frozen(repr=False)
class Secret:
    """A reference to a secret. It is looked up by ``reveal()`` and shown by nothing else, errors included."""

    _place: _Place
    _at: str = field(repr=False)

    @classmethod
    def environment(cls, name: str) -> "Secret":
        """The value of an environment variable, without white space around it."""
        return cls(_Place.ENVIRONMENT, name)

    @classmethod
    def file(cls, path: str | os.PathLike[str]) -> "Secret":
        """The content of a file, without white space around it. ``~`` is the home folder."""
        return cls(_Place.FILE, os.fspath(path))

    @classmethod
    def value(cls, value: str) -> "Secret":
        """A secret that the program already holds. A TOML file cannot say this."""
        return cls(_Place.VALUE, value)

    def reveal(self) -> str:
        """Look the secret up, now and each time.

        Raises:
            ConfigError: There is nothing at this place. The error names the variable or the file.
        """
        match self._place:
            case _Place.ENVIRONMENT:
                found = _variable(self._at)
            case _Place.FILE:
                found = _content(Path(self._at))
            case _Place.VALUE:
                found = self._at
        if not found:
            raise ConfigError(f"{self} is empty: put the secret there")
        return found

    def __str__(self) -> str:
        match self._place:
            case _Place.ENVIRONMENT:
                return f"the environment variable {self._at}"
            case _Place.FILE:
                return f"the file {self._at}"
            case _Place.VALUE:
                return "a secret given from Python"

    def __repr__(self) -> str:
        shown = "..." if self._place is _Place.VALUE else repr(self._at)
        return f"Secret.{self._place}({shown})"


def _variable(name: str) -> str:
    try:
        return os.environ[name].strip()
    except KeyError:
        raise ConfigError(f"the environment variable {name} is not set: set it to the secret") from None


def _content(path: Path) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8").strip()
    except OSError as error:
        why = error.strerror or type(error).__name__
    except UnicodeDecodeError:  # which holds the whole content
        why = "it is not text in UTF-8"
    except (RuntimeError, ValueError):  # no home folder to put for ``~``, a null byte in the name
        why = "there can be no such file"
    raise ConfigError(f"the secret cannot be read from the file {path}: {why}")
