"""The live view: what is going on, at a glance. It only reads the stage, eight times a second."""

import re
from collections import Counter
from collections.abc import Iterable

import trio
from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from batactors.cli.demo.health_panel import LINES, health_of
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.verdict import figures

PER_SECOND = 8
STATES = ("submitted", "accepted", "partially_filled", "filled", "canceled", "rejected", "not_executed")
VERDICTS = (
    ("Accepted", "accepted", "green"),
    ("Rejected", "rejected", "yellow"),
    ("NotExecuted", "not_executed", "yellow"),
)
BORDER = "grey37"
ADDRESS = re.compile(r"^(?:\w+: )?wss?://\S+: ")


class View:
    """Shows a stage on a terminal until it is cancelled."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def watch(self, stage: Stage) -> None:
        """Draw, again and again. No thread takes part: rich draws only when it is told to."""
        with Live(draw(stage), console=self._console, screen=True, auto_refresh=False) as live:
            while True:
                live.update(draw(stage), refresh=True)
                await trio.sleep(1 / PER_SECOND)


def draw(stage: Stage) -> RenderableType:
    """The whole screen at this moment; made for 80 columns by 24 lines, and glad of more."""
    numbers = figures(stage.seen, stage.ledger)
    layout = Layout()
    layout.split_column(
        Layout(_head(stage), name="head", size=2),
        Layout(name="upper", size=LINES + 2),
        Layout(name="lower", size=7),
        Layout(_panel("latest", _latest(stage)), name="latest", minimum_size=4),
    )
    layout["upper"].split_row(
        Layout(_panel("orders", _orders(stage)), ratio=3),
        Layout(_panel("commands", _commands(stage, numbers)), ratio=3),
        Layout(_panel("health", health_of(stage.health, _last_cut(stage))), ratio=4),
    )
    layout["lower"].split_row(
        Layout(_panel("fills", _fills(numbers))),
        Layout(_panel(f"faults fired: {sum(stage.fired.values())}", _faults(stage)), ratio=2),
    )
    return layout


def _head(stage: Stage) -> RenderableType:
    settings = stage.settings
    title = Text.assemble(
        ("batactors demo", "bold cyan"), f"  {stage.scene.title}  seed {settings.seed}  ", (stage.phase, "bold"),
        f"  {stage.seconds:4.1f} s", f"  orders {len(stage.seen.orders)}/{settings.orders}",
    )  # fmt: skip
    return Group(title, ProgressBar(total=settings.orders, completed=len(stage.seen.orders)))


def _orders(stage: Stage) -> RenderableType:
    counts = Counter(str(order.state) for order in stage.seen.orders.values())
    styles = {"filled": "green", "canceled": "cyan", "rejected": "yellow", "not_executed": "yellow"}
    rows = [(state.replace("_", " "), counts[state], styles.get(state, "")) for state in STATES]
    return _numbers(rows)


def _commands(stage: Stage, numbers: dict[str, int]) -> RenderableType:
    health = stage.health
    unknown = health.unknown_commands if health is not None else 0
    rows = [(key.replace("_", " "), numbers.get(key, 0), style) for _, key, style in VERDICTS]
    return _numbers(
        [
            ("sent", numbers["commands"], "bold"),
            *rows,
            ("unknown now", unknown, "bold red" if unknown else "green"),
            ("were unknown,", None, ""),
            ("  then found out", numbers["recovered"], "magenta"),
        ]
    )


def _fills(numbers: dict[str, int]) -> RenderableType:
    told, real = numbers["fills_told"], numbers["fills_in_ledger"]
    behind = real - told
    return _numbers(
        [
            ("in the ledger", real, "bold"),
            ("told", told, "bold green"),
            ("of them replayed", numbers["replayed_fills"], "magenta"),
            ("on their way", behind, "yellow" if behind else "green"),
            ("reports by hand", numbers["reports"], ""),
        ]
    )


def _faults(stage: Stage) -> RenderableType:
    words = [f"{kind.replace(' ', '-')} {number}" for kind, number in stage.fired.most_common()]
    return Text(" · ".join(words) or "none yet", "red")


def _latest(stage: Stage) -> RenderableType:
    lines = [Text(f"{at:5.1f}  {text}", overflow="ellipsis", no_wrap=True) for at, text in reversed(stage.happenings)]
    return Group(*lines)


def _panel(title: str, body: RenderableType) -> Panel:
    return Panel(body, title=f"[bold]{title}[/]", title_align="left", border_style=BORDER, padding=(0, 1))


def _numbers(rows: Iterable[tuple[str, int | None, str]]) -> Table:
    table = Table.grid(expand=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    for name, number, style in rows:
        table.add_row(name, Text("" if number is None else str(number), style))
    return table


def _last_cut(stage: Stage) -> str | None:
    causes = [event.cause for event in stage.losses if event.cause]
    return _short(causes[-1]) if causes else None


def _short(cause: str) -> str:
    """The cause without its type and the address, which is always the same."""
    return ADDRESS.sub("", cause) or cause
