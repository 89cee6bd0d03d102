"""The diagnostics of one account in one value."""

from batactors.gauges import mailboxes_of, read_gauges
from batactors.model.diagnostics import Diagnostics
from batactors.wiring import Wiring


def read_diagnostics(wiring: Wiring) -> Diagnostics:
    """What was measured so far. It counts, and so takes a time that grows with the orders that are remembered."""
    meter = wiring.board.meter
    lags = {mailbox.name: mailbox.refused for mailbox in mailboxes_of(wiring)}
    lags["followers"] = wiring.dedup_actor.refused_by_followers
    return Diagnostics(
        account=wiring.name,
        since=wiring.since,
        latencies={name: meter.latencies[name].read() for name in sorted(meter.latencies)},
        gauges=read_gauges(wiring),
        lags={name: count for name, count in sorted(lags.items()) if count},
        cuts={socket: dict(sorted(cuts.items())) for socket, cuts in sorted(meter.cuts.items())},
        loop=wiring.loop.read(),
    )
