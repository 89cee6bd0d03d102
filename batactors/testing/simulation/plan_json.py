"""A plan as JSON, and back: to keep it, to send it, to hand it to a command.

JSON holds every setting, also those that are the defaults, so that a plan that was kept means the same when a default
changes. What is read is held to the types that the fields declare. Each error names its place, what is there and what
would be right.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

import attrs
import msgspec
from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn

from batactors.config.rules import kind_of, listed, suggestion
from batactors.testing.right_values import BadValue
from batactors.testing.schedule import Strategy
from batactors.testing.simulation.kinds import FAULTS, SCHEDULES, STEPS, Family, full_name
from batactors.testing.simulation.plan import AnyFault, Plan
from batactors.testing.simulation.steps import Step

SOURCE = "the plan"


class PlanError(ValueError):
    """A plan cannot be read, or cannot be written; with a line for each thing that is wrong."""


class _Complaint(ValueError):
    """What is wrong with a value, as the rest of a sentence that begins with its path."""


def plan_to_json(plan: Plan) -> str:
    """The plan as JSON, with a line for each step and each fault.

    Raises:
        PlanError: It holds what JSON does not give back as it was.
    """
    lines = []
    for name, value in _CONVERTER.unstructure(plan).items():
        if isinstance(value, list | tuple):
            items = [f"    {_dump(item, f'{name}[{number}]')}" for number, item in enumerate(value)]
            value_text = "[\n" + ",\n".join(items) + "\n  ]" if items else "[]"
        else:
            value_text = _dump(value, name)
        lines.append(f"  {json.dumps(name)}: {value_text}")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    changed = _differences(plan, plan_from_json(text))
    if changed:
        raise PlanError(
            "\n".join(f"{SOURCE}: {where} is {what!r}, which JSON gives back changed" for where, what in changed)
        )
    return text


def plan_from_json(text: str | bytes) -> Plan:
    """The plan that `plan_to_json` has written, or somebody by hand.

    Raises:
        PlanError: With a line for each thing that is wrong.
    """
    try:
        data = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise PlanError(f"{SOURCE} is no JSON: {error}") from error
    try:
        return _CONVERTER.structure(data, Plan)
    except (BaseValidationError, _Complaint) as error:
        raise PlanError("\n".join(f"{SOURCE}: {line}" for line in _lines(error, ""))) from error


def _dump(value: object, place: str) -> str:
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise PlanError(f"{SOURCE}: {place} holds what JSON cannot say: {error}") from error


def _differences(one: Plan, other: Plan) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name in attrs.fields_dict(Plan):
        mine, theirs = getattr(one, name), getattr(other, name)
        if isinstance(mine, tuple):
            found += [(f"{name}[{n}]", m) for n, (m, t) in enumerate(zip(mine, theirs, strict=True)) if m != t]
        elif mine != theirs:
            found.append((name, mine))
    return found


# Errors in words.


def _lines(error: BaseException, path: str) -> Iterator[str]:
    match error:
        case BaseValidationError():
            for inner in error.exceptions:
                place = path + _step(inner, at_root=not path)
                if isinstance(inner, KeyError) and isinstance(error, ClassValidationError) and place != path:
                    yield f"{place} is missing"
                else:
                    yield from _lines(inner, place)
        case ForbiddenExtraKeysError():
            known = list(attrs.fields_dict(error.cl))
            for key in sorted(error.extra_fields, key=str):
                place = f"{path}.{key}" if path else str(key)
                yield f"{place} is not known{suggestion(key, known) or '.'} {error.cl.__name__} has {', '.join(known)}"
        case BadValue():
            for name, complaint in error.complaints:
                yield f"{path}.{name} {complaint}" if path else f"{name} {complaint}"
        case _Complaint():
            yield f"{path} {error}".strip()
        case _:
            yield f"{path or 'it'} is refused: {error}"


def _step(error: BaseException, *, at_root: bool) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return note.name if at_root else f".{note.name}"
        if isinstance(note, IterableValidationNote):
            return f"[{note.index}]"
    return ""


# From JSON to values.


def _table(kind: type[Any], converter: Converter) -> Callable[[Any, Any], Any]:
    read = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def made(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _Complaint(f"is {kind_of(value)}: write an object with {', '.join(attrs.fields_dict(kind))}")
        return read(dict(value), kind)

    return made


def _any_of(family: Family) -> Callable[[Any, Any], Any]:
    def made(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _Complaint(f'is {kind_of(value)}: write an object with a "kind". {_known(family)}')
        name = value.get("kind")
        if not isinstance(name, str):
            raise _Complaint(f"has no kind: write which {family.word} it is. {_known(family)}")
        found = family.find(name)
        if not found:
            near = family.nearest(name)
            meant = f"; did you mean {near!r}?" if near else "."
            raise _Complaint(f"has the kind {name!r}, which is not known{meant} {_known(family)}")
        if len(found) > 1:
            raise _Complaint(f"has the kind {name!r}, and that is the name of {len(found)}: write {listed(found)}")
        (kind,) = found.values()
        return _CONVERTER.structure({key: each for key, each in value.items() if key != "kind"}, kind)

    return made


def _known(family: Family) -> str:
    more = "; to make those of a module of yours known, import it" if family.bases else ""
    return f"Known are {', '.join(family.offered())}{more}"


def _sequence(kind: Any) -> Callable[[Any, Any], Any]:
    inner = get_args(kind)
    endless = len(inner) == 2 and inner[1] is Ellipsis

    def made(values: Any, _: Any) -> Any:
        if not isinstance(values, list | tuple):
            raise _Complaint(f"is {kind_of(values)}: write a list")
        if not endless and len(values) != len(inner):
            raise _Complaint(f"is a list of {len(values)}: write one of {len(inner)}")
        return tuple(_each(values, [inner[0]] * len(values) if endless else inner, kind))

    return made


def _each(values: Iterable[Any], kinds: Iterable[Any], whole: Any) -> list[Any]:
    made, errors = [], []
    for index, (value, kind) in enumerate(zip(values, kinds, strict=True)):
        try:
            made.append(_CONVERTER.structure(value, kind))
        except (BaseValidationError, ValueError, TypeError) as error:
            note = IterableValidationNote(f"at {index}", index, kind)
            error.__notes__ = [*getattr(error, "__notes__", []), note]
            errors.append(error)
    if errors:
        raise IterableValidationError("a list", errors, whole)
    return made


def _literal(kind: Any) -> Callable[[Any, Any], Any]:
    words = get_args(kind)

    def made(value: Any, _: Any) -> Any:
        if value not in words:
            raise _Complaint(f"is {value!r}: write {listed(map(repr, words))}")
        return value

    return made


def _plain(kinds: tuple[type, ...], right: str) -> Callable[[Any, Any], Any]:
    def made(value: Any, _: Any) -> Any:
        if type(value) not in kinds:
            raise _Complaint(f"is {value!r}: write {right}" if type(value) in (str, int, float, bool)
                             else f"is {kind_of(value)}: write {right}")  # fmt: skip
        return value

    return made


def _number(value: Any, kind: Any) -> Any:
    if value in ("inf", "-inf"):
        return math.inf if value == "inf" else -math.inf
    return _plain((int, float), 'a number, or "inf" for one without end')(value, kind)


def _decimal(value: Any, _: Any) -> Decimal:
    try:
        if isinstance(value, str):
            return Decimal(value)
    except ArithmeticError:
        pass
    raise _Complaint(f'is {value!r}: write a decimal number as text, such as "0.5"')


def _mapping(value: Any, _: Any) -> Any:
    if not isinstance(value, Mapping):
        raise _Complaint(f"is {kind_of(value)}: write an object")
    return dict(value)


# From values to what JSON can say.


def _with_kind(family: Family) -> Callable[[Any], Any]:
    def made(value: Any) -> Any:
        kind = type(value)
        if attrs.has(kind) and "kind" in attrs.fields_dict(kind):
            raise PlanError(f"{full_name(kind)} has a field `kind`, which in JSON is the name of its class: rename it")
        return {"kind": family.name_of(kind), **_CONVERTER.unstructure(value, kind)}

    return made


def _finite(value: Any) -> Any:
    return {math.inf: "inf", -math.inf: "-inf"}.get(value, value)


def _is(*origins: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) in origins


def _equals(place: Any) -> Callable[[Any], bool]:
    return lambda kind: bool(kind == place)


def _make() -> Converter:
    converter = Converter(detailed_validation=True)
    converter.register_structure_hook_factory(attrs.has, _table)
    converter.register_structure_hook_factory(_is(tuple), _sequence)
    converter.register_structure_hook_factory(_is(Literal), _literal)
    for mapping in (Mapping[str, Any], dict[str, Any]):
        converter.register_structure_hook_func(_equals(mapping), _mapping)
    converter.register_structure_hook(int, _plain((int,), "a whole number"))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(str, _plain((str,), "text"))
    converter.register_structure_hook(bool, _plain((bool,), "true or false"))
    converter.register_structure_hook(Decimal, _decimal)
    converter.register_unstructure_hook(float, _finite)
    converter.register_unstructure_hook(Decimal, str)
    for place, family in ((Step, STEPS), (AnyFault, FAULTS), (Strategy, SCHEDULES)):
        converter.register_structure_hook_func(_equals(place), _any_of(family))
        converter.register_unstructure_hook_func(_equals(place), _with_kind(family))
    return converter


_CONVERTER = _make()
