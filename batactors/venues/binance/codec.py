"""Binance USD-M, whole: each function's work is in the file that its import names.

It is not yet a ``batactors.venues.codec.Codec``: that one knows one socket, one counter and no headers.
"""

from collections.abc import Mapping, Sequence

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, Operation
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Pace, Patience, RateLimit
from batactors.model.questions import AskClosedOrders, AskFills, Page, Question, Target
from batactors.model.settings import SettingCommand
from batactors.venues.binance import batches, ids, questions, rest_commands, settings, stream
from batactors.venues.binance.checks import check, check_address, check_amend, check_scope
from batactors.venues.binance.limits import LIMITS, PATIENCE, charges_of, charges_of_batch
from batactors.venues.binance.names import Names
from batactors.venues.binance.pages import read_page
from batactors.venues.binance.signature import sign
from batactors.venues.binance.times import Stamp
from batactors.venues.binance.usage import heed
from batactors.venues.binance.words import VENUE
from batactors.venues.binance.ws_api import CommandSession
from batactors.venues.codec import HttpRequest, SignedRequest
from batactors.venues.signers import Keys


class BinanceUsdm:
    """The codec of Binance USD-M futures."""

    def __init__(self) -> None:
        self._names = Names()

    @property
    def venue(self) -> str:
        return VENUE

    @property
    def patience(self) -> Patience:
        return PATIENCE

    @property
    def pace(self) -> Pace | None:
        return None

    @property
    def budget(self) -> Budget | None:
        return None

    @property
    def limits(self) -> tuple[RateLimit, ...]:
        """What the venue counts, until it has told so itself."""
        return LIMITS

    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
        """What one request adds to what the venue counts: for so many commands like this one, as a batch."""
        return charges_of(asked) if legs == 1 else charges_of_batch()

    @property
    def by_instrument(self) -> frozenset[type[Question]]:
        return frozenset((AskClosedOrders, AskFills))  # open orders cost forty times as much without one, and are told

    @property
    def amends_in_full(self) -> bool:
        return True  # PUT /fapi/v1/order wants side, quantity and price (section 4.2)

    @property
    def keeps_conditional_apart(self) -> bool:
        return True

    @property
    def orders_requests(self) -> bool:
        return False  # a request bears its time, and is good for a while whatever comes before it (section 2)

    def check(self, command: Command) -> None:
        """See whether the venue can carry a command at all, on whatever road.

        Raises:
            Unsupported: It cannot.
        """
        match command:
            case CreateOrder():
                check(command)
            case AmendOrder():
                check_address(command)
                check_amend(command)
            case CancelOrder():
                check_address(command)
            case CancelAll():
                check_scope(command)

    def batch_limit(self, operation: Operation) -> int:
        """How many commands of this operation one HTTP request may carry; the socket carries one."""
        return batches.LIMITS.get(operation, 1)

    def learn(self, instruments: Sequence[Instrument]) -> None:
        self._names.learn(instruments)

    def fits(self, client_order_id: ClientOrderId) -> bool:
        return ids.fits(client_order_id)

    def shorten(self, client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
        return ids.shorten(client_order_id, attempt)

    def user_data(self) -> stream.UserDataSession:
        """A fresh memory for a fresh session on the private stream."""
        return stream.UserDataSession(self._names)

    def user_data_path(self, token: str) -> str:
        """Where the private stream of this listen key is."""
        return stream.path(token)

    def commands(self, keys: Keys) -> CommandSession:
        """A fresh memory for a fresh session on the WebSocket API."""
        return CommandSession(self._names, keys.api_key, keys.signer.scheme)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        return questions.request_of(question, offset, self._names)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        return read_page(question, offset, status, body, self._names)

    def request_command(self, command: Command | SettingCommand) -> HttpRequest:
        """The HTTP request for a command.

        Raises:
            Unsupported: Binance, or this codec, cannot carry it.
        """
        if isinstance(command, SettingCommand):
            return settings.request_of(command, self._names)
        return rest_commands.request_of(command, self._names)

    def read_command(
        self, command: Command | SettingCommand, request_id: RequestId, status: int, body: bytes
    ) -> list[Fact]:
        """Read the answer: an ``AnswerFact``, and what else it says. Never raises."""
        if isinstance(command, SettingCommand):
            return settings.read_command(command, request_id, status, body)
        return rest_commands.read_command(command, request_id, status, body, self._names)

    def request_batch(self, commands: Sequence[Command]) -> HttpRequest:
        """One HTTP request for several commands of one operation.

        Raises:
            Unsupported: Binance has no batch of them.
        """
        return batches.request_of(commands, self._names)

    def read_batch(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes
    ) -> list[Fact]:  # fmt: skip
        """Read the answers to a batch. Never raises."""
        return batches.read(commands, request_id, status, body, self._names)

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        """What any HTTP answer says of the counters, of the clock and of how long to be silent. Never raises."""
        return heed(status, headers, body)

    def sign(self, request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest:
        """Sign a request with a key that is held here.

        Raises:
            Unsupported: It is not valid any more.
        """
        return sign(request, keys.api_key, keys.signer, stamp)

    def lookups(self, target: Target) -> tuple[Question, ...]:
        return questions.lookups(target)
