"""The demo's health panel: what the report says stands there, in as many lines whatever it says."""

from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from batactors import (
    ComponentHealth,
    ComponentState,
    HealthReason,
    HealthReport,
    HealthStatus,
    PassReport,
    SessionPhase,
    Trigger,
)
from batactors.cli.demo.health_panel import LINES, NAMES, health_of
from batactors.model.ids import AccountName

NOW = datetime(2026, 1, 2, tzinfo=UTC)
UP = ComponentHealth(state=ComponentState.UP, cause=None, since=NOW)
DIALLING = ComponentHealth(state=ComponentState.STARTING, cause="x", since=NOW, phase=SessionPhase.DIALLING)
CRASHED = ComponentHealth(state=ComponentState.DOWN, cause="it crashed", since=NOW)


def lines_of(health: HealthReport | None, cut: str | None = None, width: int = 28) -> list[str]:
    """The panel as it stands in a terminal of 80 columns."""
    text = StringIO()
    Console(file=text, width=width).print(health_of(health, cut))
    return [line.rstrip() for line in text.getvalue().rstrip("\n").split("\n")]


def test_a_healthy_account_says_so_with_all_its_parts() -> None:
    """The status, each component with its mark, and the last pass with what it settled of what it asked for."""
    last = PassReport(number=3, triggers=(Trigger.MANUAL,), began_at=NOW, ended_at=NOW, asked=2, settled=2)
    lines = lines_of(
        HealthReport(
            account=AccountName("a"), status=HealthStatus.HEALTHY, components=dict.fromkeys(NAMES, UP), last_pass=last
        )
    )
    assert len(lines) == LINES
    assert lines[0] == "Healthy"
    assert lines[2].split() == ["●", "connection", "●", "journal"]
    assert sum(line.count("●") for line in lines) == len(NAMES)
    assert lines[-2:] == ["pass 3 Synchronized 2/2", "session 1"]


def test_trouble_stands_there_with_its_reasons_and_its_place() -> None:
    """All reasons but the status itself, a session's phase, what is down, why the last pass failed, the last cut."""
    health = HealthReport(
        account=AccountName("a"),
        status=HealthStatus.DISCONNECTED,
        reasons=(HealthReason.DISCONNECTED, HealthReason.COMMAND_UNCERTAIN, HealthReason.COMPONENT_DEGRADED),
        components={**dict.fromkeys(NAMES, UP), "connection": DIALLING, "lane": CRASHED},
        reconnects=4,
        last_pass=PassReport(number=9, triggers=(), began_at=NOW, ended_at=NOW, failure="no route"),
    )
    lines = lines_of(health, "reset by peer", width=60)
    assert lines[:2] == ["Disconnected", "CommandUncertain, ComponentDegraded"]
    assert lines[2].split()[:2] == ["○", "dialling"]
    assert "○ lane" in lines[4]
    assert lines[-2:] == ["pass 9 failed: no route", "session 5; cut: reset by peer"]
    assert len(lines_of(health, "reset by peer, and a long story")) == LINES


def test_before_anything_is_known_it_says_that() -> None:
    """Neither the account nor its first pass is there at first."""
    assert lines_of(None) == ["opening"]
    assert "no pass yet" in lines_of(HealthReport(account=AccountName("a"), status=HealthStatus.HEALTHY))
