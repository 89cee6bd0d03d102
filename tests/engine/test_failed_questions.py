"""A question that failed says nothing, and what a list lacks may be there all the same."""

import math
from collections.abc import Callable
from contextlib import aclosing
from decimal import Decimal
from itertools import product

import pytest
import trio

from batactors import (
    BatactorsError,
    CommandHandle,
    CommandStatus,
    HealthStatus,
    OrderCanceled,
    OrderFilled,
    OrderState,
    OrderStatusReport,
    TransportError,
)
from batactors.model.questions import AskClosedOrders, AskFills, Page, Question
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.fault_script import Fault
from batactors.venues.kraken_spot.codec import KrakenSpot
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import events_of, place
from tests.simulation.stories import first_events

pytestmark = pytest.mark.usefixtures("network")
ALWAYS = math.inf
FAILURES: dict[str, Callable[[str], Fault]] = {
    "no answer": lambda method: f.Stall(method=method, count=ALWAYS),
    "a server's error": lambda method: f.HttpError(method=method, status=502, count=ALWAYS),
    "a ban": lambda method: f.HttpError(method=method, status=429, count=ALWAYS),
    "an empty page": lambda method: f.HttpError(method=method, status=200, body="", count=ALWAYS),
    "an empty object": lambda method: f.HttpError(method=method, status=200, body="{}", count=ALWAYS),
    "no result": lambda method: f.HttpError(method=method, status=200, body='{"error":[]}', count=ALWAYS),
    "a result of nothing": lambda method: f.HttpError(
        method=method, status=200, body='{"error":[],"result":{}}', count=ALWAYS
    ),
    "broken off": lambda method: f.CutReply(method=method, count=ALWAYS),
    "unavailable": lambda method: f.Refuse(method=method, error="EService:Unavailable", count=ALWAYS),
    "an internal error": lambda method: f.Refuse(method=method, error="EGeneral:Internal error", count=ALWAYS),
    "too many": lambda method: f.Refuse(method=method, error="EAPI:Rate limit exceeded", count=ALWAYS),
    "an error that nobody knows": lambda method: f.Refuse(method=method, error="EOdd:Thing", count=ALWAYS),
}
ENDPOINTS = ("OpenOrders", "ClosedOrders", "TradesHistory")
LONG = 120.0
"""Seconds: many times what it takes to prove that an order is not there when all questions are answered."""


async def unknown_create(bench: Bench, *, landed: bool) -> CommandHandle:
    """A create of which nothing is heard: lost on its way, or wholly filled at once and gone."""
    if not landed:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        handle = await place(bench)
    else:
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(count=5))
        handle = await place(bench, order_type="market", price=None)
    assert (await handle.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
    return handle


@pytest.mark.holds("S08", "S09")
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_absence_is_not_proved_while_one_endpoint_cannot_be_asked(
    network: SimulatedNetwork, seams: Seams, endpoint: str, failure: str
) -> None:
    """A create stays unknown for as long as one of open orders, closed orders and fills has no answer, however it fails
    and whatever the others say; and is proved not to have been executed once all three answer.
    """
    async with open_bench(seams, recovery_patience=20.0) as bench:
        handle = await unknown_create(bench, landed=False)
        bench.venue.faults.add(FAILURES[failure](endpoint))
        await trio.sleep(LONG)
        assert (await handle.resolved()).status is CommandStatus.UNKNOWN_EXECUTION
        assert bench.account.health().unknown_commands == 1
        assert bench.account.health().status is HealthStatus.COMMAND_UNCERTAIN
        bench.venue.faults.clear()
        with trio.fail_after(LONG):
            while (await handle.resolved()).status is CommandStatus.UNKNOWN_EXECUTION:  # noqa: ASYNC110
                await trio.sleep(1.0)
        assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED


@pytest.mark.holds("S08", "S09")
@pytest.mark.parametrize("failure", ["no answer", "an empty page", "a result of nothing", "unavailable"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_an_order_that_came_and_went_is_not_called_absent(
    network: SimulatedNetwork, seams: Seams, endpoint: str, failure: str
) -> None:
    """An order that was filled at once, with every word of it lost, is never told as not executed: not while one of the
    endpoints that know of it fails, nor after.
    """
    async with open_bench(seams, recovery_patience=20.0) as bench:
        bench.venue.faults.add(FAILURES[failure](endpoint))
        handle = await unknown_create(bench, landed=True)
        await trio.sleep(LONG)
        assert (await handle.resolved()).status in {CommandStatus.UNKNOWN_EXECUTION, CommandStatus.ACCEPTED}
        bench.venue.faults.clear()
        with trio.fail_after(LONG):
            events = await events_of(handle)
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert sum(event.quantity for event in events if isinstance(event, OrderFilled)) == Decimal("0.5")
        assert events[-1].state is OrderState.FILLED


@pytest.mark.holds("S08", "S09")
@pytest.mark.parametrize(
    ("what", "endpoint", "failure"),
    [
        *product(["cancel"], ["QueryOrders"], FAILURES),
        *product(["amend"], ["OrderAmends"], FAILURES),
        # Where only the order's own row is not there, the list of its changes still tells.
        *product(["amend"], ["QueryOrders"], [one for one in FAILURES if one != "a result of nothing"]),
    ],
)
async def test_what_became_of_a_command_is_not_read_off_a_failure(
    network: SimulatedNetwork, seams: Seams, what: str, endpoint: str, failure: str
) -> None:
    """A cancel or an amend that was lost stays unknown while the order cannot be asked for, and the order is not told
    as ended; once the venue answers, it is proved undone.
    """
    async with open_bench(seams, recovery_patience=20.0) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.faults.add(f.LoseCommand(method=f"{what}_order"), FAILURES[failure](endpoint))
        command = await (handle.cancel() if what == "cancel" else handle.amend(price="49999"))
        await trio.sleep(LONG)
        assert (await command.resolved()).status is CommandStatus.UNKNOWN_EXECUTION
        assert (await first_events(handle, 2))[-1].state is OrderState.ACCEPTED
        bench.venue.faults.clear()
        with trio.fail_after(LONG):
            while (await command.resolved()).status is CommandStatus.UNKNOWN_EXECUTION:  # noqa: ASYNC110
                await trio.sleep(1.0)
        assert (await command.resolved()).status is CommandStatus.NOT_EXECUTED
        assert not bench.at_venue(handle.client_order_id).closed


@pytest.mark.holds("S09")
@pytest.mark.parametrize("failure", FAILURES)
async def test_a_list_that_cannot_be_had_is_no_empty_list(
    network: SimulatedNetwork, seams: Seams, failure: str
) -> None:
    """Where the list of open orders fails, nothing that is open is doubted, whosever it is; the caller is told."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        other = bench.venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal("0.1"), price=Decimal(48000))
        await trio.sleep(1.0)
        bench.venue.faults.add(FAILURES[failure]("OpenOrders"))
        with pytest.raises(BatactorsError):
            await bench.account.reconcile()
        with pytest.raises(BatactorsError):
            await bench.account.fetch_open_orders()
        await trio.sleep(5.0)
        assert bench.account.health().orders_in_doubt == 0
        dispatch = bench.engine.account("kraken")._wiring.dedup_actor.dispatch
        assert dispatch.strangers.open_ids() == (other.order_id,)
        assert dispatch.book.orders[handle.client_order_id].state is OrderState.ACCEPTED  # type: ignore[index]


@pytest.mark.holds("S08")
async def test_an_order_that_a_list_lacks_is_asked_for_by_its_id(network: SimulatedNetwork, seams: Seams) -> None:
    """A list of open orders that is older than the order lacks it: neither ours nor another's is told as ended; each is
    asked for by its id, and is as it was.
    """
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal("0.1"), price=Decimal(48000))
        await trio.sleep(5.0)
        bench.venue.faults.add(f.ReadLag(method="OpenOrders", seconds=3600.0))
        await bench.account.reconcile()
        await trio.sleep(10.0)
        assert bench.venue.faults.fired["ReadLag"] == 1
        assert bench.account.health().orders_in_doubt == 0
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        await (await handle.cancel()).resolved()
        events = await events_of(handle)
        assert [type(event) for event in events[-2:]] == [OrderFilled, OrderCanceled]
        assert not any(event.late for event in events)
        async with aclosing(bench.account.reports()) as reports:
            states = []
            with trio.move_on_after(1.0):
                states += [one.state async for one in reports if isinstance(one, OrderStatusReport)]
        assert OrderState.CANCELED not in states


@pytest.mark.holds("S08")
@pytest.mark.parametrize("lagging", [*ENDPOINTS, "all"])
async def test_an_endpoint_that_trails_hides_no_order(network: SimulatedNetwork, seams: Seams, lagging: str) -> None:
    """Where an endpoint shows the account as it was before the order, within the lag that is allowed for, that it does
    not have it proves nothing: the order is found when the endpoint has come up.
    """
    async with open_bench(seams, read_lag=30.0, recovery_patience=300.0) as bench:
        for endpoint in ENDPOINTS if lagging == "all" else (lagging,):
            bench.venue.faults.add(f.ReadLag(method=endpoint, seconds=30.0, count=ALWAYS))
        handle = await unknown_create(bench, landed=True)
        with trio.fail_after(LONG):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            events = await events_of(handle)
        assert sum(event.quantity for event in events if isinstance(event, OrderFilled)) == Decimal("0.5")


@pytest.mark.holds("S09")
@pytest.mark.parametrize("kind", [AskClosedOrders, AskFills])
async def test_half_a_list_is_no_list(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, kind: type[Question]
) -> None:
    """Where a later page of an answer fails, the whole of it counts for nothing: what may be on that page is neither
    absent nor passed over for good.
    """
    real, broken = KrakenSpot.read, [True]

    def read(self: KrakenSpot, question: Question, offset: int, status: int, body: bytes) -> Page:
        if isinstance(question, kind) and offset and broken[0]:
            raise TransportError("the second page is lost")
        return real(self, question, offset, status, body)

    async with open_bench(seams, recovery_patience=20.0) as bench:
        monkeypatch.setattr(KrakenSpot, "read", read)
        bench.venue.restart(down_for=30.0)
        await trio.sleep(1.0)
        for _ in range(70):  # more than a page, all of it unheard
            order = bench.venue.place_external(
                symbol="BTC/USD", side="buy", quantity=Decimal("0.1"), price=Decimal(48000)
            )
            bench.venue.fill(order.order_id, quantity=Decimal("0.1"))
        await trio.sleep(LONG)
        broken[0] = False
        await trio.sleep(LONG)
        dispatch = bench.engine.account("kraken")._wiring.dedup_actor.dispatch
        told = [report for report in dispatch.strangers.log if type(report).__name__ == "FillReport"]
        assert len(told) == len({report.fill_id for report in told}) == 70  # type: ignore[attr-defined]
