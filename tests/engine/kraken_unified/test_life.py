"""The life of orders on the Unified WebSocket: each command goes by the socket, and each event is told once."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandStatus,
    NewOrder,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderTriggered,
    OrderUpdated,
    Transport,
    TriggerBy,
    Unsupported,
)
from batactors.model.ids import Asset, InstrumentId
from batactors.model.positions import PositionSide
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing.kraken_futures import Habits
from tests.engine.kraken_unified.bench import BTC, ORDER, SYMBOL, open_bench
from tests.engine.stories import at_venue, events_of, fill, fills_in, name_of, place, rest, sent, told_so_far, until

pytestmark = pytest.mark.usefixtures("network")
ACCEPTED = CommandStatus.ACCEPTED
USD = Asset("USD")
POSITION = (InstrumentId(BTC), PositionSide.NET)


async def verdict(handle: Any) -> CommandStatus:
    """What a command ends in."""
    with trio.fail_after(60.0):
        status: CommandStatus = (await handle.resolved()).status
    return status


async def test_an_order_lives(network: SimulatedNetwork, seams: Seams) -> None:
    """Accepted, filled in part, amended, cancelled: each told once, by a normal Kraken key and the socket alone."""
    async with open_bench(seams) as bench:
        handle = await rest(bench)
        assert (await handle.ack()).transport is Transport.WEBSOCKET
        fill(bench, handle, "0.2")
        await trio.sleep(1.0)
        assert await verdict(await handle.amend(price="48500", quantity="0.4")) is ACCEPTED
        assert await verdict(await handle.cancel()) is ACCEPTED
        events = await events_of(handle)
        kinds = [type(event) for event in events]
        assert kinds[1] is OrderAccepted
        assert (kinds.count(OrderFilled), kinds.count(OrderUpdated)) == (1, 1)
        assert kinds[-1] is OrderCanceled
        (order,) = at_venue(bench, handle)
        assert (order.quantity, order.limit_price, order.filled) == (Decimal("0.4"), Decimal(48500), Decimal("0.2"))
        assert {one.transport for one in bench.venue.ledger.commands} == {"websocket"}


@pytest.mark.parametrize("chance", [0.0, 1.0], ids=["filled follows", "the last trade says it"])
async def test_an_order_is_filled_in_parts(network: SimulatedNetwork, seams: Seams, chance: float) -> None:
    """An order of 10 that fills as 4 + 3 + 3: three fills with their fees, one end, no update."""
    async with open_bench(seams, habits=Habits(last_trade_fills=chance)) as bench:
        handle = await rest(bench, quantity="10")
        for quantity in ("4", "3", "3"):
            fill(bench, handle, quantity)
            await trio.sleep(0.2)
        events = await events_of(handle)
        fills = [event for event in events if isinstance(event, OrderFilled)]
        assert [one.quantity for one in fills] == [4, 3, 3]
        assert {fee.asset for one in fills for fee in one.fees} == {"USD"}
        assert [one.fees[0].amount for one in fills] == [one.fee for one in bench.venue.ledger.fills]
        assert not any(isinstance(event, OrderUpdated) for event in events)


async def test_batches_go_in_one_frame(network: SimulatedNetwork, seams: Seams) -> None:
    """Orders by fifteen, of which one may be refused; cancels by fifty; all that is open at once."""
    async with open_bench(seams) as bench:
        orders = [NewOrder(**ORDER) for _ in range(3)] + [NewOrder(**ORDER | {"quantity": "1000000"})]
        handles = await bench.account.create_orders(orders)
        assert [await verdict(handle) for handle in handles] == [ACCEPTED] * 3 + [CommandStatus.REJECTED]
        assert (sent(bench, "batch_add"), sent(bench, "add_order")) == (1, 0)
        cancels = await bench.account.cancel_orders([name_of(handle) for handle in handles[:2]])
        assert [await verdict(one) for one in cancels] == [ACCEPTED, ACCEPTED]
        assert sent(bench, "batch_cancel") == 1
        assert await verdict(await bench.account.cancel_all()) is ACCEPTED
        assert isinstance((await events_of(handles[2]))[-1], OrderCanceled)
        assert not bench.venue.ledger.open_orders()


@pytest.mark.parametrize("by", [TriggerBy.LAST, TriggerBy.INDEX])
async def test_a_stop_waits_fires_and_trades(network: SimulatedNetwork, seams: Seams, by: TriggerBy) -> None:
    """Told as triggered, then as filled; by the last price or the index."""
    async with open_bench(seams) as bench:
        bench.venue.set_market(SYMBOL, bid=Decimal("49000"), ask=Decimal("51000"), last=Decimal(50000))
        handle = await rest(
            bench, order_type="stop_market", side="sell", price=None, trigger_price="47000", trigger_by=by
        )
        assert at_venue(bench, handle)[0].terms.trigger_reference == by
        bench.venue.set_market(SYMBOL, bid=Decimal("46000"), ask=Decimal("46001"))
        kinds = [type(event) for event in await events_of(handle)]
        assert OrderTriggered in kinds
        assert kinds[-1] is OrderFilled


async def test_refusals_have_the_venues_words(network: SimulatedNetwork, seams: Seams) -> None:
    """A post-only order that would trade, a reduce-only one with nothing to reduce, one that is too large."""
    async with open_bench(seams) as bench:
        for terms, words in (
            ({"post_only": True, "price": "51000"}, "Post only order"),
            ({"reduce_only": True}, "Reduce only"),
            ({"quantity": "1000000"}, "Insufficient margin"),
        ):
            handle = await place(bench, **terms)
            with trio.fail_after(30.0):
                receipt = await handle.resolved()
            assert receipt.status is CommandStatus.REJECTED
            assert words in str(receipt.message)
            assert isinstance((await events_of(handle))[-1], OrderRejected)
        assert not bench.venue.ledger.orders


async def test_what_takes_at_once_and_no_more(network: SimulatedNetwork, seams: Seams) -> None:
    """A market order fills whole; of an ioc order what is left is gone, however that is told."""
    async with open_bench(seams) as bench:
        market = await place(bench, order_type="market", price=None)
        assert fills_in(await events_of(market)) == [Decimal("0.5")]
        bench.venue.set_market(SYMBOL, bid=Decimal("49000"), ask=Decimal("51000"), ask_quantity=Decimal("0.3"))
        ioc = await place(bench, price="51000", time_in_force="ioc")
        events = await events_of(ioc)
        assert fills_in(events) == [Decimal("0.3")]
        assert isinstance(events[-1], OrderCanceled | OrderExpired)


async def test_positions_balances_and_margin_are_heard(network: SimulatedNetwork, seams: Seams) -> None:
    """As the socket tells them; reduced to nothing, a position is gone; reads by REST are refused by name."""
    async with open_bench(seams) as bench:
        assert bench.account.positions() == {}
        assert bench.account.balances()[USD] == 100_000_000
        margin = bench.account.margin()
        assert margin is not None
        assert margin.wallet == 100_000_000
        await events_of(await place(bench, order_type="market", price=None))
        await until(lambda: bool(bench.account.positions()))
        assert bench.account.positions()[POSITION].quantity == Decimal("0.5")
        assert bench.account.positions()[POSITION].entry_price == 51000
        after = bench.account.margin()
        assert after is not None
        assert after.initial
        await events_of(await place(bench, order_type="market", price=None, side="sell", reduce_only=True))
        await until(lambda: not bench.account.positions())
        assert bench.account.balances()[USD] < 100_000_000
        for read in (bench.account.fetch_positions, bench.account.fetch_margin):
            with pytest.raises(Unsupported, match="margin\\(\\)"):
                await read()


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ({"transport": "rest"}, "transport"),
        ({"order_type": "stop_market", "price": None, "trigger_price": "47000", "trigger_by": "mark"}, "mark"),
        ({"time_in_force": "gtd", "expire_in": None}, "GTD"),
    ],
)
async def test_what_cannot_be_carried_is_told_at_once(
    network: SimulatedNetwork, seams: Seams, terms: dict[str, Any], named: str
) -> None:
    """Nothing is journaled, nothing is sent."""
    async with open_bench(seams) as bench:
        if terms.pop("expire_in", ...) is None:
            terms["expire_at"] = seams.clock.now().replace(year=2030)
        with pytest.raises(Unsupported, match=named):
            await place(bench, **terms)
        for verb in (bench.account.set_leverage(BTC, 5), bench.account.cancel_all(BTC)):
            with pytest.raises(Unsupported):
                await verb
        assert not bench.venue.ledger.commands


async def test_a_long_id_is_shortened_as_on_spot(network: SimulatedNetwork, seams: Seams) -> None:
    """The user's own id is the one that is told."""
    async with open_bench(seams) as bench:
        handle = await rest(bench, client_order_id="a-strategy-with-a-long-name/0000000001")
        assert not at_venue(bench, handle)
        (order,) = bench.venue.ledger.orders.values()
        assert len(order.client_order_id or "") <= 36
        bench.venue.fill(order.client_order_id or "", quantity=Decimal("0.5"))
        assert {event.client_order_id for event in await events_of(handle)} == {name_of(handle)}
        assert await told_so_far(handle)
