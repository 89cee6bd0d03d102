"""What the checks see of a world, where it is more than one of its parts."""

from collections.abc import Iterator, Mapping, Sequence

from batactors import Account, ChildEvent
from batactors.testing.network import SimulatedNetwork
from batactors.testing.simulation.counting import tasks_named
from batactors.testing.simulation.holding import holdings
from batactors.testing.simulation.judge import Judge
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.machine import Machine
from batactors.testing.simulation.record import Record
from batactors.testing.simulation.settling import down, passes
from batactors.testing.simulation.stages.stage import Stage
from batactors.testing.simulation.stages.words import Words
from batactors.testing.trace import Trace
from batactors.testing.venue.ledger import Ledger


class Seen:
    """A world, as far as checks look at it."""

    knobs: Knobs
    stage: Stage
    machine: Machine
    network: SimulatedNetwork
    judge: Judge
    trace: Trace
    port: int
    _logged: list[str]
    _baseline: dict[str, int]

    @property
    def record(self) -> Record:
        """What the engine journaled, told and sent."""
        return self.judge.record

    @property
    def happenings(self) -> Sequence[ChildEvent]:
        """What supervision did, over all lives of the process."""
        return self.judge.happenings

    @property
    def ledger(self) -> Ledger:
        """The venue's own truth."""
        return self.stage.venue.ledger

    @property
    def account(self) -> Account:
        """The account of the engine that runs now."""
        raise NotImplementedError

    down, passes, holdings = down, passes, holdings

    @property
    def gave_up(self) -> Sequence[str]:
        """Why the engine ended by itself, or could not start."""
        return self.machine.failures

    @property
    def secrets(self) -> Sequence[str]:
        """What nobody may read."""
        return self.stage.secrets

    @property
    def sockets(self) -> Sequence[str]:
        """The actors that keep the venue's sockets."""
        return self.stage.sockets

    @property
    def words(self) -> Words:
        """What the venue's wire says."""
        return self.stage.words

    @property
    def tombstones(self) -> int:
        """How many ended orders the engine remembers."""
        return self.knobs.tombstones

    def texts(self) -> Iterator[str]:
        """Everything that was written for people or for the disk."""
        yield from self._logged
        yield from self.gave_up
        yield from (repr(step) for steps in self.record.steps.values() for step in steps)
        yield from (repr(event) for events in self.record.events.values() for event in events)
        yield from (str(event) for event in self.happenings)
        yield from self.trace.lines()

    def leaks(self) -> Mapping[str, tuple[int, int]]:
        """What there is now, against what there was when the engine was ready, and against the stated bounds."""
        found = {what: (there, self._baseline.get(what, there)) for what, there in self._count().items()}
        if self.machine.engine is not None:
            found |= {what: (gauge.there, gauge.most) for what, gauge in self.account.gauges().items()}
        return found

    def _count(self) -> dict[str, int]:
        name = self.stage.account
        return {
            "open sockets": self.network.open_ends(self.port, "client"),
            "tasks of the engine": tasks_named((f"{name}/", f"account {name}")),
        }
