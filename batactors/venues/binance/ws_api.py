"""Commands over the WebSocket API (section 8): frames out, answers in.

Whoever has an Ed25519 key logs a connection on, once, and then sends bare frames; whoever has a secret signs each one.
"""

from collections import OrderedDict
from collections.abc import Sequence

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.errors import ErrorKind
from batactors.model.facts import AnswerFact, Fact, IgnoredFact, SubscribedFact, SubscriptionRefusedFact
from batactors.model.ids import RequestId
from batactors.model.questions import AskOrder, AskOrders
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode, SettingCommand
from batactors.venues.binance.answers import ERROR, NO_ERROR, ErrorBody, back_off, refusal, unclear, words_of
from batactors.venues.binance.checks import unsupported
from batactors.venues.binance.errors import ABSENT, Outcome, outcome_of
from batactors.venues.binance.ids import ALGO, parts_of
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_rows import read_order
from batactors.venues.binance.quarantine import alone, aside
from batactors.venues.binance.rest_commands import read_result
from batactors.venues.binance.rows import NOTHING, ORDER
from batactors.venues.binance.signature import UnsignedFrame, frame, stamped
from batactors.venues.binance.terms import Params, address, amend_terms, conditional_terms, is_algo, order_terms
from batactors.venues.binance.usage import LimitRow, read_usage
from batactors.venues.codec import Stamp
from batactors.venues.reading import UNREADABLE
from batactors.venues.signers import Scheme

CHANNEL = "logon"
REMEMBERED = 4096  # requests: far more than can be under way
LOGON = RequestId(-1)
OF_THE_KEY = (ErrorKind.AUTH_ERROR, ErrorKind.PERMISSION_DENIED)
PING = '{"id":-2,"method":"session.status"}'
_PING = -2

Asked = Command | SettingCommand | AskOrder | AskOrders


@frozen(slots=False)
class Response:
    """Any frame of the WebSocket API. ``id`` is ours, or null where the venue speaks unasked."""

    id: int | str | None = None
    status: int | None = None
    result: Raw = field(default=NOTHING, repr=False)
    error: Raw = field(default=NOTHING, repr=False)
    rateLimits: Raw = field(default=NOTHING, repr=False)


@frozen(slots=False)
class Rescue:
    """Of a response that cannot be read as a whole: which request it answers."""

    id: RequestId


_RESPONSE, _RESCUE, _LIMITS = Decoder(Response), Decoder(Rescue), Decoder(list[LimitRow])


class CommandSession:
    """Speaks the WebSocket API on one connection.

    Args:
        names: What was learned of the instruments' names.
        api_key: The public half of the credentials.
        scheme: How its requests are signed.
    """

    def __init__(self, names: Names, api_key: str, scheme: Scheme) -> None:
        self._names = names
        self._api_key = api_key
        self._scheme = scheme
        self._has_begun = self._logged_on = False
        self._asked: OrderedDict[RequestId, Asked] = OrderedDict()

    @property
    def awaits(self) -> tuple[str, ...]:
        """A logon, of whoever can log on."""
        return (CHANNEL,) if self._scheme is Scheme.ED25519 else ()

    def path(self, token: str | None) -> str:
        return ""

    def opening(self, token: str | None, stamp: Stamp) -> tuple[UnsignedFrame, ...]:
        """The frame that logs the connection on, of whoever can; with another key, each request is signed."""
        if self._scheme is not Scheme.ED25519 or self._has_begun:
            return ()
        self._has_begun = True
        return (self._unsigned(LOGON, "session.logon", stamped({}, stamp)),)

    def ping(self) -> str:
        return PING

    def prepare(self, asked: Asked, request_id: RequestId, stamp: Stamp) -> UnsignedFrame | str:
        """The frame for a command or a question: still to be signed, or, once logged on, as it is sent.

        Raises:
            Unsupported: The socket cannot carry it.
        """
        method, params = _method(asked, self._names)
        self._asked[request_id] = asked
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        params = stamped(params, stamp)
        return frame(request_id, method, params) if self._logged_on else self._unsigned(request_id, method, params)

    def encode(
        self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp
    ) -> UnsignedFrame | str:
        """The frame for a command: see ``prepare``.

        Raises:
            Unsupported: The socket cannot carry it.
        """
        if len(commands) != 1:
            raise unsupported("the WebSocket API carries commands one by one")
        return self.prepare(commands[0], request_id, stamp)

    def decode(self, text: str | bytes) -> list[Fact]:
        """Read a frame. Never raises: what cannot be understood comes back as a ``QuarantineFact``."""
        try:
            read = _RESPONSE.decode(text)
        except UNREADABLE as error:
            return [*_rescued(text), *aside(text, str(error))]
        facts = self._answer(read, text)
        try:
            return [*facts, *read_usage([] if read.rateLimits is NOTHING else _LIMITS.decode(read.rateLimits))]
        except UNREADABLE:
            return facts  # the counts are of use and not of need

    def _answer(self, read: Response, text: str | bytes) -> list[Fact]:
        error = None if read.status == 200 and read.error is NOTHING else _error(read)
        if read.id == LOGON or (read.id is None and read.status == 401):
            return [self._log(read, error)]
        if read.id is None and error is not None and read.status is not None:
            return aside(text, f"a word unasked: {words_of(read.status, error)}")
        if read.id == _PING:
            return [IgnoredFact(what="session status")]
        if not isinstance(read.id, int) or read.status is None:
            return [IgnoredFact(what="unknown frame of the WebSocket API", is_known=False)]
        # Kept after the answer, which may come twice and must mean the same then.
        request_id = RequestId(read.id)
        asked = self._asked.get(request_id)
        if isinstance(asked, AskOrder | AskOrders):
            return self._found(asked, request_id, read, error)
        if error is not None:
            operation = None if asked is None else asked.operation
            answer: Fact = refusal(request_id, read.status, error, operation)
            return [answer, *back_off(read.status, error)]
        if asked is None:
            return [unclear(request_id, "success, of a request that we do not remember")]
        return read_result(asked, request_id, read.result, self._names)

    def _log(self, read: Response, error: ErrorBody | None) -> Fact:
        """A logon's answer, or the news that the key was revoked, after which nothing is logged on any more."""
        self._logged_on = error is None and read.id == LOGON
        if self._logged_on:
            return SubscribedFact(channel=CHANNEL)
        status, told = read.status or 401, error or NO_ERROR
        meaning = outcome_of(status, told.number, told.msg).value
        if read.id != LOGON:
            return SubscriptionRefusedFact(
                channel=CHANNEL, message=words_of(status, told), error=ErrorKind.AUTH_ERROR
            )  # the next logon tells whether it is for good
        return SubscriptionRefusedFact(
            channel=CHANNEL, message=words_of(status, told), error=meaning.kind,
            is_final=meaning.kind in OF_THE_KEY and not meaning.retriable,
        )  # fmt: skip

    def _found(
        self, asked: AskOrder | AskOrders, request_id: RequestId, read: Response, error: ErrorBody | None
    ) -> list[Fact]:
        if error is None:
            return alone(read.result, ORDER, lambda row: [read_order(row, self._names)])
        status = read.status or 0
        if error.number in ABSENT:
            meaning = Outcome.NOT_OPEN.value
            message = words_of(status, error)
            return [AnswerFact(request_id=request_id, answer=meaning.answer, error=meaning.kind, message=message)]
        return [refusal(request_id, status, error, None), *back_off(status, error)]

    def _unsigned(self, request_id: RequestId, method: str, params: Params) -> UnsignedFrame:
        return UnsignedFrame(
            request_id=request_id, method=method, params={"apiKey": self._api_key, **params}, scheme=self._scheme
        )


def _method(asked: Asked, names: Names) -> tuple[str, Params]:
    match asked:
        case CreateOrder() if is_algo(asked):
            return "algoOrder.place", conditional_terms(asked, names)
        case CreateOrder():
            return "order.place", order_terms(asked, names)
        case AmendOrder():
            return "order.modify", amend_terms(asked, names)
        case CancelOrder():
            return "algoOrder.cancel" if is_algo(asked) else "order.cancel", address(asked, names)
        case CancelAll():
            raise unsupported("the WebSocket API has no cancel of all orders")
        case SetLeverage() | SetMarginMode() | SetPositionMode():
            raise unsupported("the WebSocket API changes no settings: let it go by REST, as it does by itself")
        case AskOrder(conditional=False, instrument=instrument) if instrument is not None:
            symbol = names.symbol(instrument)
            return "order.status", {"symbol": symbol, "origClientOrderId": str(asked.client_order_id)}
        case AskOrders(venue_order_ids=(wanted,)):
            symbol, number = parts_of(wanted)
            if symbol != ALGO:
                return "order.status", {"symbol": symbol, "orderId": number}
    raise unsupported(
        "the WebSocket API tells of one order of one instrument, and not of those that wait for a trigger"
    )


def _error(read: Response) -> ErrorBody:
    try:
        return ERROR.decode(read.error)
    except UNREADABLE:
        return NO_ERROR


def _rescued(text: str | bytes) -> list[Fact]:
    """Of a frame that cannot be read as a whole: that the command which it answers is not answered clearly."""
    try:
        request_id = _RESCUE.decode(text).id
    except UNREADABLE:
        return []
    return [unclear(request_id, "a response that cannot be read")] if request_id > 0 else []
