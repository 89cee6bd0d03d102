"""Kinds of orders, and what can be asked of them: each placed, and seen to do what it is for."""

from decimal import Decimal

import trio

from batactors import CommandStatus, OrderFilled, OrderTriggered, Unsupported
from batactors.testing.conformance.capability import Group, capability
from batactors.testing.conformance.stand import ASK, HIGH, LONG, LOW, Stand

ORDERS = Group.ORDERS
FAR_UP, FAR_DOWN = Decimal(60_000), Decimal(40_000)


@capability("limit", ORDERS, "limit")
async def limit(stand: Stand) -> None:
    """It rests, and trades when the market comes to it."""
    handle = await stand.place()
    stand.move(LOW - 100)
    await stand.told(handle, OrderFilled)


@capability("market", ORDERS, "market")
async def market(stand: Stand) -> None:
    """It trades at once."""
    await stand.told(await stand.place(order_type="market"), OrderFilled)


@capability("post_only", ORDERS, "post-only")
async def post_only(stand: Stand) -> None:
    """It rests."""
    await stand.place(post_only=True)


@capability("ioc", ORDERS, "immediate or cancel")
async def ioc(stand: Stand) -> None:
    """It takes what it gets, and no more."""
    await stand.told(await stand.place(time_in_force="ioc", price=ASK), OrderFilled)
    (handle,) = await stand.account.create_orders([stand.order(time_in_force="ioc")])
    with trio.fail_after(LONG):
        assert not [event async for event in handle.events() if isinstance(event, OrderFilled)]


@capability("fok", ORDERS, "fill or kill")
async def fok(stand: Stand) -> None:
    """It takes all or nothing."""
    await stand.told(await stand.place(time_in_force="fok", price=ASK), OrderFilled)


@capability("gtd", ORDERS, "good till date")
async def gtd(stand: Stand) -> None:
    """It is accepted with its date."""
    await stand.place(time_in_force="gtd", expire_at=stand.in_minutes(30))


@capability("iceberg", ORDERS, "iceberg")
async def iceberg(stand: Stand) -> None:
    """It shows a part of itself."""
    await stand.place(order_type="iceberg", price=LOW, quantity="1.5", display_quantity="0.1")


@capability("stop_market", ORDERS, "stop, then market")
async def stop_market(stand: Stand) -> None:
    """It waits until the market falls, and then sells into it."""
    handle = await stand.place(order_type="stop_market", side="sell", trigger_price=LOW)
    stand.move(LOW - 100)
    await stand.told(handle, OrderFilled)


@capability("stop_limit", ORDERS, "stop, then limit")
async def stop_limit(stand: Stand) -> None:
    """It waits until the market falls, and then rests at its own price."""
    handle = await stand.place(order_type="stop_limit", side="sell", trigger_price=LOW, price=HIGH)
    stand.move(LOW - 100)
    await stand.told(handle, OrderTriggered)


@capability("take_profit_market", ORDERS, "take profit, then market")
async def take_profit_market(stand: Stand) -> None:
    """It waits until the market rises, and then sells into it."""
    handle = await stand.place(order_type="take_profit_market", side="sell", trigger_price=HIGH)
    stand.move(HIGH + 100)
    await stand.told(handle, OrderFilled)


@capability("take_profit_limit", ORDERS, "take profit, then limit")
async def take_profit_limit(stand: Stand) -> None:
    """It waits until the market rises, and then rests at its own price."""
    handle = await stand.place(order_type="take_profit_limit", side="sell", trigger_price=HIGH, price=FAR_UP)
    stand.move(HIGH + 100)
    await stand.told(handle, OrderTriggered)


@capability("trigger_by_mark", ORDERS, "triggered by the mark price")
async def trigger_by_mark(stand: Stand) -> None:
    """It goes by the mark price in place of the last."""
    await stand.place(order_type="stop_market", side="sell", trigger_price=LOW, trigger_by="mark")


@capability("trigger_by_index", ORDERS, "triggered by the index price")
async def trigger_by_index(stand: Stand) -> None:
    """It goes by the index in place of the last price."""
    await stand.place(order_type="stop_market", side="sell", trigger_price=LOW, trigger_by="index")


@capability("reduce_only", ORDERS, "reduce-only")
async def reduce_only(stand: Stand) -> None:
    """It closes what is open, and does not open anything."""
    await stand.told(await stand.place(order_type="market"), OrderFilled)
    (handle,) = await stand.account.create_orders([stand.order(order_type="market", side="sell", reduce_only=True)])
    receipt = await handle.resolved()
    if receipt.status is CommandStatus.REJECTED:  # where nothing is a position, there is nothing to reduce
        raise Unsupported(receipt.message or "refused", venue=receipt.venue)
    await stand.told(handle, OrderFilled)


@capability("check_only", ORDERS, "checked by the venue without being placed", roads=False)
async def check_only(stand: Stand) -> None:
    """Nothing is placed, and the venue has looked at it."""
    if not await stand.account.validate_order(stand.order()):
        raise Unsupported("the venue has no such check; the engine's own is made", venue=stand.account.venue)
    assert not await stand.account.fetch_open_orders()
