"""What crashes at await points found: each as the shortest road to it."""

from collections.abc import Sequence

import pytest
import trio

from batactors import CommandStatus, OrderCanceled
from batactors.core.dispatch import Changes, Dispatch
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.model.inputs import Elapsed, Input, Sending
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_bench
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")


async def test_a_command_whose_sending_crashed_is_unknown_after_another_crash_too(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash on the note that a command leaves, and another before that is told: its fate is still found out."""
    crash_on = [Sending, Elapsed]
    apply = Dispatch.apply

    def crashing(self: Dispatch, given: Input) -> Changes:
        if crash_on and isinstance(given, crash_on[0]):
            raise RuntimeError(f"a bug about {crash_on.pop(0).__name__}")
        return apply(self, given)

    monkeypatch.setattr(Dispatch, "apply", crashing)
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        handle = await place(bench)
        with trio.fail_after(200.0):
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
        assert crash_on == []


async def test_what_ended_in_the_burst_that_crashed_is_told_before_it_is_forgotten(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two orders end at once where one ended order is kept: whoever follows the other is told its end all the same."""
    append, crashed, is_slow = MemoryJournal.append, list[int](), list[int]()

    async def crashing(self: MemoryJournal, entries: Sequence[Entry]) -> None:
        if not crashed and sum(isinstance(entry, OrderCanceled) for entry in entries) == 2:
            crashed.append(1)
            raise RuntimeError("a bug about writing")
        await trio.sleep(1.0 if is_slow else 0.0)  # so that what comes meanwhile is one burst
        await append(self, entries)

    monkeypatch.setattr(MemoryJournal, "append", crashing)
    async with open_bench(seams, tombstones=1) as bench:
        handles = [await place(bench), await place(bench)]
        for handle in handles:
            await handle.resolved()
        readers = [handle.events() for handle in handles]
        is_slow.append(1)
        await bench.account.cancel_all()
        for reader in readers:
            with trio.fail_after(60.0):
                kinds = [type(event) async for event in reader]
            assert kinds[-1] is OrderCanceled
        assert crashed
