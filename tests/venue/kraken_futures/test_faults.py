"""What goes wrong with commands: answers lost before and after, late landing, lost races, bans."""

import json
from decimal import Decimal

import httpx2
import pytest
import trio

from batactors.seams import Seams
from batactors.testing import faults as f
from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import ORDER, Client

D = Decimal
PLACED = ORDER | {"cliOrdId": "a1"}


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        (f.LoseAck(method="add_order"), True),
        (f.LoseCommand(method="add_order"), False),
        (f.CutBeforeCommand(method="add_order"), False),
        (f.CutAfterCommand(method="add_order"), True),
        (f.CutReply(method="add_order"), True),
        (f.GoSilent(method="add_order"), False),
        (f.RestartAfterCommand(method="add_order"), True),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_an_answer_may_be_lost(
    venue: KrakenFuturesVenue, client: Client, fault: f.CommandFault, done: bool
) -> None:
    """Whether the command was done, only the ledger knows; orders/status tells it within its five seconds."""
    venue.faults.add(fault)
    client.http.timeout = httpx2.Timeout(2.0)
    with pytest.raises(httpx2.TransportError):
        await client.send("sendorder", PLACED)
    assert bool(venue.ledger.orders) == done
    if not isinstance(fault, f.RestartAfterCommand):
        assert bool(await client.status(cliOrdIds="a1")) == done


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_error_page_says_nothing(venue: KrakenFuturesVenue, client: Client, when: str) -> None:
    """It comes before the engine had the command, or after."""
    venue.faults.add(f.HttpError(method="add_order", when="before" if when == "before" else "after"))
    answer = await client.send("sendorder", PLACED)
    assert answer.status_code == 520
    assert len(venue.ledger.orders) == (when == "after")


@pytest.mark.parametrize(("seconds", "status"), [(3, "placed"), (6, "wouldProcessAfterSpecifiedTime")])
async def test_a_late_command_lands_if_it_may(
    venue: KrakenFuturesVenue, client: Client, seams: Seams, seconds: float, status: str
) -> None:
    """Before the time it names, though its client has left."""
    venue.faults.add(f.DelayCommand(method="add_order", seconds=seconds))
    client.http.timeout = httpx2.Timeout(1.0)
    before = (seams.clock.now().timestamp() + 5) * 1000
    moment = f"{seams.clock.now().fromtimestamp(before / 1000, tz=seams.clock.now().tzinfo).isoformat()}"
    with pytest.raises(httpx2.TimeoutException):
        await client.send("sendorder", PLACED | {"processBefore": moment})
    assert not venue.ledger.orders
    await trio.sleep(7)
    assert bool(venue.ledger.orders) == (status == "placed")
    assert venue.ledger.commands[-1].errors == (() if status == "placed" else (status,))


async def test_a_cancel_may_lose_a_race(venue: KrakenFuturesVenue, client: Client) -> None:
    """Against all of the order it is `filled`, against half of it `cancelled`; the fill is told."""
    async with client.listening("fills") as socket:
        await client.place(cliOrdId="a1")
        venue.faults.add(f.FillBeforeCancel())
        assert (await client.cancel(cliOrdId="a1"))["status"] == "filled"
        assert (await socket.next())["fills"][0]["qty"] == D("1.0")
        await client.place(cliOrdId="a2")
        venue.faults.add(f.FillBeforeCancel(share="half"))
        assert (await client.cancel(cliOrdId="a2"))["status"] == "cancelled"
        assert (await socket.next())["fills"][0]["qty"] == D("0.5")


async def test_events_come_before_the_answer_or_with_it(venue: KrakenFuturesVenue, client: Client) -> None:
    """By habit, or as a fault: the socket has heard of the order when its answer comes."""
    async with client.listening("open_orders") as socket:
        heard: list[float] = []

        async def listen() -> None:
            await socket.next()
            heard.append(trio.current_time())

        for fault in (False, True):
            heard.clear()
            if fault:
                venue.faults.add(f.EventsBeforeAck())
            else:
                venue.habits.events_first = 1
            async with trio.open_nursery() as nursery:
                nursery.start_soon(listen)
                await client.place()
                assert heard[0] < trio.current_time()
            venue.habits.events_first = 0


async def test_refusals_at_the_door_are_faults_too(venue: KrakenFuturesVenue, client: Client) -> None:
    """By their words, with codes or without; nothing is executed."""
    venue.faults.add(f.Refuse(error="accountInactive"), f.RefuseRate(nth=2), f.RefuseToken(nth=3))
    venue.faults.add(f.Refuse(error="92 INSUFFICIENT_MARGIN", nth=4))
    words = [(await client.send("sendorder", PLACED)).json()["error"] for _ in range(1)]
    assert words == ["accountInactive"]
    venue.faults.clear()
    venue.faults.add(f.RefuseRate())
    assert (await client.send("sendorder", PLACED)).json()["error"] == "apiLimitExceeded"
    venue.faults.add(f.RefuseToken())
    assert (await client.send("sendorder", PLACED)).json()["error"] == "authenticationError"
    venue.faults.add(f.Refuse(error="92 INSUFFICIENT_MARGIN"))
    answer = await client.send("sendorder", PLACED)
    assert (answer.status_code, answer.json()["errors"]) == (500, [{"code": 92, "message": "INSUFFICIENT_MARGIN"}])
    assert not venue.ledger.orders


async def test_words_that_nobody_knows(venue: KrakenFuturesVenue, client: Client) -> None:
    """In answers and on the socket; the order is there all the same."""
    venue.habits.unknown_words = 1
    async with client.listening("open_orders") as socket:
        assert (await client.place(cliOrdId="a1"))["status"] == "novated"
        assert (await client.cancel(cliOrdId="a1"))["status"] == "novated"
        await socket.next()
        assert (await socket.next())["reason"] == "novated"
    assert venue.ledger.commands[-1].accepted


async def test_a_ban_is_for_everybody(venue: KrakenFuturesVenue, client: Client) -> None:
    """Until it ends."""
    venue.ban(30)
    assert (await client.send("openorders", get=True)).status_code == 429
    venue.recover()
    assert json.loads((await client.send("openorders", get=True)).text, parse_float=Decimal)["openOrders"] == []
