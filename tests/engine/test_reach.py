"""A verdict says how far its command got: a frame that was written and then lost was sent."""

import pytest

from batactors import CommandHandle, CommandStatus, Reach
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")


async def give(bench: Bench, operation: str) -> CommandHandle:
    """A command of this kind, about an order that is open if it is about one."""
    if operation == "add_order":
        return await place(bench)
    order = await place(bench)
    assert (await order.resolved()).status is CommandStatus.ACCEPTED
    return await (order.amend(price="50100") if operation == "amend_order" else order.cancel())


@pytest.mark.parametrize("operation", ["add_order", "amend_order", "cancel_order"])
async def test_a_frame_that_was_written_and_then_lost_was_sent(
    network: SimulatedNetwork, seams: Seams, operation: str
) -> None:
    """The venue never got it: it is proved not done, and the verdict says that all of it left us."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseCommand(method=operation))
        verdict = await (await give(bench, operation)).verdict()
        assert (verdict.status, verdict.reach) == (CommandStatus.NOT_EXECUTED, Reach.SENT)
        assert [one.says for one in verdict.evidence if one.source == "wire"] == ["written whole"]
