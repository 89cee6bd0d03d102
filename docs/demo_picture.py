"""Draws the demo's screen in the middle of a run, at all venues and at one. ``python docs/demo_picture.py``."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

import trio
from rich.console import Console, RenderableType

from batactors.cli.demo import _quiet
from batactors.cli.demo.config import Settings, read_faults
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.together import play_all, stages_of
from batactors.cli.demo.view import draw
from batactors.cli.demo.view_together import draw_all
from batactors.seams import Seams, SeededChance

HERE = Path(__file__).parent / "_static"
WHEN = 0.7  # of all orders are sent


def keep(drawn: RenderableType, height: int, picture: Path) -> None:
    """Write a screen as a picture."""
    console = Console(record=True, width=96, height=height, file=io.StringIO())
    console.print(drawn, height=height)
    text = console.export_svg(title="batactors demo")
    # No font from elsewhere: any fixed-width one will do.
    text = re.sub(r"@font-face \{.*?\}\s*", "", text, flags=re.DOTALL)
    picture.write_text(re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE), encoding="utf-8")


async def well_under_way(stages: Sequence[Stage]) -> None:
    """Wait until most orders are sent."""
    wanted = sum(stage.settings.orders for stage in stages)
    while sum(len(stage.seen.orders) for stage in stages) < WHEN * wanted:  # noqa: ASYNC110 - nothing says so
        await trio.sleep(0.1)


async def main() -> None:
    """Play the demo twice, and draw each once."""
    settings = Settings(seed=1, orders=300, faults=read_faults("many"))
    stages, one = stages_of(settings), Stage(settings, Seams(chance=SeededChance(settings.seed)))

    async def watch_all(stages: Sequence[Stage]) -> None:
        await well_under_way(stages)
        keep(draw_all(stages), 23, HERE / "demo.svg")

    async def watch(stage: Stage) -> None:
        await well_under_way([stage])
        keep(draw(stage), 27, HERE / "demo-kraken-spot.svg")

    with _quiet():
        await play_all(stages, watch_all)
        await one.play(watch)
    print("good" if all(stage.judge().good for stage in (*stages, one)) else "NOT GOOD")


if __name__ == "__main__":
    trio.run(main)
