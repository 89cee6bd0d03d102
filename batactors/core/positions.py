"""What positions the account has, by instrument and side, and whether stream and REST agree: see ``core.compared``.

The venue's word is what a position is. It is not reckoned from fills, nor are fills made of it: where the two differ,
something was not told, which is asked for and told, and nothing is invented.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve

from batactors.core.compared import ZERO, Compared
from batactors.model.account_facts import MarginCallFact, PositionFact
from batactors.model.health import MarginCall, PositionDivergence
from batactors.model.ids import InstrumentId
from batactors.model.positions import PositionSide

Key = tuple[InstrumentId, PositionSide]


class Positions:
    """The positions of one account: at most three keys for each instrument of the venue, those that closed included.

    Args:
        read_lag: Seconds by which HTTP reads may trail what happened.
    """

    def __init__(self, read_lag: float) -> None:
        self._read_lag = read_lag
        self._known: dict[Key, PositionFact] = {}
        self._compared = Compared[Key](read_lag)
        self._calls: dict[Key, MarginCall] = {}
        self.version = 0
        """How often a position or a margin call was told that was not told just so before."""

    def __len__(self) -> int:
        return len(self._known)

    @property
    def all(self) -> Mapping[Key, PositionFact]:
        """How each position stood when it was told last, those of quantity zero too."""
        return self._known

    @property
    def margin_calls(self) -> tuple[MarginCall, ...]:
        """The positions that the venue warned of, and that have not changed since."""
        return tuple(self._calls[key] for key in sorted(self._calls))

    @property
    def divergences(self) -> tuple[PositionDivergence, ...]:
        """The positions of which stream and REST say different things."""
        return tuple(
            PositionDivergence(
                instrument=key[0], position_side=key[1], ours=one.ours, theirs=one.theirs, since=one.since
            )
            for key, one in sorted(self._compared.apart.items())
        )

    def hear(self, fact: PositionFact, at: float) -> None:
        """The stream told a position, at this time of trio's clock; one that is older than what is known is past."""
        known = self._known.get((fact.instrument, fact.position_side))
        before = known.occurred_at if known is not None else None
        if before is not None and fact.occurred_at is not None and fact.occurred_at < before:
            return
        self._take(fact)
        self._compared.hear((fact.instrument, fact.position_side), fact.quantity, at)

    def break_off(self, at: float) -> None:
        """The stream has broken off, at this time of trio's clock: what it told may have changed since."""
        self._compared.break_off(at)

    def warn(self, fact: MarginCallFact, on: datetime) -> None:
        """The venue warns of a position; ``on`` is our clock, UTC."""
        key = (fact.instrument, fact.position_side)
        self._calls[key] = MarginCall(
            instrument=fact.instrument, position_side=fact.position_side, maintenance=fact.maintenance, since=on
        )
        self.version += 1

    def compare(
        self,
        told: Sequence[PositionFact],
        instrument: InstrumentId | None,
        asked_at: float,
        on: datetime,
        ready_since: float | None,
    ) -> None:
        """REST told all positions, or those of an instrument, when asked at this time of trio's clock.

        What it leaves out is zero. A position that the stream has not told, or not since it broke off, is taken from
        it. Of any other the quantity stays the stream's; the prices are newer here, if the quantity is the same.
        """
        said = {(fact.instrument, fact.position_side): fact for fact in told}
        gone = [key for key in sorted(self._known) if key not in said and instrument in (None, key[0])]
        said |= {key: evolve(self._known[key], quantity=ZERO) for key in gone}
        for key, fact in said.items():
            if not self._compared.stands(key):
                self._take(fact)
                self._compared.believe(key, fact.quantity, asked_at, ready_since)
            elif self._known[key].quantity == fact.quantity:
                self._take(fact)
        theirs = {key: fact.quantity for key, fact in said.items()}
        if ready_since is not None:
            self._compared.compare(theirs, asked_at, on, ready_since)

    def _take(self, fact: PositionFact) -> None:
        key = (fact.instrument, fact.position_side)
        before = self._known.get(key)
        if before is not None and before.quantity == fact.quantity:
            # The stream tells less of a position than REST does; what it leaves out is as it was.
            names = ("entry_price", "mark_price", "liquidation_price", "unrealized", "margin_mode")
            kept = {name: getattr(before, name) for name in names if getattr(fact, name) is None}
            fact = evolve(fact, **kept)
        elif before is not None:
            self._calls.pop(key, None)
        if before != fact:
            self.version += 1
        self._known[key] = fact
