"""Kraken Futures by REST v3 and WebSocket v1, whole: each function's work is in the file that its import names."""

from collections.abc import Mapping, Sequence

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import Command, Operation
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Counts, Pace, Patience, RateLimit
from batactors.model.questions import Page, Question, Target
from batactors.model.settings import SettingCommand
from batactors.model.terms import Transport
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.kraken_futures import batches, ids, questions, rest_commands
from batactors.venues.kraken_futures.checks import check
from batactors.venues.kraken_futures.limits import LIMITS, PATIENCE, TRADING, charges_of
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.pages import read_page
from batactors.venues.kraken_futures.session import FuturesSession
from batactors.venues.kraken_futures.signature import UnsignedRequest, sign
from batactors.venues.kraken_futures.words import VENUE
from batactors.venues.signers import HmacSha512, Keys
from batactors.venues.sockets import Hosts, Role, SocketSpec, SwitchSpec, hosts_of

# The practice environment was switched off on 14 July 2026 (section 0).
HOSTS: Mapping[str, Hosts] = {
    "production": Hosts(rest="https://futures.kraken.com", websocket="wss://futures.kraken.com/ws/v1"),
}
SOCKETS = (SocketSpec(name="private feeds", roles=(Role.EVENTS,), snapshot=True),)


class KrakenFutures:
    """The codec of Kraken Futures by REST v3 and WebSocket v1.

    Args:
        tier: None that one could choose from.
    """

    def __init__(self, tier: str | None = None) -> None:
        if tier is not None:
            raise ConfigError(f"tier is {tier!r}: leave it out, Kraken Futures has one for all", venue=VENUE)
        self._names = Names()

    @property
    def venue(self) -> str:
        return VENUE

    @property
    def sockets(self) -> tuple[SocketSpec, ...]:
        return SOCKETS

    @property
    def keep_token_every(self) -> float | None:
        return None  # there is no token: a challenge belongs to its connection (section 7.1)

    @property
    def switch(self) -> SwitchSpec:
        return SwitchSpec(longest=86_400)  # the sheet names no bound: a day is more than anyone lets it be

    def hosts(self, environment: str) -> Hosts:
        return hosts_of(HOSTS, environment, "Kraken Futures", VENUE)

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

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        facts: list[UsageFact | BackOffFact | ClockFact] = []
        if status == 429 or b'"apiLimitExceeded"' in body:
            facts.append(BackOffFact(reason="apiLimitExceeded", seconds=TRADING, counts=Counts.WEIGHT))
        if b'"wouldProcessAfterSpecifiedTime"' in body:
            facts.append(ClockFact(reason="wouldProcessAfterSpecifiedTime"))
        return facts

    @property
    def by_instrument(self) -> frozenset[type[Question]]:
        return frozenset()  # it lists all instruments at once (section 4)

    @property
    def amends_in_full(self) -> bool:
        return False  # what is left out of editorder stays (section 3.3)

    @property
    def has_positions(self) -> bool:
        return True

    @property
    def keeps_conditional_apart(self) -> bool:
        return False  # one list and one call for orders of both kinds (sections 3 and 4)

    @property
    def amends_may_cancel(self) -> bool:
        return False  # an edit that would take is refused, and the order presumed to be as it was (section 12)

    @property
    def renames_triggered(self) -> bool:
        return True  # whether a stop's child has another id is not told (section 8.1), so that it may

    @property
    def ids_return(self) -> bool:
        return False

    @property
    def orders_requests(self) -> bool:
        return False  # its requests bear no nonce (section 2)

    def check(self, command: Command) -> None:
        check(command)

    def carries(self, command: Command) -> bool:
        return False  # there are no commands on its socket

    def batch_limit(self, operation: Operation, road: Transport) -> int:
        return batches.LIMITS.get(operation, 1)  # whatever road was meant, it is REST

    def learn(self, instruments: Sequence[Instrument]) -> None:
        self._names.learn(instruments)

    def fits(self, client_order_id: ClientOrderId) -> bool:
        return ids.fits(client_order_id)

    def shorten(self, client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
        return ids.shorten(client_order_id, attempt)

    def keys(self, credentials: Credentials) -> Keys:
        return Keys(api_key=credentials.api_key, signer=HmacSha512.of(credentials.api_secret))

    def session(self, socket: str, keys: Keys) -> FuturesSession:
        return FuturesSession(self._names, keys.api_key)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        return questions.request_of(question, offset)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        return read_page(question, offset, status, body, self._names)

    def request_command(self, commands: Sequence[Command], stamp: Stamp) -> HttpRequest:
        if len(commands) == 1:
            return rest_commands.request_of(commands[0], stamp, self._names)
        return batches.request_of(commands, stamp, self._names)

    def read_command(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes
    ) -> Sequence[Fact]:
        if len(commands) == 1:
            return rest_commands.read_command(commands[0], request_id, status, body, self._names)
        return batches.read(commands, request_id, status, body, self._names)

    def sign(self, request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | UnsignedRequest:
        return sign(request, keys.api_key)

    def lookups(self, target: Target) -> tuple[Question, ...]:
        return questions.lookups(target)
