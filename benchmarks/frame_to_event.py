"""What one fill costs on its road from frame to event, as ratios to `json.loads` of the same frame, in one run.

`python -m benchmarks.frame_to_event [--json]`. Ratios are what counts: the rounds alternate, and each ratio is that of
one round, told as its median with its range.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from statistics import median

import trio
from rich.console import Console
from rich.table import Table

from batactors.actors.board import Board
from batactors.actors.dedup import Dedup
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, LaneMessage, ReconcilerMessage, Register
from batactors.actors.reply import Reply
from batactors.actors.subscriber import Subscriber
from batactors.core.dispatch import Dispatch, Rules
from batactors.journal.memory import MemoryJournal
from batactors.model.commands import CreateOrder
from batactors.model.credentials import Credentials
from batactors.model.facts import Fact
from batactors.model.ids import AccountName, ClientOrderId, CommandId, InstrumentId
from batactors.model.inputs import Heard, Registered
from batactors.model.terms import OrderType, Origin, Side
from batactors.venues.codec import Session
from batactors.venues.kraken_spot.codec import KrakenSpot

FRAMES = 5_000
ROUNDS = 7
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def frames() -> list[bytes]:
    """As many fills of one order; the shape is that of section 9 of the venue's fact sheet."""
    row = (
        '{{"channel":"executions","type":"update","data":[{{"exec_type":"trade","order_status":"partially_filled",'
        '"order_id":"OAAAAA-BBBBB-CCCCCC","cl_ord_id":"{mine}","exec_id":"T{n:05d}-00001-AAAAAA","trade_id":{n},'
        '"symbol":"BTC/USD","side":"buy","order_type":"limit","last_qty":0.004,"last_price":50000.0,'
        '"liquidity_ind":"m","cost":200.0,"cum_qty":{cum},"cum_cost":200.0,"avg_price":50000.0,"order_qty":100,'
        '"fees":[{{"asset":"USD","qty":0.32}}],"fee_usd_equiv":0.32,"timestamp":"2026-01-02T03:04:06.000000Z"}}],'
        '"sequence":{n}}}'
    )
    return [row.format(mine="a" * 32, n=n, cum=Decimal("0.004") * n).encode() for n in range(1, FRAMES + 1)]


ACCOUNT = AccountName("kraken")
COMMAND = CreateOrder(
    command_id=CommandId("c"), account=ACCOUNT, client_order_id=ClientOrderId("a" * 32),
    instrument=InstrumentId("BTC/USD"), side=Side.BUY, order_type=OrderType.LIMIT, quantity=Decimal(100),
    price=Decimal(50_000),
)  # fmt: skip


class Clock:
    """Always the same time of day: to ask the real one is no part of the road."""

    def now(self) -> datetime:
        """This one."""
        return NOW


def account() -> Dispatch:
    """An account that has sent the order."""
    dispatch = Dispatch(ACCOUNT, "kraken-spot", Rules(), NOW)
    dispatch.apply(Registered(at=0.0, on=NOW, command=COMMAND))
    return dispatch


def parse(given: list[bytes]) -> None:
    """The yardstick: floats and dictionaries, and nothing known of what they mean."""
    for frame in given:
        json.loads(frame)


def decode(given: list[bytes]) -> list[list[Fact]]:
    """The codec: typed facts, money as Decimal from the text."""
    session = _session()
    return [session.decode(frame) for frame in given]


def _session() -> Session:
    codec = KrakenSpot()
    return codec.session("connection", codec.keys(Credentials(api_key="k", api_secret="c2VjcmV0")))


def decode_and_apply(given: list[bytes]) -> None:
    """The codec and the core: events told once, counted against the venue's own sum."""
    dispatch = account()
    told = 0
    for facts in decode(given):
        told += len(dispatch.apply(Heard(at=1.0, on=NOW, facts=tuple(facts), origin=Origin.STREAM)).events)
    assert told == FRAMES + 1, "each fill once, after one Accepted"


def decode_and_tell(given: list[bytes], burst: int) -> None:
    """The codec, the core and the actors: each fill in the hands of its order's follower, with a journal in memory.

    So many frames come at once; then others have their turn.
    """

    async def tell() -> None:
        session, mailbox = _session(), Mailbox[DedupMessage]("dedup", 2 * FRAMES)
        dedup = Dedup(
            account=ACCOUNT, venue="kraken-spot", rules=Rules(), journal=MemoryJournal(), mailbox=mailbox,
            reconciler=Mailbox[ReconcilerMessage]("reconciler", 100), lane=Mailbox[LaneMessage]("lane", 100),
            board=Board(Clock()), clock=Clock(), fits=lambda _: True, shorten=lambda one, _: one,
        )  # fmt: skip
        async with trio.open_nursery() as nursery:
            await nursery.start(dedup.run)
            registered: Reply[tuple[ClientOrderId | None, ...]] = Reply()
            await mailbox.put(Register(commands=(COMMAND,), reply=registered))
            await registered.get()
            subscriber = Subscriber(COMMAND.command_id, mailbox)
            await nursery.start(subscriber.run)
            await subscriber.caught_up()
            for number, frame in enumerate(given, 1):
                facts, now = tuple(session.decode(frame)), trio.current_time()
                assert mailbox.post(Heard(at=now, on=NOW, facts=facts, origin=Origin.STREAM, read_at=now))
                if number % burst == 0:
                    await trio.lowlevel.checkpoint()
            while len(subscriber.events) < FRAMES + 2:  # it was submitted, then accepted
                await subscriber.news()
            nursery.cancel_scope.cancel()

    trio.run(tell)


def seconds(work: Callable[[list[bytes]], object], given: list[bytes]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work(given)
    return time.perf_counter() - began


def main() -> None:
    """Measure and report."""
    given = frames()
    roads: dict[str, Callable[[list[bytes]], object]] = {
        "codec": decode,
        "codec and core": decode_and_apply,
        "to its follower, 64 at once": partial(decode_and_tell, burst=64),
        "to its follower, one by one": partial(decode_and_tell, burst=1),
    }
    ratios: dict[str, list[float]] = {name: [] for name in roads}
    yardstick = []
    for _ in range(ROUNDS):
        unit = seconds(parse, given)
        yardstick.append(unit)
        for name, work in roads.items():
            ratios[name].append(seconds(work, given) / unit)
    report = {
        "frames": FRAMES,
        "json_loads_microseconds": round(median(yardstick) / FRAMES * 1e6, 2),
        "ratios": {
            name: {"median": round(median(some), 2), "least": round(min(some), 2), "most": round(max(some), 2)}
            for name, some in ratios.items()
        },
    }
    if "--json" in sys.argv:
        print(json.dumps(report))
        return
    table = Table("road", "median", "range", title=f"{FRAMES} fills, as multiples of json.loads")
    for name, some in ratios.items():
        table.add_row(name, f"{median(some):.2f}", f"{min(some):.2f} to {max(some):.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
