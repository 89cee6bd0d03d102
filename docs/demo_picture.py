"""Draws ``docs/_static/demo.svg``: the demo's screen in the middle of a run. ``python docs/demo_picture.py``."""

import io
import re
from pathlib import Path

import trio
from rich.console import Console

from batactors.cli.demo import _quiet
from batactors.cli.demo.config import Settings, read_faults
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.view import draw
from batactors.seams import Seams, SeededChance

PICTURE = Path(__file__).parent / "_static" / "demo.svg"
WHEN = 0.7  # of all orders are sent


async def main() -> None:
    """Play the demo, and draw it once."""
    settings = Settings(seed=1, orders=300, faults=read_faults("many"))
    stage = Stage(settings, Seams(chance=SeededChance(settings.seed)))

    async def watch(stage: Stage) -> None:
        while len(stage.seen.orders) < WHEN * settings.orders:  # noqa: ASYNC110 - there is no event to wait for
            await trio.sleep(0.1)
        console = Console(record=True, width=96, height=27, file=io.StringIO())
        console.print(draw(stage), height=27)
        picture = console.export_svg(title="batactors demo")
        # No font from elsewhere: any fixed-width one will do.
        picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
        PICTURE.write_text(re.sub(r"[ \t]+$", "", picture, flags=re.MULTILINE), encoding="utf-8")

    with _quiet():
        await stage.play(watch)
    print("good" if stage.judge().good else "NOT GOOD")


if __name__ == "__main__":
    trio.run(main)
