"""What may stand in a fault, a step, knobs or a plan. Nonsense is refused when it is written, not ignored when it runs.

A field of ours is held to its annotation, and to what makes sense by its name. The fields that somebody's own class
defines are his own.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from batactors.config import AccountConfig, SupervisionConfig
from batactors.config.rules import Rule, listed, number, one_of, whole
from batactors.testing.right_words import ACTORS, CHANNELS, EVENTS, METHODS, STATUSES, VENUES, aim_complaint, meant_by

OURS = "batactors."
MOST = 1_000_000_000
Complain = Callable[[Any], str | None]
"""What is wrong with a value, as the rest of a sentence that begins with its name; or nothing."""


class BadValue(ValueError):
    """Something is said that makes no sense, with a line for each field.

    Attributes:
        complaints: The fields, and what is wrong with each.
    """

    def __init__(self, kind: str, complaints: Sequence[tuple[str, str]]) -> None:
        super().__init__(kind, complaints)
        self.kind = kind
        self.complaints = tuple(complaints)

    def __str__(self) -> str:
        return "\n".join(f"{self.kind}: {name} {complaint}" for name, complaint in self.complaints)


_KNOWN: dict[type, Sequence[tuple[str, Any, Complain]]] = {}
"""Of each class the fields that are looked at, with their defaults, which need no look."""


def require(instance: Any) -> None:
    """Refuse nonsense. Call it in `__attrs_post_init__`.

    Raises:
        BadValue: With the class, each field that is wrong, what is there and what would be right.
    """
    found = []
    kind = type(instance)
    if kind not in _KNOWN:
        _KNOWN[kind] = complainers_of(kind)
    for name, default, complain in _KNOWN[kind]:
        value = getattr(instance, name)
        if value is default:  # as most are, and drawn plans are made of thousands
            continue
        complaint = complain(value)
        if complaint is not None:
            wrong = f"is the class {value.__name__}: write {value.__name__}()" if isinstance(value, type) else complaint
            found.append((name, wrong))
    if found:
        raise BadValue(kind.__name__, found)


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return not math.isnan(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 10**15  # trio reckons with floats


def _is_price(value: object) -> bool:
    try:
        return isinstance(value, str) and (amount := Decimal(value)).is_finite() and amount > 0
    except ArithmeticError:
        return False


def _is_latency(value: object) -> bool:
    if not isinstance(value, tuple | list) or len(value) != 2 or not all(map(_is_number, value)):
        return False
    return bool(0 <= value[0] <= value[1] < math.inf)


NUMBER = Rule('write a number, or "inf" for one without end', _is_number)
MOMENT = Rule("write a number of seconds from 0 on", lambda value: _is_number(value) and 0 <= value < math.inf)
LASTING = Rule(
    "write a number of seconds from 0 on, or infinity for one without end",
    lambda value: _is_number(value) and value >= 0,
)
SPAN = Rule("write a number of seconds above 0", lambda value: _is_number(value) and 0 < value < math.inf)
SHIFT = Rule("write a number of seconds", lambda value: _is_number(value) and abs(value) < math.inf)
RATE = Rule("write a number above 0", lambda value: _is_number(value) and 0 < value < math.inf)
TIMES = Rule(
    "write a whole number from 1 on, or infinity",
    lambda value: _is_number(value) and value >= 1 and (value == math.inf or value == int(value)),
)
AMOUNT = Rule('write a positive decimal number as text, such as "0.5"', _is_price)
HTTP_STATUS, CLOSE_CODE = whole(100, 599), whole(1000, 4999)


def _latency(value: object) -> str | None:
    if _is_latency(value):
        return None
    return f"is {value!r}: write two numbers of seconds, the least and the most, such as (0.001, 0.02)"


_METHOD = one_of(*METHODS)


def _method(value: object) -> str | None:
    if value is None or value in METHODS:
        return None
    complaint = _METHOD.complaint(value)
    meant = meant_by(value)
    return f"is {value!r}: write {listed(METHODS)}; did you mean {meant!r}?" if meant else complaint


RULES: Mapping[str, Rule | Complain] = {
    "at": MOMENT,
    "nth": whole(1, MOST),
    "when": aim_complaint,
    "count": whole(1, MOST),
    "Fault.count": TIMES,
    "point": whole(1, MOST),
    "extra": whole(1, MOST),
    "seconds": MOMENT,
    "by": SHIFT,
    "Slow.by": MOMENT,
    "down_for": MOMENT,
    "bytes_per_second": RATE,
    "actor": one_of(*ACTORS),
    "code": CLOSE_CODE,
    "method": _method,
    "event": one_of(*EVENTS),
    "channel": one_of(*CHANNELS),
    "HttpError.status": HTTP_STATUS,
    "RefuseUpgrade.status": HTTP_STATUS,
    "ChangeStatus.status": one_of(*STATUSES),
    "quantity": AMOUNT,
    "price": AMOUNT,
    "bid": AMOUNT,
    "ask": AMOUNT,
    "storm": SPAN,
    "venue": one_of(*VENUES),
    "tick": MOMENT,
    "latency": _latency,
    "split": number(0, 1),
    "fill_in_parts": whole(1, 1000),
    "disk": MOMENT,
    "slow_follower": MOMENT,
    "changes": whole(0, MOST),
}
"""By the name of the field, or by that and its class, where one word means different things."""
OF_THE_CONFIGURATION = {
    name: field.validator
    for config in (AccountConfig, SupervisionConfig)
    for name, field in attrs.fields_dict(config).items()
    if isinstance(field.validator, Rule)
}
"""What knobs hand on has to be right there."""


def complainers_of(kind: type) -> Sequence[tuple[str, Any, Complain]]:
    """The fields of a class that are held to something, each with its default and with what tells what is wrong."""
    found: list[tuple[str, Any, Complain]] = []
    for field in attrs.fields(kind):
        owner = _owner(kind, field.name)
        if not owner.__module__.startswith(OURS):
            continue
        hint = get_type_hints(owner)[field.name]
        rule = _named(kind, owner, field.name) or _typed(hint)
        if isinstance(rule, Rule):
            rule = (rule.or_none() if type(None) in get_args(hint) else rule).complaint
        elif rule is not None and rule is not _method and type(None) in get_args(hint):
            rule = _or_none(rule)
        if rule is not None:
            found.append((field.name, field.default, rule))
    return found


def _owner(kind: type, name: str) -> type:
    """The class that defines this field."""
    for base in kind.__mro__:
        if attrs.has(base) and any(field.name == name and not field.inherited for field in attrs.fields(base)):
            return base
    return kind


def _named(kind: type, owner: type, name: str) -> Rule | Complain | None:
    if owner.__name__ == "Knobs" and name in OF_THE_CONFIGURATION:
        rule = OF_THE_CONFIGURATION[name]
        return attrs.evolve(
            rule, holds=lambda value: value is not None and rule.holds(value)
        )  # no default stands behind
    if f"{owner.__name__}.{name}" in RULES:
        return RULES[f"{owner.__name__}.{name}"]
    if any(base.__name__ == "Fault" for base in kind.__mro__) and name in ("seconds", "when"):
        return (
            LASTING if name == "seconds" else None
        )  # it may last for ever; and HttpError's `when` is one of two words
    return RULES.get(name)


def _typed(hint: Any) -> Rule | None:
    """What the annotation says, as far as this can tell; anything may stand in the others."""
    origin = get_origin(hint)
    plain = [each for each in get_args(hint) if each is not type(None)]
    if origin in (Union, UnionType):
        if len(plain) == 1:
            return _typed(plain[0])
        return Rule(
            f"write one of {listed(f'{each.__name__}()' for each in plain)}", lambda v: isinstance(v, tuple(plain))
        )
    if origin is Literal:
        return one_of(*get_args(hint))
    if origin is tuple and plain[0] is int:
        return Rule("write a tuple of whole numbers, such as (1, 2)", _is_whole_numbers)
    if origin is not None and issubclass(origin, Mapping):
        return Rule("write a dictionary", lambda value: isinstance(value, Mapping))
    if attrs.has(hint):
        return Rule(f"write {hint.__name__}(...)", lambda value: isinstance(value, hint))
    return {
        int: Rule("write a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
        float: NUMBER,
        bool: Rule("write true or false", lambda value: isinstance(value, bool)),
        str: Rule("write text", lambda value: isinstance(value, str)),
    }.get(hint)


def _is_whole_numbers(value: object) -> bool:
    return isinstance(value, tuple | list) and all(
        isinstance(each, int) and not isinstance(each, bool) for each in value
    )


def _or_none(complain: Complain) -> Complain:
    return lambda value: None if value is None else complain(value)
