"""The account's health on the demo's screen: the status, what keeps it there, each component, the last pass."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from batactors import ComponentHealth, ComponentState, HealthReport, HealthStatus, PassReport, RecoveryOutcome

NAMES = ("connection", "rest", "lane", "dedup", "reconciler", "journal", "metadata", "clock", "venue")
LINES = 9
"""As many as it takes."""
MARKS = {
    ComponentState.UP: ("●", "green"),
    ComponentState.DEGRADED: ("◐", "yellow"),
    ComponentState.STARTING: ("○", "yellow"),
    ComponentState.DOWN: ("○", "bold red"),
}
STYLES = {HealthStatus.HEALTHY: "bold green", HealthStatus.DISCONNECTED: "bold red"}
WORDS = {
    RecoveryOutcome.SYNCHRONIZED: "green",
    RecoveryOutcome.STILL_UNCERTAIN: "yellow",
    RecoveryOutcome.DIVERGED: "red",
}


def health_of(health: HealthReport | None, cut: str | None) -> RenderableType:
    """The panel's lines; ``cut`` says why the last session ended that did."""
    if health is None:
        return Text("opening")
    reasons = [str(reason) for reason in health.reasons if str(reason) != str(health.status)]
    return Group(
        Text(str(health.status), STYLES.get(health.status, "bold yellow")),
        _line(", ".join(reasons), "yellow"),
        _components(health),
        Text.assemble(_pass(health.last_pass), no_wrap=True, overflow="ellipsis"),
        _line(f"session {health.reconnects + 1}{f'; cut: {cut}' if cut else ''}", "dim"),
    )


def _components(health: HealthReport) -> Table:
    """Two columns of names, each with a mark; of a session that is on its way, how far it has come."""
    cells = [_component(name, one) for name in NAMES if (one := health.components.get(name)) is not None]
    table = Table.grid(expand=True)
    table.add_column(ratio=1, no_wrap=True)
    table.add_column(ratio=1, no_wrap=True)
    half = (len(NAMES) + 1) // 2
    cells += [Text("")] * (2 * half - len(cells))
    for left, right in zip(cells[:half], cells[half:], strict=True):
        table.add_row(left, right)
    return table


def _component(name: str, one: ComponentHealth) -> Text:
    is_coming = one.state is ComponentState.STARTING and one.phase is not None
    return Text.assemble(MARKS[one.state], f" {one.phase if is_coming else name}")


def _pass(last: PassReport | None) -> Text:
    if last is None:
        return Text("no pass yet")
    if last.failure is not None:
        return Text(f"pass {last.number} failed: {last.failure}", "yellow")
    word = Text(str(last.outcome), WORDS[last.outcome])
    return Text.assemble(f"pass {last.number} ", word, f" {last.settled}/{last.asked}" if last.asked else "")


def _line(text: str, style: str) -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")
