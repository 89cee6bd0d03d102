"""What cannot be read in an answer proves nothing."""

import pytest
import trio
from attrs import evolve

from batactors import CommandStatus
from batactors.model.facts import QuarantineFact
from batactors.model.questions import AskClosedOrders, AskOpenOrders, Page, Question
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.venues.kraken_spot.codec import KrakenSpot
from tests.engine.bench import open_bench
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")


@pytest.mark.parametrize("orders", [1, 3])
async def test_a_row_that_cannot_be_read_is_no_absence(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, orders: int
) -> None:
    """While a row of the venue's lists cannot be read, no order is told as absent, however many are asked for at
    once.
    """
    real = KrakenSpot.read
    broken = [True]

    def read(self: KrakenSpot, question: Question, offset: int, status: int, body: bytes) -> Page:
        page = real(self, question, offset, status, body)
        if not broken[0] or not isinstance(question, AskOpenOrders | AskClosedOrders):
            return page
        return evolve(page, facts=(*page.facts, QuarantineFact(raw="{}", reason="not an order")))

    monkeypatch.setattr(KrakenSpot, "read", read)
    async with open_bench(seams, recovery_patience=300.0) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order", count=orders))
        handles = [await place(bench) for _ in range(orders)]
        await trio.sleep(60.0)
        assert bench.account.health().unknown_commands == orders
        broken[0] = False
        for handle in handles:
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
