"""The demo on the simulated Bybit: what is that venue's own in it, and in its verdict."""

from functools import cache

import pytest

from batactors import CommandStatus
from batactors.cli.demo.config import Settings
from batactors.cli.demo.seen import SeenCommand
from batactors.cli.demo.stage import Stage
from batactors.model.commands import Operation
from batactors.testing.bybit import BybitVenue
from tests.cli.test_demo import perform, say, wrong


@cache
def quiet() -> Stage:
    """A run in which nothing went wrong."""
    return perform(Settings(seed=1, orders=60, faults=0, venue="bybit"))


def command(stage: Stage, operation: Operation, status: CommandStatus) -> SeenCommand:
    found = (one for one in stage.seen.commands.values() if one.operation is operation)
    return next(one for one in found if one.verdicts[-1:] == [status])


def test_a_quiet_run_has_something_of_everything() -> None:
    """Orders, settings, a position opened and closed; a refusal after its answer is in the ledger, and rightly told."""
    stage = quiet()
    verdict = stage.judge()
    assert wrong(verdict) == {}
    assert len(verdict.checks) == 14
    assert isinstance(stage.venue, BybitVenue)
    (closed,) = stage.seen.closed
    assert closed.was
    assert stage.venue.position(closed.instrument.partition("/")[0] + "USDT").amount == 0
    reasons = [order.reason or "" for order in stage.venue.ledger.orders.values()]
    assert any("EC_PostOnlyWillTakeLiquidity" in reason for reason in reasons)


@pytest.mark.parametrize("seed", [0, 2])
def test_a_run_with_many_faults_is_good(seed: int) -> None:
    """Answers that say nothing, refusals after them, lost frames, cuts: every verdict is the ledger's."""
    stage = perform(Settings(seed=seed, orders=60, faults=20, venue="bybit"))
    assert wrong(stage.judge()) == {}


def test_a_cancel_that_is_denied_wrongly_is_found() -> None:
    """The venue's word for a cancel by its owner is known to the verdict."""
    stage = quiet()
    cancelled = command(stage, Operation.CANCEL_ORDER, CommandStatus.ACCEPTED)
    steps = list(cancelled.steps)
    try:
        say(cancelled, CommandStatus.NOT_EXECUTED)
        assert "what was denied was never done" in wrong(stage.judge())
    finally:
        cancelled.steps[:] = steps
