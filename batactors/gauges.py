"""How full everything is that is bounded: mailboxes, windows and indexes of one account."""

from typing import Any

from batactors.actors.mailbox import Mailbox
from batactors.actors.meter import MOST_LATENCIES
from batactors.core.histogram import BUCKETS
from batactors.model.health import Gauge
from batactors.wiring import Wiring


def mailboxes_of(wiring: Wiring) -> tuple[Mailbox[Any], ...]:
    """Those of the actors."""
    return (wiring.dedup, wiring.lane, wiring.rest, wiring.reconciler, wiring.outbox, wiring.rest_outbox, wiring.asks)


def read_gauges(wiring: Wiring) -> dict[str, Gauge]:
    """All of them, by name. It counts, and so takes a time that grows with the orders that are remembered."""
    dispatch = wiring.dedup_actor.dispatch
    sizes = {f"mailbox of {mailbox.name}": (len(mailbox), mailbox.size) for mailbox in mailboxes_of(wiring)}
    sizes["questions that wait"] = len(wiring.rest_actor.asked), wiring.rest.size
    limiter = wiring.gate.limiter
    for name, log in (("changes of instruments", wiring.instrument_changes), ("raw messages", wiring.board.tap.log)):
        sizes[name] = len(log), log.size
    latencies = wiring.board.meter.latencies
    sizes["buckets of latencies"] = sum(map(len, latencies.values())), MOST_LATENCIES * (BUCKETS + 1)
    sizes["requests that count"] = limiter.size, limiter.most
    most_keys = 3 * len(wiring.instruments)  # a net position, a long one and a short one
    sizes["positions"] = len(dispatch.ledger.positions), most_keys
    sizes["settings"] = len(dispatch.ledger.settings), len(wiring.instruments) + 1
    sizes["modes of instruments"] = len(wiring.gate.modes), len(wiring.instruments)
    there, most = (book := dispatch.book.sizes()).pop("orders")
    sizes["orders"] = there, most + len(dispatch.desk.unresolved())  # each keeps the order that it is about
    sizes |= book | dispatch.desk.sizes() | dispatch.strangers.sizes() | dispatch.ledger.touches.sizes()
    sizes |= dispatch.ledger.announced.sizes()
    return {name: Gauge(there=there, most=most) for name, (there, most) in sizes.items()}
