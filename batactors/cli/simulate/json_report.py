"""The reports as plain values, for `--json`."""

from collections.abc import Sequence
from typing import Any

import attrs
import msgspec

from batactors.cli.simulate.campaign import Campaign
from batactors.cli.simulate.pasting import as_test
from batactors.cli.simulate.report import again
from batactors.cli.simulate.shrinking import Finding


def to_json(values: Any) -> str:
    """One object, on one line."""
    return msgspec.json.encode(values).decode()


def on_one_line(plan: str) -> msgspec.Raw:
    """A plan's JSON as part of an object."""
    return msgspec.Raw(msgspec.json.format(plan.encode(), indent=-1))


def campaign_values(campaign: Campaign) -> dict[str, Any]:
    """All of the report on many runs."""
    tally, settings = campaign.tally, campaign.settings
    return {
        "ok": not tally.failed,
        "venue": settings.venue,
        "seeds": str(campaign.range),
        "stopped": campaign.stopped,
        "jobs": settings.jobs,
        "twice": settings.repeat,
        "seconds": round(campaign.seconds, 3),
        "simulated_seconds": round(tally.virtual_seconds, 3),
        "times_real": round(campaign.ratio, 1),
        "runs": tally.runs,
        "runs_per_second": round(campaign.runs_per_second, 2),
        "runs_per_second_per_core": round(campaign.runs_per_second / settings.jobs, 2),
        "orders": tally.orders,
        "commands": tally.commands,
        "fills": tally.fills,
        "verdicts_compared": dict(tally.compared),
        "slowest_verdict": {"seconds": round(tally.slowest[0], 3), "bound": round(tally.slowest[1], 3)},
        "undecided": dict(tally.undecided),
        "faults": dict(tally.faults),
        "restarts": dict(tally.restarts),
        "reached": dict(tally.reached),
        "never_reached": tally.never_reached,
        "failed": len(tally.failed),
        "failed_seeds": sorted(run.seed for run in tally.failed),
        "broken": dict(tally.broken),
        "findings": finding_values(campaign.findings, settings.checks),
    }


def finding_values(findings: Sequence[Finding], checks: Sequence[str]) -> list[dict[str, Any]]:
    """The runs that broke a promise, each with what was broken, and the shortest plan if there is one."""
    return [
        {
            "seed": finding.outcome.seed,
            "violations": [attrs.asdict(violation) for violation in finding.outcome.violations],
            "again": again(finding, checks),
            "shortest": _shortest(finding, checks),
        }
        for finding in findings
    ]


def _shortest(finding: Finding, checks: Sequence[str]) -> dict[str, Any] | None:
    shrunk = finding.shrunk
    if shrunk is None or shrunk.plan is None:
        return None
    return {
        "plan": on_one_line(shrunk.plan),
        "python": as_test(finding, checks),
        "runs": shrunk.runs,
        "complete": shrunk.done,
    }
