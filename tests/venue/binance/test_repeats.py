"""One seed is one run, byte for byte."""

from decimal import Decimal

import httpx2
import pytest
import trio

from batactors.seams import Seams, SeededChance
from batactors.testing import SimulatedNetwork, VirtualClock, check_repeats
from batactors.testing.binance import BinanceAccount, BinanceVenue, Habits
from batactors.testing.binance.tap import without_secrets
from tests.venue.binance.client import Client, Json

SELL: Json = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.010",
    "price": "60000.0",
}


async def story() -> list[str]:
    """Some orders, with all that is left to chance."""
    lines: list[str] = []
    seams = Seams(clock=VirtualClock(), chance=SeededChance(3))
    venue = BinanceVenue(seams=seams, habits=Habits(oddities=0.5, answer_delay=0.5))
    venue.watch = lambda number, what, text, order: lines.append(f"{number} {what} {text} {order}")
    with SimulatedNetwork(seed=1).installed():
        async with trio.open_nursery() as nursery, httpx2.AsyncClient() as http:
            client = Client(http, await nursery.start(venue.serve), BinanceAccount.demo(), seams.clock)
            async with client.listening() as socket, client.api() as api:
                for number in range(5):
                    await client.place(newClientOrderId=f"a{number}")
                    await api.result("order.place", **SELL, newClientOrderId=f"b{number}")
                    venue.fill(f"a{number}", Decimal("0.010"))
                await socket.quiet()
            nursery.cancel_scope.cancel()
    account = BinanceAccount.demo()
    for secret in (*venue.tokens_given, account.api_key, account.ed25519_key, account.api_secret):
        assert not [line for line in lines if secret in line]
    return lines


def test_the_wire_repeats() -> None:
    """Two runs of one seed have the same frames at the same time, and no secret in what is watched."""
    lines = check_repeats(story, seed=5, lines=lambda lines: lines)
    text = "\n".join(lines)
    assert "TRADE_LITE" in text
    assert "NOVELTY_UPDATE" in text
    assert "signature=(hidden)" in text
    assert "listenKey=(hidden)" in text


@pytest.mark.parametrize(
    "text",
    ["GET /private/ws/{key}", "GET /private/stream?streams={key}", '{{"method":"SUBSCRIBE","params":["{key}"]}}'],
)
def test_listen_keys_are_hidden_wherever_they_stand(text: str) -> None:
    """In an address, and among the streams of a socket."""
    assert without_secrets(text.format(key="Ab1" * 21 + "z")) == text.format(key="(hidden)")
