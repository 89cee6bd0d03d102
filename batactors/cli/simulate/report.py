"""The report on many runs as text."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from batactors.cli.simulate.campaign import Campaign
from batactors.cli.simulate.pasting import as_test
from batactors.cli.simulate.shrinking import Finding
from batactors.cli.simulate.tally import Tally
from batactors.cli.simulate.wire import REPEATS
from batactors.cli.simulate.words import by_number, counted, duration

REMARKABLE = 200
"""Runs after which it is remarkable that something was never reached."""
SEEDS_NAMED = 40
"""Further seeds that are named."""


def print_report(console: Console, campaign: Campaign) -> None:
    """Everything: figures, what was reached, what was broken."""
    for name, text in _figures(campaign):
        console.print(Text.assemble((f"{name:<11} ", "bold"), text), soft_wrap=True)
    console.print()
    _print_reached(console, campaign)
    tally = campaign.tally
    if campaign.findings:
        print_findings(console, campaign.findings, campaign.settings.checks)
        shown = {finding.outcome.seed for finding in campaign.findings}
        more = [str(run.seed) for run in tally.failed if run.seed not in shown]
        if more:
            cut = " ..." if len(more) > SEEDS_NAMED else ""
            console.print(Text(f"and {len(more)} more: seeds {' '.join(more[:SEEDS_NAMED])}{cut}\n"), soft_wrap=True)
    _print_verdict(console, campaign)


def _figures(campaign: Campaign) -> Iterator[tuple[str, str]]:
    tally, settings = campaign.tally, campaign.settings
    twice = ", each twice" if settings.repeat else ""
    yield "runs", f"{tally.runs:,} of {settings.venue}, seeds {campaign.range}{twice}"
    cores = counted(settings.jobs, "core")
    yield "took", f"{duration(campaign.seconds)} on {cores}"
    per_core = campaign.runs_per_second / settings.jobs
    yield "speed", f"{campaign.runs_per_second:.1f} runs a second, {per_core:.1f} per core"
    yield "simulated", f"{duration(tally.virtual_seconds)}, {campaign.ratio:,.0f} times as fast as real time"
    yield "orders", f"{tally.orders:,}; {counted(tally.commands, 'command')}, {counted(tally.fills, 'fill')}"
    yield "undone", _compared(tally)
    yield "verdicts", f"the slowest {tally.slowest[0]:.1f} s after all was well, of {tally.slowest[1]:.1f} s at most"
    if tally.undecided:
        yield "undecided", f"{tally.undecided.total():,}: {by_number(tally.undecided)}"
    yield "faults", f"{tally.faults.total():,}: {by_number(tally.faults)}"
    yield "restarts", f"{tally.restarts.total():,}: {by_number(tally.restarts)}"


def _compared(tally: Tally) -> str:
    """How many verdicts that say that nothing was done were held against the venue's ledger."""
    checked, wrong = tally.compared["checked"], tally.compared["wrong"]
    text = f"{counted(checked, 'verdict')} of NotExecuted or Rejected checked, {wrong:,} wrong"
    apart = tally.compared["cannot be told from others"]
    return f"{text}; {apart:,} of commands that the ledger does not tell apart" if apart else text


def _print_reached(console: Console, campaign: Campaign) -> None:
    tally = campaign.tally
    if not tally.reached:
        return
    width = max(map(len, tally.reached))
    console.print(Text(f"{'reached':<{width}} in runs", "bold"), soft_wrap=True)
    for name, runs in sorted(tally.reached.items(), key=lambda each: (-each[1], each[0])):
        if runs:
            console.print(Text(f"{name:<{width}} {runs:>7,}"), soft_wrap=True)
    never = tally.never_reached
    if never:
        style = "yellow" if tally.runs >= REMARKABLE else "dim"
        console.print(Text("never reached", f"bold {style}"))
        for name in never:
            console.print(Text(name, style), soft_wrap=True)
    console.print()


def print_findings(console: Console, findings: Sequence[Finding], checks: Sequence[str]) -> None:
    """Each run that broke a promise: what was broken, how to see it again, and the shortest plan."""
    for finding in findings:
        outcome = finding.outcome
        for violation in outcome.violations:
            console.print(
                Text.assemble((violation.check, "bold red"), f"  seed {outcome.seed}, at {violation.at:.3f} s")
            )
            for line in violation.text.splitlines():
                console.print(Text(f"  {line}"), soft_wrap=True)
        console.print(Text.assemble("  again: ", (again(finding, checks), "bold")), soft_wrap=True)
        _print_shortest(console, finding, checks)


def _print_shortest(console: Console, finding: Finding, checks: Sequence[str]) -> None:
    shrunk, test = finding.shrunk, as_test(finding, checks)
    if shrunk is None:
        console.print()
    elif test is None:
        console.print(
            Text("  run alone, it broke nothing: what ran before it in the same process matters\n"), soft_wrap=True
        )
    else:
        parts = f"{counted(shrunk.steps, 'step')} and {counted(shrunk.faults, 'fault')}"
        end = "" if shrunk.done else ", and there was no time for more"
        found = f"after {counted(shrunk.runs, 'run')}{end}"
        console.print(Text(f"  the shortest plan that shows it, {parts}, {found}:\n"), soft_wrap=True)
        console.print(Text(test), soft_wrap=True)


def again(finding: Finding, checks: Sequence[str]) -> str:
    """The command that shows it again."""
    which = f"--seed {finding.outcome.seed}" if finding.plan is None else "--plan PLAN"
    repeat = ["--repeat"] if any(violation.check == REPEATS for violation in finding.outcome.violations) else []
    is_default = finding.plan is not None or finding.outcome.venue == "kraken-spot"
    venue = [] if is_default else [f"--venue {finding.outcome.venue}"]
    return " ".join(["batactors simulate", which, *venue, *repeat, *(f"--check {name}" for name in checks)])


def _print_verdict(console: Console, campaign: Campaign) -> None:
    tally = campaign.tally
    if campaign.stopped:
        console.print(Text("STOPPED before all runs were made", "bold yellow"))
    if campaign.cut_short:
        console.print(Text("STOPPED while looking for the shortest plans", "bold yellow"))
    if tally.failed:
        console.print(
            Text(
                f"NOT GOOD: {len(tally.failed):,} of {counted(tally.runs, 'run')}: {by_number(tally.broken)}",
                "bold red",
            )
        )
    else:
        console.print(Text(f"GOOD: every promise was kept in {counted(tally.runs, 'run')}", "bold green"))
