"""A row of the table in docs/unknown-outcomes.md."""

from tests.outcomes.scenarios import Measured, Scenario


def row_of(scenario: Scenario, measured: Measured) -> str:
    """What the page says of a failure: its name, when it is unknown, the verdict, its proof, and when it is there."""
    unknown = "never" if measured.unknown_after is None else seconds(measured.unknown_after)
    verdict = measured.verdict
    return f"| {scenario.name} | {unknown} | `{verdict.status}` | {verdict.proof} | {seconds(measured.settled_after)} |"


def seconds(value: float) -> str:
    """Seconds as the page says them: to the second where they are many."""
    return f"{value:.0f} s" if value >= 1 else "at once"
