"""The REST side of the venue: HTTP 200 for everything, who may ask, and what the faults make of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qsl

import trio

from batactors.testing import faults as f
from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.credentials import Credentials, Keyed
from batactors.testing.kraken_v2.gateway import Command, Gateway
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.rest_arguments import Arguments
from batactors.testing.kraken_v2.rest_queries import Asked, RestQueries
from batactors.testing.kraken_v2.wire import Json, decode, encode
from batactors.testing.venue.orders import Happened
from batactors.testing.venue.venue import World, html

NEVER = HttpReply(body=b"", stall=f.FOREVER)
CLASSLESS = ("GetWebSocketsToken", "Time", "SystemStatus")
"""The calls that are about no asset."""


class Customer(Keyed, Protocol):
    """Who may ask."""

    @property
    def account(self) -> str:
        """What the ledger calls the account that the key is for."""
        ...

    def may(self, *permissions: str) -> bool:
        """Whether the key has one of these permissions."""
        ...


class Commands(Protocol):
    """The calls that change something."""

    def __contains__(self, call: str) -> bool: ...

    def method(self, call: str) -> str:
        """The WebSocket word for a call; a call that has none keeps its own."""
        ...

    def permissions(self, call: str) -> tuple[str, ...]:
        """Any of these lets a key make this call."""
        ...

    def command(self, call: str, account: str, arguments: Arguments) -> Command:
        """The command that a call asks for; refused when it makes no sense."""
        ...


class Calls(Protocol):
    """The counter of calls of each account."""

    def call(self, account: str, cost: float, now: datetime) -> bool:
        """Charge a call; False when it goes over."""
        ...


C = TypeVar("C", bound=Customer)


class RestSide(Generic[C]):
    """Answers REST calls."""

    def __init__(
        self,
        *,
        credentials: Credentials[C],
        commands: Commands,
        queries: RestQueries,
        gateway: Gateway,
        rates: Calls,
        faults: FaultScript,
        world: World,
        now: Callable[[], datetime],
        publish: Callable[[list[Happened]], None],
        latency: float,
        asset_class: str | None = None,
    ) -> None:
        """Make it. Where there is an `asset_class`, each call on an asset has to name it, and nowhere else may it."""
        self._asset_class = asset_class
        self._credentials = credentials
        self._commands = commands
        self._queries = queries
        self._gateway = gateway
        self._rates = rates
        self._faults = faults
        self._world = world
        self._now = now
        self._publish = publish
        self._latency = latency

    async def handle(self, request: HttpRequest, connection: Connection) -> HttpReply:
        """Answer one call; it is never cancelled half way, even if its client leaves."""
        _, _, scope, call = (*request.path.split("/", 3), "", "", "")[:4]
        if not request.path.startswith("/0/") or scope not in ("public", "private"):
            return html(404)
        if self._latency > 0:
            await trio.sleep(self._latency)
        arguments = _arguments(request)
        where = {
            "method": self._commands.method(call),
            "transport": "rest",
            "client_order_id": arguments.text("cl_ord_id") if arguments is not None else None,
        }
        if lost := await self._before(where, connection):
            return lost
        try:
            if arguments is None:
                raise Refused("EAPI:Bad request")
            self._check_class(call, arguments)
            body = {"error": [], "result": await self._result(scope, call, request, arguments, where)}
        except Refused as refusal:
            body = {"error": [refusal.error]}
        return self._after(where, HttpReply(body=encode(body)), connection)

    def _check_class(self, call: str, arguments: Arguments) -> None:
        named = arguments.values.pop("asset_class", None)
        if self._asset_class is not None and call not in CLASSLESS and named != self._asset_class:
            raise invalid("asset_class")

    # -- the call ------------------------------------------------------------------------------------------------------

    async def _result(
        self, scope: str, call: str, request: HttpRequest, arguments: Arguments, where: dict[str, str | None]
    ) -> Json:
        for kind in (f.Refuse, f.RefuseRate, f.RefuseToken):
            if refusal := self._faults.take(kind, **where):
                raise Refused(refusal.error)
        if scope == "public":
            if call not in self._queries.public:
                raise Refused(refusals.UNKNOWN_METHOD)
            return self._queries.public[call](arguments)
        customer = self._credentials.authenticate(
            key=request.headers.get("api-key"),
            sign=request.headers.get("api-sign"),
            nonce=arguments.values.get("nonce", ""),
            path=request.path,
            body=request.body,
        )
        if call in self._commands:
            return await self._command(call, customer, arguments, where)
        return self._query(call, customer, arguments, where)

    async def _command(self, call: str, customer: C, arguments: Arguments, where: dict[str, str | None]) -> Json:
        if not customer.may(*self._commands.permissions(call)):
            raise Refused(refusals.PERMISSION_DENIED)
        command = self._commands.command(call, customer.account, arguments)
        if delay := self._faults.take(f.DelayCommand, **where):
            await trio.sleep(delay.seconds)
        executed = self._gateway.execute(command)
        self._publish(executed.happened)
        answer = executed.answers[0]
        if isinstance(answer, Refused):
            raise answer
        return answer

    def _query(self, call: str, customer: C, arguments: Arguments, where: dict[str, str | None]) -> Json:
        query = self._queries.private.get(call)
        if query is None:
            raise Refused(refusals.UNKNOWN_METHOD)
        if not customer.may(*query.permissions):
            raise Refused(refusals.PERMISSION_DENIED)
        if not self._rates.call(customer.account, query.cost, self._now()):
            raise Refused(refusals.API_RATE)
        late = self._faults.take(f.ReadLag, **where) if query.lags else None
        as_of = trio.current_time() - (late.seconds if late else 0.0)
        return query.answer(Asked(account=customer.account, arguments=arguments, as_of=as_of))

    # -- faults --------------------------------------------------------------------------------------------------------

    async def _before(self, where: dict[str, str | None], connection: Connection) -> HttpReply | None:
        """What becomes of a request before the venue has read it; None if nothing."""
        if silence := self._faults.take(f.GoSilent, **where):
            connection.go_silent(silence.seconds)
            await trio.sleep(silence.seconds) if silence.seconds < f.FOREVER else None
            return NEVER if silence.seconds == f.FOREVER else None
        if self._faults.take(f.CutBeforeCommand, **where):
            connection.cut()
            return NEVER
        if self._faults.take(f.LoseCommand, **where):
            return NEVER
        if change := self._faults.take(f.ChangeStatus, **where):
            self._world.set_status(change.status)
        return self._http_error(where, "before")

    def _after(self, where: dict[str, str | None], reply: HttpReply, connection: Connection) -> HttpReply:
        """What becomes of an answer on its way out."""
        if restart := self._faults.take(f.RestartAfterCommand, **where):
            self._world.restart(restart.down_for)
            return NEVER
        if ban := self._faults.take(f.BanAfterCommand, **where):
            self._world.ban(ban.seconds, close_sessions=ban.close_sessions)
        if self._faults.take(f.CutAfterCommand, **where) or self._faults.take(f.CloseAfterCommand, **where):
            connection.cut()
            return NEVER
        if self._faults.take(f.LoseAck, **where):
            return NEVER
        if self._faults.take(f.CutReply, **where):
            return HttpReply(body=reply.body, cut=True)
        for kind in (f.Stall, f.DelayAck):
            if late := self._faults.take(kind, **where):
                return HttpReply(body=reply.body, stall=late.seconds)
        return self._http_error(where, "after") or reply

    def _http_error(self, where: dict[str, str | None], when: str) -> HttpReply | None:
        """The fault is asked for by its moment, so that one that is meant for later is not used up here."""
        error = self._faults.take(f.HttpError, **where, when=when)
        return None if error is None else html(error.status, error.body)


def _arguments(request: HttpRequest) -> Arguments | None:
    """The parameters of a call, from its query and its body; None if the body cannot be read."""
    values: Json = dict(parse_qsl(request.query, keep_blank_values=True))
    if "json" not in request.headers.get("content-type", ""):
        return Arguments(values | dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)))
    try:
        body = decode(request.body or b"{}")
    except ValueError:
        return None
    return Arguments(values | body) if isinstance(body, dict) else None
