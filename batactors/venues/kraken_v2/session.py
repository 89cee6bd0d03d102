"""The memory of one session on the private socket, and the dispatch of its frames."""

from collections.abc import Mapping, Sequence

from batactors.model.commands import CancelOrder, Command
from batactors.model.errors import ErrorKind
from batactors.model.facts import (
    Answer,
    AnswerFact,
    Fact,
    IgnoredFact,
    SubscribedFact,
    SubscriptionRefusedFact,
)
from batactors.model.ids import RequestId
from batactors.venues.codec import Stamp
from batactors.venues.kraken_v2.answers import METHODS, SWITCH, error_of, read_answer, read_switch
from batactors.venues.kraken_v2.channels import read_balances, read_status
from batactors.venues.kraken_v2.dialect import Dialect
from batactors.venues.kraken_v2.errors import meaning_of
from batactors.venues.kraken_v2.executions import read_snapshot, read_update
from batactors.venues.kraken_v2.frames import PING, encode, subscription
from batactors.venues.kraken_v2.instruments import read_channel
from batactors.venues.kraken_v2.quarantine import UNREADABLE, whole_frame
from batactors.venues.kraken_v2.rows import FRAME, NOTHING, RESCUE, RESULT, Frame
from batactors.venues.kraken_v2.sequence import Watermark

CHANNELS: Mapping[str, Mapping[str, object]] = {
    "executions": {"snap_orders": True, "snap_trades": True},
    "balances": {"snapshot": True},
}
"""The private channels that every venue has, each with its options."""
REMEMBERED = 256  # batches of cancels: far more than can be under way


class V2Session:
    """Speaks WebSocket v2 on one connection to the private host."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._names = dialect.names
        # In the order of subscribing: a response that does not name its channel has its number as `req_id`.
        self._channels = tuple(dialect.channels)
        self._watermarks = {channel: Watermark(channel) for channel in self._channels}
        self._asked: dict[int, int] = {}
        self._has_begun = False

    @property
    def awaits(self) -> tuple[str, ...]:
        return self._channels

    def path(self, token: str | None) -> str:
        return ""

    def opening(self, token: str | None, stamp: Stamp) -> tuple[str, ...]:
        if token is None:
            raise self._dialect.unsupported("a private subscription needs a token")
        if self._has_begun:
            return ()
        self._has_begun = True
        return tuple(
            subscription(channel, number, token, self._dialect) for number, channel in enumerate(self._channels, 1)
        )

    def ping(self) -> str:
        return PING

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> str:
        if token is None:
            raise self._dialect.unsupported("a command on the socket needs a token")
        frame = encode(commands, request_id, token, stamp.valid_until, self._dialect)
        if len(commands) > 1 and isinstance(commands[0], CancelOrder):
            self._asked[request_id] = len(commands)
            if len(self._asked) > REMEMBERED:
                del self._asked[next(iter(self._asked))]
        return frame

    def decode(self, frame: str | bytes) -> list[Fact]:
        try:
            read = FRAME.decode(frame)
        except UNREADABLE as error:
            return [*_rescued(frame), *whole_frame(frame, str(error))]
        if read.channel is not None and read.method is None:
            return self._of_channel(read, frame)
        return self._of_method(read, frame)

    def _of_channel(self, read: Frame, frame: str | bytes) -> list[Fact]:
        own = self._dialect.readers.get(read.channel or "")
        match read.channel:
            case _ if read.data is NOTHING and self._has_data(read.channel):
                return [*self._gaps(read, frame), *whole_frame(frame, f"a frame of {read.channel} without data")]
            case _ if own is not None:
                return [*self._gaps(read, frame), *own(read)]
            case "executions":
                read_rows = read_snapshot if read.type == "snapshot" else read_update
                return [*self._gaps(read, frame), *read_rows(read.data, self._names)]
            case "heartbeat":
                return [IgnoredFact(what="heartbeat")]
            case "balances":
                return [*self._gaps(read, frame), *read_balances(read.data, self._dialect.wallets)]
            case "status":
                return read_status(read.data)
            case "instrument":
                return read_channel(read.data)
            case _:
                return [IgnoredFact(what=f"unknown channel {read.channel}", is_known=False)]

    def _has_data(self, channel: str | None) -> bool:
        return channel in ("status", "instrument", *self._channels)

    def _gaps(self, read: Frame, frame: str | bytes) -> list[Fact]:
        watermark = self._watermarks.get(read.channel or "")
        if watermark is None or read.sequence is None:
            return []
        gap = watermark.take(read.sequence, frame, reseeds=read.type == "snapshot")
        return [] if gap is None else [gap]

    def _of_method(self, read: Frame, frame: str | bytes) -> list[Fact]:
        if read.method in METHODS:
            # Kept after the answer, which may come twice and must mean the same then.
            asked = None if read.req_id is None else self._asked.get(read.req_id)
            return read_answer(read, asked)
        if read.method == "subscribe":
            return self._subscribed(read)
        if read.method == SWITCH:
            return [read_switch(read)]
        if read.method is not None:
            if read.method == "pong":
                return [IgnoredFact(what="pong")]
            return [IgnoredFact(what=f"unknown method {read.method}", is_known=False)]
        if error_of(read) is not None:
            return read_answer(read, None)
        return whole_frame(frame, "neither a channel nor a method")

    def _subscribed(self, read: Frame) -> list[Fact]:
        error = error_of(read)
        channel = read.channel or _channel_in(read) or self._channel_asked(read)
        if read.success is True or (error is not None and error.startswith("Already subscribed")):
            return [SubscribedFact(channel=channel)]
        kind = ErrorKind.EXCHANGE_REJECT if error is None else meaning_of(error).kind
        return [SubscriptionRefusedFact(channel=channel, message=error or "no success", error=kind)]

    def _channel_asked(self, read: Frame) -> str:
        known = read.req_id is not None and 1 <= read.req_id <= len(self._channels)
        return self._channels[read.req_id - 1] if known and read.req_id is not None else "unknown"


def _channel_in(read: Frame) -> str | None:
    try:
        return RESULT.decode(read.result).channel
    except UNREADABLE:
        return None


def _rescued(frame: str | bytes) -> list[Fact]:
    """Of a frame that cannot be read as a whole: that the command which it answers is not answered clearly."""
    try:
        read = RESCUE.decode(frame)
    except UNREADABLE:
        return []
    if read.method not in METHODS:
        return []
    message = "a response that cannot be read"
    return [AnswerFact(request_id=read.req_id, answer=Answer.UNCLEAR, message=message)]
