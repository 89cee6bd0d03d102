"""What an account's work takes, and what went wrong on the way: for finding out why something was slow."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import asdict, frozen

from batactors.model.health import Gauge
from batactors.model.ids import AccountName


class Cut(StrEnum):
    """Why a session on a socket ended, in one word; health has the whole sentence of the last one."""

    TOKEN = "token"
    """The token that it is opened with could not be had."""
    DIAL = "dial"
    """The address did not answer, or refused the socket."""
    REFUSED = "refused"
    """The venue refused the key, the logon or a subscription."""
    UNCONFIRMED = "unconfirmed"
    """A confirmation did not come in time."""
    BEHIND = "behind"
    """What was missed before could not be asked for in time, or too much came meanwhile."""
    CLOSED = "closed"
    """The venue, or the network, closed it."""
    SILENT = "silent"
    """Nothing was heard for too long, no answer to a ping either."""
    TOKEN_DROPPED = "token dropped"
    """The venue has another token by now, and tells this socket nothing any more."""
    UNSUBSCRIBED = "unsubscribed"
    """The venue said that it tells no more."""
    NO_ROOM = "no room"
    """The dedup actor did not keep up."""
    REPLACED = "replaced"
    """Another session took its place before the venue would have cut it: nothing was wrong."""
    CRASHED = "crashed"
    """A mistake of ours."""


@frozen(kw_only=True)
class Latency:
    """How long something took, in seconds.

    The quantiles are told from buckets: each is the true one, or up to a sixteenth more.

    Attributes:
        count: How often it was measured.
        total: All together.
        most: The longest.
        p50: Half of them took no longer.
        p99: Of a hundred, 99 took no longer.
        p999: Of a thousand, 999 took no longer.
    """

    count: int
    total: float
    most: float
    p50: float
    p99: float
    p999: float


@frozen(kw_only=True)
class Stalls:
    """When the event loop did nothing but run one turn of its tasks for long: meanwhile nothing was read or sent.

    Attributes:
        longer_than: Seconds from which on a turn counts.
        turns: How long those turns took.
        last_on: When the latest ended (UTC); ``None`` if there was none.
    """

    longer_than: float
    turns: Latency
    last_on: datetime | None


@frozen(kw_only=True)
class Diagnostics:
    """How one account's work went, since the engine was made.

    Attributes:
        since: From when on it was measured (UTC).
        latencies: By what took so long: ``frame to told``, ``submit to written, websocket``, ``written to answered,
            rest``, ``rest: open orders``, ...; what never happened is not listed.
        gauges: How full everything is that is bounded; the mailboxes are what waits.
        lags: How many messages found no room, by who they were for; what that means, its sender decides.
        cuts: By socket, why its sessions ended, and how often.
        loop: What the whole process did, with all its tasks; the same for every account.
    """

    account: AccountName
    since: datetime
    latencies: Mapping[str, Latency]
    gauges: Mapping[str, Gauge]
    lags: Mapping[str, int]
    cuts: Mapping[str, Mapping[Cut, int]]
    loop: Stalls

    def to_dict(self) -> dict[str, Any]:
        """The same in words that JSON has: times in ISO 8601, durations in seconds."""
        return {
            "account": str(self.account),
            "since": self.since.isoformat(),
            "latencies": {name: asdict(one) for name, one in self.latencies.items()},
            "gauges": {name: asdict(one) for name, one in self.gauges.items()},
            "lags": dict(self.lags),
            "cuts": {socket: {str(cut): count for cut, count in cuts.items()} for socket, cuts in self.cuts.items()},
            "loop": {
                "longer_than": self.loop.longer_than,
                "turns": asdict(self.loop.turns),
                "last_on": self.loop.last_on.isoformat() if self.loop.last_on is not None else None,
            },
        }
