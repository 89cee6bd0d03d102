"""The health of an account in one value, read off the board that its actors write; and how to follow it.

To read it costs the same however many orders and commands there are: whoever changes a figure keeps it.
"""

from collections.abc import Iterator
from math import inf
from typing import Self

import trio

from batactors.actors.heeding import LIMITS
from batactors.model.health import STATUS_OF, ComponentState, HealthReason, HealthReport, HealthStatus, SessionPhase
from batactors.model.modes import TradingMode
from batactors.wiring import Wiring

ROUNDS = 3
"""As many of the reconciler's rounds without a list of what is open make what we know of that stale."""
FEWEST_SECONDS = 120.0
"""Seconds before which it is never stale: with a slow tier, a round alone takes the better half of a minute."""
VENUE = "venue"
"""The component that stands for the venue itself: degraded while it takes no orders."""


def report_health(wiring: Wiring) -> HealthReport:
    """How an account does now."""
    board, now = wiring.board, _now()
    reasons = tuple(reason for reason, holds in _reasons(wiring, now) if holds)
    return HealthReport(
        account=wiring.name,
        status=STATUS_OF[reasons[0]] if reasons else HealthStatus.HEALTHY,
        reasons=reasons,
        components=dict(board.components),
        commands_blocked=_commands_blocked(wiring),
        unknown_commands=board.figures.unknown_commands,
        orders_in_doubt=board.figures.orders_in_doubt,
        divergences=board.figures.divergences,
        position_divergences=board.figures.position_divergences,
        margin_calls=board.figures.margin_calls,
        warnings=wiring.warnings,
        reconnects=max(0, board.sessions - 1),
        modes=wiring.gate.modes.settings,
        clock_offset=board.clock_offset,
        quiet_for=_age(board.heard_at, now),
        snapshot_age=_age(board.listed_at, now),
        last_pass=board.last_pass,
    )


class HealthReader:
    """The present report at once, then the latest one whenever something has changed.

    It holds nothing that must be closed: drop it where you like, and a wait that was cancelled may be taken up again.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._told: HealthReport | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> HealthReport:
        """Wait for a report that is not the one told last.

        Raises:
            EngineStopped: The engine has ended.
        """
        board = self._wiring.board
        while board.ended is None:
            seen, report = board.version, report_health(self._wiring)
            if report != self._told:
                self._told = report
                return report
            await board.changed(seen, until=_stale_at(self._wiring, trio.current_time()))
        raise board.ended.with_traceback(None)


def _reasons(wiring: Wiring, now: float) -> Iterator[tuple[HealthReason, bool]]:
    """Each reason, worst first, and whether it holds."""
    board, figures = wiring.board, wiring.board.figures
    connection = board.components[wiring.events_socket]
    hears = connection.phase in (SessionPhase.CATCHING_UP, SessionPhase.READY)
    missed = figures.everything_doubtful is not None
    yield HealthReason.DISCONNECTED, not hears
    yield HealthReason.COMMANDS_BLOCKED, _commands_blocked(wiring) is not None
    yield HealthReason.COMMAND_UNCERTAIN, figures.unknown_commands > 0
    yield HealthReason.STATE_DIVERGENCE, bool(figures.divergences or figures.position_divergences)
    yield HealthReason.RECONCILE_REQUIRED, missed or figures.orders_in_doubt > 0
    yield HealthReason.SNAPSHOT_STALE, now >= board.listed_at + _stale_after(wiring) > -inf
    yield HealthReason.PRIVATE_STREAM_GAP, missed or connection.phase is not SessionPhase.READY
    yield HealthReason.COMPONENT_DEGRADED, any(one.state is not ComponentState.UP for one in board.components.values())


def _commands_blocked(wiring: Wiring) -> str | None:
    """Why new orders cannot go out, by whatever road."""
    if wiring.board.closing:
        return wiring.board.why_closed
    own = wiring.gate.modes.settings[0]
    if own.mode is TradingMode.HALTED:
        return f"the account is {own.mode}" + (f": {own.reason}" if own.reason else "")
    silence = wiring.board.components.get(LIMITS)
    if silence is not None and silence.state is not ComponentState.UP:
        return silence.cause
    for name in ("lane", "dedup"):  # one carries a command to its road, the other makes it ours
        one = wiring.board.components[name]
        if one.state.is_away:
            return f"{name} is {one.state}: {one.cause}"
    venue = wiring.board.components.get(VENUE)
    return venue.cause if venue is not None and venue.state is not ComponentState.UP else None


def _stale_after(wiring: Wiring) -> float:
    return max(ROUNDS * wiring.config.reconcile_every, FEWEST_SECONDS)


def _stale_at(wiring: Wiring, now: float) -> float:
    """When what we know of open orders becomes stale, unless it is read before; never, if it is already."""
    at = wiring.board.listed_at + _stale_after(wiring)
    return at if at > now else inf


def _now() -> float:
    """On trio's clock; when that has stopped, no age is known, and nothing becomes stale any more."""
    return trio.current_time() if trio.lowlevel.in_trio_run() else -inf


def _age(at: float, now: float) -> float | None:
    return now - at if now > -inf < at else None
