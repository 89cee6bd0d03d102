"""Binance USD-M, whole: each function's work is in the file that its import names."""

from collections.abc import Mapping, Sequence

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, Operation
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Pace, Patience, RateLimit
from batactors.model.questions import AskClosedOrders, AskFills, Page, Question, Target
from batactors.model.settings import SetMarginMode, SettingCommand
from batactors.model.terms import Transport
from batactors.venues.binance import batches, ids, questions, rest_commands, settings, stream
from batactors.venues.binance.checks import check, check_address, check_amend, check_scope
from batactors.venues.binance.hosts import HOSTS, SOCKETS, USER_DATA
from batactors.venues.binance.limits import KEEP_TOKEN_EVERY, LIMITS, PATIENCE, charges_of, charges_of_batch
from batactors.venues.binance.names import Names
from batactors.venues.binance.pages import read_page
from batactors.venues.binance.signature import UnsignedRequest, sign
from batactors.venues.binance.usage import heed
from batactors.venues.binance.words import VENUE
from batactors.venues.binance.ws_api import CommandSession
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.signers import Keys, keys_of
from batactors.venues.sockets import Hosts, SocketSpec, SwitchSpec, hosts_of


class BinanceUsdm:
    """The codec of Binance USD-M futures.

    Args:
        tier: None that we could choose from: what an account may do, the venue says itself.
    """

    def __init__(self, tier: str | None = None) -> None:
        if tier is not None:
            raise ConfigError(
                f"tier is {tier!r}: leave it out, Binance says itself what an account may do", venue=VENUE
            )
        self._names = Names()

    @property
    def venue(self) -> str:
        return VENUE

    @property
    def sockets(self) -> tuple[SocketSpec, ...]:
        return SOCKETS

    @property
    def keep_token_every(self) -> float | None:
        return KEEP_TOKEN_EVERY

    @property
    def switch(self) -> SwitchSpec:
        return SwitchSpec(longest=86_399, by_instrument=True)  # how long it may be is not documented

    def hosts(self, environment: str) -> Hosts:
        return hosts_of(HOSTS, environment, "Binance USD-M", VENUE)

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
        return charges_of(asked) if legs == 1 or isinstance(asked, Question) else charges_of_batch()

    @property
    def by_instrument(self) -> frozenset[type[Question]]:
        return frozenset((AskClosedOrders, AskFills))  # open orders cost forty times as much without one, and are told

    @property
    def amends_in_full(self) -> bool:
        return True  # PUT /fapi/v1/order wants side, quantity and price (section 4.2)

    @property
    def has_positions(self) -> bool:
        return True

    @property
    def amends_may_cancel(self) -> bool:
        return True  # section 4.2

    @property
    def keeps_conditional_apart(self) -> bool:
        return True

    @property
    def renames_triggered(self) -> bool:
        return True

    @property
    def ids_return(self) -> bool:
        return True  # unique among open orders only (section 10)

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
            case SetMarginMode():
                settings.request_of(command, self._names)

    def carries(self, command: Command | SettingCommand) -> bool:
        return not isinstance(command, CancelAll | SettingCommand)  # for these there is REST alone (section 8)

    def batch_limit(self, operation: Operation, road: Transport) -> int:
        return batches.LIMITS.get(operation, 1) if road is Transport.REST else 1

    def learn(self, instruments: Sequence[Instrument]) -> None:
        self._names.learn(instruments)

    def fits(self, client_order_id: ClientOrderId) -> bool:
        return ids.fits(client_order_id)

    def shorten(self, client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
        return ids.shorten(client_order_id, attempt)

    def keys(self, credentials: Credentials) -> Keys:
        return keys_of(credentials)

    def session(self, socket: str, keys: Keys) -> stream.UserDataSession | CommandSession:
        if socket == USER_DATA:
            return stream.UserDataSession(self._names)
        return CommandSession(self._names, keys.api_key, keys.signer.scheme)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        return questions.request_of(question, offset, self._names)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        return read_page(question, offset, status, body, self._names)

    def request_command(self, commands: Sequence[Command | SettingCommand], stamp: Stamp) -> HttpRequest:
        first = commands[0]
        if isinstance(first, SettingCommand):
            return settings.request_of(first, self._names)
        if len(commands) == 1:
            return rest_commands.request_of(first, self._names)
        return batches.request_of([one for one in commands if not isinstance(one, SettingCommand)], self._names)

    def read_command(
        self, commands: Sequence[Command | SettingCommand], request_id: RequestId, status: int, body: bytes
    ) -> list[Fact]:
        first = commands[0]
        if isinstance(first, SettingCommand):
            return settings.read_command(first, request_id, status, body)
        if len(commands) == 1:
            return rest_commands.read_command(first, request_id, status, body, self._names)
        orders = [one for one in commands if not isinstance(one, SettingCommand)]
        return batches.read(orders, request_id, status, body, self._names)

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        """What any HTTP answer says of the counters, of the clock and of how long to be silent. Never raises."""
        return heed(status, headers, body)

    def sign(self, request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | UnsignedRequest:
        return sign(request, keys, stamp)

    def lookups(self, target: Target) -> tuple[Question, ...]:
        return questions.lookups(target)
