"""The memory of one session on WebSocket v1, and the dispatch of its frames (sections 7 and 8). No commands."""

from collections.abc import Sequence

import msgspec

from batactors.model.account_facts import SubscriptionEndedFact
from batactors.model.commands import Command
from batactors.model.errors import ErrorKind
from batactors.model.facts import (
    Fact,
    FillFact,
    IgnoredFact,
    OrderFact,
    SnapshotFact,
    SubscribedFact,
    SubscriptionRefusedFact,
)
from batactors.model.ids import RequestId
from batactors.venues.codec import Stamp
from batactors.venues.kraken_futures.account_feeds import OpenPositions, read_balances
from batactors.venues.kraken_futures.checks import unsupported
from batactors.venues.kraken_futures.envelope import NOTHING
from batactors.venues.kraken_futures.feed_rows import FRAME, Frame
from batactors.venues.kraken_futures.feeds import in_time, read_delta, read_fills, read_open
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.quarantine import aside
from batactors.venues.kraken_futures.signature import UnsignedSubscription
from batactors.venues.reading import UNREADABLE

CHALLENGE, HEARTBEAT = "challenge", "heartbeat"
# Fills before orders: what an order counts as filled is then told, as a rule, before it is missed.
PRIVATE = ("fills", "open_orders", "balances", "open_positions")
UNSUBSCRIBED = ("unsubscribed", "unsubscribed_failed")
AGAIN = "Already subscribed to feed, re-requesting"


class FuturesSession:
    """Speaks WebSocket v1 on one connection."""

    def __init__(self, names: Names, api_key: str) -> None:
        self._names = names
        self._api_key = api_key
        self._positions = OpenPositions(names)
        self._challenge: str | None = None
        self._has_begun = self._has_subscribed = False
        self._missing = dict.fromkeys((CHALLENGE, HEARTBEAT, *PRIVATE))
        self._fills: list[Fact] | None = None
        """The fills of their snapshot, which wait for that of the orders."""
        self._has_snapshot = False

    @property
    def awaits(self) -> tuple[str, ...]:
        return (CHALLENGE, HEARTBEAT, *PRIVATE)

    def path(self, token: str | None) -> str:
        return ""

    def opening(self, token: str | None, stamp: Stamp) -> tuple[str | UnsignedSubscription, ...]:
        """First the challenge, which belongs to this connection; once it came, the feeds that are signed with it."""
        if not self._has_begun:
            self._has_begun = True
            return (_frame(event="challenge", api_key=self._api_key), _frame(event="subscribe", feed=HEARTBEAT))
        if self._challenge is None or self._has_subscribed:
            return ()
        self._has_subscribed = True
        return tuple(
            UnsignedSubscription(feed=feed, api_key=self._api_key, challenge=self._challenge) for feed in PRIVATE
        )

    def ping(self) -> None:
        """The protocol's own: no text of the venue's is documented (section 7)."""

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> str:
        raise unsupported("Kraken Futures takes no commands on this socket: they go by REST")

    def decode(self, frame: str | bytes) -> list[Fact]:
        try:
            read = FRAME.decode(frame)
        except UNREADABLE as error:
            return aside(frame, str(error))
        return self._of_feed(read, frame) if read.event is None else self._of_event(read, frame)

    def _of_feed(self, read: Frame, frame: str | bytes) -> list[Fact]:
        match read.feed:
            case "open_orders":
                return read_delta(read, frame, self._names)
            case "open_orders_snapshot":
                return self._snapshot(read, frame)
            case "fills":
                return (
                    aside(frame, "fills without any") if read.fills is NOTHING else read_fills(read.fills, self._names)
                )
            case "fills_snapshot":
                return self._past(read, frame)
            case "balances" | "balances_snapshot":
                return read_balances(read.flex_futures) or [IgnoredFact(what="balances of other wallets")]
            case "open_positions":
                if read.positions is NOTHING:
                    return aside(frame, "open_positions without positions")
                return self._positions.read(read.positions)
            case "heartbeat":
                return [IgnoredFact(what="heartbeat")]
            case None:
                return aside(frame, "neither an event nor a feed")
            case _:
                return [IgnoredFact(what=f"unknown feed {read.feed}", is_known=False)]

    def _snapshot(self, read: Frame, frame: str | bytes) -> list[Fact]:
        """What is open; with the latest fills, if those came before it."""
        if read.orders is NOTHING:
            return aside(frame, "a snapshot of open_orders without orders")
        facts = read_open(read.orders, self._names)
        orders = tuple(fact for fact in facts if isinstance(fact, OrderFact))
        past, self._fills = self._fills or [], None
        fills = tuple(fact for fact in past if isinstance(fact, FillFact))
        self._has_snapshot = True
        rest = [fact for fact in (*facts, *past) if not isinstance(fact, OrderFact | FillFact)]
        return [SnapshotFact(orders=orders, fills=fills), *rest]

    def _past(self, read: Frame, frame: str | bytes) -> list[Fact]:
        """The latest fills: a part of what the session begins with, and otherwise fills as any others."""
        if read.fills is NOTHING:
            return aside(frame, "a snapshot of fills without fills")
        facts = list(in_time(read_fills(read.fills, self._names)))
        if self._has_snapshot:
            return facts
        self._fills = facts
        return [IgnoredFact(what="the latest fills, which wait for the open orders")]

    def _of_event(self, read: Frame, frame: str | bytes) -> list[Fact]:
        feed = read.feed or "unknown"
        match read.event:
            case "challenge" if read.message:
                self._challenge = read.message
                return self._confirmed(CHALLENGE)
            case "subscribed":
                return self._confirmed(feed)
            case "subscribed_failed":
                return [_refused(feed, read.message or "no reason given")]
            case "error" | "alert":
                return self._complaint(read.message or "no reason given")
            case "unsubscribed" if feed in PRIVATE:
                return [SubscriptionEndedFact(channel=feed, reason="the venue ended it", needs_token=False)]
            case "info" | "pong" | "unsubscribed" | "unsubscribed_failed":
                return [IgnoredFact(what=str(read.event))]
            case "challenge":
                return aside(frame, "a challenge without its text")
            case _:
                return [IgnoredFact(what=f"unknown event {read.event}", is_known=False)]

    def _confirmed(self, feed: str) -> list[Fact]:
        self._missing.pop(feed, None)
        return [SubscribedFact(channel=feed)]

    def _complaint(self, message: str) -> list[Fact]:
        """Nothing here says what it is about. All that we ask for is subscriptions, at the beginning of a session."""
        if message == AGAIN:
            return [IgnoredFact(what="already subscribed")]
        if not self._missing:
            return [IgnoredFact(what=f"a complaint: {message[:100]}", is_known=False)]
        return [_refused(next(iter(self._missing)), message)]


def _refused(feed: str, message: str) -> SubscriptionRefusedFact:
    kind = ErrorKind.AUTH_ERROR if "authenticat" in message else ErrorKind.EXCHANGE_REJECT
    return SubscriptionRefusedFact(channel=feed, message=message[:300], error=kind)


def _frame(**fields: str) -> str:
    return msgspec.json.encode(fields).decode()
