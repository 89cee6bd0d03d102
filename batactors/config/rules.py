"""What may stand in a field: checks that can say what would be right, for values from TOML and from Python alike."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from reprlib import Repr
from typing import Any, TypeVar
from urllib.parse import urlsplit

from attrs import Attribute, evolve, frozen

from batactors.model.errors import ConfigError

DAY = 86_400.0
Word = TypeVar("Word", bound=StrEnum)

_repr = Repr()
_repr.maxstring = _repr.maxother = 60


@frozen
class Rule:
    """An attrs validator that can also be asked.

    Attributes:
        right: What would be right, as a request.
        holds: Whether this value is.
        show: Whether an error may repeat a value that is wrong.
        words: The words that are right, where these can be listed.
        unit: What a number counts.
    """

    right: str
    holds: Callable[[Any], bool]
    show: Callable[[Any], bool] = lambda value: True
    words: tuple[str, ...] = ()
    unit: str = ""

    def complaint(self, value: object) -> str | None:
        """What is wrong with this value and what would be right, as the rest of a sentence."""
        if self.holds(value):
            return None
        what = _repr.repr(value) if isinstance(value, str | int | float) and self.show(value) else kind_of(value)
        return f"is {what}: {self.right}{suggestion(value, self.words)}"

    def __call__(self, instance: object, attribute: "Attribute[Any]", value: object) -> None:
        complaint = self.complaint(value)
        if complaint is not None:
            raise ConfigError(f"{attribute.name} {complaint}")

    def or_none(self) -> "Rule":
        """The same, where there may also be nothing."""
        return evolve(self, holds=lambda value: value is None or self.holds(value))


def kind_of(value: object) -> str:
    """What sort of thing a value is, without showing it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case Mapping():
            return "a table"
        case list() | tuple():
            return "a list"
        case _:
            return f"of type {type(value).__name__}"


def suggestion(given: object, known: Iterable[str]) -> str:
    """The known word that was perhaps meant, as the end of a sentence; or nothing."""
    near = get_close_matches(str(given).lower(), [str(word) for word in known], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def one_of(*words: str) -> Rule:
    """One of these words."""
    return Rule(f"write {listed(words)}", lambda value: isinstance(value, str) and value in words, words=words)


def member_of(kind: type[StrEnum]) -> Rule:
    """A word of a vocabulary that has a type of its own; ``in_words`` makes one of text."""
    words = tuple(str(word) for word in kind)
    return Rule(f"write {listed(words)}", lambda value: isinstance(value, kind), words=words)


def in_words(kind: type[Word], value: str) -> Word:
    """The word that this text is; what is none is left as it is, for the rule to complain of."""
    return next((word for word in kind if word == value), value)  # type: ignore[return-value]


def listed(words: Iterable[str]) -> str:
    """Words to choose from: ``a, b or c``."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def number(least: float, most: float, unit: str = "", *, above: bool = False) -> Rule:
    """A number between these two, both included; or above the first, where that itself is too little."""
    span = f"more than {least:g} and at most {most:g}" if above else f"from {least:g} to {most:g}"
    return Rule(
        f"write a number{unit and f' of {unit},'} {span}",
        lambda value: _is_number(value) and (least < value if above else least <= value) and value <= most,
        unit=unit,
    )


def seconds(*, zero: bool = False) -> Rule:
    """A time of at most a day: far more than anything here should wait, and little enough to reckon with."""
    return number(0, DAY, "seconds", above=not zero)


def whole(least: int, most: int = 1_000_000_000) -> Rule:
    """A whole number between these two, both included."""
    return Rule(
        f"write a whole number from {least} to {most}",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
    )


def url(*schemes: str, example: str) -> Rule:
    """An address with one of these schemes and a host; no user, query or fragment, where secrets are put."""
    return Rule(
        f"write an address with {listed(schemes)} and a host, without user, query or fragment, such as {example}",
        lambda value: isinstance(value, str) and _is_address(value, schemes),
        show=lambda value: not isinstance(value, str) or not any(mark in value for mark in "@?#"),
    )


def _is_number(value: object) -> bool:
    # Infinity and what is no number at all fall to the comparisons.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    # urlsplit drops some white space and control characters silently; a client may not.
    if not value.isascii() or not value.isprintable() or any(mark in value for mark in " \\@?#"):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
