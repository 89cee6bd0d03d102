"""A mutant that was written for other code than there is now is told as such, and never as found."""

from typing import Any

import pytest

from batactors.actors.token import Token
from batactors.core.dispatch import Dispatch
from batactors.core.ledger import Ledger
from batactors.core.lifecycle import TRANSITIONS
from batactors.core.orders import OrderRecord
from batactors.venues.binance import stream
from batactors.venues.kraken_v2 import executions
from tests.simulation.fitting import NoLongerFitsError
from tests.simulation.mutant import Bug, Mutant, Mutants, Patch
from tests.simulation.mutants import MUTANTS, Sound, found_by

stale, on_binance = Mutants(), Mutants(venue="binance")
APPLY: Any = Dispatch.apply
FILL: Any = executions._fill


@stale
def part_that_is_gone(patch: Patch) -> None:
    patch.setattr(Ledger, "no_such_part", lambda self: None)


@stale
def module_that_is_gone(patch: Patch) -> None:
    patch.setattr("batactors.core.no_such_module.part", lambda: None)


@stale
def row_that_is_gone(patch: Patch) -> None:
    table: Any = TRANSITIONS
    patch.setitem(table, "no such state", {})


@stale
def called_in_another_way(patch: Patch) -> None:
    patch.setattr(Dispatch, "apply", lambda self: None)


@stale
def waited_for_in_another_way(patch: Patch) -> None:
    async def renew(self: Token, another: int) -> None:
        raise AssertionError("nobody calls it so")

    patch.setattr(Token, "renew", renew)


@stale
def calls_in_another_way(patch: Patch) -> None:
    patch.setattr(Dispatch, "apply", lambda self, given: APPLY(self, given, given))


@stale
def uses_what_is_gone(patch: Patch) -> None:
    patch.setattr(OrderRecord, "submit", lambda self, news: self.no_such_part.submit(news))


@stale
def reads_what_is_gone(patch: Patch) -> None:
    """What reads a frame may fail, and the frame is put aside: no actor crashes."""

    def read(row: Any, names: Any, *, completes: bool) -> Any:
        return FILL(row.no_such_part, names, completes=completes)

    patch.setattr(executions, "_fill", read)


@on_binance
def yields_what_is_gone(patch: Patch) -> None:
    """The rows of a frame are read later than they are asked for."""
    patch.setattr(stream, "read_lite", lambda row, names: (one.no_such_part for one in [row]))


@stale
def gives_what_does_not_fit(patch: Patch) -> None:
    """It fails in the engine, and not by itself."""
    patch.setattr(Dispatch, "apply", lambda self, given: "no changes")


@pytest.mark.parametrize("mutant", [*stale.all, *on_binance.all], ids=lambda one: one.name)
def test_a_mutant_for_other_code_is_told_as_such(mutant: Mutant) -> None:
    """However it does not fit, that is loud, and names it."""
    with pytest.raises(NoLongerFitsError, match=f"this mutant no longer fits: {mutant.name}: .*"):
        list(found_by(mutant, range(3), Sound()))


def test_a_setting_for_other_code_is_told_as_such() -> None:
    """What a mutant needs to matter has to fit as well."""

    def bug(patch: Patch) -> None:
        """Nothing."""

    setting: Bug = lambda patch: patch.setattr(Ledger, "no_such_part", 3)  # noqa: E731
    with (
        pytest.raises(NoLongerFitsError, match="needs a part that is gone"),
        Mutant(name="needs a part that is gone", sentence="", bug=bug, setting=setting).without(),
    ):
        pass


def test_a_crash_that_a_bug_is_there_for_counts() -> None:
    """An assertion of the engine's own, which a bug breaks, is what it is to be found by."""
    found = next(found_by(MUTANTS["client order id taken for the order"], range(3), Sound()), None)
    assert found is not None
