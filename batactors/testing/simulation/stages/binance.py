"""Binance USD-M as a stage: a socket that tells and one that takes commands, no replay, ids that count by symbol."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import unquote_plus

from batactors import Secret
from batactors.model.commands import AmendOrder, CancelOrder
from batactors.model.ids import FillId, VenueOrderId
from batactors.model.terms import TransportPolicy
from batactors.seams import Seams
from batactors.testing.binance import BinanceAccount, BinanceUrls, BinanceVenue, Habits
from batactors.testing.simulation.binance_knobs import BinanceKnobs
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.stages.words import Change
from batactors.testing.venue.orders import VenueFill, VenueOrder

METHOD = re.compile(r'"method":"([\w.]+)"')
EVENT = re.compile(r'"e":"(\w+)"')
ANSWER = re.compile(r'^\{"id":(-?\d+),"status":(\d+)')
PLACES = re.compile(r'"method":"(?:order|algoOrder)\.place"|^POST /fapi/v1/(?:order|batchOrders|algoOrder)\b(?!/)')
AMENDS = re.compile(r'"method":"order\.modify"|^PUT /fapi/v1/(?:order|batchOrders)\b')
CANCELS = re.compile(r'"method":"(?:order|algoOrder)\.cancel"|^DELETE /fapi/v1/(?:order|batchOrders|algoOrder)\b')
COMMANDS = re.compile(r'"method":"(?:order|algoOrder)\.')
NEW_ID = re.compile(r'"?(?:newClientOrderId|clientAlgoId)"?[:=] ?"?([.A-Za-z:/0-9_-]+)')
OLD_ID = re.compile(r'"?(?:origClientOrderId|clientAlgoId)"?[:=] ?"?([.A-Za-z:/0-9_-]+)')
OLD_IDS = re.compile(r'"?(?:origClientOrderIdList|orderIdList)"?[:=] ?\[([^\]]*)\]')
VENUE_ID = re.compile(r'"?orderId"?[:=] ?"?(\d+)')
ALGO_ID = re.compile(r'"?algoId"?[:=] ?"?(\d+)')
ALGO = "algo:"
ID = re.compile(r"[.A-Za-z:/0-9_-]+")
NOBODY_KNOWS = ("-1000", "-1001", "-1006", "-1007")
"""What the venue says where it does not know itself what became of a command (section 9.2): that is no refusal."""
HTTP_AT_ONCE = 4
"""Requests that the engine has under way by HTTP: three questions and a command."""
LOGGED_ON = '{"id":-1,"status":200'
SIDES = {"BOTH": "net", "LONG": "long", "SHORT": "short"}
CHANGES: tuple[tuple[re.Pattern[str], Change], ...] = ((AMENDS, AmendOrder), (CANCELS, CancelOrder))


class BinanceWords:
    """What Binance's wire says. The engine puts the symbol into each id, and the order into a fill's.

    Args:
        logs_on: Whether the account's key logs a connection on before it is used.
    """

    never_rested: ClassVar[str] = ""
    nothing_to_amend: ClassVar[str] = "-5027"
    amends_may_cancel: ClassVar[bool] = True
    lists_changes: ClassVar[bool] = True
    by_request: ClassVar[str] = ""
    answers_settle: ClassVar[bool] = True
    overlaps: ClassVar[bool] = True
    window: ClassVar[float | None] = 60.0

    def __init__(self, *, logs_on: bool) -> None:
        self._logs_on = logs_on

    def instrument(self, symbol: str) -> str:
        return f"{symbol.removesuffix('USDT')}/USDT:USDT"

    def order_id(self, order: VenueOrder) -> VenueOrderId:
        waits = order.order_id.startswith(ALGO)
        return VenueOrderId(order.order_id if waits else f"{order.pair.symbol}:{order.order_id}")

    def ledger_id(self, venue_order_id: str) -> str:
        return venue_order_id if venue_order_id.startswith(ALGO) else venue_order_id.rpartition(":")[2]

    def fill_id(self, fill: VenueFill) -> FillId:
        return FillId(f"{fill.order.pair.symbol}:{fill.exec_id}:{fill.order_id}")

    def request_id(self, told: int | str | None) -> int | str | None:
        return told

    def subject(self, text: str) -> str | None:
        if found := METHOD.search(text) or EVENT.search(text):
            return found.group(1)
        return "answer" if text.startswith('{"id":') else None

    def created(self, text: str) -> Iterable[str]:
        return NEW_ID.findall(unquote_plus(text)) if PLACES.search(text) else ()

    def changed(self, text: str) -> Iterator[tuple[Change, list[str]]]:
        for words, kind in CHANGES:
            if words.search(text):
                plain = unquote_plus(text)
                listed = [one for some in OLD_IDS.findall(plain) for one in ID.findall(some)]
                waiting = [f"{ALGO}{number}" for number in ALGO_ID.findall(plain)]
                yield kind, [*OLD_ID.findall(plain), *VENUE_ID.findall(plain), *waiting, *listed]

    def carries_command(self, text: str) -> bool:
        return COMMANDS.search(text) is not None

    def confirms(self, text: str) -> bool:
        return text.startswith(LOGGED_ON)

    def is_open_to_all(self) -> bool:
        return not self._logs_on

    def begins(self, text: str) -> bool:
        return text.startswith("GET /private/")

    def says_no(self, text: str) -> bool:
        return '"msg":' in text

    def has_said(self, refusal: str, text: str) -> bool:
        if refusal in NOBODY_KNOWS:
            return False
        status = refusal.removeprefix("HTTP ")  # of an answer without a code
        return refusal in text or text.startswith(f"{status} ") or f'"status":{status},' in text

    def answers(self, text: str) -> Iterable[int]:
        found = ANSWER.search(text)
        return (int(found.group(1)),) if found and int(found.group(1)) >= 0 else ()


class BinanceStage:
    """The venue with the demo account, which has keys of both kinds."""

    account: ClassVar[str] = "binance"
    batches_by: ClassVar[TransportPolicy] = TransportPolicy.REST
    ids_are_reused: ClassVar[bool] = True
    instrument: ClassVar[str] = "BTC/USDT:USDT"
    symbol: ClassVar[str] = "BTCUSDT"
    others: ClassVar[Mapping[str, str]] = {"ETH/USDT:USDT": "ETHUSDT"}
    cancels_all_of: ClassVar[str | None] = instrument
    sockets: ClassVar[tuple[str, ...]] = ("user data", "commands")
    most_connections: ClassVar[int | None] = 2 * len(sockets) + HTTP_AT_ONCE  # each may have an heir by then

    def __init__(self, knobs: Knobs, seams: Seams) -> None:
        self._own = own = knobs.binance or BinanceKnobs()
        self.words = BinanceWords(logs_on=own.logs_on)
        self._customer = BinanceAccount.demo()
        self.venue = BinanceVenue(
            seams=seams,
            accounts=[self._customer],
            rate_limits=knobs.rate_limits,
            habits=Habits(
                events_first=own.events_first,
                lite=own.lite,
                lite_first=own.lite_first,
                balances_first=own.balances_first,
                answer_delay=own.answer_delay,
                lost_reads=own.lost_reads,
                oddities=own.oddities,
                old_answers=own.old_answers,
            ),
        )
        self.venue.unique_client_order_ids = knobs.unique_client_order_ids
        self.venue.cancel_all_after = own.cancel_all_after
        self.venue.positions.set_hedged(self._customer.api_key, own.hedged)

    def account_config(self, urls: BinanceUrls) -> dict[str, Any]:
        customer, logs_on = self._customer, self._own.logs_on
        return {
            "venue": "binance",
            "api_key": Secret.value(customer.ed25519_key if logs_on else customer.api_key),
            "api_secret": Secret.value(customer.ed25519_secret if logs_on else customer.api_secret),
            "rest_url": urls.rest,
            "websocket_url": urls.websocket_streams,
            "commands_url": urls.websocket_api,
            "socket_life": self._own.socket_life,
            "keep_token_every": self._own.keep_token_every,
        }

    def positions(self) -> Mapping[tuple[str, str], Decimal]:
        there = self.venue.positions.open(self._customer.api_key)
        return {(self.words.instrument(one.symbol), SIDES[one.side]): one.amount for one in there}

    def balances(self) -> Mapping[str, Decimal] | None:
        return self.venue.ledger.balances(self._customer.api_key)

    @property
    def secrets(self) -> Sequence[str]:
        customer = self._customer
        keys = (customer.api_key, customer.api_secret, customer.ed25519_key, customer.ed25519_secret)
        return (*keys, *self.venue.tokens_given)
