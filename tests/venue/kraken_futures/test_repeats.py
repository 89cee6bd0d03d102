"""One seed is one run, byte for byte."""

from decimal import Decimal

import httpx2
import trio

from batactors.seams import Seams, SeededChance
from batactors.testing import SimulatedNetwork, VirtualClock, check_repeats
from batactors.testing.kraken_futures import FuturesAccount, Habits, KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client


async def story() -> list[str]:
    """Some orders, with all that is left to chance."""
    lines: list[str] = []
    seams = Seams(clock=VirtualClock(), chance=SeededChance(3))
    venue = KrakenFuturesVenue(seams=seams, habits=Habits(oddities=0.5, answer_delay=0.5))
    venue.watch = lambda number, what, text, order: lines.append(f"{number} {what} {text} {order}")
    with SimulatedNetwork(seed=1).installed():
        async with trio.open_nursery() as nursery, httpx2.AsyncClient() as http:
            client = Client(http, await nursery.start(venue.serve), FuturesAccount.demo(), seams.clock)
            async with client.listening() as socket:
                for number in range(5):
                    await client.place(cliOrdId=f"a{number}", size="9")
                    await client.batch({"order": "edit", "cliOrdId": f"a{number}", "size": 10})
                    for much in (4, 3, 3):
                        venue.fill(f"a{number}", Decimal(much))
                await socket.quiet()
            nursery.cancel_scope.cancel()
    account = FuturesAccount.demo()
    for secret in (*venue.tokens_given, account.api_key, account.api_secret, account.spot_secret):
        assert not [line for line in lines if secret in line and '"message"' not in line]
    return lines


def test_the_wire_repeats() -> None:
    """Two runs of one seed have the same frames at the same time, and no secret in what is watched."""
    text = "\n".join(check_repeats(story, seed=5, lines=lambda lines: lines))
    assert "full_fill" in text
    assert '"novelty"' in text
    assert '"signed_challenge": "(hidden)"' in text
