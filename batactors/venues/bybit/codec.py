"""Bybit linear, whole: each function's work is in the file that its import names."""

from collections.abc import Mapping, Sequence

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, Operation
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Pace, Patience, RateLimit
from batactors.model.questions import Page, Question, Target
from batactors.model.settings import SetMarginMode, SettingCommand
from batactors.model.terms import Transport
from batactors.venues.bybit import ids, questions, rest_commands
from batactors.venues.bybit.answers import heed
from batactors.venues.bybit.checks import check, check_address, check_amend, check_margin_mode, check_scope
from batactors.venues.bybit.hosts import HOSTS, PRIVATE, SOCKETS
from batactors.venues.bybit.limits import BATCH, BATCHES, LIMITS, PATIENCE, charges_of
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.pages import read_page
from batactors.venues.bybit.private import PrivateSession
from batactors.venues.bybit.signature import UnsignedRequest, sign
from batactors.venues.bybit.trade import TradeSession
from batactors.venues.bybit.words import VENUE
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.signers import Keys, Scheme, keys_of
from batactors.venues.sockets import Hosts, SocketSpec, SwitchSpec, hosts_of


class BybitLinear:
    """The codec of Bybit's linear perpetuals and futures.

    Args:
        tier: None that we could choose from: what an account may do, the venue says itself.
    """

    def __init__(self, tier: str | None = None) -> None:
        if tier is not None:
            raise ConfigError(f"tier is {tier!r}: leave it out, Bybit says itself what an account may do", venue=VENUE)
        self._names = Names()

    @property
    def venue(self) -> str:
        return VENUE

    @property
    def sockets(self) -> tuple[SocketSpec, ...]:
        return SOCKETS

    @property
    def keep_token_every(self) -> float | None:
        return None

    @property
    def switch(self) -> SwitchSpec | None:
        return None  # it cancels on disconnect for institutions alone (section 9)

    def hosts(self, environment: str) -> Hosts:
        return hosts_of(HOSTS, environment, "Bybit linear", VENUE)

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
        return LIMITS

    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
        return charges_of(asked, legs)

    @property
    def by_instrument(self) -> frozenset[type[Question]]:
        return frozenset()

    @property
    def amends_in_full(self) -> bool:
        return False  # what is left out stays (section 3)

    @property
    def amends_may_cancel(self) -> bool:
        return True  # the sheet does not say; to take it for impossible would be a guess

    @property
    def has_positions(self) -> bool:
        return True

    @property
    def keeps_conditional_apart(self) -> bool:
        return False  # one list has them all (section 14)

    @property
    def renames_triggered(self) -> bool:
        return False  # an order keeps its id through its trigger (section 7)

    @property
    def ids_return(self) -> bool:
        return False

    @property
    def orders_requests(self) -> bool:
        return False

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
                check_margin_mode(command)

    def carries(self, command: Command) -> bool:
        return not isinstance(command, CancelAll | SettingCommand)

    def batch_limit(self, operation: Operation, road: Transport) -> int:
        return BATCH if operation in BATCHES else 1

    def learn(self, instruments: Sequence[Instrument]) -> None:
        self._names.learn(instruments)

    def fits(self, client_order_id: ClientOrderId) -> bool:
        return ids.fits(client_order_id)

    def shorten(self, client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
        return ids.shorten(client_order_id, attempt)

    def keys(self, credentials: Credentials) -> Keys:
        """What signs with these credentials.

        Raises:
            ConfigError: The secret is not that of an HMAC key. The error does not show it.
        """
        keys = keys_of(credentials)
        if keys.signer.scheme is not Scheme.HMAC_SHA256:
            raise ConfigError("this codec signs with HMAC at Bybit: give the secret of a system-generated API key")
        return keys

    def session(self, socket: str, keys: Keys) -> PrivateSession | TradeSession:
        return PrivateSession(self._names, keys) if socket == PRIVATE else TradeSession(self._names, keys)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        return questions.request_of(question, offset, self._names)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        return read_page(question, offset, status, body, self._names)

    def request_command(self, commands: Sequence[Command], stamp: Stamp) -> HttpRequest:
        return rest_commands.request_of(commands, self._names)

    def read_command(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes
    ) -> list[Fact]:  # fmt: skip
        return rest_commands.read_command(commands, request_id, status, body)

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        """What any HTTP answer says of how long to be silent, and of our clock. Never raises."""
        return heed(status, body)

    def sign(self, request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | UnsignedRequest:
        return sign(request, keys, stamp)

    def lookups(self, target: Target) -> tuple[Question, ...]:
        return questions.lookups(target)
