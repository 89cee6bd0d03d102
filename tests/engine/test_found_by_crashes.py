"""What crashes at await points found: each as the shortest road to it."""

from collections.abc import Sequence

import pytest
import trio

from batactors import CommandStatus, LifecycleEvent, RecoveryScheduled, Sent
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_on, open_venue
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")


class FailsOn(MemoryJournal):
    """Its disk fails on the first step of each of these kinds, one kind after the other, before it writes it."""

    def __init__(self, *kinds: type[LifecycleEvent]) -> None:
        super().__init__()
        self.kinds = list(kinds)

    async def append(self, entries: Sequence[Entry]) -> None:
        if self.kinds and any(isinstance(entry, self.kinds[0]) for entry in entries):
            del self.kinds[0]
            raise OSError("no space left on device")
        await super().append(entries)


async def test_a_command_whose_sending_crashed_is_unknown_after_another_crash_too(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A crash on the note that a command leaves, and another before that is written: its fate is still found out."""
    journal = FailsOn(Sent, RecoveryScheduled)
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        venue.faults.add(f.LoseCommand(method="add_order"))
        handle = await place(bench)
        with trio.fail_after(200.0):
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
        assert journal.kinds == []
