"""Kraken Futures as a stage: commands by REST alone, a socket that tells by two feeds, and no sequence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import unquote_plus

from attrs import asdict

from batactors import Secret
from batactors.model.commands import AmendOrder, CancelOrder
from batactors.model.ids import FillId, VenueOrderId
from batactors.model.terms import TransportPolicy
from batactors.seams import Seams
from batactors.testing.kraken_futures import FuturesAccount, Habits, KrakenFuturesUrls, KrakenFuturesVenue
from batactors.testing.kraken_futures.market import linear
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.kraken_futures_knobs import KrakenFuturesKnobs
from batactors.testing.simulation.stages.words import Change
from batactors.testing.venue.orders import VenueFill, VenueOrder

SUBJECT = re.compile(r'^\{"(?:feed|event)":"(\w+)"')
ROOT = r"^POST /derivatives/api/v3/"
PLACES = re.compile(ROOT + r'(?:sendorder |batchorder .*"order":"send")')
AMENDS = re.compile(ROOT + r'(?:editorder |batchorder .*"order":"edit")')
CANCELS = re.compile(ROOT + r'(?:cancelorder |batchorder .*"order":"cancel")')
CLIENT_ID = re.compile(r'"?cliOrdId"?[:=] ?"?([!#-%\'-~]+)')
VENUE_ID = re.compile(r'"?(?:orderId|order_id)"?[:=] ?"?([0-9a-f-]{36})')
OF_THE_FEED = "the venue refused the order: "
"""With what the engine begins where it was the feed that told the reason."""
STATUS = re.compile(r"HTTP (?:status )?(\d+)$")
"""Of an answer without a word for what is wrong."""
HTTP_AT_ONCE = 7
"""Requests that the engine has under way by HTTP: three questions and four commands."""
CHANGES: tuple[tuple[re.Pattern[str], Change], ...] = ((AMENDS, AmendOrder), (CANCELS, CancelOrder))
CONTRACTS = (linear("XBT", tick="0.1", decimals=4), linear("ETH", tick="0.1", decimals=3))
"""With ticks that suit the prices of every plan."""


def instrument_of(symbol: str) -> str:
    """What the engine calls a perpetual."""
    base = symbol.removeprefix("PF_").removesuffix("USD")
    return f"{'BTC' if base == 'XBT' else base}/USD:USD"


class KrakenFuturesWords:
    """What the wire of REST v3 and WebSocket v1 says. The engine takes its ids as they are."""

    never_rested: ClassVar[str] = ""
    nothing_to_amend: ClassVar[str] = ""
    amends_may_cancel: ClassVar[bool] = False
    lists_changes: ClassVar[bool] = True
    by_request: ClassVar[str] = ""
    answers_settle: ClassVar[bool] = True
    overlaps: ClassVar[bool] = False
    window: ClassVar[float | None] = 10.0

    def instrument(self, symbol: str) -> str:
        return instrument_of(symbol)

    def order_id(self, order: VenueOrder) -> VenueOrderId:
        return VenueOrderId(order.order_id)

    def ledger_id(self, venue_order_id: str) -> str:
        return venue_order_id

    def fill_id(self, fill: VenueFill) -> FillId:
        return FillId(fill.exec_id)

    def request_id(self, told: int | str | None) -> int | str | None:
        return told

    def subject(self, text: str) -> str | None:
        found = SUBJECT.search(text)
        return found.group(1) if found else None

    def created(self, text: str) -> Iterable[str]:
        plain = unquote_plus(text)
        return CLIENT_ID.findall(plain) if PLACES.search(plain) else ()

    def changed(self, text: str) -> Iterator[tuple[Change, list[str]]]:
        plain = unquote_plus(text)
        for words, kind in CHANGES:
            if words.search(plain):
                yield kind, [*CLIENT_ID.findall(plain), *VENUE_ID.findall(plain)]

    def carries_command(self, text: str) -> bool:
        return False

    def confirms(self, text: str) -> bool:
        return False

    def is_open_to_all(self) -> bool:
        return True

    def begins(self, text: str) -> bool:
        return text.startswith('{"feed":"fills_snapshot"')

    def says_no(self, text: str) -> bool:
        return not text.startswith(('{"feed":"heartbeat"', '{"feed":"balances'))

    def has_said(self, refusal: str, text: str) -> bool:
        status = STATUS.match(refusal)
        if status is not None:
            return text.startswith(f"{status[1]} ")
        return refusal.removeprefix(OF_THE_FEED) in text

    def answers(self, text: str) -> Iterable[int]:
        return ()


class KrakenFuturesStage:
    """The venue with the demo account, by REST v3 and WebSocket v1."""

    account: ClassVar[str] = "futures"
    instrument: ClassVar[str] = "BTC/USD:USD"
    symbol: ClassVar[str] = CONTRACTS[0].symbol
    others: ClassVar[Mapping[str, str]] = {"ETH/USD:USD": CONTRACTS[1].symbol}
    cancels_all_of: ClassVar[str | None] = None
    sockets: ClassVar[tuple[str, ...]] = ("private feeds",)
    most_connections: ClassVar[int | None] = len(sockets) + HTTP_AT_ONCE
    batches_by: ClassVar[TransportPolicy] = TransportPolicy.REST
    ids_are_reused: ClassVar[bool] = False

    def __init__(self, knobs: Knobs, seams: Seams) -> None:
        own = asdict(knobs.kraken_futures or KrakenFuturesKnobs())
        by_status = own.pop("limits_by_status")
        self.words = KrakenFuturesWords()
        self._customer = FuturesAccount.demo()
        self.venue = KrakenFuturesVenue(
            seams=seams,
            contracts=CONTRACTS,
            accounts=[self._customer],
            rate_limits=knobs.rate_limits,
            habits=Habits(**own, limit_status=429 if by_status else 200),
        )
        self.venue.unique_client_order_ids = knobs.unique_client_order_ids

    def account_config(self, urls: KrakenFuturesUrls) -> dict[str, Any]:
        return {
            "venue": "kraken-futures",
            "protocol": "v1",
            "api_key": Secret.value(self._customer.api_key),
            "api_secret": Secret.value(self._customer.api_secret),
            "rest_url": urls.rest,
            "websocket_url": urls.websocket,
        }

    def positions(self) -> Mapping[tuple[str, str], Decimal]:
        there = self.venue.positions.open(self._customer.api_key)
        return {(self.words.instrument(one.symbol), "net"): one.amount for one in there}

    def balances(self) -> Mapping[str, Decimal] | None:
        return None  # several wallets, and what is not realized yet is in them

    @property
    def secrets(self) -> Sequence[str]:
        customer = self._customer
        keys = (customer.api_key, customer.api_secret, customer.spot_key, customer.spot_secret)
        return (*keys, *self.venue.tokens_given)
