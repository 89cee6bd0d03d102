"""Kraken Spot, whole: each function's work is in the file that its import names."""

from collections.abc import Mapping, Sequence

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import CancelAll, Command, CreateOrder, Operation
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.model.facts import AnswerFact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Pace, Patience, RateLimit
from batactors.model.questions import AskWhetherValid, Page, Question, Target
from batactors.model.settings import SettingCommand
from batactors.model.terms import Transport
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.kraken_spot import rest_commands
from batactors.venues.kraken_spot.checks import VENUE, check, check_scope, check_terms, no_settings
from batactors.venues.kraken_spot.names import Names
from batactors.venues.kraken_spot.pace import TIERS, pace_of
from batactors.venues.kraken_spot.rest_commands import TRIGGERS
from batactors.venues.kraken_v2 import ids, questions
from batactors.venues.kraken_v2.dialect import Dialect
from batactors.venues.kraken_v2.limits import BATCHES, PATIENCE, USUAL_TIER, budget_of
from batactors.venues.kraken_v2.pages import read_page
from batactors.venues.kraken_v2.session import CHANNELS, V2Session
from batactors.venues.kraken_v2.signature import UnsignedRequest, sign
from batactors.venues.signers import HmacSha512, Keys
from batactors.venues.sockets import Hosts, Role, SocketSpec, SwitchSpec, hosts_of

HOSTS: Mapping[str, Hosts] = {
    "production": Hosts(rest="https://api.kraken.com", websocket="wss://ws-auth.kraken.com/v2"),
}
SOCKETS = (SocketSpec(name="connection", roles=(Role.EVENTS, Role.COMMANDS), token=True, snapshot=True),)


class KrakenSpot:
    """The codec of Kraken Spot.

    Args:
        tier: The account's tier, which sets its limits: ``starter``, ``intermediate`` or ``pro``; ``None`` is the
            second.
    """

    def __init__(self, tier: str | None = None) -> None:
        tier = tier or USUAL_TIER
        if tier not in TIERS:
            raise ConfigError(f"tier is {tier!r}: Kraken has {', '.join(TIERS)}", venue=VENUE)
        self._pace = pace_of(tier)
        self._budget = budget_of(tier)
        self._names = Names()
        self.dialect = Dialect(
            venue=VENUE,
            name="Kraken Spot",
            names=self._names,
            channels=CHANNELS,
            references=TRIGGERS,
            check=check,
            check_scope=check_scope,
        )

    @property
    def venue(self) -> str:
        return VENUE

    @property
    def sockets(self) -> tuple[SocketSpec, ...]:
        return SOCKETS

    @property
    def keep_token_every(self) -> float | None:
        return None  # once it is used, a token lives as long as its socket (section 3)

    @property
    def switch(self) -> SwitchSpec:
        return SwitchSpec(longest=86_399)  # a day and more is refused (section 3.1)

    def hosts(self, environment: str) -> Hosts:
        return hosts_of(HOSTS, environment, "Kraken Spot", VENUE)

    @property
    def patience(self) -> Patience:
        return PATIENCE

    @property
    def pace(self) -> Pace:
        return self._pace

    @property
    def budget(self) -> Budget:
        return self._budget

    @property
    def limits(self) -> tuple[RateLimit, ...]:
        return ()

    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
        return ()

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        return []  # its answers carry no counts; what it refuses for its rate is an error (section 8)

    @property
    def by_instrument(self) -> frozenset[type[Question]]:
        return frozenset()  # it lists all pairs at once (section 4)

    @property
    def amends_in_full(self) -> bool:
        return False  # what is left out of amend_order stays (section 8)

    @property
    def has_positions(self) -> bool:
        return False

    @property
    def amends_may_cancel(self) -> bool:
        return False  # no such rule is known of it

    @property
    def keeps_conditional_apart(self) -> bool:
        return False

    @property
    def renames_triggered(self) -> bool:
        return False  # a triggered order keeps its id (section 9)

    @property
    def ids_return(self) -> bool:
        return False

    @property
    def orders_requests(self) -> bool:
        return True  # a key's nonces must rise in the order of arrival (section 2)

    def check(self, command: Command) -> None:
        if isinstance(command, CreateOrder):
            check_terms(command)
        if isinstance(command, CancelAll):
            check_scope(command)
        if isinstance(command, SettingCommand):
            raise no_settings(command)

    def carries(self, command: Command) -> bool:
        return True

    def batch_limit(self, operation: Operation, road: Transport) -> int:
        # REST has batches, too, which this codec does not use: there the commands go one by one.
        return BATCHES.get(operation, 1) if road is Transport.WEBSOCKET else 1

    def learn(self, instruments: Sequence[Instrument]) -> None:
        self._names.learn(instruments)

    def fits(self, client_order_id: ClientOrderId) -> bool:
        return ids.fits(client_order_id)

    def shorten(self, client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
        return ids.shorten(client_order_id, attempt)

    def keys(self, credentials: Credentials) -> Keys:
        return Keys(api_key=credentials.api_key, signer=HmacSha512.of(credentials.api_secret))

    def session(self, socket: str, keys: Keys) -> V2Session:
        return V2Session(self.dialect)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        if isinstance(question, AskWhetherValid):
            return rest_commands.validation_of(question.order)
        return questions.request_of(question, offset, self.dialect)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        return read_page(question, offset, status, body, self.dialect)

    def request_command(self, commands: Sequence[Command], stamp: Stamp) -> HttpRequest:
        return rest_commands.request_of(commands[0], stamp.valid_until)

    def read_command(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes
    ) -> list[AnswerFact]:
        return rest_commands.read_command(commands[0], request_id, status, body)

    def sign(self, request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | UnsignedRequest:
        return sign(request, keys.api_key, stamp.nonce)

    def lookups(self, target: Target) -> tuple[Question, ...]:
        return questions.lookups(target)
