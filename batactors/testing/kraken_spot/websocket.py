"""The WebSocket v2 side of the venue: takes requests apart, answers them, and tells sessions what they asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from attrs import field, frozen

from batactors.testing import faults as f
from batactors.testing.faults import FaultScript
from batactors.testing.kraken_spot import public, refusals, rows
from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_spot.agenda import Agenda
from batactors.testing.kraken_spot.gateway import Answer, Command, Gateway
from batactors.testing.kraken_spot.ledger import Ledger
from batactors.testing.kraken_spot.market import Markets, Pair, Quote
from batactors.testing.kraken_spot.orders import Happened
from batactors.testing.kraken_spot.rates import Rates
from batactors.testing.kraken_spot.refusals import Refused
from batactors.testing.kraken_spot.session import Session, Subscription
from batactors.testing.kraken_spot.tokens import Tokens
from batactors.testing.kraken_spot.wire import Json, decode, stamp
from batactors.testing.kraken_spot.ws_commands import WebSocketCommands

PRIVATE_CHANNELS = ("executions", "balances")
MARKET_CHANNELS = ("ticker", "book", "trade", "ohlc")
SNAPSHOT_FILLS = 50
TRY_AUTH = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
TRY_PUBLIC = "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"


class World(Protocol):
    """What a fault of a request may do to the venue as a whole."""

    def set_status(self, status: str) -> None: ...

    def restart(self, down_for: float) -> None: ...


@frozen(kw_only=True)
class Request:
    """One message of a client, taken apart."""

    session: Session
    method: str
    req_id: int | None
    params: Json
    time_in: datetime

    @property
    def occasion(self) -> dict[str, str | None]:
        """What a fault may be narrowed to."""
        named = self.params.get("cl_ord_id")
        first = named[0] if isinstance(named, list) and named else named
        client_order_id = first if isinstance(first, str) else None
        return {"method": self.method, "transport": "websocket", "client_order_id": client_order_id}


@frozen(kw_only=True)
class Response:
    """What one request brings about: the frames that answer it, and what is told after them."""

    frames: list[Json]
    then: Callable[[], None] = field(default=lambda: None)


class WebSocketSide:
    """Every open session, and what they may ask."""

    def __init__(
        self,
        *,
        accounts: dict[str, VenueAccount],
        tokens: Tokens,
        commands: WebSocketCommands,
        gateway: Gateway,
        ledger: Ledger,
        markets: Markets,
        rates: Rates,
        faults: FaultScript,
        agenda: Agenda,
        world: World,
        now: Callable[[], datetime],
    ) -> None:
        self.sessions: list[Session] = []
        self.status = "online"
        self._accounts = accounts
        self._tokens = tokens
        self._commands = commands
        self._gateway = gateway
        self._ledger = ledger
        self._markets = markets
        self._rates = rates
        self._faults = faults
        self._agenda = agenda
        self._world = world
        self._now = now

    # -- sessions ------------------------------------------------------------------------------------------------------

    def enter(self, session: Session) -> None:
        """A session begins: the status comes first, unasked."""
        self.sessions.append(session)
        session.send(self._status_frame(session))

    def leave(self, session: Session) -> None:
        """A session is over, and with it what it kept alive."""
        self.sessions.remove(session)
        for subscription in session.private.values():
            subscription.token.holders -= 1
        session.private.clear()

    def tell_status(self, status: str) -> None:
        """Tell every session of a new system status."""
        self.status = status
        for session in self.sessions:
            session.send(self._status_frame(session))

    # -- telling -------------------------------------------------------------------------------------------------------

    def publish(self, happened: Sequence[Happened]) -> None:
        """Tell what happened to those who subscribed: executions, then balances, then the public tape."""
        for step in happened:
            narrowed = {"channel": "executions", "frame_type": "update", "event": step.exec_type}
            first, second = self._tell_event, self._tell_entries
            if step.fill is not None and self._faults.take(
                f.BalancesFirst, **narrowed, client_order_id=step.order.client_order_id
            ):
                first, second = second, first
            first(step)
            second(step)
            if step.fill is not None:
                self._tell_public("trade", step.order.pair, [public.trade_row(step.fill)])

    def publish_quote(self, pair: Pair, before: Quote) -> None:
        """Tell the market's move."""
        quote = self._markets.quote(pair)
        self._tell_public("ticker", pair, [public.ticker_row(pair, quote, self._now())])
        row = public.book_row(pair, before, quote, self._now())
        if row["bids"] or row["asks"]:
            self._tell_public("book", pair, [row])

    def _tell_event(self, step: Happened) -> None:
        order = step.order
        row = rows.event_row(step)
        for session, subscription in self._listeners("executions", order.account):
            if subscription.params.get("order_status") is False and step.exec_type not in rows.MAJOR_EVENTS:
                continue
            if subscription.params.get("ratecounter") is True:
                level = self._rates.trading_level(order.account, order.pair.symbol, self._now())
                row = row | {"ratecount": level}
            session.push("executions", [row], kind="update", number=subscription.next_number)

    def _tell_entries(self, step: Happened) -> None:
        for entry in step.entries:
            for session, subscription in self._listeners("balances", entry.account):
                session.push("balances", [rows.ledger_row(entry)], kind="update", number=subscription.next_number)

    def _tell_public(self, channel: str, pair: Pair, data: list[Json]) -> None:
        for session in self.sessions:
            if (channel, pair.symbol) in session.public:
                session.push(channel, data, kind="update", number=None)

    def _listeners(self, channel: str, account: str) -> list[tuple[Session, Subscription]]:
        found = [(session, session.private.get((channel, account))) for session in self.sessions]
        return [(session, subscription) for session, subscription in found if subscription is not None]

    # -- requests ------------------------------------------------------------------------------------------------------

    def handle_message(self, session: Session, text: str | bytes) -> None:
        """Deal with one message of a client."""
        request = self._read(session, text)
        if request is None:
            session.send({"error": "Malformed request", "success": False})
            return
        where = request.occasion
        if silence := self._faults.take(f.GoSilent, **where):
            session.connection.go_silent(silence.seconds)
            if silence.seconds < f.FOREVER:
                self._agenda.after(silence.seconds, lambda: self._arrive(request))
        elif self._faults.take(f.CutBeforeCommand, **where):
            session.cut()
        elif not self._faults.take(f.LoseCommand, **where):
            self._arrive(request)

    def _arrive(self, request: Request) -> None:
        """A request that got through the network: what is refused outside the engine is refused here."""
        if change := self._faults.take(f.ChangeStatus, **request.occasion):
            self._world.set_status(change.status)
        try:
            for kind in (f.Refuse, f.RefuseRate, f.RefuseToken):
                if refusal := self._faults.take(kind, **request.occasion):
                    raise Refused(refusal.error)
            if request.method in self._commands:
                command = self._command(request)
                delay = self._faults.take(f.DelayCommand, **request.occasion)
                if delay is None:
                    self._execute(request, command)
                else:
                    self._agenda.after(delay.seconds, lambda: self._execute(request, command))
                return
            response = self._answer(request)
        except Refused as refused:
            response = Response(frames=[_failure(request, refused.error)])
        self._respond(request, response)

    def _command(self, request: Request) -> Command:
        if request.session.role == "public":
            raise Refused(TRY_AUTH)
        token = self._tokens.check(request.params.get("token"))
        if not self._accounts[token.account].may(*self._commands.permissions(request.method)):
            raise Refused(refusals.PERMISSION_DENIED)
        return self._commands.command(request.method, token.account, request.params, request.req_id)

    def _execute(self, request: Request, command: Command) -> None:
        executed = self._gateway.execute(command)
        frames = [_answer_frame(request, answer) for answer in executed.answers]
        self._respond(request, Response(frames=frames, then=lambda: self.publish(executed.happened)))

    def _respond(self, request: Request, response: Response) -> None:
        """Answer, and tell; or whatever the script of faults makes of that."""
        session, where = request.session, request.occasion
        if self._faults.take(f.CutAfterCommand, **where):
            session.cut()
        elif close := self._faults.take(f.CloseAfterCommand, **where):
            session.close(close.code, close.reason)
        elif restart := self._faults.take(f.RestartAfterCommand, **where):
            self._world.restart(restart.down_for)
        if self._faults.take(f.EventsBeforeAck, **where):
            response.then()
            self._send_all(request, response.frames)
            return
        if not self._faults.take(f.LoseAck, **where):
            if delay := self._faults.take(f.DelayAck, **where):
                self._agenda.after(delay.seconds, lambda: self._send_all(request, response.frames))
            else:
                self._send_all(request, response.frames)
        response.then()

    def _send_all(self, request: Request, frames: list[Json]) -> None:
        times = {"time_in": stamp(request.time_in), "time_out": stamp(self._now())}
        echo = {"req_id": request.req_id} if request.req_id is not None else {}
        for frame in frames:
            request.session.send({**frame, **times, **echo})

    def _read(self, session: Session, text: str | bytes) -> Request | None:
        try:
            message = decode(text)
        except ValueError:
            return None
        params = message.get("params", {}) if isinstance(message, dict) else None
        if not isinstance(params, dict) or not isinstance(message.get("method"), str):
            return None
        req_id = message.get("req_id")
        return Request(
            session=session,
            method=message["method"],
            req_id=req_id if isinstance(req_id, int) else None,
            params=params,
            time_in=self._now(),
        )

    # -- other methods -------------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Response:
        if request.method == "ping":
            return Response(frames=[{"method": "pong", "success": True}])
        if request.method not in ("subscribe", "unsubscribe"):
            raise Refused(refusals.UNKNOWN_METHOD)
        channel = request.params.get("channel")
        if channel in PRIVATE_CHANNELS:
            return self._private(request, channel)
        if channel in MARKET_CHANNELS or channel == "instrument":
            return self._public(request, channel)
        raise Refused("Symbol(s) not found" if channel == "status" else "Subscription name invalid")

    def _private(self, request: Request, channel: str) -> Response:
        session = request.session
        if session.role == "public":
            raise Refused(TRY_AUTH)
        token = self._tokens.check(request.params.get("token"))
        key = (channel, token.account)
        if request.method == "unsubscribe":
            if key not in session.private:
                raise Refused("Subscription Not Found")
            session.private.pop(key).token.holders -= 1
            session.touch()
            return Response(frames=[_success(request, {"channel": channel})])
        if key in session.private:
            raise Refused("Already subscribed")
        token.holders += 1
        subscription = session.private[key] = Subscription(channel, token, request.params)
        return Response(
            frames=[_success(request, self._private_result(subscription))],
            then=lambda: self._snapshot(session, subscription),
        )

    def _private_result(self, subscription: Subscription) -> Json:
        params = subscription.params
        if subscription.channel == "balances":
            return {"channel": "balances", "snapshot": params.get("snapshot", True)}
        return {
            "channel": "executions",
            "maxratecount": int(self._rates.tier(subscription.token.account).trading_max),
            "snap_orders": params.get("snap_orders", True),
            "snap_trades": params.get("snap_trades", False),
            "snapshot": params.get("snap_orders", True) or params.get("snap_trades", False),
            "warnings": ["cancel_reason is deprecated, use reason"],
        }

    def _snapshot(self, session: Session, subscription: Subscription) -> None:
        params, account = subscription.params, subscription.token.account
        if subscription.channel == "balances":
            wanted = params.get("snapshot", True)
            data = rows.balance_rows(self._ledger.balances(account))
        else:
            orders, fills = params.get("snap_orders", True), params.get("snap_trades", False)
            wanted = orders or fills
            mine = [fill for fill in self._ledger.fills if fill.account == account][-SNAPSHOT_FILLS:] if fills else []
            data = [rows.open_order_row(order) for order in self._ledger.open_orders(account)] if orders else []
            data += [rows.fill_row(fill) for fill in mine]
        if wanted:
            session.push(subscription.channel, data, kind="snapshot", number=subscription.next_number)

    def _public(self, request: Request, channel: str) -> Response:
        session = request.session
        if session.role == "auth":
            raise Refused(TRY_PUBLIC)
        if channel == "instrument":
            self._keep(request, channel, "")
            data = rows.instrument_data(self._markets)
            return Response(
                frames=[_success(request, {"channel": channel, "snapshot": True})],
                then=lambda: session.push(channel, data, kind="snapshot", number=None),
            )
        symbols = request.params.get("symbol")
        if not isinstance(symbols, list) or not symbols:
            raise Refused("Symbol(s) not found")
        known = [pair for symbol in symbols if (pair := self._markets.by_symbol(str(symbol))) is not None]
        for pair in known:
            self._keep(request, channel, pair.symbol)
        return Response(
            frames=[self._symbol_frame(request, channel, str(symbol)) for symbol in symbols],
            then=lambda: self._public_snapshots(request, channel, known),
        )

    def _symbol_frame(self, request: Request, channel: str, symbol: str) -> Json:
        """One answer for each symbol, with what identifies the subscription."""
        if self._markets.by_symbol(symbol) is None:
            return _failure(request, f"Currency pair not supported {symbol}") | {"symbol": symbol}
        names = ("depth", "interval", "event_trigger", "snapshot")
        kept = {name: request.params[name] for name in names if name in request.params}
        return _success(request, {"channel": channel, "symbol": symbol, "snapshot": channel != "trade", **kept})

    def _public_snapshots(self, request: Request, channel: str, pairs: Sequence[Pair]) -> None:
        if request.method != "subscribe" or not request.params.get("snapshot", channel != "trade"):
            return
        for pair in pairs:
            quote, now = self._markets.quote(pair), self._now()
            data: list[Json] = []
            if channel == "ticker":
                data = [public.ticker_row(pair, quote, now)]
            elif channel == "book":
                data = [public.book_row(pair, None, quote, now)]
            elif channel == "trade":
                traded = [fill for fill in self._ledger.fills if fill.order.pair.symbol == pair.symbol]
                data = [public.trade_row(fill) for fill in traded[-SNAPSHOT_FILLS:]]
            request.session.push(channel, data, kind="snapshot", number=None)

    def _keep(self, request: Request, channel: str, symbol: str) -> None:
        if request.method == "subscribe":
            request.session.public[(channel, symbol)] = request.params
        else:
            request.session.public.pop((channel, symbol), None)

    def _status_frame(self, session: Session) -> Json:
        state = {
            "version": "2.0.10",
            "system": self.status,
            "api_version": "v2",
            "connection_id": session.connection_id,
            "upcoming_maintenance": [],
            "emergency": [],
        }
        return {"channel": "status", "type": "update", "data": [state]}


def _success(request: Request, result: Any) -> Json:
    return {"method": request.method, "result": result, "success": True}


def _failure(request: Request, error: str) -> Json:
    """A refusal; that of a subscription repeats the channel instead of a result."""
    frame: Json = {"error": error, "method": request.method, "success": False}
    if request.method in ("subscribe", "unsubscribe") and request.params.get("channel") in PRIVATE_CHANNELS:
        frame |= {"channel": request.params["channel"], "status": "error"}
    return frame


def _answer_frame(request: Request, answer: Answer) -> Json:
    if isinstance(answer, Refused):
        return _failure(request, answer.error)
    if request.method == "batch_add":
        orders = answer["orders"]
        return _success(request, orders) | {"success": any("error" not in row for row in orders)}
    return _success(request, answer)
