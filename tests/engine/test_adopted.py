"""Orders of others that are adopted: followed from then on like our own, each fill told once, over restarts too."""

from contextlib import aclosing
from decimal import Decimal
from pathlib import Path

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    EngineStopped,
    ExchangeReject,
    FillReport,
    InvalidCommand,
    Missed,
    OrderAdopted,
    OrderCanceled,
    OrderEvent,
    OrderFilled,
    OrderState,
    Report,
)
from batactors.core.dispatch import Dispatch
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing.venue.orders import VenueOrder
from tests.engine.bench import BID, Bench, open_bench, open_on, open_venue
from tests.engine.test_crashes import crash_once, has_fill
from tests.engine.test_resume import AT_ONCE, opening
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


def by_hand(bench: Bench, client_order_id: str | None = None) -> VenueOrder:
    """Somebody places an order on the venue's own page, or with another program."""
    return bench.venue.place_external(
        symbol="BTC/USD", side="buy", quantity=Decimal("0.5"), price=BID, cl_ord_id=client_order_id
    )


async def reports_of(bench: Bench) -> list[Report]:
    """All reports so far."""
    found: list[Report] = []
    async with aclosing(bench.account.reports()) as reports:
        with trio.move_on_after(0.5):
            async for report in reports:
                assert not isinstance(report, Missed)
                found.append(report)
    return found


def told(bench: Bench, handle: CommandHandle) -> list[OrderEvent]:
    """The events of an order so far."""
    assert handle.client_order_id is not None
    return list(bench.account._wiring.dedup_actor.dispatch.book.orders[handle.client_order_id].events)


def fills(events: list[OrderEvent]) -> list[Decimal]:
    return [event.quantity for event in events if isinstance(event, OrderFilled)]


@pytest.mark.holds("S04")
@pytest.mark.parametrize("client_order_id", [None, "another-program-7"])
async def test_an_adopted_order_is_followed_to_its_end(
    network: SimulatedNetwork, seams: Seams, client_order_id: str | None
) -> None:
    """Its terms are told first, with the sum of the fills that were reported; then each later fill once, over a cut
    of the connection too, and its end. Nothing heard of it after the adoption is reported any more.
    """
    async with open_bench(seams) as bench:
        order = by_hand(bench, client_order_id)
        await trio.sleep(0.5)
        bench.venue.fill(order.order_id, quantity=Decimal("0.1"))
        await trio.sleep(0.5)
        handle = await bench.account.adopt(order.order_id)
        reports = await reports_of(bench)
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert (await handle.ack()).receipt.venue_order_id == order.order_id
        bench.venue.fill(order.order_id, quantity=Decimal("0.2"))
        await trio.sleep(0.5)
        bench.venue.cut()
        bench.venue.fill(order.order_id, quantity=Decimal("0.2"))
        with trio.fail_after(30.0):
            events = await events_of(handle)
        first = events[0]
        assert isinstance(first, OrderAdopted)
        assert (first.sequence, first.state, first.venue_order_id) == (1, OrderState.PARTIALLY_FILLED, order.order_id)
        assert (first.quantity, first.price, first.side) == (Decimal("0.5"), BID, "buy")
        assert (first.filled, first.counted) == (Decimal("0.1"), Decimal("0.1"))
        assert fills(events) == [Decimal("0.2"), Decimal("0.2")]
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert events[-1].state is OrderState.FILLED
        assert events[-1].filled == Decimal("0.5")  # type: ignore[attr-defined]
        assert [one.quantity for one in reports if isinstance(one, FillReport)] == [Decimal("0.1")]
        assert await reports_of(bench) == reports


@pytest.mark.holds("S04")
async def test_fills_that_nobody_was_told_of_become_events(network: SimulatedNetwork, seams: Seams) -> None:
    """An order that was partly filled before the engine came: those fills are found and told, and it settles."""
    async with open_venue(seams) as (venue, urls):
        order = venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal("0.5"), price=BID)
        await trio.sleep(300.0)
        venue.fill(order.order_id, quantity=Decimal("0.1"))
        other = venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(1), price=BID)
        for _ in range(60):  # more than the snapshot of a session tells
            venue.fill(other.order_id, quantity=Decimal("0.01"))
        await trio.sleep(3000.0)
        async with open_on(venue, urls, seams) as bench:
            handle = await bench.account.adopt(order.order_id)
            first = await anext(handle.events())
            assert isinstance(first, OrderAdopted)
            assert (first.filled, first.counted) == (Decimal(0), Decimal("0.1"))
            venue.fill(order.order_id, quantity=Decimal("0.4"))
            with trio.fail_after(60.0):
                events = await events_of(handle)
            assert sorted(fills(events)) == [Decimal("0.1"), Decimal("0.4")]
            assert events[-1].state is OrderState.FILLED
            assert not bench.account._wiring.dedup_actor.dispatch.book.doubtful


@pytest.mark.holds("S04")
async def test_an_order_is_adopted_once(network: SimulatedNetwork, seams: Seams) -> None:
    """Again, at once or later, it gives a handle of the same command; one of ours gives that of its create."""
    async with open_bench(seams) as bench:
        order, handles = by_hand(bench), list[CommandHandle]()

        async def adopt() -> None:
            handles.append(await bench.account.adopt(order.order_id))

        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(adopt)
        handles.append(await bench.account.adopt(order.order_id))
        assert len({handle.command_id for handle in handles}) == 1
        assert len(told(bench, handles[0])) == 1
        ours = await place(bench, price="48000")
        receipt = await ours.resolved()
        assert receipt.venue_order_id is not None
        assert (await bench.account.adopt(receipt.venue_order_id)).command_id == ours.command_id
        assert [handle.command_id for handle in bench.account.commands()] == [handles[0].command_id, ours.command_id]


@pytest.mark.holds("S04")
async def test_what_cannot_be_adopted_says_why(network: SimulatedNetwork, seams: Seams) -> None:
    """An id that the venue does not know, an order that has ended, no id at all, and an engine that has ended."""
    async with open_bench(seams) as bench:
        order = by_hand(bench)
        await trio.sleep(0.5)
        bench.venue.cancel(order.order_id)
        await trio.sleep(0.5)
        with pytest.raises(InvalidCommand, match=f"{order.order_id}.*has ended, it is canceled"):
            await bench.account.adopt(order.order_id)
        with pytest.raises(InvalidCommand, match=r"OZZZZZ-ZZZZZ-ZZZZZZ.*is not known to kraken"):
            await bench.account.adopt("OZZZZZ-ZZZZZ-ZZZZZZ")
        with pytest.raises(InvalidCommand, match="venue_order_id"):
            await bench.account.adopt("")
        assert not bench.account.commands(ended=True)
    with pytest.raises(EngineStopped):
        await bench.account.adopt(order.order_id)


@pytest.mark.holds("S04")
async def test_one_that_the_stream_told_is_adopted_though_reads_trail(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venue's lists do not know the order yet; what was heard of it live is enough."""
    async with open_bench(seams) as bench:
        order = by_hand(bench)
        await trio.sleep(0.1)

        async def not_yet(*_: object) -> None:
            raise ExchangeReject("Kraken answered EOrder:Unknown order")

        monkeypatch.setattr(type(bench.account), "_ask", not_yet)
        handle = await bench.account.adopt(order.order_id)
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        with pytest.raises(InvalidCommand, match="is not known to kraken"):
            await bench.account.adopt("OZZZZZ-ZZZZZ-ZZZZZZ")


@pytest.mark.holds("S04")
async def test_a_restart_goes_on_following_an_adopted_order(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path
) -> None:
    """From the journal: the same command, the same numbers of events, each fill once; amends and cancels too."""
    journals = opening(tmp_path / "a.journal", seams)
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=journals, supervision=AT_ONCE) as bench:
            order = by_hand(bench, "another-program-7")
            await trio.sleep(0.5)
            venue.fill(order.order_id, quantity=Decimal("0.1"))
            await trio.sleep(0.5)
            first = await bench.account.adopt(order.order_id)
            venue.fill(order.order_id, quantity=Decimal("0.1"))
            await trio.sleep(0.5)
            before, reported = told(bench, first), await reports_of(bench)
        venue.fill(order.order_id, quantity=Decimal("0.05"))
        await trio.sleep(5.0)
        async with open_on(venue, urls, seams, journals=journals, supervision=AT_ONCE) as bench:
            (second,) = bench.account.commands()
            again = await bench.account.adopt(order.order_id)
            assert first.command_id == second.command_id == again.command_id
            assert second.client_order_id == first.client_order_id
            await trio.sleep(5.0)
            assert (await (await again.amend(price="48500")).resolved()).status is CommandStatus.ACCEPTED
            assert (await (await again.cancel()).resolved()).status is CommandStatus.ACCEPTED
            with trio.fail_after(30.0):
                events = await events_of(second)
            assert events[: len(before)] == before
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            assert fills(events) == [Decimal("0.1"), Decimal("0.05")]
            end = events[-1]
            assert isinstance(end, OrderCanceled)
            assert end.filled == Decimal("0.25")
            assert await reports_of(bench) == reported


@pytest.mark.holds("S04")
async def test_an_adoption_survives_a_crash_of_the_dedup_actor(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebuilt from what it has told, it follows on; a fill told before as a report is still not an event."""
    async with open_bench(seams) as bench:
        order = by_hand(bench)
        await trio.sleep(0.5)
        bench.venue.fill(order.order_id, quantity=Decimal("0.1"))
        await trio.sleep(0.5)
        handle = await bench.account.adopt(order.order_id)
        crash_once(monkeypatch, Dispatch, "apply", has_fill)
        bench.venue.fill(order.order_id, quantity=Decimal("0.4"))
        with trio.fail_after(60.0):
            events = await events_of(handle)
        assert fills(events) == [Decimal("0.4")]
        assert events[-1].state is OrderState.FILLED
        assert bench.account.counters()["quarantined: crashed the dedup actor"] == 1
