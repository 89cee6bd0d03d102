"""What a venue says when it is asked: whole, by the names that we gave, and clearly where there is nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import HealthReason, InvalidCommand, PositionSide, Says, SettingFact, Unsupported
from batactors.core.dispatch import Dispatch
from batactors.model.ids import Asset, InstrumentId
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import BID, Bench, open_bench
from tests.engine.perp import BTC, open_perp
from tests.engine.test_crashes import crash_once, has_fill

ORDER: dict[str, Any] = {"instrument": BTC, "side": "buy", "order_type": "limit", "quantity": "1", "price": BID}
LONG_NAME = "my own name for this very order, which no venue would take as it is"


async def fill(bench: Bench, quantity: str = "0.1", **fields: Any) -> str:
    """Buy at the market; the client order id."""
    handle = await bench.account.create_order(
        **{**ORDER, "order_type": "market", "quantity": quantity, "price": None, **fields}
    )
    await handle.resolved()
    assert handle.client_order_id is not None
    return handle.client_order_id


@pytest.mark.holds("X08")
async def test_an_order_is_fetched_by_either_id_open_or_closed(network: SimulatedNetwork, seams: Seams) -> None:
    """By the name that we gave it, though the venue has a shorter one; and ``None`` if the venue knows of none."""
    async with open_bench(seams) as bench:
        handle = await bench.account.create_order(**ORDER, client_order_id=LONG_NAME)
        await handle.resolved()
        fetched = await bench.account.fetch_order(LONG_NAME)
        assert fetched is not None
        assert (fetched.client_order_id, fetched.says, fetched.quantity) == (LONG_NAME, Says.OPEN, Decimal(1))
        assert await bench.account.fetch_order(venue_order_id=fetched.venue_order_id) == fetched
        await (await handle.cancel()).resolved()
        closed = await bench.account.fetch_order(LONG_NAME)
        assert closed is not None
        assert closed.says is Says.CANCELED
        assert await bench.account.fetch_order("nobody-knows-this") is None
        assert await bench.account.fetch_order(venue_order_id="OAAAAA-BBBBB-CCCCCC") is None
        with pytest.raises(InvalidCommand, match="fetch_order needs"):
            await bench.account.fetch_order()


@pytest.mark.holds("X08")
async def test_all_pages_of_open_orders_and_fills_are_read(network: SimulatedNetwork, seams: Seams) -> None:
    """More than one page of each; by instrument only that one's; each fill once, oldest first."""
    async with open_bench(seams) as bench:
        for number in range(55):
            await fill(bench, "0.1" if number % 5 else "0.2", instrument=BTC if number % 5 else "ETH/USD")
        await (await bench.account.create_order(**ORDER)).resolved()
        await (await bench.account.create_order(**{**ORDER, "instrument": "ETH/USD", "price": "1900"})).resolved()
        fills = await bench.account.fetch_my_trades()
        assert len(fills) == len({one.fill_id for one in fills}) == 55
        times = [one.occurred_at for one in fills if one.occurred_at is not None]
        assert times == sorted(times)
        assert len(await bench.account.fetch_my_trades("ETH/USD")) == 11
        assert await bench.account.fetch_my_trades(since=seams.clock.now() + timedelta(days=1)) == []
        assert [one.instrument for one in await bench.account.fetch_open_orders("ETH/USD")] == ["ETH/USD"]
        assert len(await bench.account.fetch_open_orders()) == 2
        assert await bench.account.fetch_balance("USD") == (await bench.account.fetch_balances())[Asset("USD")]
        assert await bench.account.fetch_balance("XYZ") == 0
        with pytest.raises(InvalidCommand, match="give a datetime with a time zone"):
            await bench.account.fetch_my_trades(since=datetime(2026, 1, 1))  # noqa: DTZ001
        with pytest.raises(InvalidCommand, match="did you mean"):
            await bench.account.fetch_open_orders("ETH/USF")


@pytest.mark.holds("X08", "X58")
async def test_positions_margin_and_settings_are_fetched(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By instrument and side; what is not open is not there."""
    async with open_perp(seams, monkeypatch) as bench:
        bench.perp.positions = {(BTC, "long"): Decimal(2), (BTC, "short"): Decimal(-1), ("ETH/USD", "net"): Decimal(0)}
        positions = await bench.account.fetch_positions()
        assert {key: fact.quantity for key, fact in positions.items()} == {
            (BTC, PositionSide.LONG): 2, (BTC, PositionSide.SHORT): -1,
        }  # fmt: skip
        assert await bench.account.fetch_positions("ETH/USD") == {}
        assert (await bench.account.fetch_margin()).available == 900
        bench.perp.settings[BTC] = {"leverage": "7"}
        assert await bench.account.fetch_settings(BTC) == SettingFact(instrument=InstrumentId(BTC), leverage=7)
        assert (await bench.account.fetch_settings()).position_mode is None


async def test_a_venue_for_spot_has_no_positions(network: SimulatedNetwork, seams: Seams) -> None:
    """It says so at once, its health is untouched, and its rounds do not ask for them."""
    async with open_bench(seams, reconcile_every=5.0) as bench:
        for read in (bench.account.fetch_positions, bench.account.fetch_margin, bench.account.fetch_settings):
            with pytest.raises(Unsupported, match="has no positions"):
                await read()
        await trio.sleep(20.0)
        assert bench.account.health().reasons == ()
        assert bench.account.positions() == {}
        assert bench.account.margin() is None


@pytest.mark.holds("X58", "D14")
async def test_positions_are_heard_and_compared_by_the_rounds(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that closes is gone at once; one of which REST says otherwise is in health with both values."""
    async with open_perp(seams, monkeypatch, reconcile_every=5.0) as bench:
        bench.perp.have(BTC, "2", "long")
        bench.perp.have(BTC, "-1", "short")
        await trio.sleep(0.1)
        assert {key: fact.quantity for key, fact in bench.account.positions().items()} == {
            (BTC, PositionSide.LONG): 2, (BTC, PositionSide.SHORT): -1,
        }  # fmt: skip
        bench.perp.have(BTC, "0", "short")
        await trio.sleep(0.1)
        assert list(bench.account.positions()) == [(BTC, PositionSide.LONG)]
        await trio.sleep(15.0)
        assert bench.account.health().reasons == ()
        bench.perp.positions[BTC, "long"] = Decimal(5)
        await trio.sleep(15.0)
        health = bench.account.health()
        (told,) = health.position_divergences
        assert (told.position_side, told.ours, told.theirs) == (PositionSide.LONG, Decimal(2), Decimal(5))
        assert health.reasons == (HealthReason.STATE_DIVERGENCE,)
        assert health.to_dict()["position_divergences"][0]["theirs"] == "5"
        assert bench.account.positions()[InstrumentId(BTC), PositionSide.LONG].quantity == 2
        bench.perp.have(BTC, "5", "long")
        await trio.sleep(0.1)
        assert bench.account.health().position_divergences == ()


async def test_positions_and_settings_outlive_a_crash_of_who_keeps_them(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal has none of them; what the venue said last still holds."""
    async with open_perp(seams, monkeypatch) as bench:
        bench.perp.have(BTC, "2", "long")
        bench.perp.push({"what": "setting", "instrument": BTC, "leverage": 33})
        await fill(bench)
        crash_once(monkeypatch, Dispatch, "apply", has_fill)
        await fill(bench)
        await trio.sleep(1.0)
        assert [event.child for event in bench.engine.happenings if event.what == "crashed"] == ["dedup"]
        assert [fact.quantity for fact in bench.account.positions().values()] == [2]
        assert bench.account.settings(BTC).leverage == 33


async def test_a_margin_call_is_in_health_and_wakes_who_follows_it(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the position that it is about, until that changes; and how others set the account is heard too."""
    async with open_perp(seams, monkeypatch) as bench:
        bench.perp.have(BTC, "2", "long")
        await trio.sleep(0.1)
        health = bench.account.watch_health()
        assert (await anext(health)).margin_calls == ()
        bench.perp.push({"what": "margin call", "instrument": BTC, "side": "long", "maintenance": "12"})
        with trio.fail_after(1.0):
            (call,) = (await anext(health)).margin_calls
        assert (call.instrument, call.position_side, call.maintenance) == (
            InstrumentId(BTC),
            PositionSide.LONG,
            Decimal(12),
        )
        assert call.since.tzinfo is UTC
        bench.perp.have(BTC, "1", "long")
        with trio.fail_after(1.0):
            assert (await anext(health)).margin_calls == ()
        assert bench.account.settings(BTC).leverage is None
        bench.perp.push({"what": "setting", "instrument": BTC, "leverage": 33})
        await trio.sleep(0.1)
        assert bench.account.settings(BTC).leverage == 33
        gauge = bench.account.gauges()["positions"]
        assert (gauge.there, gauge.there <= gauge.most) == (1, True)
