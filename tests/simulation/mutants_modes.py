"""Bugs in what may go out: modes that let too much through, recoveries that hold nothing, scopes that are too wide."""

from batactors.actors.gate import Gate
from batactors.core.modes import Modes
from batactors.core.scope import Scope
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants()


@mutant
def modes_forgotten(patch: Patch) -> None:
    """A mode is set, and everything goes on."""
    patch.setattr(Modes, "why_not", lambda self, exposure: None)


@mutant
def new_risk_goes_by_rest(patch: Patch) -> None:
    """While there is no session, creates go by REST, whatever the account is told."""
    patch.setattr(Gate, "holds", lambda self, exposure: False)


@mutant
def side_ignored_by_a_scoped_cancel(patch: Patch) -> None:
    """A cancel of one side takes the other side's orders along."""
    patch.setattr(Scope, "has", lambda self, instrument, side: self.instrument in (None, instrument))


@mutant
def orders_of_others_left_out_of_a_scope(patch: Patch) -> None:
    """A cancel of a part takes back our orders only."""
    others = Scope.others
    patch.setattr(Scope, "others", lambda self, facts, ledger: others(self, (), ledger))
