"""A venue with positions and settings: a simulated Kraken Spot, and beside it what derivatives have.

It stands in for the venues of which there is no simulated one yet. Orders and fills go as at Kraken Spot. Settings,
positions and margins are asked for under ``/perp``, and told in frames of a channel of that name.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
import trio
from attrs import evolve, frozen

from batactors import Account, Engine, EngineConfig, open_engine
from batactors.journal.store import Journal
from batactors.model.account_facts import MarginCallFact, MarginFact, PositionFact, SettingFact
from batactors.model.commands import CancelAll, Command, CreateOrder, SettingCommand
from batactors.model.errors import ExchangeReject, TemporaryUnavailable, Unsupported
from batactors.model.facts import Answer, AnswerFact, Fact
from batactors.model.ids import InstrumentId, RequestId
from batactors.model.positions import MarginMode, PositionMode, PositionSide
from batactors.model.questions import AskMargin, AskPositions, AskSettings, AskWhetherValid, Page, Question
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode
from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, VenueAccount, VenueUrls
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply
from batactors.testing.http_server import HttpRequest as Arrived
from batactors.venues.codec import HttpRequest, Stamp
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.kraken_v2.session import V2Session
from batactors.venues.registry import CODECS
from batactors.venues.signers import Keys
from tests.engine.bench import ASK, BID, SUPERVISION, Bench, venue_config

BTC = "BTC/USD"
Key = tuple[str, str]


class PerpVenue(KrakenSpotVenue):
    """Keeps settings and positions beside the ledger; what it does wrong is set by the test."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.settings: dict[str | None, dict[str, Any]] = {}
        self.positions: dict[Key, Decimal] = {}
        self.asked: list[str] = []
        self.loses: Callable[[str], str | None] = lambda call: None
        """Of a command: "before" it is done, "after", or not at all."""
        self.reads: Callable[[dict[str, Any]], dict[str, Any]] = lambda read: read
        """What a read makes of how things are."""
        self.complaint: str | None = None
        """Why it would refuse an order, if asked."""

    async def handle_http(self, request: Arrived, connection: Connection) -> HttpReply:
        if not request.path.startswith("/perp/"):
            return await super().handle_http(request, connection)
        call, body = request.path.removeprefix("/perp/"), dict(parse_qsl(request.query))
        self.asked.append(call)
        lost = self.loses(call)
        if lost == "before":
            connection.cut()
            return HttpReply(body=b"")
        told = self._answer(call, body)
        if lost == "after":
            connection.cut()
            return HttpReply(body=b"")
        return HttpReply(status=400 if "refused" in told else 200, body=json.dumps(told).encode())

    def _answer(self, call: str, body: dict[str, str]) -> dict[str, Any]:
        match call:
            case "set":
                name = body.pop("instrument", None)
                self.settings.setdefault(name, {}).update(body)
                return {}
            case "settings":
                return self.reads(dict(self.settings.get(body.get("instrument"), {})))
            case "positions":
                rows = [[*key, str(held)] for key, held in self.positions.items() if held]
                return {"rows": [row for row in rows if body.get("instrument") in (None, row[0])]}
            case "margin":
                return {"wallet": "1000", "available": "900"}
            case "check":
                return {"refused": self.complaint} if self.complaint else {}
        raise AssertionError(f"the engine asked for {call}")

    def push(self, *rows: dict[str, Any]) -> None:
        """Tell whoever listens."""
        for session in self._telling.sessions:
            if session.role == "auth":
                session.send({"channel": "perp", "rows": list(rows)})

    def have(self, instrument: str, quantity: str, side: str = "net") -> None:
        """Have a position, and tell it."""
        self.positions[instrument, side] = Decimal(quantity)
        self.push({"what": "position", "instrument": instrument, "side": side, "quantity": quantity})


class PerpSession(V2Session):
    """A session whose socket carries no settings, and tells positions."""

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> str:
        if any(isinstance(command, SettingCommand) for command in commands):
            raise Unsupported("the socket carries no settings")
        bare = [
            evolve(one, reduce_only=False, position_side=None, trigger_by=None) if isinstance(one, CreateOrder) else one
            for one in commands
        ]
        return super().encode(bare, request_id=request_id, token=token, stamp=stamp)

    def decode(self, frame: str | bytes) -> list[Fact]:
        read = json.loads(frame)
        if read.get("channel") != "perp":
            return super().decode(frame)
        return [_fact(row) for row in read["rows"]]


def _fact(row: dict[str, Any]) -> Fact:
    instrument = InstrumentId(row["instrument"]) if row.get("instrument") else None
    if row["what"] == "setting":
        return _setting(instrument, row)
    assert instrument is not None
    side = PositionSide(row["side"])
    if row["what"] == "margin call":
        return MarginCallFact(instrument=instrument, position_side=side, maintenance=Decimal(row["maintenance"]))
    entry = Decimal(row["entry"]) if "entry" in row else None
    return PositionFact(instrument=instrument, position_side=side, quantity=Decimal(row["quantity"]), entry_price=entry)


def _setting(instrument: InstrumentId | None, row: dict[str, Any]) -> SettingFact:
    return SettingFact(
        instrument=instrument,
        leverage=int(row["leverage"]) if "leverage" in row else None,
        margin_mode=MarginMode(row["margin_mode"]) if "margin_mode" in row else None,
        position_mode=PositionMode(row["position_mode"]) if "position_mode" in row else None,
    )


class PerpCodec(KrakenSpot):
    """Kraken Spot, and what derivatives have beside it."""

    @property
    def has_positions(self) -> bool:
        return True

    def check(self, command: Command) -> None:
        if isinstance(command, CreateOrder):
            super().check(evolve(command, position_side=None, trigger_by=None))
        elif isinstance(command, CancelAll) and command.instrument is None:
            raise Unsupported("it cancels all orders of one instrument at a time: name the instrument")

    def carries(self, command: Command) -> bool:
        return not isinstance(command, SettingCommand)

    def session(self, socket: str, keys: Keys) -> PerpSession:
        return PerpSession(self.dialect)

    def request(self, question: Question, offset: int = 0) -> HttpRequest:
        match question:
            case AskSettings():
                return _request("settings", instrument=question.instrument)
            case AskPositions():
                return _request("positions", instrument=question.instrument)
            case AskMargin():
                return _request("margin")
            case AskWhetherValid():
                return _request("check", instrument=question.order.instrument)
            case _:
                return super().request(question, offset)

    def read(self, question: Question, offset: int, status: int, body: bytes) -> Page:
        if not isinstance(question, AskSettings | AskPositions | AskMargin | AskWhetherValid):
            return super().read(question, offset, status, body)
        told = json.loads(body or b"{}")
        if status != 200:
            raise ExchangeReject(told["refused"], native_code="7") if status == 400 else TemporaryUnavailable("away")
        match question:
            case AskSettings():
                return Page(facts=(_setting(question.instrument, told),))
            case AskPositions():
                return Page(
                    facts=tuple(
                        PositionFact(
                            instrument=InstrumentId(name), position_side=PositionSide(side), quantity=Decimal(held)
                        )
                        for name, side, held in told["rows"]
                    )
                )
            case AskMargin():
                return Page(facts=(MarginFact(**{name: Decimal(value) for name, value in told.items()}),))
            case _:
                return Page()

    def request_command(self, commands: Sequence[Command], stamp: Stamp) -> HttpRequest:
        command = commands[0]
        match command:
            case SetLeverage():
                return _request("set", instrument=command.instrument, leverage=command.leverage)
            case SetMarginMode():
                return _request("set", instrument=command.instrument, margin_mode=command.margin_mode.value)
            case SetPositionMode():
                return _request("set", position_mode=command.position_mode.value)
            case _:
                return super().request_command(commands, stamp)

    def read_command(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes
    ) -> list[AnswerFact]:
        if isinstance(commands[0], SettingCommand):
            return [AnswerFact(request_id=request_id, answer=Answer.ACCEPTED)]
        return super().read_command(commands, request_id, status, body)


def _request(call: str, **fields: object) -> HttpRequest:
    told = tuple((name, value) for name, value in fields.items() if value is not None)
    return HttpRequest(method="POST", path=f"/perp/{call}", fields=told, private=False)


@frozen(kw_only=True)
class PerpBench(Bench):
    """What a test holds."""

    perp: PerpVenue


@asynccontextmanager
async def open_perp(
    seams: Seams,
    monkeypatch: pytest.MonkeyPatch,
    *,
    codec: type[PerpCodec] = PerpCodec,
    journals: Callable[[str], Journal] | None = None,
    **options: Any,
) -> AsyncIterator[PerpBench]:
    """Open such a venue, and an engine on it."""
    monkeypatch.setitem(CODECS, "perp", codec)
    venue = PerpVenue(seams=seams, accounts=[VenueAccount.demo()], rate_limits=False)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.set_market("BTC/USD", bid=BID, ask=ASK)
        venue.set_market("ETH/USD", bid=Decimal("1900"), ask=Decimal("2100"))
        async with perp_engine(venue, urls, seams, journals=journals, **options) as (engine, account):
            yield PerpBench(venue=venue, perp=venue, urls=urls, engine=engine, account=account)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def perp_engine(
    venue: PerpVenue,
    urls: VenueUrls,
    seams: Seams,
    *,
    journals: Callable[[str], Journal] | None = None,
    **options: Any,
) -> AsyncIterator[tuple[Engine, Account]]:
    """Open an engine on a venue that is there."""
    config = EngineConfig(
        accounts={"perp": venue_config(urls, VenueAccount.demo(), venue="perp", **options)}, supervision=SUPERVISION
    )
    async with open_engine(config, seams=seams, journals=journals) as engine:
        yield engine, engine.account("perp")
