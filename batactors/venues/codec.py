"""What a codec is: the whole of what the engine knows of a venue, as functions on values and as data.

To add a venue is to write one of these. ``connection``, ``rest`` and ``metadata`` are the only actors that hold one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from attrs import field, frozen

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.commands import Command, Operation
from batactors.model.credentials import Credentials
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Budget, Charge, Pace, Patience, RateLimit
from batactors.model.questions import Page, Question, Target
from batactors.model.settings import SettingCommand
from batactors.model.terms import Transport
from batactors.venues.signers import Keys
from batactors.venues.sockets import Hosts, SocketSpec, SwitchSpec


@frozen(kw_only=True)
class HttpRequest:
    """An HTTP request before it is signed.

    Attributes:
        path: From the root, with the query if there is one: ``/0/private/OpenOrders``.
        fields: Form or query fields, in order.
        json: Send the fields as a JSON body, because some of them are nested.
        private: It must be signed.
        keyed: It carries the key and no signature.
    """

    method: str
    path: str
    fields: tuple[tuple[str, object], ...] = ()
    json: bool = False
    private: bool = True
    keyed: bool = False


@frozen(kw_only=True)
class SignedRequest:
    """An HTTP request ready to be sent. Its headers, body and query hold secrets' traces and stay out of reprs."""

    method: str
    path: str = field(repr=lambda path: repr(path.partition("?")[0]))
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@frozen(kw_only=True)
class Stamp:
    """What a request carries so that it is carried out in time or not at all.

    Attributes:
        now: When it is signed, by the venue's clock as well as we know it.
        valid_until: By the same clock, when the venue shall no longer carry it out.
        nonce: Higher than that of every request of this key before; for venues that want one.
    """

    now: datetime
    valid_until: datetime
    nonce: int


Made_co = TypeVar("Made_co", covariant=True)


class Unsigned(Protocol[Made_co]):
    """A request or a frame that lacks its signature, which may be made elsewhere, such as in a hardware module."""

    @property
    def payload(self) -> bytes:
        """What is to be signed."""
        ...

    def signed(self, signature: bytes) -> Made_co:
        """As it is sent, with the signature's own octets where they belong."""
        ...


class Session(Protocol):
    """A codec's memory of one WebSocket session; a new session gets a new one."""

    @property
    def awaits(self) -> tuple[str, ...]:
        """The channels whose confirmation must come before the session is ready."""
        ...

    def path(self, token: str | None) -> str:
        """What stands behind the socket's address; empty if nothing does. It may hold the token."""
        ...

    def opening(self, token: str | None, stamp: Stamp) -> tuple[str | Unsigned[str], ...]:
        """The frames that are due now to log on, and to subscribe to the account's private channels.

        Asked for at the beginning, and again after each confirmation: a venue may want to confirm one thing, such as a
        logon, before it takes the next. Each frame is given once.
        """
        ...

    def ping(self) -> str | None:
        """A frame that the venue answers at once; ``None`` for a ping of the WebSocket protocol itself."""
        ...

    def encode(
        self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp
    ) -> str | Unsigned[str]:
        """One frame for one command, or for several of one operation that the venue takes as a batch.

        Raises:
            Unsupported: The venue's socket cannot carry it.
        """
        ...

    def decode(self, frame: str | bytes) -> list[Fact]:
        """Read a frame. Never raises: what cannot be understood comes back as a ``QuarantineFact``."""
        ...


class Codec(Protocol):
    """One venue."""

    @property
    def venue(self) -> str: ...

    @property
    def sockets(self) -> tuple[SocketSpec, ...]:
        """The sockets that an account keeps open: one of them tells events, and one at most takes commands."""
        ...

    @property
    def keep_token_every(self) -> float | None:
        """Seconds after which the token of an open socket is asked for again, where it would run out otherwise.

        A venue that then gives another one has dropped the one that the socket was opened with.
        """
        ...

    @property
    def switch(self) -> SwitchSpec | None:
        """Its dead man's switch, if it has one that anybody may use."""
        ...

    def hosts(self, environment: str) -> Hosts:
        """Where the venue is, of its environments: ``production``, and what else it has for practice.

        Raises:
            ConfigError: It has none of this name.
        """
        ...

    @property
    def patience(self) -> Patience: ...

    @property
    def pace(self) -> Pace | None:
        """How many commands it takes; ``None`` where ``limits`` say it."""
        ...

    @property
    def budget(self) -> Budget | None:
        """How many questions it answers; ``None`` where ``limits`` say it."""
        ...

    @property
    def limits(self) -> tuple[RateLimit, ...]:
        """What it counts in intervals, until it has told so itself."""
        ...

    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
        """What one request adds to that: a batch of so many commands like this one, or that page of an answer."""
        ...

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        """What any HTTP answer says of its counters, of how long to be silent, and of our clock. Never raises."""
        ...

    @property
    def by_instrument(self) -> frozenset[type[Question]]:
        """The questions about the account that it answers for one instrument at a time only."""
        ...

    @property
    def amends_in_full(self) -> bool:
        """Whether an amend must repeat the order's side, quantity and price, those that it does not change too."""

    @property
    def has_positions(self) -> bool:
        """Whether it answers ``AskPositions``."""

    @property
    def amends_may_cancel(self) -> bool:
        """Whether it cancels a post-only order whose amend asks for a price at which it would take."""

    @property
    def keeps_conditional_apart(self) -> bool:
        """Whether orders that wait for a trigger have lists, ids and calls of their own."""

    @property
    def renames_triggered(self) -> bool:
        """Whether it may go on with a triggered order under another id."""

    @property
    def ids_return(self) -> bool:
        """Whether a client order id may be given to another order once the one that had it has ended."""

    @property
    def orders_requests(self) -> bool:
        """Whether HTTP requests must reach it in the order in which they were signed, and so one by one."""
        ...

    def check(self, command: Command) -> None:
        """See whether the venue can carry a command at all, on whatever road.

        Raises:
            Unsupported: It cannot.
        """
        ...

    def carries(self, command: Command) -> bool:
        """Whether the socket has a frame for such a command; what it has none for goes by REST."""
        ...

    def batch_limit(self, operation: Operation, road: Transport) -> int:
        """How many commands of this operation one frame, or one HTTP request, may carry; 1 where there is no batch."""
        ...

    def learn(self, instruments: Sequence[Instrument]) -> None:
        """Take in the venue's instruments, so that every alias of one is read as its id."""
        ...

    def fits(self, client_order_id: ClientOrderId) -> bool:
        """Whether the venue takes this client order id as it is."""
        ...

    def shorten(self, client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
        """A shorter id that the venue takes in place of this one; each attempt gives another."""
        ...

    def keys(self, credentials: Credentials) -> Keys:
        """What signs with these credentials.

        Raises:
            ConfigError: The secret is not of the venue's form. The error does not show it.
        """
        ...

    def session(self, socket: str, keys: Keys) -> Session:
        """A fresh memory for a fresh session on the socket of this name."""
        ...

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        """The HTTP request for a question, or for the page of its answer that begins at ``offset``.

        Raises:
            Unsupported: The venue has none for it.
        """
        ...

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        """Read the answer to a question.

        Raises:
            AuthError, PermissionDenied, RateLimited, ExchangeReject, TemporaryUnavailable: The venue did not answer it.
            DecodeError: It cannot be read.
        """
        ...

    def request_command(self, commands: Sequence[Command], stamp: Stamp) -> HttpRequest:
        """The HTTP request for a command, or for several of one operation that the venue takes as a batch.

        Raises:
            Unsupported: The venue has none for it.
        """
        ...

    def read_command(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes
    ) -> Sequence[Fact]:
        """Read the response to commands sent by HTTP: their answers, and what else it says.

        Never raises: what is not a clear answer is ``UNCLEAR``.
        """
        ...

    def sign(self, request: HttpRequest, keys: Keys, stamp: Stamp) -> SignedRequest | Unsigned[SignedRequest]:
        """The request as it is sent, or, if it must be signed, what is to be signed."""
        ...

    def lookups(self, target: Target) -> tuple[Question, ...]:
        """The questions that together could not overlook this order if the venue has it."""
        ...
