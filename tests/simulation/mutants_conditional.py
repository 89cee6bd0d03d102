"""Bugs on the ground of orders that wait for a trigger, of positions and of balances."""

from typing import Any

from batactors.core import hearing
from batactors.core.balances import Balances
from batactors.core.positions import Positions
from batactors.core.record import Record
from batactors.model.facts import Says
from batactors.model.positions import PositionSide
from batactors.venues.binance import account_update, words
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants(venue="binance")


@mutant
def what_came_of_a_trigger_taken_for_anothers(patch: Patch) -> None:
    """Nobody notes that an order goes on under another id when it has been triggered."""
    patch.setattr(hearing, "ids_of", lambda order, fact, rules: (None, None))


@mutant
def trigger_told_only_where_it_is_said(patch: Patch) -> None:
    """What bears the client order id of an order that waits shows that it was triggered, and nobody tells it."""
    go_on = Record.go_on_as

    def quietly(self: Record, venue_order_id: Any, news: Any, occurred_at: Any, *, said: bool) -> Any:
        self.triggered |= not said
        return go_on(self, venue_order_id, news, occurred_at, said=said)

    patch.setattr(Record, "go_on_as", quietly)


@mutant
def what_waits_taken_for_triggered(patch: Patch) -> None:
    """That an order is there and waits is taken for its trigger."""
    patch.setitem(words.ALGO_STATUS, "NEW", Says.TRIGGERED)


@mutant
def two_positions_taken_for_one(patch: Patch) -> None:
    """The long and the short position of a market are kept as one."""
    patch.setattr(account_update, "POSITION_SIDES", dict.fromkeys(("BOTH", "LONG", "SHORT"), PositionSide.NET))


@mutant
def balance_read_before_a_session_is_ready_dropped(patch: Patch) -> None:
    """What is read of balances while no session is ready says nothing."""
    compare = Balances.compare

    def later(self: Balances, theirs: Any, asked_at: float, on: Any, ready_since: float | None) -> None:
        if ready_since is not None:
            compare(self, theirs, asked_at, on, ready_since)

    patch.setattr(Balances, "compare", later)


@mutant
def position_stands_after_a_break(patch: Patch) -> None:
    """What the stream told of a position is believed after it broke off, whatever happened meanwhile."""
    patch.setattr(Positions, "break_off", lambda self, at: None)
