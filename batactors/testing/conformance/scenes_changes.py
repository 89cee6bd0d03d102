"""Orders that are changed and taken back, one at a time and in batches."""

from decimal import Decimal
from typing import Any

from batactors import Amend, CommandHandle, OrderCanceled, OrderUpdated, Unsupported
from batactors.testing.conformance.capability import Group, capability
from batactors.testing.conformance.stand import LOW, Stand

CHANGES, BATCHES = Group.CHANGES, Group.BATCHES
LOWER = LOW - 500


async def amended(stand: Stand, handle: CommandHandle, **terms: Any) -> None:
    """Change these terms of an order, and see its followers told."""
    amend = await stand.account.amend_order(handle.client_order_id, transport=stand.road, **terms)
    await stand.done(amend)
    event = await stand.told(handle, OrderUpdated)
    assert all(getattr(event, name) == wanted for name, wanted in terms.items())


@capability("amend_price", CHANGES, "amend the price in place")
async def amend_price(stand: Stand) -> None:
    """The order has the new price."""
    await amended(stand, await stand.place(), price=LOWER)


@capability("amend_quantity", CHANGES, "amend the quantity in place")
async def amend_quantity(stand: Stand) -> None:
    """The order has the new total."""
    await amended(stand, await stand.place(), quantity=Decimal("0.3"))


@capability("amend_trigger", CHANGES, "amend the trigger price of one that waits")
async def amend_trigger(stand: Stand) -> None:
    """The order waits for another price."""
    handle = await stand.place(order_type="stop_market", side="sell", trigger_price=LOW)
    await amended(stand, handle, trigger_price=LOWER)


@capability("cancel", CHANGES, "cancel")
async def cancel(stand: Stand) -> None:
    """The order is off the book."""
    handle = await stand.place()
    await stand.done(await stand.account.cancel_order(handle.client_order_id, transport=stand.road))
    await stand.told(handle, OrderCanceled)


@capability("cancel_of_others", CHANGES, "cancel an order of others by the venue's id")
async def cancel_of_others(stand: Stand) -> None:
    """An order that the engine did not place is off the book."""
    stand.world.venue.place_external(symbol=stand.world.stage.symbol, side="buy", quantity=Decimal("0.5"), price=LOW)
    (found,) = await stand.account.fetch_open_orders()
    named = {"venue_order_id": found.venue_order_id, "instrument": found.instrument}  # which some venues want, too
    await stand.done(await stand.account.cancel_order(**named, transport=stand.road))
    assert not await stand.account.fetch_open_orders()


@capability("cancel_all", CHANGES, "cancel all of the account with one request")
async def cancel_all(stand: Stand) -> None:
    """Everything is off the book."""
    handles = [await stand.place(), await stand.place(price=LOWER)]
    await stand.done(await stand.account.cancel_all(transport=stand.road))
    for handle in handles:
        await stand.told(handle, OrderCanceled)


@capability("cancel_all_of_one", CHANGES, "cancel all of one instrument with one request")
async def cancel_all_of_one(stand: Stand) -> None:
    """Everything of the instrument is off the book."""
    handles = [await stand.place(), await stand.place(price=LOWER)]
    await stand.done(await stand.account.cancel_all(stand.instrument, transport=stand.road))
    for handle in handles:
        await stand.told(handle, OrderCanceled)


@capability("cancel_open_orders", CHANGES, "cancel one side of one book", roads=False)
async def cancel_open_orders(stand: Stand) -> None:
    """What is bought for is cancelled, and what is sold stays."""
    bought, _ = await stand.place(), await stand.place(side="sell", price=Decimal(55_000))
    await stand.account.cancel_open_orders(stand.instrument, side="buy")
    await stand.told(bought, OrderCanceled)
    assert len(await stand.account.fetch_open_orders()) == 1


async def together(stand: Stand, handles: list[CommandHandle]) -> None:
    """See that these went out with one request."""
    requests = {(await stand.done(handle)).request_id for handle in handles}
    if len(requests) > 1:
        raise Unsupported("each goes in a request of its own", venue=stand.account.venue)


@capability("create_orders", BATCHES, "create")
async def create_orders(stand: Stand) -> None:
    """Several orders are placed with one request."""
    await together(stand, await stand.account.create_orders([stand.order(), stand.order(price=LOWER)]))


@capability("amend_orders", BATCHES, "amend")
async def amend_orders(stand: Stand) -> None:
    """Several orders are amended with one request."""
    handles = [await stand.place(), await stand.place(price=LOWER)]
    amends = [
        Amend(client_order_id=handle.client_order_id, quantity=Decimal("0.3"), transport=stand.road)
        for handle in handles
    ]  # fmt: skip
    await together(stand, await stand.account.amend_orders(amends))


@capability("cancel_orders", BATCHES, "cancel")
async def cancel_orders(stand: Stand) -> None:
    """Several orders are cancelled with one request."""
    handles = [await stand.place(), await stand.place(price=LOWER)]
    named = [str(handle.client_order_id) for handle in handles]
    await together(stand, await stand.account.cancel_orders(named, transport=stand.road))
