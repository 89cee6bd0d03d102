"""A plan as text: Python to paste into a test, or JSON to keep."""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, get_args

import attrs

from batactors.testing.schedule import Strategy
from batactors.testing.simulation.checks import ALL_CHECKS, Check
from batactors.testing.simulation.kinds import home_of
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.plan import Plan
from batactors.testing.simulation.plan_json import PlanError, plan_from_json, plan_to_json

__all__ = ["PlanError", "plan_expression", "plan_from_json", "plan_to_json", "to_python"]

DOOR = "batactors.testing"
"""From where ours are imported: kinds by the short name of their module, and these bare."""
BARE = (Plan, Knobs, *get_args(Strategy))
WIDTH = 120
"""Characters of a line."""
TEST = """

def test_it() -> None:
    report = run_plan(plan{checks})
    assert report.good, report.violations
"""


def to_python(plan: Plan, *, checks: Sequence[type[Check]] = ALL_CHECKS) -> str:
    """A test of this plan, with its imports: what differs from the defaults, a line for each step and each fault.

    Run as it stands, its `plan` equals the one given. A class that is defined inside of a function cannot be imported:
    a comment says so.

    Args:
        plan: What to run.
        checks: The promises that the test watches.
    """
    writer = _Writer()
    writer.imported(DOOR, "run_plan")
    expression = writer.plan(plan)
    watched = [writer.reference(check) for check in checks] if tuple(checks) != tuple(ALL_CHECKS) else []
    test = TEST.format(checks=f", checks=[{', '.join(watched)}]" if watched else "")
    return f"{writer.imports()}\nplan = {expression}\n{test}"


def plan_expression(plan: Plan) -> str:
    """The plan alone, as Python, over several lines."""
    return _Writer().plan(plan)


def _settings(value: Any) -> list[tuple[str, Any]]:
    """The arguments that make this value, without those that are the defaults."""
    fields = [field for field in attrs.fields(type(value)) if field.init]
    pairs = [(field, getattr(value, field.name)) for field in fields]
    return [(field.alias or field.name, given) for field, given in pairs if not _is_default(field, given)]


def _is_default(field: "attrs.Attribute[Any]", given: Any) -> bool:
    default: Any = field.default
    if default is attrs.NOTHING:
        return False
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        if default.takes_self:
            return False
        default = default.factory()
    # 1 and 1.0 are equal, but a trace shows which of them it was.
    return bool(given == default) and repr(given) == repr(default)


class _Writer:
    """Writes values as Python, and remembers what has to be imported for it."""

    def __init__(self) -> None:
        self._from: dict[str, set[str]] = {}
        self._modules: set[str] = set()
        self._remarks: set[str] = set()

    def imported(self, module: str, name: str) -> str:
        """A name, to be imported from there."""
        self._from.setdefault(module, set()).add(name)
        return name

    def reference(self, kind: type) -> str:
        """How the class is called."""
        module, name, home = kind.__module__, kind.__qualname__, home_of(kind)
        if home is not None:
            return f"{self.imported(DOOR, home)}.{name}"
        if kind in BARE:
            return self.imported(DOOR, name)
        if module == "builtins":
            return name
        if "<locals>" in name:
            where = f"{module}.{name.partition('.<locals>')[0]}"
            self._remarks.add(
                f"# {kind.__name__} is defined inside of {where}: move it to where it can be imported from"
            )
            return kind.__name__
        self._modules.add(module)
        return f"{module}.{name}"

    def plan(self, plan: Plan) -> str:
        """A call of `Plan`, with a line for each step and each fault."""
        lines = []
        for name, value in _settings(plan):
            text = self.entries(value) if isinstance(value, tuple) else self.fitted(value, before=f"{name}=")
            lines.append(f"    {name}={text},\n")
        given = "\n" + "".join(lines) if lines else ""
        return f"{self.reference(Plan)}({given})"

    def entries(self, values: Iterable[Any]) -> str:
        """A tuple with a line for each entry."""
        return "(\n" + "".join(f"        {self.fitted(value, indent=8)},\n" for value in values) + "    )"

    def fitted(self, value: Any, indent: int = 4, before: str = "") -> str:
        """A value on one line, or with a line for each of its arguments if that would be too long."""
        text = self.value(value)
        if indent + len(before) + len(text) < WIDTH or not attrs.has(type(value)):
            return text
        inner = "".join(f"{' ' * (indent + 4)}{argument},\n" for argument in self._arguments(value))
        return f"{self.reference(type(value))}(\n{inner}{' ' * indent})"

    def _arguments(self, value: Any) -> list[str]:
        return [f"{name}={self.value(given)}" for name, given in _settings(value)]

    def value(self, value: Any) -> str:
        """Any value that a plan may hold."""
        match value:
            case Enum():
                return f"{self.reference(type(value))}.{value.name}"
            case float() if not math.isfinite(value):
                self._modules.add("math")
                return {math.inf: "math.inf", -math.inf: "-math.inf"}.get(value, "math.nan")
            case Decimal():
                return f'{self.imported("decimal", "Decimal")}("{value}")'
            case str():
                return _quoted(value)
            case tuple() if type(value) is tuple:
                return f"({', '.join(map(self.value, value))}{',' if len(value) == 1 else ''})"
            case list():
                return f"[{', '.join(map(self.value, value))}]"
            case set() | frozenset():
                items = f"{{{', '.join(sorted(map(self.value, value)))}}}" if value else ""
                return f"{type(value).__name__}({items})"
            case Mapping():
                return f"{{{', '.join(f'{self.value(key)}: {self.value(each)}' for key, each in value.items())}}}"
            case _ if attrs.has(type(value)):
                return f"{self.reference(type(value))}({', '.join(self._arguments(value))})"
            case _:
                return repr(value)

    def imports(self) -> str:
        """What stands at the top: the standard library, others, ours."""
        lines: tuple[list[str], ...] = [], [], []
        for module in sorted(self._modules):
            lines[0 if module == "math" else 1].append(f"import {module}\n")
        for module, names in sorted(self._from.items()):
            lines[0 if module == "decimal" else 2].append(f"from {module} import {', '.join(sorted(names))}\n")
        lines[2].extend(f"{remark}\n" for remark in sorted(self._remarks))
        return "\n".join("".join(block) for block in lines if block)


def _quoted(text: str) -> str:
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain else plain
