"""A venue that counts in windows, as Binance does: a simulated Kraken Spot that counts, tells, and refuses."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
import trio
from attrs import evolve, frozen

from batactors import EngineConfig, open_engine
from batactors.model.account_facts import BackOffFact, ClockFact, LimitFact, UsageFact
from batactors.model.commands import AmendOrder, Command, CreateOrder, SettingCommand
from batactors.model.facts import AnswerFact, Fact
from batactors.model.limits import Budget, Charge, Counts, Pace, RateLimit
from batactors.model.questions import AskInstruments, Page, Question
from batactors.seams import Seams, WallClock
from batactors.testing import KrakenSpotVenue, VenueAccount
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply
from batactors.testing.http_server import HttpRequest as Arrived
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.kraken_v2.session import V2Session
from batactors.venues.registry import CODECS
from batactors.venues.signers import Keys
from tests.engine.bench import ASK, BID, SUPERVISION, Bench, venue_config

ORDERS = RateLimit(counts=Counts.ORDERS, interval=10, limit=12, reserve=2)
WEIGHT = RateLimit(counts=Counts.WEIGHT, interval=60, limit=200, reserve=20)
ORDERING = ("add_order", "batch_add", "amend_order")


class CountingVenue(KrakenSpotVenue):
    """Counts orders, and what others of the account ordered; refuses, stalls and answers as a test sets it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._wall: WallClock = options["seams"].clock
        self.others = 0
        """Orders that somebody else is said to have placed in every window; below 0, of ours that do not count."""
        self.limit: int | None = None
        """What its list of instruments says of orders."""
        self.refuses: list[tuple[int, dict[str, str]]] = []
        """Status and headers of the next answers to what is private."""
        self.arrived: list[tuple[float, str]] = []
        """When (trio's clock) which call came by HTTP."""
        self.stalls: dict[str, float] = {}
        """By call, for how many seconds its answers take longer."""

    async def handle_http(self, request: Arrived, connection: Connection) -> HttpReply:
        call = request.path.rpartition("/")[2]
        self.arrived.append((trio.current_time(), call))
        if self.refuses and "/private/" in request.path:
            status, headers = self.refuses.pop(0)
            return HttpReply(body=b'{"error":["EService:Throttled"]}', status=status, headers=headers)
        reply = await super().handle_http(request, connection)
        reply.headers["x-orders"] = str(self.count)
        await trio.sleep(self.stalls.get(call, 0.0))
        return reply

    @property
    def by_window(self) -> Counter[int]:
        """How many orders were placed or amended, by window."""
        return Counter(_window(one.at) for one in self.ledger.commands if one.method in ORDERING)

    @property
    def count(self) -> int:
        """Of the present window, whoever did it."""
        return max(0, self.by_window[_window(self._wall.now())] + self.others)


class CountingSession(V2Session):
    """Tells the count with each answer."""

    venue: CountingVenue

    def decode(self, frame: str | bytes) -> list[Fact]:
        facts = super().decode(frame)
        if any(isinstance(fact, AnswerFact) for fact in facts):
            facts.append(UsageFact(counts=Counts.ORDERS, interval=10, used=self.venue.count))
        return facts


class CountingCodec(KrakenSpot):
    """Kraken Spot's, with other limits."""

    venue_there: CountingVenue
    in_order = True

    @property
    def pace(self) -> Pace:
        return None  # type: ignore[return-value]

    @property
    def budget(self) -> Budget:
        return None  # type: ignore[return-value]

    @property
    def limits(self) -> tuple[RateLimit, ...]:
        return (ORDERS, WEIGHT)

    @property
    def orders_requests(self) -> bool:
        return self.in_order

    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
        if isinstance(asked, CreateOrder | AmendOrder):
            return (Charge(counts=Counts.ORDERS, amount=legs),)
        return (Charge(counts=Counts.WEIGHT, amount=1),)

    def heed(self, status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
        facts: list[UsageFact | BackOffFact | ClockFact] = []
        if "x-orders" in headers:
            facts.append(UsageFact(counts=Counts.ORDERS, interval=10, used=int(headers["x-orders"])))
        if status in (418, 429):
            seconds = int(headers["retry-after"]) if "retry-after" in headers else None
            facts.append(BackOffFact(reason=f"HTTP {status}", seconds=seconds, banned=status == 418))
        if "x-clock" in headers:
            facts.append(ClockFact(reason="outside of its window"))
        return facts

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        page = super().read(question, offset, status, body)
        limit = self.venue_there.limit
        if limit is None or not isinstance(question, AskInstruments):
            return page
        return evolve(page, facts=(*page.facts, LimitFact(limit=evolve(ORDERS, limit=limit))))

    def session(self, socket: str, keys: Keys) -> CountingSession:
        session = CountingSession(self.dialect)
        session.venue = self.venue_there
        return session


@frozen(kw_only=True)
class CountingBench(Bench):
    """What a test holds."""

    counting: CountingVenue

    def since(self, moment: float) -> list[str]:
        """The calls that came by HTTP from then on."""
        return [call for at, call in self.counting.arrived if at >= moment]


@asynccontextmanager
async def open_counting(
    seams: Seams, monkeypatch: pytest.MonkeyPatch, *, in_order: bool = True, limit: int | None = None, **options: Any
) -> AsyncIterator[CountingBench]:
    """Open such a venue, and an engine on it."""
    venue = CountingVenue(seams=seams, accounts=[VenueAccount.demo()], rate_limits=False)
    venue.limit = limit
    codec = type("CodecHere", (CountingCodec,), {"venue_there": venue, "in_order": in_order})
    monkeypatch.setitem(CODECS, "counting", codec)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.set_market("BTC/USD", bid=BID, ask=ASK)
        own = {"venue": "counting", "paced": True, **options}
        config = EngineConfig(
            accounts={"counting": venue_config(urls, VenueAccount.demo(), **own)}, supervision=SUPERVISION
        )  # fmt: skip
        async with open_engine(config, seams=seams) as engine:
            account = engine.account("counting")
            yield CountingBench(venue=venue, counting=venue, urls=urls, engine=engine, account=account)
        nursery.cancel_scope.cancel()


def _window(at: datetime) -> int:
    return int(at.timestamp()) // ORDERS.interval
