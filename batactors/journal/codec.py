"""Entries as text that a store can keep: JSON with every field under its own name, and money as text.

Strict in both directions. A class or a field that is not known here is an error that names it, never left out: what a
journal says was told to somebody. ``FORMAT`` counts the changes of what is written; each row carries the number of its
own, and ``UPGRADES`` says how an older one is read.
"""

import types
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec

from batactors.journal.store import Entry, SetAside
from batactors.model import lifecycle, order_events, reports
from batactors.model.commands import (
    AdoptOrder,
    AmendOrder,
    CancelAll,
    CancelOrder,
    CreateOrder,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from batactors.model.inputs import Registered

FORMAT = 1
UPGRADES: Mapping[int, Callable[[str, dict[str, Any]], dict[str, Any]]] = {}
"""By the format that is read: makes the fields of a class, by its name, those of the next format."""

COMMANDS: tuple[type[Any], ...] = (
    CreateOrder,
    AdoptOrder,
    AmendOrder,
    CancelOrder,
    CancelAll,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
EVENTS: tuple[type[order_events.OrderEvent], ...] = (
    order_events.OrderSubmitted,
    order_events.OrderAccepted,
    order_events.OrderAdopted,
    order_events.OrderTriggered,
    order_events.OrderUpdated,
    order_events.OrderFilled,
    order_events.OrderFillsMissing,
    order_events.OrderCanceled,
    order_events.OrderExpired,
    order_events.OrderRejected,
    order_events.OrderNotExecuted,
)
STEPS: tuple[type[lifecycle.LifecycleEvent], ...] = (
    lifecycle.Sent,
    lifecycle.Ack,
    lifecycle.Receipt,
    lifecycle.LateAck,
    lifecycle.RecoveryScheduled,
    lifecycle.RecoveryAttempt,
    lifecycle.RecoveryCompleted,
    lifecycle.Resolved,
)
REPORTS: tuple[type[reports.Report], ...] = (reports.OrderStatusReport, reports.FillReport)


class CodecError(ValueError):
    """A text that is no entry, or an entry that has no text; the message says what is wrong with it."""


@attrs.frozen
class _Shape:
    """What a class is made of: its fields, which of them are money, and which hold values of other classes."""

    fields: frozenset[str]
    money: tuple[str, ...]
    inner: tuple[tuple[str, type[Any]], ...]


_SHAPES: dict[type[Any], _Shape] = {}


def _parts(hint: Any) -> tuple[Any, ...]:
    """The types that a hint is made of, down to the last: those of ``tuple[Fee, ...] | None`` are Fee and None."""
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) in (Union, types.UnionType, tuple):
        return tuple(part for arg in get_args(hint) if arg is not Ellipsis for part in _parts(arg))
    return (hint,)


def _learn(cls: type[Any]) -> None:
    if cls in _SHAPES:
        return
    hints = get_type_hints(cls)
    parts = {attribute.name: _parts(hints[attribute.name]) for attribute in attrs.fields(cls)}
    inner = tuple((name, part) for name, some in parts.items() for part in some if attrs.has(part))
    _SHAPES[cls] = _Shape(frozenset(parts), tuple(name for name, some in parts.items() if Decimal in some), inner)
    for _, part in inner:
        _learn(part)


_CLASSES: dict[str, type[Any]] = {cls.__name__: cls for cls in (*COMMANDS, *EVENTS, *STEPS, *REPORTS, SetAside)}
for _cls in _CLASSES.values():
    _learn(_cls)

_OF_REGISTERED = frozenset(("v", "at", "on", "wire_id", "command"))
_HEAD = f'{{"v":{FORMAT},'.encode()
_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder().decode


@attrs.frozen
class _When:
    at: float
    on: Any


def kind_of(entry: Entry) -> str:
    """The name under which an entry is kept: that of its class, and of a registered command that of the command's.

    Raises:
        CodecError: It is of no class that a journal keeps.
    """
    cls = type(entry.command) if isinstance(entry, Registered) else type(entry)
    name = cls.__name__
    if _CLASSES.get(name) is not cls:
        raise CodecError(f"a journal keeps nothing of the class {name}: add it to batactors.journal.codec")
    return name


def encode(entry: Entry) -> tuple[str, str]:
    """The name under which an entry is kept, and its text.

    Raises:
        CodecError: It is of no class that a journal keeps, or a value in it has no text.
    """
    kind = kind_of(entry)
    content: Any = entry
    if isinstance(entry, Registered):
        content = {"at": entry.at, "on": entry.on, "wire_id": entry.wire_id, "command": entry.command}
    try:
        return kind, (_HEAD + _encode(content)[1:]).decode()
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise CodecError(f"{kind} cannot be written: {error}") from error


def decode(kind: str, text: str) -> Entry:
    """The entry of a text.

    Raises:
        CodecError: The class or a field is unknown, a field is missing or not what it should be.
    """
    cls = _CLASSES.get(kind)
    if cls is None:
        raise CodecError(f"{kind} is no class that this version of batactors knows")
    try:
        fields = _decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise CodecError(f"{kind}: {error}") from error
    if not isinstance(fields, dict):
        raise CodecError(f"{kind}: it is no object")
    fields = _upgraded(kind, fields)
    try:
        if kind in _COMMAND_NAMES:
            return _registered(cls, fields)
        _check(cls, fields, kind)
        entry: Entry = msgspec.convert(fields, cls)
        return entry
    except (msgspec.MsgspecError, ValueError, TypeError, ArithmeticError) as error:
        if isinstance(error, CodecError):
            raise
        raise CodecError(f"{kind}: {error}") from error


_COMMAND_NAMES = frozenset(cls.__name__ for cls in COMMANDS)


def _upgraded(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    written = fields.pop("v", None)
    if not isinstance(written, int) or isinstance(written, bool) or not 1 <= written <= FORMAT:
        raise CodecError(f"{kind} is of format {written!r}: this version of batactors reads 1 to {FORMAT}")
    for step in range(written, FORMAT):
        fields = UPGRADES[step](kind, fields)
    return fields


def _registered(cls: type[Any], fields: dict[str, Any]) -> Registered:
    unknown = sorted(fields.keys() - _OF_REGISTERED)
    command = fields.get("command")
    if unknown or not isinstance(command, dict):
        raise CodecError(f"Registered has no field {unknown[0]!r}" if unknown else "Registered lacks its command")
    _check(cls, command, cls.__name__)
    when = msgspec.convert(fields, _When)
    on = msgspec.convert(when.on, _DATETIME)
    wire_id = msgspec.convert(fields.get("wire_id"), _WIRE_ID)
    return Registered(at=when.at, on=on, command=msgspec.convert(command, cls), wire_id=wire_id)


_HINTS = get_type_hints(Registered)
_DATETIME, _WIRE_ID = _HINTS["on"], _HINTS["wire_id"]


def _check(cls: type[Any], fields: Mapping[str, Any], path: str) -> None:
    """See that there is no field too many, here and in all that is within, and that money is text."""
    shape = _SHAPES[cls]
    unknown = fields.keys() - shape.fields
    if unknown:
        raise CodecError(f"{path} has no field {min(unknown)!r}")
    for name in shape.money:
        value = fields.get(name)
        if value is not None and not isinstance(value, str):
            raise CodecError(f"{path}.{name} is {value!r}: money must be text")
    for name, inner in shape.inner:
        value = fields.get(name)
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, dict):
                _check(inner, one, f"{path}.{name}")
