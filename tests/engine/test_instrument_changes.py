"""The venue's list of instruments is read again and again, and what changes in it is told, at both venues."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
import trio
from attrs import evolve

from batactors import Account, CommandStatus, InstrumentChange, InstrumentStatus, InvalidCommand, ListingChange
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine import bench as kraken
from tests.engine.binance import bench as binance

pytestmark = pytest.mark.usefixtures("network")

EVERY = 60.0
ORDER: dict[str, Any] = {"side": "buy", "order_type": "limit", "quantity": "1", "price": "1800"}
each_venue = pytest.mark.parametrize("venue", ["kraken-spot", "binance"])


class Listed:
    """An account, and the venue's own list."""

    def __init__(self, account: Account, markets: Any, name: str, rows: str) -> None:
        self.account = account
        self.name = name
        self._markets = markets
        self._rows = rows

    def change(self, first: Any = None, *, only: int | None = None) -> None:
        """Put another in place of the first, or list only so many."""
        listed = [*self._markets]
        if first is not None:
            listed[0] = evolve(listed[0], **first)
        listed = listed[:only]
        setattr(self._markets, self._rows, {one.symbol: one for one in listed} if self._rows == "_symbols" else listed)

    async def told(self) -> list[InstrumentChange]:
        """What is told at the next reading."""
        before = self.account._wiring.instrument_changes.last
        await trio.sleep(EVERY + 5.0)
        return [one for one in self.account._wiring.instrument_changes.kept if one.sequence > before]


@asynccontextmanager
async def listed(venue: str, seams: Seams) -> AsyncIterator[Listed]:
    """An engine on one of the venues."""
    if venue == "binance":
        async with binance.open_bench(seams, instruments_every=EVERY) as there:
            yield Listed(there.account, there.venue._markets, binance.BTC, "_symbols")
    else:
        async with kraken.open_bench(seams, instruments_every=EVERY) as here:
            yield Listed(here.account, here.venue._markets, "BTC/USD", "_pairs")


@pytest.mark.holds("X04", "X55")
@each_venue
async def test_a_tick_that_changes_is_told_and_holds_at_once(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """The follower is told which field differs; an order is checked by the new tick; an equal list tells nothing."""
    async with listed(venue, seams) as at:
        changes = at.account.instrument_changes()
        assert await at.told() == []
        at.change({"tick_size": Decimal("0.5"), "price_decimals": 1})
        with trio.fail_after(EVERY + 5.0):
            change = await anext(changes)
        assert isinstance(change, InstrumentChange)
        assert (change.what, change.instrument.id, change.sequence) == (ListingChange.CHANGED, at.name, 1)
        assert "tick" in change.fields
        assert change.before is not None
        assert (change.before.tick, change.instrument.tick) == (Decimal("0.1"), Decimal("0.5"))
        with pytest.raises(InvalidCommand, match="tick"):
            await at.account.create_order(
                instrument=at.name, side="buy", order_type="limit", quantity="0.5", price="48000.1"
            )


@pytest.mark.holds("X04")
@each_venue
async def test_what_is_listed_no_more_is_halted_and_can_be_cancelled(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """Its orders can still be taken off the book; a new one is refused; listed again, it is told so and trades."""
    async with listed(venue, seams) as at:
        ids, order = list(at.account.instruments), ORDER
        gone = ids[1]
        handle = await at.account.create_order(instrument=gone, **order)
        with trio.fail_after(30.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        there = [*at._markets]
        at.change(only=1)
        told = await at.told()
        assert [(one.what, one.instrument.id) for one in told] == [(ListingChange.DELISTED, one) for one in ids[1:]]
        assert at.account.instruments[gone].status is InstrumentStatus.HALTED
        with pytest.raises(InvalidCommand, match="halted"):
            await at.account.create_order(instrument=gone, **order)
        setattr(at._markets, at._rows, {one.symbol: one for one in there} if at._rows == "_symbols" else there)
        assert {one.what for one in await at.told()} == {ListingChange.LISTED}
        cancel = await handle.cancel()
        with trio.fail_after(30.0):
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.holds("X04")
@each_venue
async def test_an_empty_list_is_not_believed(network: SimulatedNetwork, seams: Seams, venue: str) -> None:
    """What was listed before is kept, and the health says what is wrong until a list comes that can be used."""
    async with listed(venue, seams) as at:
        there = [*at._markets]
        at.change(only=0)
        assert await at.told() == []
        health = at.account.health().components["metadata"]
        assert (str(health.state), "lists no instruments" in (health.cause or "")) == ("degraded", True)
        assert len(at.account.instruments) == len(there)
        setattr(at._markets, at._rows, {one.symbol: one for one in there} if at._rows == "_symbols" else there)
        assert await at.told() == []
        assert str(at.account.health().components["metadata"].state) == "up"


@pytest.mark.holds("X04")
async def test_a_symbol_that_nobody_listed_is_set_aside_and_ends_nothing(
    network: SimulatedNetwork, seams: Seams, caplog: pytest.LogCaptureFixture
) -> None:
    """Binance tells of an order in a symbol that its list does not have: the frame is quarantined, the socket lives."""
    async with binance.open_bench(seams) as bench:
        handle = await bench.account.create_order(**binance.ORDER)
        with trio.fail_after(30.0):
            await handle.resolved()
        names = bench.account._wiring.codec._names  # type: ignore[attr-defined]
        del names._ids["BTCUSDT"]
        with caplog.at_level(logging.WARNING, "batactors.quarantine"):
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
            await trio.sleep(5.0)
        assert "BTCUSDT is none of the instruments that we know" in caplog.text
        assert bench.account.health().reconnects == 0
        assert any(what.startswith("quarantined") for what in bench.account.counters())


async def test_who_follows_is_told_the_end(network: SimulatedNetwork, seams: Seams) -> None:
    """When the engine has ended, the changes end, too: nobody waits for ever."""
    async with listed("kraken-spot", seams) as at:
        changes = at.account.instrument_changes()
    with trio.fail_after(1.0):
        assert [change async for change in changes] == []
