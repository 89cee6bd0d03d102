"""The dead man's switch, at each venue that has one: armed while the engine lives, fired when it dies."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
from attrs import frozen

from batactors import Account, ComponentState, ConfigError, HealthReason, OrderCanceled, run_engine
from batactors.actors.board import Board
from batactors.actors.http import Http
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, RestMessage
from batactors.actors.switch import SWITCH, TIMES, DeadMansSwitch
from batactors.config import AccountConfig, EngineConfig
from batactors.model.errors import TransportError
from batactors.model.ids import InstrumentId
from batactors.model.questions import KeepSwitch
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VenueAccount, VirtualClock
from batactors.testing.binance import BinanceAccount
from batactors.testing.kraken_futures import FuturesAccount
from batactors.testing.venue.venue import SimulatedVenue
from tests.engine import bench as kraken
from tests.engine.binance import bench as binance
from tests.engine.kraken_futures import bench as futures
from tests.engine.kraken_unified import bench as unified
from tests.engine.test_crashes import crash_once

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.holds("D09")]

ON_KRAKEN: dict[str, Any] = {
    "instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "48000",
}  # fmt: skip


@frozen(kw_only=True)
class Place:
    """A venue, an account's configuration there, and an order that rests."""

    venue: SimulatedVenue
    config: Callable[..., AccountConfig]
    order: dict[str, Any]

    @asynccontextmanager
    async def engine(self, seams: Seams, **options: Any) -> AsyncIterator[tuple[Account, trio.CancelScope]]:
        """An engine; to cancel the scope is to kill it, as far as a venue can see."""
        config = EngineConfig(accounts={"one": self.config(**options)}, supervision=kraken.SUPERVISION)
        async with trio.open_nursery() as nursery:
            engine = await nursery.start(run_engine_with(seams), config)
            yield engine.account("one"), nursery.cancel_scope
            if not nursery.cancel_scope.cancel_called:
                await engine.stop()


def run_engine_with(seams: Seams) -> Callable[..., Any]:
    async def run(config: EngineConfig, *, task_status: Any) -> None:
        await run_engine(config, seams=seams, task_status=task_status)

    return run


@asynccontextmanager
async def open_place(name: str, seams: Seams) -> AsyncIterator[Place]:
    if name == "kraken":
        async with kraken.open_venue(seams) as (venue, urls):

            def config(**options: Any) -> AccountConfig:
                return kraken.venue_config(urls, VenueAccount.demo(), **options)

            yield Place(venue=venue, config=config, order=ON_KRAKEN)
    elif name == "unified":
        async with futures.open_venue(seams, rate_limits=False) as (derivatives, places):

            def fourth(**options: Any) -> AccountConfig:
                return unified.account_config(places, FuturesAccount.demo(), **options)

            yield Place(venue=derivatives, config=fourth, order=futures.ORDER)
    elif name == "kraken-futures":
        async with futures.open_venue(seams) as (futures_venue, futures_urls):

            def third(**options: Any) -> AccountConfig:
                return futures.account_config(futures_urls, FuturesAccount.demo(), **options)

            yield Place(venue=futures_venue, config=third, order=futures.ORDER)
    else:
        async with binance.open_venue(seams) as (there, addresses):

            def other(**options: Any) -> AccountConfig:
                return binance.account_config(addresses, BinanceAccount.demo(), **options)

            yield Place(venue=there, config=other, order=binance.ORDER)


each_venue = pytest.mark.parametrize("name", ["kraken", "binance", "kraken-futures", "unified"])
by_rest = pytest.mark.parametrize("name", ["kraken", "binance", "kraken-futures"])


@each_venue
async def test_it_stays_armed_while_the_engine_lives(network: SimulatedNetwork, seams: Seams, name: str) -> None:
    """For many times its time, with nothing else going on; the order rests all the while."""
    async with open_place(name, seams) as place, place.engine(seams, cancel_after=20) as (account, _):
        await (await account.create_order(**place.order)).resolved()
        await trio.sleep(600.0)
        assert len(place.venue.ledger.open_orders()) == 1
        assert account.health().components[SWITCH].state is ComponentState.UP


@each_venue
async def test_it_fires_when_the_engine_dies(network: SimulatedNetwork, seams: Seams, name: str) -> None:
    """Within its time after the death, and not before three quarters of it, everything that was open is cancelled."""
    async with open_place(name, seams) as place:
        async with place.engine(seams, cancel_after=20) as (account, killing):
            await (await account.create_order(**place.order)).resolved()
            await trio.sleep(100.0)
            killing.cancel()
        await trio.sleep(20.0 - 20.0 / TIMES - 1.0)
        assert len(place.venue.ledger.open_orders()) == 1
        await trio.sleep(20.0 / TIMES + 2.0)
        assert place.venue.ledger.open_orders() == []


@each_venue
async def test_a_good_stop_takes_it_off(network: SimulatedNetwork, seams: Seams, name: str) -> None:
    """Whoever stops the engine means to keep the orders."""
    async with open_place(name, seams) as place:
        async with place.engine(seams, cancel_after=20) as (account, _):
            await (await account.create_order(**place.order)).resolved()
            await trio.sleep(30.0)
        await trio.sleep(200.0)
        assert len(place.venue.ledger.open_orders()) == 1


async def test_a_good_stop_takes_it_off_though_an_answer_is_lost() -> None:
    """Once it is not answered: it tries again, for the orders are to stay."""
    rest, asked = Mailbox[RestMessage]("rest", 10), list[int]()
    switch = DeadMansSwitch(rest=rest, board=Board(VirtualClock()), after=20, needed=lambda: [None])

    async def answer() -> None:
        while True:
            message = await rest.take()
            assert isinstance(message, Ask)
            assert isinstance(message.question, KeepSwitch)
            asked.append(message.question.seconds)
            if asked == [20, 0]:
                message.reply.fail(TransportError("it broke off"))
            else:
                message.reply.give(Answered(asked_at=0.0, inquiries=()))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(answer)
        nursery.start_soon(switch.run)
        await trio.sleep(1.0)
        switch.close()
        await trio.sleep(5.0)
        nursery.cancel_scope.cancel()
    assert asked == [20, 0, 0]


@by_rest
async def test_it_survives_what_the_engine_survives(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A crash of its actor, and answers that do not come for less than its time: nothing is cancelled."""
    async with open_place(name, seams) as place, place.engine(seams, cancel_after=20) as (account, _):
        await (await account.create_order(**place.order)).resolved()
        crash_once(monkeypatch, DeadMansSwitch, "_set")
        await trio.sleep(30.0)
        exchange = Http.exchange

        async def lost(self: Http, *args: Any) -> Any:
            raise TransportError("the network is away")

        monkeypatch.setattr(Http, "exchange", lost)
        await trio.sleep(12.0)
        told = account.health()
        assert told.components[SWITCH].state is ComponentState.DEGRADED
        assert "unless it is armed anew: TransportError" in str(told.components[SWITCH].cause)
        assert HealthReason.COMPONENT_DEGRADED in told.reasons
        monkeypatch.setattr(Http, "exchange", exchange)
        await trio.sleep(60.0)
        assert len(place.venue.ledger.open_orders()) == 1
        assert account.health().components[SWITCH].state is ComponentState.UP


@by_rest
async def test_what_it_cancelled_is_told(network: SimulatedNetwork, seams: Seams, name: str) -> None:
    """REST is away for longer than its time, while the events still come: the orders end as cancelled, and say why."""
    async with open_place(name, seams) as place, place.engine(seams, cancel_after=20) as (account, _):
        handle = await account.create_order(**place.order)
        await handle.resolved()
        await trio.sleep(10.0)
        with pytest.MonkeyPatch.context() as patch:

            async def lost(self: Http, *args: Any) -> Any:
                raise TransportError("the network is away")

            patch.setattr(Http, "exchange", lost)
            await trio.sleep(25.0)
        with trio.fail_after(60.0):
            events = [event async for event in handle.events()]
        assert isinstance(events[-1], OrderCanceled)


async def test_what_could_not_be_armed_and_has_no_orders_any_more_is_left_alone() -> None:
    """Its time to try again has come and gone, and nobody needs it: the actor sleeps between its looks."""
    board, rest = Board(VirtualClock()), Mailbox[RestMessage]("rest", 10)
    needed, looks = [InstrumentId("BTC/USDT:USDT")], 0

    def look() -> list[InstrumentId]:
        nonlocal looks
        looks += 1
        assert looks < 100, "it never sleeps"
        return needed

    async with trio.open_nursery() as nursery:
        nursery.start_soon(DeadMansSwitch(rest=rest, board=board, after=20, needed=look).run)
        (await rest.take()).reply.fail(TransportError("the network is away"))
        needed.clear()
        await trio.sleep(30.0)
        assert (looks < 40, board.components[SWITCH].state) == (True, ComponentState.UP)
        nursery.cancel_scope.cancel()


async def test_a_time_that_the_venue_does_not_take_is_refused(network: SimulatedNetwork, seams: Seams) -> None:
    """When the engine is made, with the venue's own limit."""
    async with open_place("kraken", seams) as place:
        config = EngineConfig(accounts={"one": place.config(cancel_after=86_400)})
        with pytest.raises(ConfigError, match=r"accounts\.one\.cancel_after is 86400: .* takes 86399 seconds"):
            await run_engine(config, seams=seams)


async def test_what_has_no_orders_any_more_is_taken_off(network: SimulatedNetwork, seams: Seams) -> None:
    """At a venue with a switch for each instrument, only those with orders cost anything; an order that comes later is
    watched like the first.
    """
    async with open_place("binance", seams) as place, place.engine(seams, cancel_after=20) as (account, _):
        handle = await account.create_order(**place.order)
        await handle.resolved()
        await trio.sleep(30.0)
        await (await handle.cancel()).resolved()
        asked: list[str] = []
        place.venue.watch = lambda connection, word, text, of: asked.append(text) if "countdown" in text else None
        await trio.sleep(60.0)
        assert sum("countdownTime=0" in text for text in asked) == 1
        asked.clear()
        await trio.sleep(60.0)
        assert asked == []
        await (await account.create_order(**place.order)).resolved()
        await trio.sleep(2.0)
        assert any("countdownTime=20000" in text for text in asked)
