"""Bybit as a stage: a socket that tells and one that takes commands, whose answers say only that a command came."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from attrs import asdict

from batactors import Secret
from batactors.model.commands import AmendOrder, CancelOrder
from batactors.model.ids import FillId, VenueOrderId
from batactors.model.terms import TransportPolicy
from batactors.seams import Seams
from batactors.testing.bybit import BybitAccount, BybitUrls, BybitVenue, Habits
from batactors.testing.simulation.bybit_knobs import BybitKnobs
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.stages.words import Change
from batactors.testing.venue.orders import VenueFill, VenueOrder

TOPIC = re.compile(r'"topic":"([\w.]+)"')
OP = re.compile(r'"op":"([\w.-]+)"')
ANSWER = re.compile(r'^\{"reqId":"(\d+)-\d+"')
PLACES = re.compile(r'"op":"order\.create|^POST /v5/order/create')
AMENDS = re.compile(r'"op":"order\.amend|^POST /v5/order/amend')
CANCELS = re.compile(r'"op":"order\.cancel|^POST /v5/order/cancel(?:-batch)? ')
CLIENT_ID = re.compile(r'"orderLinkId":"([A-Za-z0-9_-]+)"')
VENUE_ID = re.compile(r'"orderId":"([0-9a-f-]{36})"')
CODE = re.compile(r"(-?\d+) ")
STATUS = re.compile(r"HTTP (?:status )?(\d+)$")
"""Of an answer without a code."""
SIDES = {"BOTH": "net", "LONG": "long", "SHORT": "short"}
HTTP_AT_ONCE = 4
"""Requests that the engine has under way by HTTP: three questions and a command."""
LOGGED_ON = '"retCode":0,"retMsg":"OK","op":"auth"'
CHANGES: tuple[tuple[re.Pattern[str], Change], ...] = ((AMENDS, AmendOrder), (CANCELS, CancelOrder))


class BybitWords:
    """What Bybit's wire says. The engine takes its order ids as they are, and puts the order into a fill's."""

    never_rested: ClassVar[str] = "EC_PostOnlyWillTakeLiquidity"
    nothing_to_amend: ClassVar[str] = ""
    amends_may_cancel: ClassVar[bool] = True
    lists_changes: ClassVar[bool] = False
    by_request: ClassVar[str] = "CancelByUser"
    answers_settle: ClassVar[bool] = False
    overlaps: ClassVar[bool] = False
    window: ClassVar[float | None] = None

    def instrument(self, symbol: str) -> str:
        return f"{symbol.removesuffix('USDT')}/USDT:USDT"

    def order_id(self, order: VenueOrder) -> VenueOrderId:
        return VenueOrderId(order.order_id)

    def ledger_id(self, venue_order_id: str) -> str:
        return venue_order_id

    def fill_id(self, fill: VenueFill) -> FillId:
        return FillId(f"{fill.exec_id}:{fill.order_id}")

    def request_id(self, told: int | str | None) -> int | str | None:
        number = str(told).partition("-")[0]
        return int(number) if number.isdecimal() else told

    def subject(self, text: str) -> str | None:
        if found := TOPIC.search(text):
            return found.group(1)
        found = OP.search(text)
        if found is None:
            return None
        return "answer" if '"retCode":' in text and "." in found.group(1) else found.group(1)

    def created(self, text: str) -> Iterable[str]:
        return CLIENT_ID.findall(text) if PLACES.search(text) else ()

    def changed(self, text: str) -> Iterator[tuple[Change, list[str]]]:
        for words, kind in CHANGES:
            if words.search(text):
                yield kind, [*CLIENT_ID.findall(text), *VENUE_ID.findall(text)]

    def carries_command(self, text: str) -> bool:
        return '"op":"order.' in text

    def confirms(self, text: str) -> bool:
        return LOGGED_ON in text

    def is_open_to_all(self) -> bool:
        return False

    def begins(self, text: str) -> bool:
        return '"op":"subscribe"' in text and '"success":true' in text and '"req_id":"orders"' in text

    def says_no(self, text: str) -> bool:
        return '"retCode":0,' not in text or '"list":[{"code"' in text or '"EC_' in text

    def has_said(self, refusal: str, text: str) -> bool:
        status = STATUS.match(refusal)
        if status is not None:
            return text.startswith(f"{status[1]} ")
        code = CODE.match(refusal)
        said = refusal.rpartition(": ")[2]
        return said in text or (code is not None and re.search(rf'"(?:retCode|code)":{code[1]}\b', text) is not None)

    def answers(self, text: str) -> Iterable[int]:
        found = ANSWER.search(text) if '"retCode":0,' not in text else None  # a yes settles nothing, and is not told
        return (int(found.group(1)),) if found and "-batch" not in text else ()


class BybitStage:
    """The venue with the demo account."""

    account: ClassVar[str] = "bybit"
    batches_by: ClassVar[TransportPolicy] = TransportPolicy.AUTO
    ids_are_reused: ClassVar[bool] = False
    instrument: ClassVar[str] = "BTC/USDT:USDT"
    symbol: ClassVar[str] = "BTCUSDT"
    others: ClassVar[Mapping[str, str]] = {"ETH/USDT:USDT": "ETHUSDT"}
    cancels_all_of: ClassVar[str | None] = instrument
    sockets: ClassVar[tuple[str, ...]] = ("private", "trade")
    most_connections: ClassVar[int | None] = len(sockets) + HTTP_AT_ONCE

    def __init__(self, knobs: Knobs, seams: Seams) -> None:
        own = knobs.bybit or BybitKnobs()
        self.words = BybitWords()
        self._customer = BybitAccount.demo()
        self.venue = BybitVenue(
            seams=seams, accounts=[self._customer], rate_limits=knobs.rate_limits, habits=Habits(**asdict(own))
        )
        self.venue.unique_client_order_ids = knobs.unique_client_order_ids

    def account_config(self, urls: BybitUrls) -> dict[str, Any]:
        return {
            "venue": "bybit",
            "api_key": Secret.value(self._customer.api_key),
            "api_secret": Secret.value(self._customer.api_secret),
            "rest_url": urls.rest,
            "websocket_url": urls.websocket,
        }

    def positions(self) -> Mapping[tuple[str, str], Decimal]:
        there = self.venue.settings.positions.open(self._customer.api_key)
        return {(self.words.instrument(one.symbol), SIDES[one.side]): one.amount for one in there}

    def balances(self) -> Mapping[str, Decimal] | None:
        return self.venue.ledger.balances(self._customer.api_key)

    @property
    def secrets(self) -> Sequence[str]:
        return (self._customer.api_key, self._customer.api_secret)
