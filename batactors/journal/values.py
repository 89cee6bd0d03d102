"""Values of the model as JSON and back, whole: each bears the name of its class, so that any of them can be read.

For recordings of sessions. A journal has a stricter codec of its own.
"""

import inspect
from datetime import datetime
from decimal import Decimal
from enum import Enum
from math import inf, isinf
from typing import Any

import attrs

from batactors.core import rules
from batactors.model import (
    account_facts,
    commands,
    errors,
    facts,
    inputs,
    instruments,
    limits,
    operations,
    positions,
    questions,
    receipts,
    settings,
    terms,
)

_MODULES = (
    account_facts, commands, errors, facts, inputs, instruments, limits, operations, positions, questions, receipts,
    rules, settings, terms,
)  # fmt: skip
CLASSES: dict[str, type[Any]] = {
    name: cls
    for module in _MODULES
    for name, cls in inspect.getmembers(module, inspect.isclass)
    if attrs.has(cls) or issubclass(cls, Enum)
}


def pack(value: Any) -> Any:
    """A value as JSON has it.

    Raises:
        TypeError: It is of no class that is known here.
    """
    match value:
        case Enum():
            return {"$enum": type(value).__name__, "value": value.value}
        case float() if isinf(value):
            return {"$infinite": value > 0}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"$decimal": str(value)}
        case datetime():
            return {"$time": value.isoformat()}
        case list() | tuple():
            return [pack(one) for one in value]
    cls = type(value)
    if CLASSES.get(cls.__name__) is not cls:
        raise TypeError(f"{cls.__name__} is no class that a recording can hold: add its module to journal.values")
    return {"$": cls.__name__} | {field.name: pack(getattr(value, field.name)) for field in attrs.fields(cls)}


def unpack(packed: Any) -> Any:
    """The value; lists are tuples.

    Raises:
        ValueError: It names a class, or a field, that there is not.
    """
    if isinstance(packed, list):
        return tuple(unpack(one) for one in packed)
    if not isinstance(packed, dict):
        return packed
    if "$decimal" in packed:
        return Decimal(packed["$decimal"])
    if "$infinite" in packed:
        return inf if packed["$infinite"] else -inf
    if "$time" in packed:
        return datetime.fromisoformat(packed["$time"])
    name = packed.get("$enum", packed.get("$"))
    cls = CLASSES.get(str(name))
    if cls is None:
        raise ValueError(f"{name!r} is no class that this version of batactors knows")
    if "$enum" in packed:
        return cls(packed["value"])
    try:
        return cls(**{key: unpack(one) for key, one in packed.items() if key != "$"})
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from error
