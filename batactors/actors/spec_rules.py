"""What may stand in a child's spec. A wrong word would be taken for another one silently, so it is refused at once."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from attrs import Attribute

Word = TypeVar("Word", bound=StrEnum)
Validator = Callable[[object, "Attribute[Any]", Any], None]


def word(kind: type[Word], value: str, name: str) -> Word:
    """A word of a closed vocabulary.

    Raises:
        ValueError: It is none of them; they are told.
    """
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{name} is {value!r}: give one of {', '.join(kind)}") from None


def a_name(spec: object, attribute: "Attribute[Any]", value: object) -> None:
    """Text, and some of it.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(value, str) or not value:
        raise ValueError(f"{attribute.name} is {value!r}: give text that is not empty")


def a_function(spec: object, attribute: "Attribute[Any]", value: object) -> None:
    """Something to call.

    Raises:
        ValueError: It cannot be called; a coroutine, as of ``run=feed()``, is the usual mistake.
    """
    if not callable(value):
        raise ValueError(f"{attribute.name} is {value!r}: give the function itself, without calling it")


def or_none(rule: Validator) -> Validator:
    """The same, where there may also be nothing."""

    def check(spec: object, attribute: "Attribute[Any]", value: object) -> None:
        if value is not None:
            rule(spec, attribute, value)

    return check


def is_a(kind: type) -> Validator:
    """A value of this class."""

    def check(spec: object, attribute: "Attribute[Any]", value: object) -> None:
        if not isinstance(value, kind):
            raise ValueError(f"{attribute.name} is {value!r}: give a value of {kind.__name__}")

    return check


def a_number(least: float, unit: str, *, above: bool = False, most: float | None = None) -> Validator:
    """A number from so much on, or above it; seconds may be without end."""
    span = f"{'more than' if above else 'at least'} {least:g}{f' and at most {most:g}' if most is not None else ''}"

    def check(spec: object, attribute: "Attribute[Any]", value: object) -> None:
        holds = isinstance(value, int | float) and not isinstance(value, bool)
        # What is no number at all falls to the comparisons.
        holds = holds and (value > least if above else value >= least)  # type: ignore[operator]
        if not holds or (most is not None and value > most):  # type: ignore[operator]
            raise ValueError(f"{attribute.name} is {value!r}: give {unit}, {span}")

    return check
