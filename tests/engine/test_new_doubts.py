"""A new reason to ask is heeded at once, whatever is being waited for already."""

import math
from decimal import Decimal

import pytest
import trio

from batactors import OrderFilled, OrderFillsMissing
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")


def asked_of(bench: Bench) -> list[tuple[float, str]]:
    """The REST requests that the venue has from now on, and when."""
    asked: list[tuple[float, str]] = []

    def watch(connection: int, word: str, text: str, client_order_id: str | None) -> None:
        if word == "request":
            asked.append((trio.current_time(), text))

    bench.venue.watch = watch
    return asked


async def test_a_second_gap_is_made_good_at_once(network: SimulatedNetwork, seams: Seams) -> None:
    """Where a gap has been asked about and is to be asked about again when reads cannot trail it, another gap is asked
    about when it comes, and not when it is the first one's turn.
    """
    async with open_bench(seams, read_lag=60.0, reconcile_every=3600.0) as bench:
        handle = await place(bench)
        await handle.resolved()
        await trio.sleep(200.0)
        reader = handle.events(since=2)
        for _ in range(2):
            bench.venue.faults.add(f.SkipSequence(event="trade"))
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
            await trio.sleep(0.5)
            other = bench.venue.place_external(
                symbol="BTC/USD", side="buy", quantity=Decimal("0.1"), price=Decimal(48000)
            )
            assert other.order_id  # its frame shows the gap
            with trio.fail_after(5.0):
                assert isinstance(await anext(reader), OrderFilled)
            await trio.sleep(10.0)


async def test_a_new_doubt_of_an_order_that_misses_fills_is_asked_about_at_once(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """An order whose missing fill is asked for only now and then is asked for at once if more is odd of it."""
    async with open_bench(seams, recovery_patience=60.0, reconcile_every=3600.0) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.faults.add(
            f.ReadLag(method="TradesHistory", seconds=3600.0, count=math.inf), f.LoseFrame(event="trade")
        )
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        await trio.sleep(1.0)
        await (await handle.amend(price="49999")).resolved()
        with trio.fail_after(100.0):
            async for event in handle.events():
                if isinstance(event, OrderFillsMissing):
                    break
        await trio.sleep(5.0)
        asked = asked_of(bench)
        order_id = bench.at_venue(handle.client_order_id).order_id
        bench.venue.faults.add(
            f.UnknownEvent(row={"exec_type": "novation", "order_status": "novated", "order_id": order_id})
        )
        bench.venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal("0.1"), price=Decimal(48000))
        await trio.sleep(5.0)
        assert [text for _, text in asked if "QueryOrders" in text and order_id in text]
