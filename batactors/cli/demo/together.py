"""Every venue of the demo at once: a stage for each, played side by side in one process."""

from collections.abc import Awaitable, Callable, Sequence

import trio
from attrs import evolve

from batactors.cli.demo.config import Settings
from batactors.cli.demo.scenes import SCENES
from batactors.cli.demo.stage import Stage
from batactors.seams import Seams, SeededChance, SystemClock, WallClock

Watch = Callable[[Sequence[Stage]], Awaitable[None]]


def stages_of(settings: Settings, clock: WallClock | None = None) -> list[Stage]:
    """One for each venue; the orders and faults are shared out, and so is what one processor can bear."""
    share = len(SCENES)
    orders, faults = max(1, settings.orders // share), -(-settings.faults // share)
    return [
        Stage(
            evolve(settings, venue=venue, orders=orders, faults=faults, pace=settings.pace / share),
            Seams(clock=clock or SystemClock(), chance=SeededChance(f"{settings.seed} {venue}")),
        )
        for venue in SCENES
    ]


async def play_all(stages: Sequence[Stage], watch: Watch | None) -> None:
    """Perform them, each from opening to end, with someone watching."""
    async with trio.open_nursery() as watched:
        if watch is not None:
            watched.start_soon(watch, stages)
        async with trio.open_nursery() as playing:
            for stage in stages:
                playing.start_soon(stage.play)
        watched.cancel_scope.cancel()
