"""A process that opens an engine on a journal whose disk is not as it should be, and tells how that went.

`python -m tests.engine.disk_process JSON`: one line of JSON for each thing that it has to tell.
"""

import json
import os
import resource
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import trio
from attrs import field, frozen

from batactors import AccountConfig, BatactorsError, EngineConfig, JournalConfig, JournalError, Secret, open_engine
from batactors.supervision import leaves
from batactors.testing import VenueAccount

NOBODY = 65_534
MOST_ORDERS = 3_000


@frozen(kw_only=True)
class Task:
    """What it is to do.

    Attributes:
        journal: The file.
        rest: The venue's addresses, as ``websocket``.
        room: Bytes that a file may have; more is refused by the system.
        is_nobody: Whether to give up the rights of root, who may write everywhere.
        orders: Whether to place orders until the engine ends.
        copy_to: A directory to which the journal is copied in the end, from a disk that ends with the process.
    """

    journal: str
    rest: str
    websocket: str
    room: int | None = None
    is_nobody: bool = False
    orders: bool = False
    copy_to: str | None = None
    placed: list[str] = field(factory=list)

    def config(self) -> EngineConfig:
        """An engine with patience for loopback."""
        demo = VenueAccount.demo()
        account = AccountConfig(
            api_key=Secret.value(demo.api_key), api_secret=Secret.value(demo.api_secret), rest_url=self.rest,
            websocket_url=self.websocket, journal=JournalConfig(path=self.journal), tier="pro", paced=False,
            validity=1.0, read_lag=0.5, margin=0.5,
        )  # fmt: skip
        return EngineConfig(accounts={"kraken": account})


def say(**told: Any) -> None:
    """One line."""
    print(json.dumps(told), flush=True)


async def trade(task: Task) -> None:
    """Open the engine; place orders for as long as it takes them."""
    async with open_engine(task.config()) as engine:
        say(opened=True)
        if not task.orders:
            sys.stdin.read()  # until whoever started us has seen enough
            return
        account = engine.account("kraken")
        with suppress(BatactorsError):
            for number in range(MOST_ORDERS):
                handle = await account.create_order(
                    instrument="BTC/USD", side="buy", order_type="limit", quantity="0.0001", price=str(40_000 - number)
                )
                task.placed.append(str(handle.client_order_id))
        await trio.sleep(20.0)  # the engine ends before, and says why


def main() -> None:
    """Do it, and tell how it ended."""
    task = Task(**json.loads(sys.argv[1], parse_float=str))
    if task.room is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (task.room, task.room))
    if task.is_nobody and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        trio.run(trade, task)
    except* JournalError as group:
        for error in leaves(group):
            say(error=type(error).__name__, message=str(error))
    if task.copy_to is not None:
        for part in ("", "-wal"):
            there = Path(f"{task.journal}{part}")
            if there.exists():
                shutil.copy(there, Path(task.copy_to) / f"a.journal{part}")
    say(placed=task.placed)


if __name__ == "__main__":
    main()
