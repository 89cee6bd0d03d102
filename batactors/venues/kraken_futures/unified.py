"""The successor of REST v3 and WebSocket v1: the Unified WebSocket (section 15).

It speaks the format of Kraken Spot's WebSocket v2, with an ``asset_class`` in each request, so that it is Spot's codec
in other words: its frames are Spot's, its token and its questions are those of Spot's REST with a Kraken key. What the
sheet does not say of it is not used: batches, a cancel of all, commands over REST, positions.
"""

from collections.abc import Mapping, Sequence

import msgspec
from attrs import evolve, field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import AmendOrder, CancelOrder, Command, CreateOrder, Operation
from batactors.model.facts import Fact, InstrumentFact
from batactors.model.ids import InstrumentId, RequestId
from batactors.model.instruments import Instrument
from batactors.model.limits import Pace
from batactors.model.questions import AskTime, AskToken, KeepSwitch, Page, Question
from batactors.model.terms import Transport, TransportPolicy
from batactors.venues.codec import HttpRequest, Stamp
from batactors.venues.kraken_futures.checks import unsupported
from batactors.venues.kraken_futures.names import INVERSE, Names, instrument_id
from batactors.venues.kraken_futures.words import VENUE
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.kraken_spot.names import Names as SpotNames
from batactors.venues.kraken_spot.session import KrakenSpotSession
from batactors.venues.signers import Keys
from batactors.venues.sockets import Hosts, hosts_of

ASSET_CLASS = "derivatives"
HOSTS: Mapping[str, Hosts] = {
    "production": Hosts(rest="https://api.kraken.com", websocket="wss://uws.kraken.com/v2/private"),
}
_BY_SOCKET = "commands go by the Unified WebSocket alone: let transport be auto, or websocket"
_KINDS = ("PF", "FF", *INVERSE)


@frozen(slots=False)
class Request:
    """A frame of ours, with its parameters as they are written."""

    method: str
    params: dict[str, Raw] = field(repr=False)
    req_id: int | None = None


_REQUEST = Decoder(Request)


class UnifiedSession(KrakenSpotSession):
    """Speaks the Unified WebSocket on one connection."""

    def __init__(self, spot_names: SpotNames, names: Names) -> None:
        super().__init__(spot_names)
        self._symbols = names

    def opening(self, token: str | None, stamp: Stamp) -> tuple[str, ...]:
        return tuple(_of_class(frame) for frame in super().opening(token, stamp))

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> str:
        check_unified(*commands)
        named = [self._named(command) for command in commands]
        return _of_class(super().encode(named, request_id=request_id, token=token, stamp=stamp))

    def _named(self, command: Command) -> Command:
        """An order that goes by the venue's name of its instrument."""
        if not isinstance(command, CreateOrder):
            return command
        return evolve(command, instrument=InstrumentId(self._symbols.symbol(command.instrument)))


class KrakenUnified(KrakenSpot):
    """The codec of Kraken Futures by the Unified WebSocket.

    Args:
        tier: The account's tier, which sets how many questions Spot's REST answers.
    """

    def __init__(self, tier: str | None = None) -> None:
        super().__init__(tier)
        self._symbols = Names()

    @property
    def venue(self) -> str:
        return VENUE

    def hosts(self, environment: str) -> Hosts:
        return hosts_of(HOSTS, environment, "Kraken's Unified WebSocket", VENUE)

    @property
    def pace(self) -> Pace | None:  # type: ignore[override]
        return None  # what is counted of derivatives' orders there is not told yet

    @property
    def switch(self) -> None:  # type: ignore[override]
        return None  # over REST it would be Spot's, and cancel Spot's orders

    def check(self, command: Command) -> None:
        check_unified(command)
        if command.transport is TransportPolicy.REST:
            raise unsupported(_BY_SOCKET)
        super().check(command)

    def batch_limit(self, operation: Operation, road: Transport) -> int:
        return 1  # the methods that the sheet names take one command each

    def learn(self, instruments: Sequence[Instrument]) -> None:
        super().learn(instruments)
        self._symbols.learn(instruments)

    def session(self, socket: str, keys: Keys) -> UnifiedSession:
        return UnifiedSession(self._names, self._symbols)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        if isinstance(question, KeepSwitch):
            raise unsupported("this codec has no dead man's switch on the Unified WebSocket yet")
        request = super().request(question, offset)
        if isinstance(question, AskToken | AskTime):
            return request
        return evolve(request, fields=(*request.fields, ("asset_class", ASSET_CLASS)))

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        page = super().read(question, offset, status, body)
        return evolve(page, facts=tuple(_as_a_future(fact) for fact in page.facts))

    def request_command(self, commands: Sequence[Command], stamp: Stamp) -> HttpRequest:
        raise unsupported(_BY_SOCKET)


def check_unified(*commands: Command) -> None:
    """Raise ``Unsupported`` for what the sheet names no method for."""
    for command in commands:
        if not isinstance(command, CreateOrder | AmendOrder | CancelOrder):
            raise unsupported(
                f"this codec has no {command.operation} on the Unified WebSocket: cancel_open_orders() cancels each"
            )


def _of_class(frame: str) -> str:
    """The same frame, for derivatives. What it says otherwise stays as it is written, digit by digit."""
    request = _REQUEST.decode(frame)
    params = request.params | {"asset_class": Raw(msgspec.json.encode(ASSET_CLASS))}
    return msgspec.json.encode({"method": request.method, "req_id": request.req_id, "params": params}).decode()


def _as_a_future(fact: Fact) -> Fact:
    """An instrument by the name that it has on the other protocol, so that a change of protocol changes no name."""
    if not isinstance(fact, InstrumentFact):
        return fact
    one = fact.instrument
    symbol = next((name for name in (*one.aliases, one.id) if name.partition("_")[0] in _KINDS), None)
    if symbol is None:
        return fact
    settle = one.base if symbol.startswith(INVERSE) else one.quote
    known = evolve(one, id=instrument_id(symbol, one.base, one.quote), settle=settle, aliases=(symbol,))
    return InstrumentFact(instrument=known)
