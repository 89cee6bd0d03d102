"""What an account has and how it is set: asked for, changed, and followed."""

from contextlib import aclosing
from decimal import Decimal

import trio

from batactors import FillReport, OrderFilled, Unsupported
from batactors.model.positions import MarginMode, PositionMode, PositionSide
from batactors.testing.conformance.capability import Group, capability
from batactors.testing.conformance.stand import LOW, SOON, Stand

READS, DERIVATIVES = Group.READS, Group.DERIVATIVES


@capability("fetch_order", READS, "one order, open or closed", roads=False)
async def fetch_order(stand: Stand) -> None:
    """It is told as it stands, and after it has ended."""
    handle = await stand.place()
    found = await stand.account.fetch_order(handle.client_order_id)
    assert found is not None
    assert found.client_order_id == handle.client_order_id
    await stand.done(await handle.cancel())
    assert await stand.account.fetch_order(handle.client_order_id) is not None


@capability("fetch_open_orders", READS, "open orders", roads=False)
async def fetch_open_orders(stand: Stand) -> None:
    """Each is listed."""
    placed = {(await stand.place()).client_order_id, (await stand.place()).client_order_id}
    assert {row.client_order_id for row in await stand.account.fetch_open_orders()} == placed


@capability("fetch_my_trades", READS, "fills", roads=False)
async def fetch_my_trades(stand: Stand) -> None:
    """A fill is listed as it was told."""
    event = await stand.told(await stand.place(order_type="market"), OrderFilled)
    assert isinstance(event, OrderFilled)
    assert event.fill_id in {fill.fill_id for fill in await stand.account.fetch_my_trades()}


@capability("fetch_balances", READS, "balances", roads=False)
async def fetch_balances(stand: Stand) -> None:
    """The account has something."""
    assert any(await stand.account.fetch_balances())


@capability("watch_balances", READS, "balances followed", roads=False)
async def watch_balances(stand: Stand) -> None:
    """A trade changes what is told."""
    await stand.account.fetch_balances()
    before = stand.account.balances()
    await stand.told(await stand.place(order_type="market"), OrderFilled)
    async with aclosing(stand.account.watch_balances()) as told:
        with trio.fail_after(SOON):
            while (one := await anext(told)).total == before.get(one.asset):
                pass


@capability("watch_fills", READS, "fills of others followed", roads=False)
async def watch_fills(stand: Stand) -> None:
    """Somebody else trades on the account, and it is told."""
    async with aclosing(stand.account.watch_fills()) as told:
        venue = stand.world.venue
        symbol = stand.world.stage.symbol
        order = venue.place_external(symbol=symbol, side="buy", quantity=Decimal("0.5"), price=LOW)
        venue.fill(order.order_id, Decimal("0.2"))
        with trio.move_on_after(SOON):
            assert isinstance(await anext(told), FillReport)
            return
    raise AssertionError("the fill was not told")


@capability("positions", DERIVATIVES, "positions", roads=False)
async def positions(stand: Stand) -> None:
    """What was bought is open."""
    await stand.account.fetch_positions()
    await stand.told(await stand.place(order_type="market"), OrderFilled)
    (position,) = (await stand.account.fetch_positions(stand.instrument)).values()
    assert position.quantity == Decimal("0.5")


@capability("watch_positions", DERIVATIVES, "positions followed, flat ones too", roads=False)
async def watch_positions(stand: Stand) -> None:
    """A position is told as it opens, and as it is closed again."""
    for side, quantity in (("buy", Decimal("0.5")), ("sell", Decimal(0))):
        await stand.told(await stand.place(order_type="market", side=side), OrderFilled)
        async with aclosing(stand.account.watch_positions()) as told:
            with trio.move_on_after(SOON):
                while quantity != _held(stand):
                    await anext(told)
        if quantity != _held(stand):
            raise Unsupported("no position was told", venue=stand.account.venue)


def _held(stand: Stand) -> Decimal:
    mine = [one for (instrument, _), one in stand.account.positions().items() if instrument == stand.instrument]
    return sum((one.quantity for one in mine), Decimal(0))


@capability("close_position", DERIVATIVES, "close a position")
async def close_position(stand: Stand) -> None:
    """It is flat, and what was said of it is so."""
    await stand.account.fetch_positions()
    await stand.told(await stand.place(order_type="market"), OrderFilled)
    closed = await stand.account.close_position(stand.instrument, transport=stand.road)
    assert closed.is_flat


@capability("margin", DERIVATIVES, "margin", roads=False)
async def margin(stand: Stand) -> None:
    """The account's sums are told."""
    await stand.account.fetch_margin()


@capability("leverage", DERIVATIVES, "set leverage")
async def leverage(stand: Stand) -> None:
    """It is as it was set."""
    await stand.done(await stand.account.set_leverage(stand.instrument, 7, transport=stand.road))
    assert (await stand.account.fetch_settings(stand.instrument)).leverage == 7


@capability("margin_mode", DERIVATIVES, "set the margin mode of an instrument")
async def margin_mode(stand: Stand) -> None:
    """It is as it was set."""
    mode = MarginMode.ISOLATED
    await stand.done(await stand.account.set_margin_mode(stand.instrument, mode, transport=stand.road))
    assert (await stand.account.fetch_settings(stand.instrument)).margin_mode is mode


@capability("margin_mode_of_account", DERIVATIVES, "set the margin mode of the account")
async def margin_mode_of_account(stand: Stand) -> None:
    """It is as it was set."""
    mode = MarginMode.ISOLATED
    await stand.done(await stand.account.set_margin_mode(None, mode, transport=stand.road))
    assert (await stand.account.fetch_settings()).margin_mode is mode


@capability("position_mode", DERIVATIVES, "hedge mode")
async def position_mode(stand: Stand) -> None:
    """Long and short are open beside each other."""
    await stand.done(await stand.account.set_position_mode(PositionMode.HEDGE, transport=stand.road))
    for side, of in (("buy", PositionSide.LONG), ("sell", PositionSide.SHORT)):
        await stand.told(await stand.place(order_type="market", side=side, position_side=of), OrderFilled)
    sides = {side for _, side in await stand.account.fetch_positions(stand.instrument)}
    if sides != {PositionSide.LONG, PositionSide.SHORT}:
        raise Unsupported(f"open are {sides}", venue=stand.account.venue)
