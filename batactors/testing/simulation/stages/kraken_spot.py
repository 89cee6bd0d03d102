"""Kraken Spot as a stage: one socket for everything, sequence numbers, a snapshot, and ids that are never reused."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from batactors import Secret
from batactors.model.commands import AmendOrder, CancelOrder
from batactors.model.ids import FillId, VenueOrderId
from batactors.model.terms import TransportPolicy
from batactors.seams import Seams
from batactors.testing.kraken_spot import KrakenSpotVenue, VenueAccount, VenueUrls
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.stages.words import Change
from batactors.testing.venue.orders import VenueFill, VenueOrder

SUBJECT = re.compile(r'"(?:method|channel)": ?"(\w+)"')
CHECKED = re.compile(r'"validate": ?true|&validate=true')
"""What is checked is not placed."""
CREATES = re.compile(r'"method": ?"(?:add_order|batch_add)"|/private/AddOrder')
AMENDS = re.compile(r'"method": ?"amend_order"|/private/AmendOrder')
CANCELS = re.compile(r'"method": ?"(?:cancel_order|batch_cancel)"|/private/CancelOrder')
COMMANDS = re.compile(r'"method": ?"(?:add_order|amend_order|cancel_order|cancel_all|batch_add|batch_cancel)"')
CLIENT_ID = re.compile(r"""cl_ord_id(?:": ?"|=|%22%3A%22|%22%3A\+%22)([0-9A-Za-z-]+)""")
CLIENT_IDS = re.compile(r"""cl_ord_id": ?\[([^\]]*)\]""")
VENUE_ID = re.compile(r"\bO[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{6}\b")
ID = re.compile(r"[0-9A-Za-z-]+")
ALONE = re.compile(r'"method":"(?:add_order|amend_order|cancel_order|cancel_all)"')
REQUEST = re.compile(r'"req_id":(\d+)')
CONFIRMED = ('"subscribe"', '"executions"', '"success":true')
SNAPSHOT = ('"channel":"executions"', '"type":"snapshot"')
CHANGES: tuple[tuple[re.Pattern[str], Change], ...] = ((AMENDS, AmendOrder), (CANCELS, CancelOrder))


class KrakenSpotWords:
    """What Kraken Spot's wire says. The engine takes its ids as they are."""

    never_rested: ClassVar[str] = "Post only order"
    nothing_to_amend: ClassVar[str] = ""
    amends_may_cancel: ClassVar[bool] = False
    lists_changes: ClassVar[bool] = True
    by_request: ClassVar[str] = ""
    answers_settle: ClassVar[bool] = True
    overlaps: ClassVar[bool] = False
    window: ClassVar[float | None] = None

    def instrument(self, symbol: str) -> str:
        return symbol

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
        return CLIENT_ID.findall(text) if CREATES.search(text) and not CHECKED.search(text) else ()

    def changed(self, text: str) -> Iterator[tuple[Change, list[str]]]:
        for words, kind in CHANGES:
            if words.search(text):
                listed = [one for some in CLIENT_IDS.findall(text) for one in ID.findall(some)]
                yield kind, [*CLIENT_ID.findall(text), *listed, *VENUE_ID.findall(text)]

    def carries_command(self, text: str) -> bool:
        return COMMANDS.search(text) is not None

    def confirms(self, text: str) -> bool:
        return all(word in text for word in CONFIRMED)

    def is_open_to_all(self) -> bool:
        return False

    def begins(self, text: str) -> bool:
        return all(word in text for word in SNAPSHOT)

    def says_no(self, text: str) -> bool:
        return "error" in text

    def has_said(self, refusal: str, text: str) -> bool:
        return refusal in text

    def answers(self, text: str) -> Iterable[int]:
        return map(int, REQUEST.findall(text)) if ALONE.search(text) else ()


class KrakenSpotStage:
    """The venue with the demo account."""

    account: ClassVar[str] = "kraken"
    instrument: ClassVar[str] = "BTC/USD"
    symbol: ClassVar[str] = "BTC/USD"
    others: ClassVar[Mapping[str, str]] = {}
    cancels_all_of: ClassVar[str | None] = None
    sockets: ClassVar[tuple[str, ...]] = ("connection",)
    most_connections: ClassVar[int | None] = None
    batches_by: ClassVar[TransportPolicy] = TransportPolicy.AUTO
    ids_are_reused: ClassVar[bool] = False

    def __init__(self, knobs: Knobs, seams: Seams) -> None:
        self.words = KrakenSpotWords()
        self._customer = VenueAccount.demo()
        self.venue = KrakenSpotVenue(seams=seams, accounts=[self._customer], rate_limits=knobs.rate_limits)
        self.venue.unique_client_order_ids = knobs.unique_client_order_ids

    def account_config(self, urls: VenueUrls) -> dict[str, Any]:
        return {
            "api_key": Secret.value(self._customer.api_key),
            "api_secret": Secret.value(self._customer.api_secret),
            "rest_url": urls.rest,
            "websocket_url": urls.websocket_auth,
        }

    def positions(self) -> Mapping[tuple[str, str], Decimal]:
        return {}

    def balances(self) -> Mapping[str, Decimal] | None:
        return None  # its snapshot tells what was held when the session began, and no time

    @property
    def secrets(self) -> Sequence[str]:
        return (self._customer.api_key, self._customer.api_secret, *self.venue.tokens_given)
