"""The private stream: where it is, and the dispatch of its frames (sections 1, 5, 6 and 7)."""

from collections.abc import Sequence
from urllib.parse import quote

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import SubscriptionEndedFact
from batactors.model.commands import Command
from batactors.model.facts import Fact, IgnoredFact, OrderFact, Says
from batactors.model.ids import RequestId
from batactors.venues.binance.account_update import read_account, read_margin_call, read_settings
from batactors.venues.binance.answers import ERROR, NO_ERROR, ErrorBody, words_of
from batactors.venues.binance.checks import unsupported
from batactors.venues.binance.ids import order_id
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_update import read_algo_update, read_lite, read_update
from batactors.venues.binance.quarantine import alone, aside
from batactors.venues.binance.rows import ALGO_UPDATE, FRAME, LITE, NOTHING, UPDATE, Frame
from batactors.venues.codec import Stamp
from batactors.venues.reading import UNREADABLE

CHANNEL = "user data"

# A name that is spelt wrong loses its event without a word, and whether none at all means every one is disputed.
EVENTS = (
    "ORDER_TRADE_UPDATE",
    "TRADE_LITE",
    "ALGO_UPDATE",
    "ACCOUNT_UPDATE",
    "ACCOUNT_CONFIG_UPDATE",
    "MARGIN_CALL",
    "CONDITIONAL_ORDER_TRIGGER_REJECT",
    "listenKeyExpired",
)
IGNORED = ("STRATEGY_UPDATE", "GRID_UPDATE")
ENDINGS = {
    "listenKeyExpired": "the listen key expired",
    "eventStreamTerminated": "the venue ended the stream",
}
PING = '{"method":"LIST_SUBSCRIPTIONS","id":1}'


def path(token: str, events: tuple[str, ...] = EVENTS) -> str:
    """Where the user data of a listen key is; a key that is unknown or has expired connects, and stays silent."""
    return f"/private/ws?listenKey={quote(token, safe='')}&events={'/'.join(events)}"


@frozen(slots=False)
class TriggerRejectRow:
    """``or`` of CONDITIONAL_ORDER_TRIGGER_REJECT, which has not been seen since 2025-12-15 (section 7)."""

    s: str
    i: int
    r: str | None = None


_TRIGGER_REJECT = Decoder(TriggerRejectRow)
_MEMBERS = Decoder(dict[str, Raw])


class UserDataSession:
    """Reads one connection to the private stream. It has nothing to remember: nothing there is counted or replayed."""

    def __init__(self, names: Names) -> None:
        self._names = names

    @property
    def awaits(self) -> tuple[str, ...]:
        return ()  # the address subscribes, and nothing confirms it

    def path(self, token: str | None) -> str:
        if token is None:
            raise unsupported("the private stream needs a listen key")
        return path(token)

    def opening(self, token: str | None, stamp: Stamp) -> tuple[str, ...]:
        return ()

    def ping(self) -> str:
        return PING

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> str:
        raise unsupported("the private stream takes no commands")

    def decode(self, frame: str | bytes) -> list[Fact]:
        """Read a frame. Never raises: what cannot be understood comes back as a ``QuarantineFact``."""
        return self._decode(frame, wrapped=False)

    def _decode(self, frame: str | bytes | Raw, *, wrapped: bool) -> list[Fact]:
        try:
            read = FRAME.decode(frame)
        except UNREADABLE as error:
            return aside(frame, str(error))
        if read.e is not None:
            return self._event(read, frame)
        if read.data is not NOTHING and not wrapped:
            return self._decode(read.data, wrapped=True)
        return _response(read, frame)

    def _event(self, read: Frame, frame: str | bytes | Raw) -> list[Fact]:
        names = self._names
        match read.e:
            case "ORDER_TRADE_UPDATE" if read.o is not NOTHING:
                return alone(read.o, UPDATE, lambda row: read_update(row, names))
            case "TRADE_LITE":
                return alone(frame, LITE, lambda row: read_lite(row, names))
            case "ALGO_UPDATE" if read.o is not NOTHING:
                return alone(read.o, ALGO_UPDATE, lambda row: read_algo_update(row, names, read.T))
            case "ACCOUNT_UPDATE" if read.a is not NOTHING:
                return read_account(read.a, read.T, names)
            case "ACCOUNT_CONFIG_UPDATE" if read.ac is not NOTHING or read.ai is not NOTHING:
                return read_settings(read.ac, read.ai, read.T, names)
            case "MARGIN_CALL":
                return read_margin_call(frame, names)
            case "CONDITIONAL_ORDER_TRIGGER_REJECT":
                return _trigger_reject(frame, names)
            case word if word in ENDINGS:
                return [SubscriptionEndedFact(channel=CHANNEL, reason=ENDINGS[word], token=read.listenKey)]
            case word if word in EVENTS:
                return aside(frame, f"{word} without what it is about")
            case word:
                return [IgnoredFact(what=f"event {word}"[:80], is_known=word in IGNORED)]


def _trigger_reject(frame: str | bytes | Raw, names: Names) -> list[Fact]:
    try:
        row = _TRIGGER_REJECT.decode(_MEMBERS.decode(frame).get("or", NOTHING))
    except UNREADABLE as error:
        return aside(frame, str(error))
    # Whether it was there before as an order of this number nobody wrote down: a reason to ask.
    told = OrderFact(
        says=Says.UNCLEAR, venue_order_id=order_id(row.s, row.i), instrument=names.find(row.s), reason=row.r
    )
    return [told]


def _response(read: Frame, frame: str | bytes | Raw) -> list[Fact]:
    """The venue's word on a request of ours, which can only have been a ping."""
    if read.error is not NOTHING or read.code is not None:
        return [IgnoredFact(what=f"refused: {words_of(400, _error(read))}"[:80], is_known=False)]
    if read.id is None:
        return aside(frame, "neither an event nor a response")
    return [IgnoredFact(what="response")]


def _error(read: Frame) -> ErrorBody:
    if read.error is NOTHING:
        return ErrorBody(code=read.code, msg=read.msg)
    try:
        return ERROR.decode(read.error)
    except UNREADABLE:
        return NO_ERROR
