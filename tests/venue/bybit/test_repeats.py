"""One seed is one run, byte for byte."""

from decimal import Decimal

import httpx2
import trio

from batactors.seams import Seams, SeededChance
from batactors.testing import SimulatedNetwork, VirtualClock, check_repeats
from batactors.testing.bybit import BybitAccount, BybitVenue, Habits
from tests.venue.bybit.client import ORDER, TOPICS, Client


async def story() -> list[str]:
    """Some orders, with all that is left to chance."""
    lines: list[str] = []
    seams = Seams(clock=VirtualClock(), chance=SeededChance(3))
    venue = BybitVenue(seams=seams, habits=Habits(oddities=0.5, answer_delay=0.5, matching_delay=0.5, topic_delay=0.5))
    venue.watch = lambda number, what, text, order: lines.append(f"{number} {what} {text} {order}")
    with SimulatedNetwork(seed=1).installed():
        async with trio.open_nursery() as nursery, httpx2.AsyncClient() as http:
            client = Client(http, await nursery.start(venue.serve), BybitAccount.demo(), seams.clock)
            async with client.listening(*TOPICS) as socket, client.trading() as trading:
                for number in range(5):
                    await client.place(orderLinkId=f"a{number}")
                    sell = {**ORDER, "side": "Sell", "price": "60000.0", "orderLinkId": f"b{number}"}
                    await trading.command("order.create", **sell)
                    await trio.sleep(1)
                    venue.fill(f"a{number}", Decimal("0.010"))
                await client.get("account/info?broken=1")
                await socket.quiet()
            nursery.cancel_scope.cancel()
    for secret in (client.account.api_key, client.account.api_secret):
        assert not [line for line in lines if secret in line]
    return lines


def test_the_wire_repeats() -> None:
    """Two runs of one seed have the same frames at the same time, and no secret in what is watched."""
    lines = check_repeats(story, seed=5, lines=lambda lines: lines)
    text = "\n".join(lines)
    assert "execution.fast" in text
    assert '"topic":"novelty"' in text
    assert '"args": ["(hidden)"]' in text
    assert "origin_string[(hidden)]" in text
