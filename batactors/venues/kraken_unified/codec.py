"""Kraken Futures by the Unified WebSocket, whole: each function's work is in the file that its import names."""

from collections.abc import Mapping, Sequence
from functools import partial

from attrs import evolve

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import Command, Operation
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Pace, Patience, RateLimit
from batactors.model.questions import KeepSwitch, Page, Question, Target
from batactors.model.settings import SettingCommand
from batactors.model.terms import Transport
from batactors.venues.codec import HttpRequest, SignedRequest, Stamp
from batactors.venues.kraken_futures.checks import unsupported
from batactors.venues.kraken_futures.words import VENUE
from batactors.venues.kraken_unified.checks import BY_SOCKET, REFERENCES, check, check_order, check_scope
from batactors.venues.kraken_unified.holdings import Holdings, read_margin
from batactors.venues.kraken_unified.instruments import contracts, read_instruments
from batactors.venues.kraken_unified.limits import LIMITS, charges_of
from batactors.venues.kraken_unified.names import UnifiedNames
from batactors.venues.kraken_v2 import ids, questions
from batactors.venues.kraken_v2.dialect import Dialect
from batactors.venues.kraken_v2.frames import keep_switch
from batactors.venues.kraken_v2.limits import BATCHES, CALLS, PATIENCE, USUAL_TIER, budget_of
from batactors.venues.kraken_v2.pages import read_page
from batactors.venues.kraken_v2.session import CHANNELS, V2Session
from batactors.venues.kraken_v2.signature import UnsignedRequest, sign
from batactors.venues.signers import HmacSha512, Keys
from batactors.venues.sockets import Hosts, Role, SocketSpec, SwitchSpec, hosts_of

ASSET_CLASS = "derivatives"
NAME = "Kraken's Unified WebSocket"
HOSTS: Mapping[str, Hosts] = {
    "production": Hosts(rest="https://api.kraken.com", websocket="wss://uws.kraken.com/v2/private"),
}
SOCKETS = (SocketSpec(name="connection", roles=(Role.EVENTS, Role.COMMANDS), token=True, snapshot=True),)


class KrakenUnified:
    """The codec of Kraken Futures by the Unified WebSocket.

    Args:
        tier: The account's tier, which sets how many questions Spot's REST answers: ``starter``, ``intermediate`` or
            ``pro``; ``None`` is the second.
    """

    def __init__(self, tier: str | None = None) -> None:
        tier = tier or USUAL_TIER
        if tier not in CALLS:
            raise ConfigError(f"tier is {tier!r}: Kraken has {', '.join(CALLS)}", venue=VENUE)
        self._budget = budget_of(tier)
        self._names = UnifiedNames()
        self.dialect = Dialect(
            venue=VENUE,
            name=NAME,
            names=self._names,
            channels={**CHANNELS, "positions": {"snapshot": True}, "margin": {}},
            params={"asset_class": ASSET_CLASS},
            fields=(("asset_class", ASSET_CLASS),),
            readers={
                "positions": Holdings(self._names).read,
                "margin": read_margin,
                "instrument": read_instruments,
            },
            # What a wallet of derivatives is called is not documented; that of spot is what the sheet has.
            wallets=(None, "spot", "futures", "derivatives", "flex", "multi_collateral"),
            references=REFERENCES,
            check=check_order,
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
        return None  # once it is used, a token lives as long as its socket (section 3 of Spot's sheet)

    @property
    def switch(self) -> SwitchSpec:
        # By the socket (section 15): over REST it could be Spot's, and cancel Spot's orders. Its bound is Spot's.
        return SwitchSpec(longest=86_399, frame=partial(keep_switch, dialect=self.dialect))

    def hosts(self, environment: str) -> Hosts:
        return hosts_of(HOSTS, environment, NAME, VENUE)

    @property
    def patience(self) -> Patience:
        return PATIENCE

    @property
    def pace(self) -> Pace | None:
        return None

    @property
    def budget(self) -> Budget:
        return self._budget

    @property
    def limits(self) -> tuple[RateLimit, ...]:
        return LIMITS

    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
        return charges_of(asked, legs)

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        return []  # Spot's REST carries no counts; what it refuses for its rate is an error

    @property
    def by_instrument(self) -> frozenset[type[Question]]:
        return frozenset()

    @property
    def amends_in_full(self) -> bool:
        return False  # what is left out of amend_order stays

    @property
    def has_positions(self) -> bool:
        return False  # the socket tells them; which call over REST would is not documented

    @property
    def amends_may_cancel(self) -> bool:
        return False  # an edit that would take is refused (section 12)

    @property
    def keeps_conditional_apart(self) -> bool:
        return False  # one list and one call for orders of both kinds (documented)

    @property
    def renames_triggered(self) -> bool:
        return True  # whether a stop's child has another id is not told (section 8.1), so that it may

    @property
    def ids_return(self) -> bool:
        return False

    @property
    def orders_requests(self) -> bool:
        return True  # a key's nonces must rise in the order of arrival (section 2 of Spot's sheet)

    def check(self, command: Command) -> None:
        check(command)

    def carries(self, command: Command) -> bool:
        return True

    def batch_limit(self, operation: Operation, road: Transport) -> int:
        return BATCHES.get(operation, 1)

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
        if isinstance(question, KeepSwitch):
            raise unsupported("the dead man's switch over REST could be Spot's: this codec does not touch it")
        return questions.request_of(question, offset, self.dialect)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        page = read_page(question, offset, status, body, self.dialect)
        return evolve(page, facts=tuple(contracts(page.facts)))

    def request_command(self, commands: Sequence[Command], stamp: Stamp) -> HttpRequest:
        raise unsupported(BY_SOCKET)

    def read_command(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes
    ) -> Sequence[Fact]:
        return []  # none is sent by REST

    def sign(self, request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | UnsignedRequest:
        return sign(request, keys.api_key, stamp.nonce)

    def lookups(self, target: Target) -> tuple[Question, ...]:
        return questions.lookups(target)
