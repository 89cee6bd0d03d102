"""Verbs beyond those of spot: amends in full, batches of amends, terms for derivatives, cancels of a part."""

from decimal import Decimal
from typing import Any

import pytest

from batactors import Amend, CommandStatus, InvalidCommand, NewOrder, PositionSide, TriggerBy, Unsupported
from batactors.model.commands import CreateOrder
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import BID, open_bench
from tests.engine.perp import BTC, PerpCodec, open_perp

ORDER: dict[str, Any] = {"instrument": BTC, "side": "buy", "order_type": "limit", "quantity": "2", "price": BID}


class FullAmends(PerpCodec):
    """Wants every term of an amended order again."""

    @property
    def amends_in_full(self) -> bool:
        return True


@pytest.mark.holds("X19")
async def test_an_amend_goes_out_whole_where_the_venue_wants_that(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not given is the order's own, in what is sent and in what is journaled; the same again for the next."""
    sent: list[str] = []
    async with open_perp(seams, monkeypatch, codec=FullAmends) as bench:
        handle = await bench.account.create_order(**ORDER)
        await handle.resolved()
        bench.venue.watch = lambda number, word, text, order: sent.append(text) if word == "frame up" else None
        assert (await (await handle.amend(price=BID - 10)).resolved()).status is CommandStatus.ACCEPTED
        assert (await (await handle.amend(quantity="1")).resolved()).status is CommandStatus.ACCEPTED
        amends = [text for text in sent if "amend_order" in text]
        assert ["order_qty" in text and "limit_price" in text for text in amends] == [True, True]
        order = bench.at_venue(handle.client_order_id)
        assert (order.quantity, order.limit_price) == (Decimal(1), BID - 10)


@pytest.mark.holds("X19")
async def test_a_second_amend_waits_for_the_first_or_says_all(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one is unknown, one that leaves out a term is refused: it might undo the first, silently."""
    async with open_perp(seams, monkeypatch, codec=FullAmends) as bench:
        handle = await bench.account.create_order(**ORDER)
        await handle.resolved()
        bench.venue.faults.add(f.LoseCommand(method="amend_order"))
        await handle.amend(price=BID - 10)
        with pytest.raises(InvalidCommand, match=r"another amend of order .* give price too, or wait"):
            await handle.amend(quantity="1")
        second = await handle.amend(quantity="1", price=BID - 20)
        assert (await second.resolved()).status is CommandStatus.ACCEPTED
        order = bench.at_venue(handle.client_order_id)
        assert (order.quantity, order.limit_price) == (Decimal(1), BID - 20)


@pytest.mark.holds("X19")
async def test_several_amends_each_have_a_fate(network: SimulatedNetwork, seams: Seams) -> None:
    """One that the venue refuses leaves the others; one that it could only refuse keeps all of them back."""
    async with open_bench(seams) as bench:
        handles = await bench.account.create_orders([NewOrder(**ORDER) for _ in range(3)])
        for handle in handles:
            await handle.resolved()
        await (await handles[1].cancel()).resolved()
        ids = [handle.client_order_id for handle in handles]
        amends = await bench.account.amend_orders([Amend(client_order_id=one, price=BID - 1) for one in ids])
        statuses = [(await amend.resolved()).status for amend in amends]
        assert statuses == [CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.ACCEPTED]
        with pytest.raises(InvalidCommand, match="changes nothing"):
            await bench.account.amend_orders([Amend(client_order_id=ids[0], price=BID), Amend(client_order_id=ids[2])])
        assert bench.at_venue(ids[0]).limit_price == BID - 1
        with pytest.raises(InvalidCommand, match="amend 0 of the batch is a NewOrder"):
            await bench.account.amend_orders([NewOrder(**ORDER)])  # type: ignore[list-item]


async def test_terms_of_derivatives_reach_the_command(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Position side and trigger price's price, in words or as members; where a venue has none it says so."""
    async with open_perp(seams, monkeypatch) as bench:
        first = await bench.account.create_order(**ORDER, position_side="long")
        second = (await bench.account.create_orders([NewOrder(**ORDER, position_side=PositionSide.SHORT)]))[0]
        third = await bench.account.create_order(
            **{**ORDER, "order_type": "stop_limit"}, trigger_price=BID - 5, trigger_by=TriggerBy.MARK
        )
        commands = [handle._command for handle in (first, second, third)]
        assert [(one.position_side, one.trigger_by) for one in commands if isinstance(one, CreateOrder)] == [
            (PositionSide.LONG, None), (PositionSide.SHORT, None), (None, TriggerBy.MARK),
        ]  # fmt: skip
        with pytest.raises(InvalidCommand, match="position_side is 'up': give one of net, long, short"):
            await bench.account.create_order(**ORDER, position_side="up")
        with pytest.raises(InvalidCommand, match="trigger_by is 'bid': give one of last, mark, index"):
            await bench.account.create_order(**ORDER, trigger_by="bid")
    async with open_bench(seams) as bench:
        with pytest.raises(Unsupported, match="position_side is for accounts in hedge mode"):
            await bench.account.create_order(**ORDER, position_side="long")


@pytest.mark.holds("X20")
async def test_a_cancel_of_all_that_a_venue_has_no_call_for_names_another_way(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all instruments at one venue, of one instrument at the other; nothing is sent, and nothing is guessed."""
    async with open_perp(seams, monkeypatch) as bench:
        with pytest.raises(Unsupported, match="name the instrument"):
            await bench.account.cancel_all()
    async with open_bench(seams) as bench:
        with pytest.raises(Unsupported, match=r"use cancel_open_orders\(\)"):
            await bench.account.cancel_all(BTC)
        with pytest.raises(InvalidCommand, match="instrument"):
            await bench.account.cancel_all("BTC/USF")
        handle = await bench.account.create_order(**ORDER)
        await handle.resolved()
        assert (await (await bench.account.cancel_all()).resolved()).status is CommandStatus.ACCEPTED
