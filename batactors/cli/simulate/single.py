"""One run, looked at closely: its plan, what happened in it, the verdict, and a picture if one is asked for."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from rich.console import Console
from rich.text import Text

from batactors.cli.simulate.checks import read_checks
from batactors.cli.simulate.json_report import finding_values, on_one_line
from batactors.cli.simulate.repeating import compare_with_another
from batactors.cli.simulate.report import print_findings
from batactors.cli.simulate.shrinking import Finding, find_shortest
from batactors.cli.simulate.wire import Outcome, outcome_of
from batactors.cli.simulate.words import by_number, counted, duration, settings_of, short
from batactors.model.errors import ConfigError
from batactors.testing.simulation import Plan, RunReport, run_plan
from batactors.testing.simulation.moments import TimedFault
from batactors.testing.simulation.plan import AnyFault
from batactors.testing.simulation.text import plan_from_json, plan_to_json


@contextmanager
def quiet() -> Iterator[None]:
    """Keep logs from the screen: what they warn of is on purpose here."""
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


class Look:
    """One run, and what was found out about it afterwards."""

    def __init__(self, plan: Plan, *, checks: Sequence[str], is_drawn: bool) -> None:
        """Make the run.

        Args:
            plan: What to run.
            checks: The names of the user's own.
            is_drawn: Whether the seed alone decides the plan.
        """
        self.checks = checks
        self.is_drawn = is_drawn
        with quiet():
            self.report = run_plan(plan, checks=read_checks(checks))
        self.outcome = outcome_of(self.report, lines=True)
        self.findings: list[Finding] = []

    async def follow_up(self, *, repeat: bool, shrink_for: float) -> None:
        """Run it again in another process, if asked to; and look for the shortest plan if it broke a promise."""
        plan = plan_to_json(self.report.plan)
        if repeat:
            self.outcome = await compare_with_another(self.outcome, plan, self.checks)
        if self.outcome.violations:
            self.findings = [Finding(outcome=self.outcome, plan=None if self.is_drawn else plan)]
            if shrink_for:
                await find_shortest(self.findings, 1, self.checks, shrink_for)


def read_plan(path: Path) -> Plan:
    """The plan in this file.

    Raises:
        ConfigError: It is none.
    """
    try:
        return plan_from_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from error


def verdict(outcome: Outcome) -> str:
    """In a few words."""
    broken = dict.fromkeys(violation.check for violation in outcome.violations)
    return f"NOT GOOD: {', '.join(broken)}" if broken else "GOOD: every promise was kept"


def summary(report: RunReport) -> Mapping[str, str]:
    """What happened, by name."""
    settled = (
        "never settled" if report.settled_after is None else f"settled {duration(report.settled_after)} after the storm"
    )
    reached = [name for name, often in sorted(report.reached.items()) if often]
    return {
        "took": f"{duration(report.virtual_seconds)} of its own time; {settled}",
        "orders": f"{report.orders}; {counted(report.commands, 'command')}, {counted(report.fills, 'fill')}",
        "struck": by_number(report.faults),
        "restarts": by_number(report.restarts),
        "reached": ", ".join(reached) or "nothing that is counted",
        "trace": f"{counted(len(report.trace.events), 'event')}, digest {report.digest}",
    }


def print_look(console: Console, look: Look) -> None:
    """The whole of it."""
    plan = look.report.plan
    console.print(Text(f"seed {plan.seed} of {plan.venue}", "bold"))
    for name, lines in _essentials(plan).items():
        console.print(Text(f"\n{name}", "bold"))
        for line in lines:
            console.print(Text(f"  {line}"), soft_wrap=True)
    console.print(Text("\nwhat happened", "bold"))
    for name, text in summary(look.report).items():
        console.print(Text(f"  {name:<9} {text}"), soft_wrap=True)
    console.print()
    print_findings(console, look.findings, look.checks)
    style = "bold red" if look.outcome.violations else "bold green"
    console.print(Text(verdict(look.outcome), style), soft_wrap=True)


def _essentials(plan: Plan) -> dict[str, list[str]]:
    knobs = [f"{name} = {value}" for name, value in settings_of(plan.knobs).items()]
    return {
        f"world, {duration(plan.storm)} of storm": knobs or ["as it is by default"],
        "done": [f"{step.at:7.3f}  {short(step)}" for step in plan.steps] or ["nothing"],
        "faults": sorted(f"{_moment(fault):>7}  {short(fault)}" for fault in plan.faults) or ["none"],
    }


def _moment(fault: AnyFault) -> str:
    """When it strikes, if it does not wait for something."""
    return f"{fault.at:.3f}" if isinstance(fault, TimedFault) and fault.when is None else ""


def look_values(look: Look) -> dict[str, Any]:
    """The whole of it, as plain values."""
    report = look.report
    return {
        "ok": not look.outcome.violations,
        "venue": report.plan.venue,
        "seed": report.plan.seed,
        "simulated_seconds": report.virtual_seconds,
        "settled_after": report.settled_after,
        "orders": report.orders,
        "commands": report.commands,
        "fills": report.fills,
        "faults": dict(report.faults),
        "restarts": dict(report.restarts),
        "reached": dict(report.reached),
        "digest": report.digest,
        "violations": [attrs.asdict(violation) for violation in look.outcome.violations],
        "plan": on_one_line(plan_to_json(report.plan)),
        "findings": finding_values(look.findings, look.checks),
    }
