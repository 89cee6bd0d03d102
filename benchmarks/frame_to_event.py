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
from statistics import median

from rich.console import Console
from rich.table import Table

from batactors.core.dispatch import Dispatch, Rules
from batactors.model.commands import CreateOrder
from batactors.model.credentials import Credentials
from batactors.model.facts import Fact
from batactors.model.ids import AccountName, ClientOrderId, CommandId, InstrumentId
from batactors.model.inputs import Heard, Registered
from batactors.model.terms import OrderType, Origin, Side
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


def account() -> Dispatch:
    """An account that has sent the order."""
    dispatch = Dispatch(AccountName("kraken"), "kraken-spot", Rules(), NOW)
    command = CreateOrder(
        command_id=CommandId("c"), account=AccountName("kraken"), client_order_id=ClientOrderId("a" * 32),
        instrument=InstrumentId("BTC/USD"), side=Side.BUY, order_type=OrderType.LIMIT, quantity=Decimal(100),
        price=Decimal(50_000),
    )  # fmt: skip
    dispatch.apply(Registered(at=0.0, on=NOW, command=command))
    return dispatch


def parse(given: list[bytes]) -> None:
    """The yardstick: floats and dictionaries, and nothing known of what they mean."""
    for frame in given:
        json.loads(frame)


def decode(given: list[bytes]) -> list[list[Fact]]:
    """The codec: typed facts, money as Decimal from the text."""
    codec = KrakenSpot()
    session = codec.session("connection", codec.keys(Credentials(api_key="k", api_secret="c2VjcmV0")))
    return [session.decode(frame) for frame in given]


def decode_and_apply(given: list[bytes]) -> None:
    """The codec and the core: events told once, counted against the venue's own sum."""
    dispatch = account()
    told = 0
    for facts in decode(given):
        told += len(dispatch.apply(Heard(at=1.0, on=NOW, facts=tuple(facts), origin=Origin.STREAM)).events)
    assert told == FRAMES + 1, "each fill once, after one Accepted"


def seconds(work: Callable[[list[bytes]], object], given: list[bytes]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work(given)
    return time.perf_counter() - began


def main() -> None:
    """Measure and report."""
    given = frames()
    roads = {"codec": decode, "codec and core": decode_and_apply}
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
