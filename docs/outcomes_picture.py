"""Draws ``docs/_static/outcomes.svg``: how long each failure leaves a command unknown.

``python docs/outcomes_picture.py`` also prints the tables of ``docs/unknown-outcomes.md``, whose figures a test holds
against the same runs.
"""

import sys
from html import escape
from math import log10
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.outcomes.binance import BINANCE_SCENARIOS
from tests.outcomes.scenarios import SCENARIOS, Measured, Scenario
from tests.outcomes.table import row_of

PICTURE = Path(__file__).parent / "_static" / "outcomes.svg"
COLOURS = {"Accepted": "#1a7f37", "Rejected": "#cf222e", "NotExecuted": "#57606a"}
LEFT, RIGHT, TOP, STEP = 440, 980, 84, 26
LEAST, MOST = 0.01, 200.0  # seconds, on a scale that has room for both ends
TICKS = (0.01, 0.1, 1.0, 10.0, 100.0)


def x_of(seconds: float) -> float:
    """Where a moment stands on the scale."""
    share = (log10(max(seconds, LEAST)) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
    return LEFT + share * (RIGHT - LEFT)


def bar(number: int, scenario: Scenario, measured: Measured) -> str:
    """One failure: gray until the command is unknown, orange until its verdict."""
    y = TOP + number * STEP
    unknown = measured.unknown_after if measured.unknown_after is not None else measured.settled_after
    told, settled = x_of(unknown), x_of(measured.settled_after)
    status = str(measured.verdict.status)
    return "\n".join(
        [
            f'  <text x="20" y="{y + 13}" fill="#1f2328">{escape(scenario.name)}</text>',
            f'  <rect x="{LEFT}" y="{y + 3}" width="{max(told - LEFT, 1):.0f}" height="12" fill="#d0d7de"/>',
            f'  <rect x="{told:.0f}" y="{y + 3}" width="{max(settled - told, 0):.0f}" height="12" fill="#fb8f44"/>',
            f'  <circle cx="{settled:.0f}" cy="{y + 9}" r="7" fill="{COLOURS[status]}"/>',
        ]
    )


def draw(measured: list[tuple[Scenario, Measured]]) -> str:
    """The whole picture."""
    height = TOP + len(measured) * STEP + 20
    ticks = "\n".join(
        f'  <line x1="{x_of(at):.0f}" y1="{TOP - 8}" x2="{x_of(at):.0f}" y2="{height - 20}" stroke="#d8dee4"/>\n'
        f'  <text x="{x_of(at):.0f}" y="{TOP - 14}" text-anchor="middle" fill="#57606a">{at:g} s</text>'
        for at in TICKS
    )
    keys = [("#d0d7de", "on its way"), ("#fb8f44", "unknown"), *((colour, name) for name, colour in COLOURS.items())]
    legend = "\n".join(
        f'  <rect x="{LEFT + place * 108}" y="24" width="12" height="12" rx="3" fill="{colour}"/>\n'
        f'  <text x="{LEFT + place * 108 + 17}" y="35" fill="#1f2328">{name}</text>'
        for place, (colour, name) in enumerate(keys)
    )
    bars = "\n".join(bar(number, *one) for number, one in enumerate(measured))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {height}" role="img" aria-labelledby="t d"
  font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13">
  <title id="t">How long a failure leaves a command unknown at Kraken Spot</title>
  <desc id="d">For each failure, the time from the call to the moment from which the command is told as unknown, and
  from there to its verdict, on a logarithmic scale. The figures are those of the table below.</desc>
  <rect width="1000" height="{height}" rx="12" fill="#ffffff"/>
{legend}
{ticks}
{bars}
</svg>
"""


def main() -> None:
    """Run every scenario, draw the picture, and print the table."""
    measured = [(scenario, scenario.measure()) for scenario in SCENARIOS]
    PICTURE.write_text(draw(measured), encoding="utf-8")
    for scenario, one in measured:
        print(row_of(scenario, one))
    for other in BINANCE_SCENARIOS:
        print(row_of(other, other.measure()))


if __name__ == "__main__":
    main()
