"""The private socket: logged on, subscribed, and what its topics tell (sections 6 and 7). Nothing of it is replayed."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import Command
from batactors.model.errors import ErrorKind
from batactors.model.facts import Fact, IgnoredFact, SubscribedFact, SubscriptionRefusedFact
from batactors.model.ids import RequestId
from batactors.venues.bybit.account_rows import read_position, read_wallets
from batactors.venues.bybit.checks import unsupported
from batactors.venues.bybit.hosts import PRIVATE_PATH
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.order_rows import read_execution, read_fast, read_order
from batactors.venues.bybit.quarantine import aside, each
from batactors.venues.bybit.rows import EXECUTION, EXECUTIONS, NOTHING, ORDER, ORDERS, POSITION, POSITIONS
from batactors.venues.bybit.signature import UnsignedLogon, logon
from batactors.venues.codec import Stamp
from batactors.venues.reading import UNREADABLE
from batactors.venues.signers import Keys

Row = TypeVar("Row")
LOGON = "logon"
# Topics of one category and topics of all may not share a request; the wallet has no category.
TOPICS: dict[str, tuple[str, ...]] = {
    "orders": ("order.linear", "execution.linear", "execution.fast.linear", "position.linear"),
    "wallet": ("wallet",),
}
"""What is subscribed to, by the number of the request, which is the name of the channel."""
PING = '{"op":"ping","req_id":"ping"}'
PONGS = ("pong", "ping")
_MOST = 80


@frozen(slots=False)
class Frame:
    """Any frame of the private socket: rows of a topic, or the answer to an operation."""

    topic: str | None = None
    data: Raw = field(default=NOTHING, repr=False)
    creationTime: int | None = None
    op: str | None = None
    success: bool | None = None
    ret_msg: str | None = None
    req_id: str | None = None


_FRAME = Decoder(Frame)


class PrivateSession:
    """Speaks the private socket on one connection.

    Args:
        names: What was learned of the instruments' names.
        keys: What logs it on.
    """

    def __init__(self, names: Names, keys: Keys) -> None:
        self._names = names
        self._keys = keys
        self._has_begun = self._logged_on = self._subscribes = False
        self._topics: dict[str, Callable[[Raw, int | None], list[Fact]]] = {
            "order": lambda data, _: each(data, ORDERS, ORDER, self._with(read_order)),
            "execution": lambda data, _: each(data, EXECUTIONS, EXECUTION, self._with(read_execution)),
            "execution.fast": lambda data, _: each(data, EXECUTIONS, EXECUTION, self._with(read_fast)),
            "position": lambda data, _: each(data, POSITIONS, POSITION, self._with(read_position)),
            "wallet": read_wallets,
        }

    @property
    def awaits(self) -> tuple[str, ...]:
        return (LOGON, *TOPICS)

    def path(self, token: str | None) -> str:
        return PRIVATE_PATH

    def opening(self, token: str | None, stamp: Stamp) -> tuple[str | UnsignedLogon, ...]:
        """The logon; and once that is confirmed, the subscriptions."""
        if not self._has_begun:
            self._has_begun = True
            return (logon(self._keys, stamp),)
        if not self._logged_on or self._subscribes:
            return ()
        self._subscribes = True
        return tuple(_json({"req_id": name, "op": "subscribe", "args": topics}) for name, topics in TOPICS.items())

    def ping(self) -> str:
        return PING

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> str:
        raise unsupported("the private socket takes no commands")

    def decode(self, frame: str | bytes) -> list[Fact]:
        """Read a frame. Never raises: what cannot be understood comes back as a ``QuarantineFact``."""
        try:
            read = _FRAME.decode(frame)
        except UNREADABLE as error:
            return aside(frame, str(error))
        if read.topic is not None:
            return self._rows(read, read.topic, frame)
        if read.op is None:
            return aside(frame, "neither rows of a topic nor an answer")
        return [self._answer(read, read.op)]

    def _rows(self, read: Frame, topic: str, frame: str | bytes) -> list[Fact]:
        name, _, category = topic.rpartition(".")
        kind = topic if topic in self._topics else name
        reader = self._topics.get(kind)
        if reader is None:
            return [IgnoredFact(what=f"topic {topic}"[:_MOST], is_known=False)]
        if kind != topic and category != "linear":
            return [IgnoredFact(what=f"topic {topic}"[:_MOST])]
        if read.data is NOTHING:
            return aside(frame, f"{topic} without rows"[:_MOST])
        return reader(read.data, read.creationTime)

    def _answer(self, read: Frame, op: str) -> Fact:
        message = (read.ret_msg or "no reason given")[:300]
        if op == "auth" and read.success:
            self._logged_on = True
            return SubscribedFact(channel=LOGON)
        if op == "auth":
            # It says so without a code: whether for good, REST and the trade socket tell.
            return SubscriptionRefusedFact(channel=LOGON, message=message, error=ErrorKind.AUTH_ERROR)
        if op == "subscribe" and not read.success:
            return SubscriptionRefusedFact(
                channel=read.req_id or "a topic", message=message, error=ErrorKind.EXCHANGE_REJECT
            )
        if op == "subscribe" and read.req_id in TOPICS:
            assert read.req_id is not None
            return SubscribedFact(channel=read.req_id)
        # An answer without the number of its request confirms nothing.
        return IgnoredFact(what=f"answer to {op}"[:_MOST], is_known=op in PONGS)

    def _with(self, read: Callable[[Row, Names], Iterable[Fact]]) -> Callable[[Row], Iterable[Fact]]:
        return lambda row: read(row, self._names)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
