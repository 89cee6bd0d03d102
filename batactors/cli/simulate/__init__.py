"""``batactors simulate``: hours of trading through faults in every minute, and every promise checked on the way."""

import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import trio
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console, RenderableType

from batactors.cli.errors import INTERRUPTED
from batactors.cli.simulate.campaign import Campaign, Settings
from batactors.cli.simulate.checks import read_checks
from batactors.cli.simulate.json_report import campaign_values, to_json
from batactors.cli.simulate.picture import PAGE, draw_trace, require_writable
from batactors.cli.simulate.progress import Progress, draw_campaign, draw_searches
from batactors.cli.simulate.report import print_report
from batactors.cli.simulate.seeds import read_seeds
from batactors.cli.simulate.single import Look, look_values, print_look, read_plan
from batactors.cli.simulate.stopping import until_stopped
from batactors.config.rules import listed, suggestion
from batactors.model.errors import ConfigError
from batactors.seams import SystemChance
from batactors.testing.simulation import draw_plan

VENUES = ("kraken-spot", "binance", "kraken-futures", "kraken-futures-unified", "bybit")
NOT_GOOD = 1
SHRINK_FOR = 30.0
"""Seconds for the search for a shortest plan: most are found in less, and somebody is waiting."""
SEEDS = "100"

Flag = Annotated[bool, Parameter(negative="", show_default=False)]


def simulate(
    *,
    seeds: str | None = None,
    seed: Annotated[int | None, Parameter(validator=Number(gte=0))] = None,
    plan: Path | None = None,
    venue: str = "kraken-spot",
    minutes: Annotated[float | None, Parameter(validator=Number(gt=0, lte=100_000))] = None,
    jobs: Annotated[int | None, Parameter(validator=Number(gte=1, lte=1024))] = None,
    random: Flag = False,
    repeat: Flag = False,
    shrink: bool = True,
    check: Annotated[tuple[str, ...], Parameter(negative="", show_default=False)] = (),
    trace: Path | None = None,
    order: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False)] = False,
) -> int:
    """Run the engine against a simulated venue while faults strike, over and over, and check everything that it says.

    Each seed is one run in virtual time: what is traded, what goes wrong and when, latencies and the order of tasks all
    follow from it. The exit status is 0 only if no run broke a promise.

    Args:
        seeds: How many runs, such as 1000, or which seeds, such as 2000:3000, whose end is not included;
            100 runs if not given.
        seed: One run, looked at closely.
        plan: One run of the plan in this JSON file, looked at closely.
        venue: The venue: kraken-spot, binance, kraken-futures, kraken-futures-unified (the same by its new protocol) or
            bybit. A plan from a file says it itself.
        minutes: Go on for so long, from the first of the seeds on.
        jobs: Runs at once; as many as there are cores if not given.
        random: Begin the seeds at a number that nobody chose. The report says which.
        repeat: Run each seed in two processes, and compare what happened.
        shrink: Look for the shortest plan that breaks the same promise.
        check: A promise of your own beside ours: a module and a class in it, such as promises:NeverShort.
        trace: Of one run, leave a picture here: a page if it ends in .html, a file for ui.perfetto.dev if in .json.
        order: The client order id of the order whose road the page shows first.
        as_json: Print one JSON object.
    """
    if venue not in VENUES:
        raise ConfigError(
            f"there is no simulation of {venue!r}{suggestion(venue, VENUES) or '.'} There is one of {listed(VENUES)}"
        )
    _reject_mixtures(
        one={"--seed": seed, "--plan": plan},
        many={"--seeds": seeds, "--minutes": minutes, "--jobs": jobs, "--random": random or None},
        picture={"--trace": trace, "--order": order},
    )
    read_checks(check)  # before anything runs
    shrink_for = SHRINK_FOR if shrink else 0.0
    if seed is not None or plan is not None:
        if trace is not None:
            require_writable(trace)
        chosen = read_plan(plan) if plan is not None else draw_plan(seed or 0, venue=venue)
        look = Look(chosen, checks=check, is_drawn=plan is None)
        if trace is not None:
            draw_trace(look, trace, order)
        return _look_closely(look, repeat=repeat, shrink_for=shrink_for, as_json=as_json)
    which = read_seeds(seeds or SEEDS)
    if which.end is None and minutes is None:
        raise ConfigError(f"--seeds is {seeds!r}, which has no end: give one, or --minutes")
    settings = Settings(
        seeds=which.elsewhere(SystemChance()) if random else which,
        venue=venue,
        seconds=None if minutes is None else minutes * 60,
        jobs=jobs or cores(),
        checks=check,
        repeat=repeat,
        shrink_for=shrink_for,
    )
    return _run_many(Campaign(settings), as_json=as_json)


def _look_closely(look: Look, *, repeat: bool, shrink_for: float, as_json: bool) -> int:
    work = partial(look.follow_up, repeat=repeat, shrink_for=shrink_for)
    trio.run(until_stopped, work, _shown(lambda: draw_searches(look.findings)))
    if as_json:
        print(to_json(look_values(look)))
    else:
        print_look(Console(highlight=False), look)
    return NOT_GOOD if look.outcome.violations else 0


def _run_many(campaign: Campaign, *, as_json: bool) -> int:
    trio.run(campaign.run, _shown(lambda: draw_campaign(campaign)))
    if as_json:
        print(to_json(campaign_values(campaign)))
    else:
        print_report(Console(highlight=False), campaign)
    if campaign.tally.failed:
        return NOT_GOOD
    return INTERRUPTED if campaign.stopped else 0


def _shown(draw: Callable[[], RenderableType]) -> Callable[[], Awaitable[None]] | None:
    """What shows this on a terminal, if there is one."""
    screen = Console(stderr=True, highlight=False)
    return partial(Progress(screen).watch, draw) if screen.is_terminal else None


def _reject_mixtures(*, one: Mapping[str, object], many: Mapping[str, object], picture: Mapping[str, object]) -> None:
    """See that what is asked for goes together.

    Raises:
        ConfigError: It does not.
    """
    single = [name for name, given in one.items() if given is not None]
    several = [name for name, given in many.items() if given is not None]
    drawn = [name for name, given in picture.items() if given is not None]
    if len(single) > 1 or (single and several):
        raise ConfigError(f"{' and '.join([*single, *several])} do not go together: one run, or many")
    if drawn and not single:
        raise ConfigError(f"{' and '.join(drawn)} is about one run: say which with --seed or --plan")
    if picture["--order"] is not None and getattr(picture["--trace"], "suffix", None) != PAGE:
        raise ConfigError("--order is for the page: give --trace, ending in .html")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
