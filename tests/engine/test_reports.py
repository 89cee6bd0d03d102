"""What an account tells of orders that this engine did not send."""

from contextlib import aclosing
from decimal import Decimal

import trio

from batactors import (
    FillReport,
    Missed,
    OrderState,
    OrderStatusReport,
    Report,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import BID, Bench, open_bench


def by_hand(bench: Bench, count: int = 1) -> list[str]:
    """Somebody places orders on the venue's own page."""
    return [
        bench.venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal("0.1"), price=BID).order_id
        for _ in range(count)
    ]


async def heard(bench: Bench, count: int, since: int = 0) -> list[Report | Missed]:
    """The next so many reports."""
    found: list[Report | Missed] = []
    async with aclosing(bench.account.reports(since=since)) as reports:
        async for report in reports:
            found.append(report)
            if len(found) == count:
                break
    return found


async def test_orders_of_others_are_reported_once(network: SimulatedNetwork, seams: Seams) -> None:
    """What is heard of orders that this engine did not send is told to each follower once, over reconnects too."""
    async with open_bench(seams) as bench:
        (order_id,) = by_hand(bench)
        await trio.sleep(0.5)
        bench.venue.fill(order_id, quantity=Decimal("0.04"))
        await trio.sleep(0.5)
        bench.venue.cut()
        await trio.sleep(5.0)
        bench.venue.fill(order_id, quantity=Decimal("0.06"))
        await trio.sleep(5.0)
        count = 5
        reports = await heard(bench, count)
        assert reports == await heard(bench, count)
        assert [report.sequence for report in reports if isinstance(report, Report)] == list(range(1, count + 1))
        fills = [report.quantity for report in reports if isinstance(report, FillReport)]
        assert fills == [Decimal("0.04"), Decimal("0.06")]
        states = [report.state for report in reports if isinstance(report, OrderStatusReport)]
        assert states == [OrderState.SUBMITTED, OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED]
        assert (await heard(bench, 1, since=2))[0] == reports[2]


async def test_a_follower_that_was_away_is_told_how_many_it_missed(network: SimulatedNetwork, seams: Seams) -> None:
    """Reports that are no longer kept are counted, and the others follow without a gap."""
    async with open_bench(seams, tombstones=20) as bench:
        by_hand(bench, 50)
        await trio.sleep(5.0)
        missed, *rest = await heard(bench, 11)
        assert isinstance(missed, Missed)
        first = rest[0]
        assert isinstance(first, Report)
        assert missed.count == first.sequence - 1 > 0
        numbers = [report.sequence for report in rest if isinstance(report, Report)]
        assert numbers == list(range(first.sequence, first.sequence + 10))


async def test_a_follower_that_leaves_is_forgotten(network: SimulatedNetwork, seams: Seams) -> None:
    """Followers of the account may come and go; nothing is kept of them, however they went."""
    async with open_bench(seams) as bench:
        by_hand(bench, 3)
        for _ in range(20):
            with trio.move_on_after(0.1):
                await heard(bench, 10**9)
        followers = bench.engine.account("kraken")._wiring.dedup_actor._followers
        by_hand(bench)
        await trio.sleep(1.0)
        assert followers._of_account == []
