"""``batactors demo``: real orders over real sockets to a venue that misbehaves, watched live, and judged at the end."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from attrs import evolve
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from batactors.cli.demo.config import MOST_ORDERS, Settings, read_faults
from batactors.cli.demo.report import print_verdict, to_json
from batactors.cli.demo.report_together import all_to_json, print_all
from batactors.cli.demo.scenes import read_venue
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.together import play_all, stages_of
from batactors.cli.demo.view import View
from batactors.cli.demo.view_together import ViewTogether
from batactors.seams import Seams, SeededChance

NOT_GOOD = 1


async def demo(
    *,
    seed: int = 0,
    orders: Annotated[int, Parameter(validator=Number(gte=1, lte=MOST_ORDERS))] = 300,
    faults: str = "many",
    venue: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Trade against a simulated venue while faults strike, and judge what was told by the venue's ledger.

    The exit status is 0 only if every fill was told once, and every command has a verdict that is true.

    Args:
        seed: Decides what is traded, and what goes wrong when.
        orders: How many orders to send.
        faults: How much goes wrong: none, few, many, or a number.
        venue: Where: kraken-spot, binance, kraken-futures or bybit; at all of them side by side if none is given.
        as_json: Print one JSON object.
    """
    settings = Settings(seed=seed, orders=orders, faults=read_faults(faults))
    console = Console(highlight=False)
    if venue is None:
        return await _everywhere(settings, console, as_json=as_json)
    settings = evolve(settings, venue=read_venue(venue))
    watch = View(console).watch if console.is_terminal and not as_json else None
    stage = Stage(settings, Seams(chance=SeededChance(seed)))
    with _quiet():
        await stage.play(watch)
    verdict = stage.judge()
    if as_json:
        print(to_json(stage, verdict))
    else:
        print_verdict(console, stage, verdict)
    return 0 if verdict.good else NOT_GOOD


async def _everywhere(settings: Settings, console: Console, *, as_json: bool) -> int:
    watch = ViewTogether(console).watch if console.is_terminal and not as_json else None
    stages = stages_of(settings)
    with _quiet():
        await play_all(stages, watch)
    judged = [(stage, stage.judge()) for stage in stages]
    if as_json:
        print(all_to_json(judged))
    else:
        print_all(console, judged)
    return 0 if all(verdict.good for _, verdict in judged) else NOT_GOOD


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log from the screen: every cut that it warns of is on purpose here, and is counted."""
    logger, handler = logging.getLogger("batactors"), logging.NullHandler()
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated
