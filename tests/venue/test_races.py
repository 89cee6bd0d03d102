"""A counterparty may be quicker than the command: what the order was when it was sent is not what it finds."""

from decimal import Decimal

import pytest

from batactors.testing import KrakenSpotVenue
from batactors.testing import faults as f
from tests.venue.client import Client


@pytest.mark.parametrize(("share", "status"), [("half", "canceled"), ("all", "filled")])
async def test_a_fill_may_win_the_race(venue: KrakenSpotVenue, client: Client, share: str, status: str) -> None:
    """A fill in front of the cancel leaves less to cancel, or nothing."""
    venue.faults.add(f.FillBeforeCancel(share="half" if share == "half" else "all"))
    async with client.listening() as socket:
        await socket.place(cl_ord_id="a")
        answer = await socket.ask("cancel_order", cl_ord_id=["a"])
        rows = await socket.events(4)
    assert answer["success"] is (share == "half")
    assert [row["exec_type"] for row in rows][2:] == ["trade", status]


@pytest.mark.parametrize("share", ["half", "all"])
async def test_a_fill_may_win_the_race_against_an_amend(venue: KrakenSpotVenue, client: Client, share: str) -> None:
    """A fill in front of the amend, on the old terms, leaves less to amend, or nothing."""
    venue.faults.add(f.FillBeforeAmend(share="half" if share == "half" else "all"))
    async with client.listening() as socket:
        await socket.place(cl_ord_id="a")
        answer = await socket.ask("amend_order", cl_ord_id="a", order_qty=0.02, limit_price=49000)
        rows = await socket.events(4)
    assert answer.get("error") == (None if share == "half" else "EOrder:Unknown order")
    assert [row["exec_type"] for row in rows][2:] == ["trade", "amended" if share == "half" else "filled"]
    (fill,) = venue.ledger.fills
    assert (fill.quantity, fill.price) == (Decimal("0.005" if share == "half" else "0.01"), Decimal(50000))
    assert venue.ledger.resolve("a").remaining == (Decimal("0.015") if share == "half" else 0)
