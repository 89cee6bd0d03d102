"""A row of the table in docs/unknown-outcomes.md."""

from tests.outcomes.binance import BinanceScenario
from tests.outcomes.scenarios import Measured, Scenario


def row_of(scenario: Scenario | BinanceScenario, measured: Measured) -> str:
    """What the page says of a failure: its name, when it is unknown, the verdict, its proof, and when it is there."""
    unknown = "never" if measured.unknown_after is None else seconds(measured.unknown_after)
    verdict, settled = measured.verdict, seconds(measured.settled_after)
    proof = verdict.proof or "nothing"
    return f"| {scenario.name} | {unknown} | `{verdict.status}` | {proof} | {settled} |"


def seconds(value: float) -> str:
    """Seconds as the page says them: to the second where they are many."""
    return f"{value:.0f} s" if value >= 1 else "at once"
