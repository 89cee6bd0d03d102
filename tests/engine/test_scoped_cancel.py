"""A cancel of a part of the account: exactly the instrument and the side that it names, each order with its verdict."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
import trio

from batactors import (
    CancelIncomplete,
    CommandHandle,
    CommandStatus,
    InvalidCommand,
    OrderNotExecuted,
    TradingMode,
)
from batactors.actors.lane import Lane
from batactors.model.commands import Command
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import adds, events_of

pytestmark = pytest.mark.usefixtures("network")

RESTING = {
    ("BTC/USD", "buy"): "48000", ("BTC/USD", "sell"): "52000", ("ETH/USD", "buy"): "1800", ("ETH/USD", "sell"): "2200",
}  # fmt: skip
SCOPES = [(instrument, side) for instrument in (None, "BTC/USD", "ETH/USD") for side in (None, "buy", "sell")]


async def place(bench: Bench, instrument: str = "BTC/USD", side: str = "buy", **fields: Any) -> CommandHandle:
    return await bench.account.create_order(
        instrument=instrument, side=side, order_type="limit", price=RESTING[instrument, side],
        **{"quantity": "0.1"} | fields,
    )  # fmt: skip


def by_hand(bench: Bench, instrument: str, side: str) -> str:
    """An order that somebody placed on the venue's own pages; its venue order id."""
    order = bench.venue.place_external(
        symbol=instrument, side="buy" if side == "buy" else "sell", quantity=Decimal("0.1"),
        price=Decimal(RESTING[instrument, side]),
    )  # fmt: skip
    return order.order_id


def open_at_venue(bench: Bench) -> set[str]:
    return {order.order_id for order in bench.venue.ledger.open_orders()}


def cancelled(bench: Bench) -> list[str]:
    """What the venue was asked to cancel, by its own ids and by client order id."""
    commands = [one for one in bench.venue.ledger.commands if "cancel" in one.method]
    assert all(one.method != "cancel_all" for one in commands)
    return [name for one in commands for name in (*one.order_ids, *one.client_order_ids)]


@pytest.mark.holds("G18")
@pytest.mark.parametrize(("instrument", "side"), SCOPES)
@pytest.mark.parametrize("seed", range(3))
async def test_exactly_the_scope_is_cancelled(
    network: SimulatedNetwork, seams: Seams, instrument: str | None, side: str | None, seed: int
) -> None:
    """Of a mixed account, ours and others', what is named is gone, each by a cancel of its own, and nothing else is
    touched: not one frame names another order. Answers that get lost change nothing about that.
    """
    draw = Random(f"{seed} {instrument} {side}")
    async with open_bench(seams) as bench:
        placed: dict[str, tuple[str, str]] = {}
        names: dict[str, str] = {}
        for _ in range(draw.randint(4, 10)):
            traded, way = draw.choice(sorted(RESTING))
            if draw.random() < 0.4:
                placed[by_hand(bench, traded, way)] = traded, way
                continue
            handle = await place(bench, traded, way)
            await handle.resolved()
            order = bench.at_venue(handle.client_order_id)
            placed[order.order_id] = traded, way
            names[str(handle.client_order_id)] = order.order_id
        if seed == 1:
            bench.venue.faults.add(f.LoseAck(method="cancel_order"), f.LoseAck(method="batch_cancel"))
        if seed == 2:
            bench.venue.faults.add(f.CutAfterCommand(method="cancel_order"))
        handles = await bench.account.cancel_open_orders(instrument, side)
        meant = {
            order_id for order_id, (traded, way) in placed.items()
            if instrument in (None, traded) and side in (None, way)
        }  # fmt: skip
        assert len(handles) == len(meant)
        statuses = [(await handle.resolved()).status for handle in handles]
        if seed == 2 and CommandStatus.NOT_EXECUTED in statuses:
            # Handed to the session that was cut, and never written: that is said, and it is issued again.
            handles = await bench.account.cancel_open_orders(instrument, side)
            statuses = [(await handle.resolved()).status for handle in handles]
        assert statuses == [CommandStatus.ACCEPTED] * len(handles)
        assert open_at_venue(bench) == placed.keys() - meant
        assert {names.get(one, one) for one in cancelled(bench)} == meant


@pytest.mark.holds("G18")
async def test_what_waits_unsent_in_the_scope_never_goes(network: SimulatedNetwork, seams: Seams) -> None:
    """Orders of the scope that wait in the lane are taken back, told as not sent; those beside it go out."""
    async with open_bench(seams, send_within=60.0) as bench:
        bench.venue.set_status("maintenance")
        await trio.sleep(0.5)
        buys = [await place(bench) for _ in range(3)]
        sells = [await place(bench, side="sell") for _ in range(2)]
        handles = await bench.account.cancel_open_orders("BTC/USD", "buy")
        assert len(handles) == 3
        for handle in (*handles, *buys):
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
        assert all([isinstance((await events_of(one))[-1], OrderNotExecuted) for one in buys])
        bench.venue.set_status("online")
        for handle in sells:
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert adds(bench) == 2


@pytest.mark.holds("G18")
async def test_a_create_that_was_not_answered_is_in_the_scope(network: SimulatedNetwork, seams: Seams) -> None:
    """An order whose create is under way, or unknown, is cancelled too, though no list of the venue's has it for us."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.DelayCommand(method="add_order", seconds=1.0, nth=2))
        unknown, under_way = await place(bench), await place(bench)
        handles = await bench.account.cancel_open_orders(side="buy")
        about = [handle.client_order_id for handle in handles]
        assert about == [unknown.client_order_id, under_way.client_order_id]
        for handle in handles:
            await handle.resolved()
        again = await bench.account.cancel_open_orders(side="buy")
        for handle in again:
            await handle.resolved()
        for order in (unknown, under_way):
            assert (await events_of(order))[-1].is_terminal
        assert open_at_venue(bench) == set()


@pytest.mark.holds("G18")
async def test_it_can_be_issued_again(network: SimulatedNetwork, seams: Seams) -> None:
    """Twice at once, and again: every handle has a verdict, and what is beside the scope stays."""
    async with open_bench(seams) as bench:
        orders = [await place(bench) for _ in range(3)]
        stays = by_hand(bench, "BTC/USD", "sell")
        for order in orders:
            await order.resolved()
        first = await bench.account.cancel_open_orders("BTC/USD", "buy")
        second = await bench.account.cancel_open_orders("BTC/USD", "buy")
        for handle in first + second:
            assert (await handle.resolved()).status is not CommandStatus.UNKNOWN_EXECUTION
        assert await bench.account.cancel_open_orders("BTC/USD", "buy") == []
        assert open_at_venue(bench) == {stays}


@pytest.mark.holds("G18")
async def test_without_the_venues_list_ours_are_cancelled_and_it_says_so(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """If the venue does not say what else is open, ours go all the same, and the error names them and the reason."""
    async with open_bench(seams) as bench:
        order = await place(bench)
        await order.resolved()
        other = by_hand(bench, "BTC/USD", "buy")
        bench.venue.faults.add(f.HttpError(method="OpenOrders", status=503))
        with pytest.raises(CancelIncomplete, match=r"buy in BTC/USD.*1 are being cancelled, issue it again") as caught:
            await bench.account.cancel_open_orders("BTC/USD", "buy")
        (command_id,) = caught.value.command_ids
        assert (await bench.account.command(command_id).resolved()).status is CommandStatus.ACCEPTED
        assert (await events_of(order))[-1].is_terminal
        assert open_at_venue(bench) == {other}
        (handle,) = await bench.account.cancel_open_orders("BTC/USD", "buy")
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert open_at_venue(bench) == set()


@pytest.mark.holds("G18", "D10")
async def test_a_scope_is_cancelled_in_every_mode_and_without_a_session(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """Halted, and with no session: the cancels go by REST."""
    async with open_bench(seams) as bench:
        order = await place(bench)
        await order.resolved()
        bench.account.set_mode(TradingMode.HALTED)
        bench.venue.faults.add(f.RefuseToken(method="subscribe", count=1_000))
        bench.venue.cut()
        await trio.sleep(0.5)
        (handle,) = await bench.account.cancel_open_orders("BTC/USD")
        assert (await handle.ack()).transport == "rest"
        assert open_at_venue(bench) == set()


async def test_a_wrong_scope_cancels_nothing(network: SimulatedNetwork, seams: Seams) -> None:
    """A slip in the instrument or the side is refused, and what would be right is named."""
    async with open_bench(seams) as bench:
        order = await place(bench)
        await order.resolved()
        with pytest.raises(InvalidCommand, match="did you mean BTC/USD"):
            await bench.account.cancel_open_orders("BTCUSD")
        with pytest.raises(InvalidCommand, match="side is 'bid'"):
            await bench.account.cancel_open_orders(side="bid")
        assert len(open_at_venue(bench)) == 1


@pytest.mark.holds("G18")
async def test_what_was_submitted_before_is_in_the_scope(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order that another task handed over, and that is not registered yet, is cancelled too; a later one stays."""
    register = Lane._register

    async def slowly(self: Lane, commands: tuple[Command, ...]) -> Any:
        await trio.sleep(0.1)
        return await register(self, commands)

    monkeypatch.setattr(Lane, "_register", slowly)
    async with open_bench(seams) as bench:
        before: list[CommandHandle] = []

        async def place_before() -> None:
            before.append(await place(bench))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(place_before)
            await trio.sleep(0.05)
            (handle,) = await bench.account.cancel_open_orders()
        after = await place(bench)
        await handle.resolved()
        assert handle.client_order_id == before[0].client_order_id
        assert (await events_of(before[0]))[-1].is_terminal
        await after.resolved()
        assert [order.client_order_id for order in bench.venue.ledger.open_orders()] == [after.client_order_id]
