"""What is simpler than a plan, one change at a time: of each sort of change the greatest comes first.

To go on with whatever is offered comes to an end: a list gets shorter; a setting becomes its default, and stays so; a
number gets fewer digits, or as few and is smaller. No fault gets worse on the way: one that lasts longer, or lags more,
than the promises allow for would break them, and prove nothing.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeGuard, TypeVar, get_args

import attrs
from attrs import evolve

from batactors.testing.schedule import Fifo, Lifo, Uniform
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.moments import TimedFault
from batactors.testing.simulation.plan import Plan
from batactors.testing.simulation.steps import CancelBatch, PlaceBatch, Step

Parts = Literal["faults", "steps"]
PARTS: tuple[Parts, ...] = get_args(Parts)
"""What a plan has several of, the first to be made fewer first."""
PartT = TypeVar("PartT")

Move = Callable[[Plan], Iterator[Plan]]
"""Plans that are simpler in one respect."""

ROUND = (1, 2, 5, 10, 20, 50, 100)
"""Numbers that do not look as if they mattered."""
COUNTS = ("nth", "count", "point", "extra", "changes")
"""Whole numbers of which a smaller one is simpler; any other may be a code."""
PACE = ("reconcile_every", "recovery_patience")
"""Knobs that have to leave room for a venue that limits the pace."""
STRATEGIES = (Fifo(), Lifo(), Uniform())
"""Orders of tasks; none of the others is simpler than these."""


def moves_of(plan: Plan) -> Iterator[Move]:
    """All ways to make this plan simpler without taking a step or a fault away."""
    yield _usual_knobs
    for knob in attrs.fields_dict(Knobs):
        yield _knob(knob)
    yield _earlier
    for name in PARTS:
        for number, part in enumerate(getattr(plan, name)):
            yield _part(name, number, _with_defaults)
            for field in attrs.fields(type(part)):
                yield _part(name, number, _simpler_field(field))
    yield _renumbered
    yield _in_order
    yield _shorter


def _usual_knobs(plan: Plan) -> Iterator[Plan]:
    """All knobs as they are by default, with the simplest order of tasks, or at least with the one that there is."""
    for strategy in (STRATEGIES[0], plan.knobs.strategy):
        if plan.knobs != Knobs(strategy=strategy):
            yield evolve(plan, knobs=Knobs(strategy=strategy))


def _knob(name: str) -> Move:
    def simpler(plan: Plan) -> Iterator[Plan]:
        if plan.knobs.rate_limits and name in PACE:
            return
        given, default = getattr(plan.knobs, name), getattr(Knobs(), name)
        others = [default] if name != "strategy" else [*_before(given, STRATEGIES), *_settings(given)]
        for other in others:
            if other != given:
                yield evolve(plan, knobs=evolve(plan.knobs, **{name: other}))

    return simpler


def _before(given: Any, ranked: Sequence[Any]) -> Sequence[Any]:
    return ranked[: ranked.index(given)] if given in ranked else ranked


def _settings(value: Any) -> Iterator[Any]:
    yield from _with_defaults(value)
    for field in attrs.fields(type(value)):
        yield from _simpler_field(field)(value)


def _part(name: Parts, number: int, change: Callable[[Any], Iterator[Any]]) -> Move:
    """One step, or one fault, that is simpler."""

    def simpler(plan: Plan) -> Iterator[Plan]:
        parts = getattr(plan, name)
        for other in change(parts[number]):
            yield with_parts(plan, name, (*parts[:number], other, *parts[number + 1 :]))

    return simpler


def _with_defaults(value: Any) -> Iterator[Any]:
    """The same kind of thing, with everything as it is by default that can be."""
    defaults = {field: default_of(field) for field in attrs.fields(type(value)) if field.init}
    changes = {
        field.alias or field.name: default
        for field, default in defaults.items()
        if getattr(value, field.name) != default and _may_become(default, field.name, getattr(value, field.name))
    }
    if len(changes) > 1:
        yield evolve(value, **changes)


def _simpler_field(field: "attrs.Attribute[Any]") -> Callable[[Any], Iterator[Any]]:
    """The same with this field as it is by default, or simpler."""

    def simpler(value: Any) -> Iterator[Any]:
        given, default = getattr(value, field.name), default_of(field)
        if not field.init or given == default:
            return
        others = [default] if _may_become(default, field.name, given) else []
        for other in [*others, *_simpler(field.name, given)]:
            yield evolve(value, **{field.alias or field.name: other})

    return simpler


def _may_become(default: Any, name: str, given: Any) -> bool:
    """Whether there is a default, and it is no more than what is given, if that says how much or how many."""
    if default is attrs.NOTHING or not _is_amount(name, given) or not isinstance(default, int | float):
        return default is not attrs.NOTHING
    return abs(default) <= math.fabs(given)


def _is_amount(name: str, given: Any) -> bool:
    return isinstance(given, float) or (isinstance(given, int) and name in COUNTS)


def default_of(field: "attrs.Attribute[Any]") -> Any:
    """What a field is unless it is given; `attrs.NOTHING` if it must be."""
    default: Any = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return attrs.NOTHING if default.takes_self else default.factory()
    return default


def _simpler(name: str, given: Any) -> Iterator[Any]:
    if isinstance(given, tuple) and len(given) > 1:
        yield given[: len(given) // 2]
        yield given[len(given) // 2 :]
        yield given[:-1]
    elif name == "at" and given:
        yield 0.0
        yield from _rounder(given, most=math.ceil(given))
    elif _is_amount(name, given):
        yield from _rounder(given, most=abs(given))


def _rounder(given: float, most: float) -> Iterator[float]:
    """Rounder numbers, and as round ones that are smaller: of the same type and sign, and not 0."""
    if not math.isfinite(given):
        return
    size = abs(given)
    near = [math.floor(size), math.ceil(size), round(size, 1), round(size, 2), math.floor(size / 2), size - 1]
    for other in dict.fromkeys([*ROUND, *near]):
        if 0 < other <= most and _roundness(other) < _roundness(size):
            yield int(math.copysign(other, given)) if isinstance(given, int) else math.copysign(other, given)


def _roundness(size: float) -> tuple[int, float]:
    exponent = Decimal(str(size)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0, size


def with_parts(plan: Plan, name: Parts, parts: tuple[Any, ...]) -> Plan:
    """The plan with these steps, or with these faults."""
    return evolve(plan, steps=parts) if name == "steps" else evolve(plan, faults=parts)


def _earlier(plan: Plan) -> Iterator[Plan]:
    """Everything sooner by the same time, so that the first begins at once."""
    times = [part.at for part in (*plan.steps, *plan.faults) if _has_time(part)]
    first = min(times, default=0.0)
    if first > 0:
        yield evolve(
            plan,
            steps=tuple(_sooner(step, first) for step in plan.steps),
            faults=tuple(_sooner(fault, first) for fault in plan.faults),
        )


def _sooner(part: PartT, by: float) -> PartT:
    return evolve(part, at=round(part.at - by, 6)) if _has_time(part) else part


def _has_time(part: object) -> TypeGuard[Any]:
    return isinstance(part, Step) or (isinstance(part, TimedFault) and part.when is None)


def _renumbered(plan: Plan) -> Iterator[Plan]:
    """Orders that count from 1."""
    numbers = [number for step in plan.steps for number in _numbers_of(step)]
    if any(isinstance(step, PlaceBatch) for step in plan.steps):
        numbers.sort()  # those of a batch follow one another
    new = {number: position for position, number in enumerate(dict.fromkeys(numbers), 1)}
    steps = tuple(_with_numbers(step, new) for step in plan.steps)
    if steps != plan.steps:
        yield evolve(plan, steps=steps)


def _numbers_of(step: Any) -> Sequence[int]:
    match step:
        case PlaceBatch():
            return range(step.order, step.order + step.count)
        case CancelBatch():
            return step.orders
        case _:
            return [step.order] if hasattr(step, "order") else []


def _with_numbers(step: Any, new: Mapping[int, int]) -> Step:
    if isinstance(step, CancelBatch):
        return evolve(step, orders=tuple(new[number] for number in step.orders))
    renumbered: Step = evolve(step, order=new[step.order]) if hasattr(step, "order") else step
    return renumbered


def _in_order(plan: Plan) -> Iterator[Plan]:
    """Steps in the order of their times."""
    steps = tuple(sorted(plan.steps, key=lambda step: step.at))
    if steps != plan.steps:
        yield evolve(plan, steps=steps)


def _shorter(plan: Plan) -> Iterator[Plan]:
    """A shorter storm, though not so short that something would be done or go wrong after it."""
    last = max((part.at for part in (*plan.steps, *plan.faults) if _has_time(part)), default=0.0)
    for seconds in _rounder(plan.storm, most=plan.storm):
        if last < seconds:
            yield evolve(plan, storm=seconds)
