"""What it costs to read an account's health, with 10 open orders and with 10,000, as a ratio in one run.

`python -m benchmarks.health [--json]`. Close to 1 is what is promised: whoever changes a figure keeps it.
"""

import json
import sys
import time
from decimal import Decimal
from statistics import median

from batactors import AccountConfig, EngineConfig, Secret
from batactors.config import SupervisionConfig
from batactors.health import report_health
from batactors.journal.memory import MemoryJournal
from batactors.model.commands import CreateOrder
from batactors.model.ids import AccountName, ClientOrderId, CommandId, InstrumentId
from batactors.model.inputs import Registered
from batactors.model.terms import OrderType, Side
from batactors.seams import Seams
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.wiring import Wiring
from benchmarks.frame_to_event import NOW

READS = 2_000
ROUNDS = 7
FEW, MANY = 10, 10_000
NAME = AccountName("kraken")


def account(orders: int) -> Wiring:
    """An account that has registered so many orders; none has ended."""
    config = AccountConfig(api_key=Secret.value("k"), api_secret=Secret.value("c2VjcmV0"))
    engine = EngineConfig(accounts={NAME: config})
    wiring = Wiring(
        name=NAME, config=engine.accounts[NAME], supervision=SupervisionConfig(), codec=KrakenSpot(),
        journal=MemoryJournal(), seams=Seams(), watch=lambda event: None,
    )  # fmt: skip
    for number in range(orders):
        command = CreateOrder(
            command_id=CommandId(f"c{number}"), account=NAME, client_order_id=ClientOrderId(f"o{number}"),
            instrument=InstrumentId("BTC/USD"), side=Side.BUY, order_type=OrderType.LIMIT, quantity=Decimal(1),
            price=Decimal(50_000),
        )  # fmt: skip
        wiring.dedup_actor.dispatch.apply(Registered(at=0.0, on=NOW, command=command))
    return wiring


def seconds(wiring: Wiring) -> float:
    """How long so many reads take."""
    began = time.perf_counter()
    for _ in range(READS):
        report_health(wiring)
    return time.perf_counter() - began


def main() -> None:
    """Measure and report."""
    few, many = account(FEW), account(MANY)
    ratios = [seconds(many) / seconds(few) for _ in range(ROUNDS)]
    report = {
        "reads": READS,
        "ratio": round(median(ratios), 2),
        "least": round(min(ratios), 2),
        "most": round(max(ratios), 2),
    }
    if "--json" in sys.argv:
        print(json.dumps(report))
    else:
        print(f"health with {MANY} open orders costs {report['ratio']} times what it does with {FEW}")


if __name__ == "__main__":
    main()
