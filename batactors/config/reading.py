"""From tables to values. Every error names its place, what is there and what would be right; none shows a secret."""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_origin

import attrs
from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, override

from batactors.config.rules import Rule, kind_of, one_of, suggestion
from batactors.config.secret import Secret
from batactors.model.errors import ConfigError
from batactors.model.modes import NewRisk, TradingMode
from batactors.model.terms import TransportPolicy

T = TypeVar("T")

_REFERENCE = 'write { env = "NAME" } or { file = "/path" }'
_WORDS = (TransportPolicy, TradingMode, NewRisk)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Complaint(ValueError):
    """What is wrong with a value, as the rest of a sentence that begins with its path."""


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ConfigError: It cannot be read, or is no TOML.
    """
    shown = os.fspath(path)
    if not shown or not shown.isprintable():
        raise ConfigError(f"{shown!r} cannot be a file's name: give the path of a TOML file")
    try:
        return tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except IsADirectoryError:
        why = "is a directory: give a TOML file"
    except FileNotFoundError:
        why = "is not there: give the path of a TOML file"
    except OSError as error:
        why = f"cannot be read: {error.strerror or type(error).__name__}"
    except UnicodeDecodeError as error:
        why = f"is not TOML: the byte at position {error.start} is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        why = f"is not TOML: {error}"
    raise ConfigError(f"{shown} {why}")


def structure(kind: type[T], data: object, source: str) -> T:
    """Make a value of tables.

    Raises:
        ConfigError: With a line for each thing that is wrong.
    """
    try:
        return _CONVERTER.structure(data, kind)
    except (BaseValidationError, _Complaint) as error:
        lines = [f"{source}: {line}" for line in _lines(error, "")]
    # Raised out here, so that it does not carry cattrs' own error, which shows what it was given.
    raise ConfigError("\n".join(lines))


def _lines(error: BaseException, path: str) -> Iterator[str]:
    """A line for each error in the tree; the steps of its path are cattrs' notes."""
    match error:
        case BaseValidationError():
            for inner in error.exceptions:
                step = _step(inner)
                if isinstance(inner, KeyError) and isinstance(error, ClassValidationError) and step:
                    rule = attrs.fields_dict(error.cl)[step].validator
                    yield f"{_join(path, step)} is missing{f': {rule.right}' if isinstance(rule, Rule) else ''}"
                else:
                    yield from _lines(inner, _join(path, step))
        case ForbiddenExtraKeysError():
            known = list(attrs.fields_dict(error.cl))
            for key in sorted(error.extra_fields, key=str):
                yield f"{_join(path, key)} is not known{suggestion(key, known) or '.'} Known are {', '.join(known)}"
        case ConfigError():  # of the whole value: it begins with the name of a field
            yield f"{path}.{error}" if path else str(error)
        case _:
            yield f"{path} {error}".strip()


def _step(error: BaseException) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return note.name
        if isinstance(note, IterableValidationNote):
            return str(note.index)
    return ""


def _join(path: str, step: str) -> str:
    if not step:
        return path
    key = step if _BARE_KEY.fullmatch(step) else repr(step)
    return f"{path}.{key}" if path else key


def _secret(value: Any, _: Any) -> Secret:
    """A secret by reference. Whatever else stands here may be the secret itself, so no part of it is repeated."""
    match value:
        case Secret():
            return value
        case str():
            raise _Complaint(f"is written out here, where many eyes may see it: {_REFERENCE}")
        case {"env": str() as name} if len(value) == 1:
            if not _VARIABLE.fullmatch(name):
                raise _Complaint('has an env that is not the name of a variable: write one such as { env = "NAME" }')
            return Secret.environment(name)
        case {"file": str() as path} if len(value) == 1:
            if not path.startswith(("/", "~")) or not path.isprintable():
                raise _Complaint('has a file that is not an absolute path: write one such as { file = "/path" }')
            return Secret.file(path)
    raise _Complaint(f"is {kind_of(value)} that does not say where the secret is: {_REFERENCE}")


def _word(value: Any, kind: Any) -> Any:
    """One of the words that a file may write, as the value that Python has for it."""
    complaint = None if isinstance(value, kind) else one_of(*kind).complaint(value)
    if complaint is not None:
        raise _Complaint(complaint)
    return kind(value)


def _table(kind: type[Any], converter: Converter) -> Callable[[Any, Any], Any]:
    """How a table becomes one of our values: no key unknown, and each value held to its field's rule."""
    hooks: dict[str, Any] = {each.name: override(struct_hook=_field(each, converter)) for each in attrs.fields(kind)}
    read = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **hooks)

    def made(value: Any, _: Any) -> Any:
        if isinstance(value, kind):
            return value
        if not isinstance(value, Mapping):
            raise _Complaint(f"is {kind_of(value)}: write a table with {', '.join(attrs.fields_dict(kind))}")
        return read(dict(value), kind)

    return made


def _field(attribute: "attrs.Attribute[Any]", converter: Converter) -> Callable[[Any, Any], Any]:
    def made(value: Any, kind: Any) -> Any:
        tables = get_origin(kind) is Mapping and isinstance(value, Mapping)
        if tables or kind is Secret or kind in _WORDS or attrs.has(kind):
            value = converter.structure(value, kind)
        rule = attribute.validator
        complaint = rule.complaint(value) if isinstance(rule, Rule) else None
        if complaint is not None:
            raise _Complaint(complaint)
        return value

    return made


_CONVERTER = Converter(detailed_validation=True)
_CONVERTER.register_structure_hook_factory(attrs.has, _table)
for _kind in _WORDS:
    _CONVERTER.register_structure_hook(_kind, _word)
_CONVERTER.register_structure_hook(Secret, _secret)
