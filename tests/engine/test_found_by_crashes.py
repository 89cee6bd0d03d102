"""What crashes at await points found: each as the shortest road to it."""

import pytest
import trio

from batactors import CommandStatus
from batactors.core.dispatch import Changes, Dispatch
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
