"""Whose answer it is, and whose order: by numbers and ids of ours, which no two commands and no two orders share."""

import json
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, InvalidCommand, NewOrder, Receipt
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.venues.kraken_v2.ids import fits
from tests.engine.bench import BID, Bench, open_bench
from tests.engine.test_unknown_outcomes import place, steps_of

pytestmark = pytest.mark.usefixtures("network")
ORDER: dict[str, Any] = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.1", "price": BID}


def requests_of(bench: Bench) -> list[dict[str, Any]]:
    """What is said to the venue over sockets, from now on."""
    said: list[dict[str, Any]] = []

    def watch(connection: int, word: str, text: str, client_order_id: str | None) -> None:
        if word == "frame up":
            said.append(json.loads(text))

    bench.venue.watch = watch
    return said


@pytest.mark.holds("X34")
async def test_answers_that_come_out_of_order_find_their_commands(network: SimulatedNetwork, seams: Seams) -> None:
    """Of commands that are alike but for their fate, each is told what was answered to its own request, and its
    receipts bear the number under which it went out.
    """
    async with open_bench(seams) as bench:
        said = requests_of(bench)
        bench.venue.faults.add(
            f.DelayAck(method="add_order", seconds=3.0, nth=1),
            f.Refuse(method="add_order", error="EOrder:Insufficient funds", nth=2),
            f.DelayAck(method="add_order", seconds=1.0, nth=3),
            f.LoseFrame(count=8),
        )
        handles = [await place(bench, price="48000") for _ in range(4)]
        statuses = [(await handle.resolved()).status for handle in handles]
        accepted, rejected = CommandStatus.ACCEPTED, CommandStatus.REJECTED
        assert statuses == [accepted, rejected, accepted, accepted]
        sent_as = {one["params"]["cl_ord_id"]: one["req_id"] for one in said if one["method"] == "add_order"}
        assert len(set(sent_as.values())) == 4
        for handle, status in zip(handles, statuses, strict=True):
            receipts = [step.receipt for step in await steps_of(handle) if isinstance(step, Receipt)]
            assert {receipt.request_id for receipt in receipts} == {sent_as[handle.client_order_id]}
            if status is accepted:
                assert receipts[-1].venue_order_id == bench.at_venue(handle.client_order_id).order_id


@pytest.mark.holds("X34")
async def test_no_command_shares_a_number_with_a_subscription(network: SimulatedNetwork, seams: Seams) -> None:
    """What a venue says of a subscription, with nothing but its number, is taken for no command's answer."""
    async with open_bench(seams) as bench:
        said = requests_of(bench)
        bench.venue.cut()
        await trio.sleep(3.0)
        handle = await place(bench)
        await handle.resolved()
        numbers = {one["method"]: one["req_id"] for one in said if "req_id" in one}
        assert {"subscribe", "add_order"} <= numbers.keys()
        subscribed = {one["req_id"] for one in said if one["method"] == "subscribe"}
        assert numbers["add_order"] not in subscribed


@pytest.mark.holds("X35")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_every_order_has_an_id_of_its_own(network: SimulatedNetwork, seams: Seams, transport: str) -> None:
    """Orders for which the caller gave no client order id have one before they are sent, alone or in a batch, by
    either road: no two alike, such as the venue takes, and the venue has it.
    """
    async with open_bench(seams) as bench:
        alone = [await bench.account.create_order(**ORDER, transport=transport) for _ in range(3)]
        given = NewOrder(**ORDER, transport=transport, client_order_id="given")
        batch = await bench.account.create_orders([NewOrder(**ORDER, transport=transport)] * 10 + [given])
        ids = [handle.client_order_id for handle in (*alone, *batch)]
        assert None not in ids
        assert len(set(ids)) == len(ids) == 14
        assert ids[-1] == "given"
        assert all(fits(str(one)) for one in ids)
        for handle in (*alone, *batch):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            assert bench.at_venue(handle.client_order_id).client_order_id == handle.client_order_id
        assert len(bench.venue.ledger.orders) == len(ids)


@pytest.mark.holds("X35")
@pytest.mark.parametrize("taken", ["by the batch itself", "by an open order", "by an ended order"])
async def test_a_batch_in_which_an_id_is_taken_is_refused_whole(
    network: SimulatedNetwork, seams: Seams, taken: str
) -> None:
    """No order of it is sent or registered, and the ids that were free stay free."""
    async with open_bench(seams) as bench:
        if taken != "by the batch itself":
            before = await place(bench, client_order_id="twice")
            await before.resolved()
            if taken == "by an ended order":
                await (await before.cancel()).resolved()
        others = ("free", "twice", "twice") if taken == "by the batch itself" else ("free", "twice")
        there = len(bench.venue.ledger.commands)
        with pytest.raises(InvalidCommand, match="client_order_id"):
            await bench.account.create_orders([NewOrder(**ORDER, client_order_id=name) for name in others])
        await trio.sleep(5.0)
        assert len(bench.venue.ledger.commands) == there
        assert len(bench.account.commands()) == (taken == "by an open order")
        (free,) = await bench.account.create_orders([NewOrder(**ORDER, client_order_id="free")])
        assert (await free.resolved()).status is CommandStatus.ACCEPTED
        assert bench.at_venue("free").quantity == Decimal("0.1")
