"""The trade socket (section 8): logged on once, commands out, and answers in, which come in any order."""

from collections.abc import Mapping, Sequence

import msgspec
from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelOrder, Command, CreateOrder, Operation
from batactors.model.errors import ErrorKind
from batactors.model.facts import Fact, IgnoredFact, SubscribedFact, SubscriptionRefusedFact
from batactors.model.ids import RequestId
from batactors.venues.bybit.answers import read_batch, read_one, unclear, usage_of, warnings_of, words_of
from batactors.venues.bybit.errors import outcome_of
from batactors.venues.bybit.hosts import TRADE_PATH
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.private import LOGON, PING, PONGS
from batactors.venues.bybit.quarantine import aside
from batactors.venues.bybit.rest_commands import VERBS, batch_of, verb_of
from batactors.venues.bybit.rows import NOTHING, Envelope
from batactors.venues.bybit.signature import TIMESTAMP, WINDOW, UnsignedLogon, logon
from batactors.venues.bybit.terms import no_settings, terms_of
from batactors.venues.bybit.times import recv_window, timestamp
from batactors.venues.bybit.words import CATEGORY
from batactors.venues.codec import Stamp
from batactors.venues.reading import UNREADABLE
from batactors.venues.signers import Keys

REPEATED = 20001
"""Logged on before."""
OF_THE_KEY = (ErrorKind.AUTH_ERROR, ErrorKind.PERMISSION_DENIED)
_OPERATIONS: dict[str, Operation] = {
    "create": Operation.CREATE_ORDER,
    "amend": Operation.AMEND_ORDER,
    "cancel": Operation.CANCEL_ORDER,
}
assert sorted(_OPERATIONS) == sorted(VERBS.values())


@frozen(slots=False)
class Response:
    """Any frame of the trade socket."""

    op: str | None = None
    reqId: str | None = None
    retCode: int | None = None
    retMsg: str | None = None
    data: Raw = field(default=NOTHING, repr=False)
    retExtInfo: Raw = field(default=NOTHING, repr=False)
    header: Raw = field(default=NOTHING, repr=False)


@frozen(slots=False)
class Rescue:
    """Of a response that cannot be read as a whole: which request it answers."""

    reqId: str


_RESPONSE, _RESCUE, _HEADER = Decoder(Response), Decoder(Rescue), Decoder(dict[str, str])


class TradeSession:
    """Speaks the trade socket on one connection. Each answer says of itself what it answers.

    Args:
        names: What was learned of the instruments' names.
        keys: What logs it on.
    """

    def __init__(self, names: Names, keys: Keys) -> None:
        self._names = names
        self._keys = keys
        self._has_begun = False

    @property
    def awaits(self) -> tuple[str, ...]:
        return (LOGON,)

    def path(self, token: str | None) -> str:
        return TRADE_PATH

    def opening(self, token: str | None, stamp: Stamp) -> tuple[UnsignedLogon, ...]:
        """The logon; the commands that follow bear no signatures of their own."""
        if self._has_begun:
            return ()
        self._has_begun = True
        return (logon(self._keys, stamp),)

    def ping(self) -> str:
        return PING

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> str:
        """The frame for a command, or for several of one operation.

        Raises:
            Unsupported: The socket cannot carry it.
        """
        first = commands[0]
        if not isinstance(first, CreateOrder | AmendOrder | CancelOrder):
            raise no_settings(first.operation)
        op = f"order.{verb_of(first)}"
        if len(commands) > 1:
            op, args = f"{op}-batch", batch_of(commands, self._names)
        else:
            args = {"category": CATEGORY, **terms_of(first, self._names)}
        header = {TIMESTAMP: timestamp(stamp), WINDOW: recv_window(stamp)}
        # Requests are counted anew when the engine begins anew, and the venue takes no number twice.
        frame = {"reqId": f"{request_id}-{header[TIMESTAMP]}", "header": header, "op": op, "args": [args]}
        return msgspec.json.encode(frame).decode()

    def decode(self, frame: str | bytes) -> list[Fact]:
        """Read a frame. Never raises: what cannot be understood comes back as a ``QuarantineFact``."""
        try:
            read = _RESPONSE.decode(frame)
        except UNREADABLE as error:
            return [*_rescued(frame), *aside(frame, str(error))]
        op = read.op or ""
        if op == "auth":
            return self._log(read)
        if op in PONGS:
            return [IgnoredFact(what="pong")]
        verb, _, batch = op.removeprefix("order.").partition("-")
        request_id = _request_of(read.reqId)
        if read.retCode is None or (verb not in _OPERATIONS and request_id is None):
            return [*_rescued(frame), *aside(frame, "a response of a kind that we do not know")]
        operation, envelope = _OPERATIONS.get(verb), Envelope(read.retCode, read.retMsg, read.data, read.retExtInfo)
        answers: list[Fact]
        if batch:
            answers = read_batch(request_id, 200, envelope, read.data, operation)
        else:
            answers = [read_one(request_id, 200, envelope, read.data, operation)]
        if request_id is None:
            answers += aside(frame, "an answer to no request of ours")
        warnings = [] if read.retCode == 0 else warnings_of(200, read.retCode, read.retMsg)
        return [*answers, *warnings, *usage_of(_header(read.header), operation)]

    def _log(self, read: Response) -> list[Fact]:
        if read.retCode in (0, REPEATED):
            return [SubscribedFact(channel=LOGON)]
        meaning, message = outcome_of(200, read.retCode).value, words_of(200, read.retCode, read.retMsg)
        kind = meaning.kind if meaning.kind is not ErrorKind.UNKNOWN_EXECUTION else ErrorKind.TEMPORARY_UNAVAILABLE
        # The code of a wrong key is also that of too many sessions of one user.
        is_final = meaning.kind in OF_THE_KEY and not meaning.retriable and "session" not in message.lower()
        refused = SubscriptionRefusedFact(channel=LOGON, message=message, error=kind, is_final=is_final)
        return [*warnings_of(200, read.retCode, read.retMsg), refused]


def _request_of(told: str | None) -> RequestId | None:
    """The number of our request in what we called it."""
    number = (told or "").partition("-")[0]
    return RequestId(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None


def _header(raw: Raw) -> Mapping[str, str]:
    try:
        return _HEADER.decode(raw)
    except UNREADABLE:
        return {}  # of use and not of need


def _rescued(frame: str | bytes) -> list[Fact]:
    """Of a frame that cannot be read as a whole: that the command which it answers is not answered clearly."""
    try:
        request_id = _request_of(_RESCUE.decode(frame).reqId)
    except UNREADABLE:
        return []
    return [] if request_id is None else [unclear(request_id, "a response that cannot be read")]
