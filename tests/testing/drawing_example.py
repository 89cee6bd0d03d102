"""A trace as a run would leave it: a storm with a cut, a partition and a crash, then calm. It is made up."""

import json
import random
from collections.abc import Iterator

from batactors.testing.trace import TraceEvent

ACTORS = ("lane", "dedup", "connection", "rest", "reconciler", "metadata")
STORM = 60.0  # virtual seconds
UNTIL = 90.0


def example(orders: int = 24, seed: int = 1) -> list[TraceEvent]:
    """The events of a made-up run, in order of time. Nothing here follows from an engine."""
    story = [*_machine(), *_sockets(), *_faults(), *_checks()]
    chance = random.Random(seed)
    for number in range(orders):
        story += _road(f"bat-{seed:02d}-{number:04d}", chance, STORM * (number + 1) / (orders + 2))
    return sorted(story, key=lambda event: event.at)


def _road(order: str, chance: random.Random, at: float) -> Iterator[TraceEvent]:
    """One order's: sent, accepted, filled once or more, or canceled, or lost to a fault and looked up again."""

    def told(kind: str, text: str) -> TraceEvent:
        return TraceEvent(at=round(at, 6), lane="told", kind=kind, text=text, order=order)

    def frame(way: str, **body: object) -> TraceEvent:
        text = json.dumps(body, separators=(",", ":"))
        socket = f"socket {3 if at < 31 else 7}"
        return TraceEvent(at=round(at, 6), lane=socket, kind=f"frame {way}", text=text, order=order)

    side, quantity = chance.choice(["buy", "sell"]), chance.randint(1, 4)
    yield TraceEvent(at=round(at, 6), lane="user", kind="did", text=f"create {side} {quantity} BTC/USD", order=order)
    yield TraceEvent(at=round(at, 6), lane="engine/dedup", kind="registered", text=f"create {order}", order=order)
    yield told("event", "OrderSubmitted 1")
    yield frame("up", method="add_order", params={"cl_ord_id": order, "side": side, "order_qty": quantity}, req_id=9)
    yield told("step", "Sent by websocket")
    if chance.random() < 0.2:
        at += 5
        yield told("step", "RecoveryScheduled no answer in 5 s")
        at += chance.uniform(0.5, 4)
        yield TraceEvent(at=round(at, 6), lane="socket 5", kind="frame up", text=f"POST /0/private/QueryOrders {order}")
        yield told("step", "RecoveryAttempt 1")
    at += chance.choice([0.02, 0.03, 0.11])
    yield TraceEvent(at=round(at, 6), lane="venue", kind="accepted", text=f"add_order {order}", order=order)
    at += chance.choice([0.02, 0.03])
    yield frame("down", method="add_order", result={"cl_ord_id": order, "order_id": "OABCDE"}, success=True)
    yield frame("down", channel="executions", data=[{"cl_ord_id": order, "exec_type": "new"}])
    yield told("event", "OrderAccepted 2")
    yield told("step", "Ack")
    for fill in range(chance.randint(0, quantity)):
        at += chance.uniform(0.1, 6)
        yield TraceEvent(at=round(at, 6), lane="venue", kind="traded", text=f"1 of {order}", order=order)
        at += 0.02
        yield frame("down", channel="executions", data=[{"cl_ord_id": order, "exec_type": "trade", "last_qty": 1}])
        yield told("event", f"OrderFilled {3 + fill} 1 at 64000")
    at += chance.uniform(1, 20)
    yield frame("up", method="cancel_order", params={"cl_ord_id": [order]})
    at += 0.05
    yield frame("down", channel="executions", data=[{"cl_ord_id": order, "exec_type": "canceled"}])
    yield told("event", "OrderCanceled 9")


def _machine() -> Iterator[TraceEvent]:
    for actor in ACTORS:
        yield TraceEvent(at=0.0, lane=f"engine/{actor}", kind="started", text="")
    yield TraceEvent(at=22.5, lane="engine/dedup", kind="crashed", text="RuntimeError: struck at its 40th await")
    yield TraceEvent(at=22.6, lane="engine/dedup", kind="started", text="")
    yield TraceEvent(at=30.0, lane="engine/connection", kind="crashed", text="TransportError: the socket was reset")
    yield TraceEvent(at=31.0, lane="engine/connection", kind="started", text="")
    yield TraceEvent(at=44.0, lane="engine/reconciler", kind="gave up", text="3 failures in 10 s")
    for actor in ACTORS:
        if actor != "reconciler":
            yield TraceEvent(at=UNTIL, lane=f"engine/{actor}", kind="ended", text="")


def _sockets() -> Iterator[TraceEvent]:
    for number, start, end, how, to in (
        (1, 0.1, 0.4, "closed", "api.kraken.com:443"),
        (3, 0.5, 30.0, "reset", "ws-auth.kraken.com:443"),
        (5, 2.0, 20.0, "closed", "api.kraken.com:443"),
        (7, 31.1, UNTIL, "closed", "ws-auth.kraken.com:443"),
        (9, 31.0, 31.5, "closed", "api.kraken.com:443"),
    ):
        yield TraceEvent(at=start, lane=f"socket {number}", kind="opened", text=to)
        yield TraceEvent(at=end, lane=f"socket {number}", kind=how)
    for beat in range(1, 30):
        text = '{"channel":"heartbeat"}'
        yield TraceEvent(at=float(beat), lane="socket 3", kind="frame down", text=text)


def _faults() -> Iterator[TraceEvent]:
    for at, text, lasts in (
        (12.0, "Slow ws-auth up for 4 s", 4.0),
        (22.5, "Crash dedup at its 40th await", None),
        (30.0, "Cut ws-auth", None),
        (30.2, "RefuseConnections ws-auth for 0.8 s", 0.8),
        (48.0, "Partition api both for 6 s", 6.0),
        (50.0, "Partition ws-auth up for 2 s", 2.0),
    ):
        yield TraceEvent(at=at, lane="fault", kind="fault", text=text)
        if lasts is not None:
            yield TraceEvent(at=at + lasts, lane="fault", kind="fault ended", text=text)


def _checks() -> Iterator[TraceEvent]:
    yield TraceEvent(at=0.0, lane="check", kind="phase", text="storm")
    yield TraceEvent(at=STORM, lane="check", kind="phase", text="calm")
    yield TraceEvent(at=31.4, lane="check", kind="reached", text="a session began again")
    text = "exactly once: fill 7 of bat-01-0003 was told twice"
    yield TraceEvent(at=72.0, lane="check", kind="violation", text=text, order="bat-01-0003")
