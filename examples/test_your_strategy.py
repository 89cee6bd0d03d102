"""Test your own strategy against faults, in virtual time: ``pytest test_your_strategy.py``.

The strategy below buys once. What could make it buy twice, or not at all, is done to it here: an acknowledgement or a
command that gets lost, a connection that breaks, a venue that goes down. Each story takes a minute or so of the time
that the strategy sees, and a moment of yours.
"""

from decimal import Decimal

import pytest

from batactors import Account, CommandStatus
from batactors.testing import Fault, World, faults, simulated


async def buy_once(account: Account) -> None:
    """The strategy: buy 1 BTC at 50 000, and try again only if that surely did not happen."""
    while True:
        order = await account.create_order(
            instrument="BTC/USD", side="buy", order_type="limit", quantity="1", price="50000"
        )
        receipt = await order.resolved()
        if receipt.status is CommandStatus.ACCEPTED:
            return
        if not receipt.retriable:
            raise RuntimeError(f"could not buy: {receipt.message}")


@pytest.mark.parametrize(
    "fault",
    [
        faults.LoseAck(method="add_order"),
        faults.LoseCommand(method="add_order"),
        faults.CutBeforeCommand(method="add_order"),
        faults.CutAfterCommand(method="add_order"),
        faults.RestartAfterCommand(method="add_order", down_for=30),
    ],
    ids=lambda fault: type(fault).__name__,
)
@simulated(seeds=3)
async def test_buys_exactly_once(world: World, fault: Fault) -> None:
    """Whatever is lost on the way, there is one order at the venue in the end."""
    world.add(fault)
    await buy_once(world.account)
    assert world.struck[type(fault).__name__] == 1
    assert [order.quantity for order in world.ledger.open_orders()] == [Decimal(1)]


@simulated
async def test_a_refusal_ends_it(world: World) -> None:
    """A venue that refuses is not asked again."""
    world.add(faults.Refuse(error="EOrder:Insufficient funds"))
    with pytest.raises(RuntimeError, match="Insufficient funds"):
        await buy_once(world.account)
    assert not world.ledger.orders
