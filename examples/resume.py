"""Trade with a journal, die without a goodbye, and go on in another process where that one was."""

import os
import signal
import sys
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import trio

from batactors import AccountConfig, EngineConfig, JournalConfig, Secret, open_engine, restoring_bar
from batactors.testing import KrakenSpotVenue, VenueAccount


def config(rest: str, websocket: str, journal: str) -> EngineConfig:
    demo = VenueAccount.demo()
    account = AccountConfig(
        api_key=Secret.value(demo.api_key), api_secret=Secret.value(demo.api_secret), rest_url=rest,
        websocket_url=websocket, journal=JournalConfig(path=journal), read_lag=0.5, margin=0.5, paced=False,
    )  # fmt: skip
    return EngineConfig(accounts={"kraken": account})


async def first_life(*where: str) -> None:
    """Place an order, and be killed while it rests."""
    async with open_engine(config(*where)) as engine:
        order = await engine.account("kraken").create_order(
            instrument="BTC/USD", side="buy", order_type="limit", quantity="0.5", price="64000"
        )
        print("first life:", (await order.resolved()).status, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


async def second_life(*where: str) -> None:
    """Find it again, with what happened to it meanwhile."""
    with restoring_bar() as bar:  # to be seen if the journal takes longer than a second to read, and on a terminal
        async with open_engine(config(*where), progress=bar) as engine:
            for command in engine.commands():
                async for event in command.events(since=0):  # or since the last number that you wrote down yourself
                    print("second life:", event.sequence, type(event).__name__, event.state)


async def main() -> None:
    """The venue, which outlives both."""
    with TemporaryDirectory() as directory:
        async with trio.open_nursery() as nursery:
            venue = KrakenSpotVenue()
            urls = await nursery.start(venue.serve)
            where = (urls.rest, urls.websocket_auth, str(Path(directory) / "kraken.journal"))
            await trio.run_process([sys.executable, __file__, "first", *where], check=False)
            venue.set_market("BTC/USD", bid=Decimal(63_900), ask=Decimal(63_950))  # it fills while nobody is there
            await second_life(*where)
            nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(first_life, *sys.argv[2:]) if sys.argv[1:2] == ["first"] else trio.run(main)
