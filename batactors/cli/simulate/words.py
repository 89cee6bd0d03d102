"""Durations and plans in words."""

from collections.abc import Mapping
from typing import Any

import attrs

from batactors.testing.simulation.simpler import default_of

UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def duration(seconds: float) -> str:
    """A time in its two largest units: `11 h 5 min`; a short one in tenths of a second."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    left = round(seconds)
    parts = []
    for size, unit in UNITS:
        number, left = divmod(left, size)
        parts.append((number, unit))
    first = next(place for place, (number, _) in enumerate(parts) if number)
    return " ".join(f"{number} {unit}" for number, unit in parts[first : first + 2] if number)


def counted(number: int, what: str) -> str:
    """`1 run`, `1,000 runs`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def by_number(numbers: Mapping[str, int]) -> str:
    """Names with their numbers, the largest first."""
    ranked = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))
    return " · ".join(f"{name} {number:,}" for name, number in ranked if number) or "none"


def settings_of(value: Any) -> Mapping[str, object]:
    """What differs from the defaults in a value of ours, by name."""
    fields = attrs.fields(type(value))
    return {one.name: given for one in fields if (given := getattr(value, one.name)) != default_of(one)}


def short(value: Any) -> str:
    """A step or fault in a few words, without its time, which stands beside it."""
    settings = settings_of(value)
    return " ".join([type(value).__name__, *(f"{name}={settings[name]!r}" for name in settings if name != "at")])
