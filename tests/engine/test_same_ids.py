"""Ids and numbers that we make: the same journal gives the same ones, in every life and whatever is told again."""

import os
import subprocess
import sys
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, LifecycleEvent, OrderEvent, OrderFilled, Report, SupervisionConfig
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.venues.kraken_v2.ids import shorten
from tests.engine.bench import BID, open_on, open_venue

AT_ONCE = SupervisionConfig(stop_within=0.0)
LONG = ["first-strategy/the-same-end-12345", "other-strategy/the-same-end-12345"]
"""Too long for the venue, and alike in what a short id keeps."""


@pytest.mark.holds("S07")
def test_a_short_id_follows_from_the_long_one_alone() -> None:
    """It is the same at each call, in each process and in each release: at a venue there are orders that have it."""
    expected = ["Ohe-same-end-12345", "d62ae0114e28baf33f4bd87cea1c3ec4", "0c9ed44d9f6855504d497a88cc7e5fec"]
    script = f"from batactors.venues.kraken_v2.ids import shorten; print([shorten({LONG[0]!r}, n) for n in range(3)])"
    told = [
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert told[0] == told[1] == f"{[shorten(LONG[0], attempt) for attempt in range(3)]}\n"
    assert [str(shorten(LONG[0], attempt)) for attempt in range(3)] == expected


def numbers(report: Report) -> tuple[object, ...]:
    """What it is, and what it is known by."""
    return type(report), report.sequence, report.venue_order_id, getattr(report, "fill_id", None)


Told = tuple[list[tuple[list[OrderEvent], list[LifecycleEvent]]], list[Report], list[str]]


@pytest.mark.holds("S07")
async def test_lives_on_the_same_journal_have_the_same_ids(network: SimulatedNetwork, seams: Seams) -> None:
    """Two later lives on copies of one journal know the same commands, orders, short ids, fills and reports under the
    same ids and numbers as the life that made them; what they are told again gets no other, and what is new the next.
    """
    journal = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        terms: dict[str, Any] = {
            "instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "1", "price": BID
        }  # fmt: skip
        async with open_on(venue, urls, seams, journals=lambda name: journal, supervision=AT_ONCE) as bench:
            handles = [await bench.account.create_order(**terms, client_order_id=name) for name in LONG]
            handles.append(await bench.account.create_order(**terms))
            for handle in handles:
                await handle.resolved()
            wire_ids = [order.client_order_id for order in venue.ledger.orders.values()]
            assert len(set(wire_ids)) == 3
            by_hand = venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(1), price=BID)
            for order_id in (*venue.ledger.orders, by_hand.order_id):
                venue.fill(order_id, quantity=Decimal("0.1"))
            await trio.sleep(1.0)
            venue.faults.add(f.LoseCommand(method="cancel_order"))
            handles.append(await bench.account.cancel_order(LONG[0]))
            await trio.sleep(1.0)
        before = await journal.read()
        lives: list[Told] = []
        for _ in range(2):
            own = deepcopy(journal)
            async with open_on(venue, urls, seams, journals=lambda name, own=own: own, supervision=AT_ONCE) as bench:  # type: ignore[misc]
                await bench.account.reconcile()
                await trio.sleep(5.0)
                dispatch = bench.engine.account("kraken")._wiring.dedup_actor.dispatch
                assert [dispatch.book.venue_client_id(one) for one in dispatch.book.orders] == wire_ids
                again = [bench.account.command(handle.command_id) for handle in handles]
                assert [one.client_order_id for one in again] == [one.client_order_id for one in handles]
                contents = await own.read()
                lives.append(
                    (
                        [
                            (list(contents.events.get(one.client_order_id, ())), list(contents.steps[one.command_id]))  # type: ignore[arg-type]
                            for one in handles
                        ],
                        list(contents.reports),
                        [str(one) for one in dispatch.book.orders],
                    )
                )
        (first, reports, orders), (second, more_reports, more_orders) = lives
        assert orders == more_orders
        told = len(before.reports)
        assert reports[:told] == more_reports[:told] == list(before.reports)
        assert [numbers(report) for report in reports] == [numbers(report) for report in more_reports]
        assert [report.sequence for report in reports] == list(range(1, len(reports) + 1))
        for (events, steps), (more_events, more_steps), handle in zip(first, second, handles, strict=True):
            known = list(before.events.get(handle.client_order_id, ()))  # type: ignore[arg-type]
            assert events == more_events == known, "all of it was told before"
            sent = before.steps[handle.command_id]
            assert steps[: len(sent)] == more_steps[: len(sent)] == list(sent)
            for one in (steps, more_steps):
                assert [step.sequence for step in one] == list(range(1, len(one) + 1))
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            cancel = await bench.account.cancel_order(LONG[1])
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            events = [event async for event in bench.account.command(handles[1].command_id).events()]
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            fills = [event.fill_id for event in events if isinstance(event, OrderFilled)]
            order_id = str(events[-1].venue_order_id)
            assert fills == [fill.exec_id for fill in venue.ledger.fills_of(order_id)], "the venue's own"
