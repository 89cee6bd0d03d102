"""Kraken Futures by the Unified WebSocket as a stage: Spot's wire, with this venue's ids and instruments."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from batactors import Secret
from batactors.model.terms import TransportPolicy
from batactors.seams import Seams
from batactors.testing.kraken_futures import FuturesAccount, Habits, KrakenFuturesUrls, KrakenFuturesVenue
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.stages.kraken_futures import CONTRACTS, instrument_of
from batactors.testing.simulation.stages.kraken_spot import CHANGES, CLIENT_ID, CLIENT_IDS, ID, KrakenSpotWords
from batactors.testing.simulation.stages.words import Change

ORDER_ID = re.compile(r'"order_id": ?"([0-9a-f-]{36})"')
ORDER_IDS = re.compile(r'"order_id": ?\[([^\]]*)\]')


class KrakenUnifiedWords(KrakenSpotWords):
    """What the Unified WebSocket says: Spot's words about orders whose ids are UUIDs."""

    never_rested: ClassVar[str] = ""

    def instrument(self, symbol: str) -> str:
        return instrument_of(symbol)

    def changed(self, text: str) -> Iterator[tuple[Change, list[str]]]:
        for words, kind in CHANGES:
            if words.search(text):
                lists = [*CLIENT_IDS.findall(text), *ORDER_IDS.findall(text)]
                listed = [one for some in lists for one in ID.findall(some)]
                yield kind, [*CLIENT_ID.findall(text), *ORDER_ID.findall(text), *listed]


class KrakenUnifiedStage:
    """The venue with the demo account's normal Kraken key."""

    account: ClassVar[str] = "unified"
    instrument: ClassVar[str] = "BTC/USD:USD"
    symbol: ClassVar[str] = CONTRACTS[0].symbol
    others: ClassVar[Mapping[str, str]] = {"ETH/USD:USD": CONTRACTS[1].symbol}
    cancels_all_of: ClassVar[str | None] = None
    sockets: ClassVar[tuple[str, ...]] = ("connection",)
    most_connections: ClassVar[int | None] = None
    batches_by: ClassVar[TransportPolicy] = TransportPolicy.AUTO
    ids_are_reused: ClassVar[bool] = False

    def __init__(self, knobs: Knobs, seams: Seams) -> None:
        self.words = KrakenUnifiedWords()
        self._customer = FuturesAccount.demo()
        self.venue = KrakenFuturesVenue(
            seams=seams,
            contracts=CONTRACTS,
            accounts=[self._customer],
            rate_limits=knobs.rate_limits,
            habits=Habits(),
        )
        self.venue.unique_client_order_ids = knobs.unique_client_order_ids

    def account_config(self, urls: KrakenFuturesUrls) -> dict[str, Any]:
        return {
            "venue": "kraken-futures",
            "protocol": "unified",
            "api_key": Secret.value(self._customer.spot_key),
            "api_secret": Secret.value(self._customer.spot_secret),
            "rest_url": urls.rest,
            "websocket_url": urls.unified,
        }

    @property
    def secrets(self) -> Sequence[str]:
        customer = self._customer
        keys = (customer.api_key, customer.api_secret, customer.spot_key, customer.spot_secret)
        return (*keys, *self.venue.tokens_given)

    def positions(self) -> Mapping[tuple[str, str], Decimal]:
        there = self.venue.positions.open(self._customer.api_key)
        return {(self.words.instrument(one.symbol), "net"): one.amount for one in there}

    def balances(self) -> Mapping[str, Decimal] | None:
        return None  # as on the other protocol
