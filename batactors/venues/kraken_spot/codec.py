"""Kraken Spot, whole: each function's work is in the file that its import names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import CancelAll, Command, CreateOrder, Operation
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.model.facts import AnswerFact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Pace, Patience, RateLimit
from batactors.model.questions import Page, Question, Target
from batactors.model.settings import SettingCommand
from batactors.venues.codec import HttpRequest, SignedRequest
from batactors.venues.kraken_spot import ids, questions, rest_commands
from batactors.venues.kraken_spot.checks import check_scope, check_terms, no_settings
from batactors.venues.kraken_spot.errors import VENUE
from batactors.venues.kraken_spot.names import Names
from batactors.venues.kraken_spot.pace import BATCHES, PATIENCE, TIERS, budget_of, pace_of
from batactors.venues.kraken_spot.pages import read_page
from batactors.venues.kraken_spot.session import KrakenSpotSession
from batactors.venues.kraken_spot.signature import sign


class KrakenSpot:
    """The codec of Kraken Spot.

    Args:
        tier: The account's tier, which sets its limits: ``starter``, ``intermediate`` or ``pro``.
    """

    def __init__(self, tier: str = "intermediate") -> None:
        if tier not in TIERS:
            raise ConfigError(f"tier is {tier!r}: Kraken has {', '.join(TIERS)}", venue=VENUE)
        self._pace = pace_of(tier)
        self._budget = budget_of(tier)
        self._names = Names()

    @property
    def venue(self) -> str:
        return VENUE

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
    def keeps_conditional_apart(self) -> bool:
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

    def batch_limit(self, operation: Operation) -> int:
        return BATCHES.get(operation, 1)

    def learn(self, instruments: Sequence[Instrument]) -> None:
        self._names.learn(instruments)

    def fits(self, client_order_id: ClientOrderId) -> bool:
        return ids.fits(client_order_id)

    def shorten(self, client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
        return ids.shorten(client_order_id, attempt)

    def session(self) -> KrakenSpotSession:
        return KrakenSpotSession(self._names)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        return questions.request_of(question, offset)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        return read_page(question, offset, status, body, self._names)

    def request_command(self, command: Command, *, valid_until: datetime) -> HttpRequest:
        return rest_commands.request_of(command, valid_until)

    def read_command(self, command: Command, request_id: RequestId, status: int, body: bytes) -> list[AnswerFact]:
        return rest_commands.read_command(command, request_id, status, body)

    def sign(self, request: HttpRequest, credentials: Credentials, nonce: int) -> SignedRequest:
        return sign(request, credentials, nonce)

    def lookups(self, target: Target) -> tuple[Question, ...]:
        return questions.lookups(target)
