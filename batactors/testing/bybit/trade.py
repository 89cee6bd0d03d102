"""The trade socket: logged on once, commands in, and answers out, which say that a command came and no more."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from batactors.testing.bybit.calls import Answered, Arguments, Call
from batactors.testing.bybit.credentials import Credentials
from batactors.testing.bybit.ids import VenueIds
from batactors.testing.bybit.private import read
from batactors.testing.bybit.rates import Rates
from batactors.testing.bybit.refusals import REPEATED, Refused, bad
from batactors.testing.bybit.road import Road
from batactors.testing.bybit.routes import TRADE_OPS
from batactors.testing.bybit.sessions import TradeSession
from batactors.testing.bybit.wire import ms
from batactors.testing.venue.road import Answer
from batactors.testing.venue.text import Json

LONGEST_ID = 36


class TradeSide:
    """Where the messages of every trade socket go."""

    def __init__(self, *, credentials: Credentials, rates: Rates, ids: VenueIds, now: Callable[[], datetime]) -> None:
        self.sessions: list[TradeSession] = []
        self.road: Road
        self._credentials = credentials
        self._rates = rates
        self._ids = ids
        self._now = now
        self._used: dict[str, set[str]] = {}

    def enter(self, session: TradeSession) -> None:
        """A socket is open."""
        self.sessions.append(session)

    def leave(self, session: TradeSession) -> None:
        """A socket is gone: what it has asked is not answered any more."""
        self.sessions.remove(session)

    def handle_message(self, session: TradeSession, text: str | bytes) -> None:
        """Deal with one message of a client."""
        message = read(text)
        op = str(message.get("op"))
        if op in ("auth", "ping"):
            self.road.arrive(self._call(session, op, message, Arguments(message)))
            return
        try:
            self._rates.trade_frame()
            call = self._command(session, op, message)
        except Refused as refusal:
            session.send(self._refusal(session, message, refusal))
            return
        self.road.arrive(call)

    def auth(self, call: Call) -> Answered:
        """Log a session on; a second time is an error."""
        if call.session.account:
            raise Refused(20001)
        call.session.account = self._credentials.log_on(call.arguments.values.get("args"))
        return Answered({})

    def _command(self, session: TradeSession, op: str, message: Json) -> Call:
        args = message.get("args")
        if op not in TRADE_OPS:
            raise Refused(10404)
        if not isinstance(args, list) or len(args) != 1 or not isinstance(args[0], dict):
            raise bad("args must hold exactly one object")
        if args[0].get("category") != "linear":
            raise Refused(10404)
        self._number(session, message.get("reqId"))
        return self._call(session, TRADE_OPS[op], message, Arguments(args[0]))

    def _number(self, session: TradeSession, number: Any) -> None:
        """No number twice, over all sockets of an account; of two requests with one the first stands."""
        if number is None:
            return
        if not isinstance(number, str) or len(number) > LONGEST_ID:
            raise bad("reqId invalid")
        used = self._used.setdefault(session.account, set())
        if number in used:
            raise Refused(REPEATED)
        used.add(number)

    def _call(self, session: TradeSession, method: str, message: Json, arguments: Arguments) -> Call:
        header = message.get("header")
        header = header if isinstance(header, dict) else {}

        def reply(answer: Answer | None) -> None:
            if answer is not None and session.alive:
                session.send(self._frame(session, message if call.req_id is not None else unnamed, answer))

        number = message.get("reqId")
        unnamed = {name: value for name, value in message.items() if name != "reqId"}
        call = Call(
            method=method,
            transport="websocket",
            arguments=arguments,
            connection=session.connection,
            reply=reply,
            req_id=number if isinstance(number, str) else None,
            headers={str(name).lower(): str(value) for name, value in header.items()},
            session=session,
        )
        return call

    def _frame(self, session: TradeSession, message: Json, answer: Answer) -> Json:
        body = read(answer.body) if answer.raw else answer.body
        code, text = body.get("retCode", 10016), body.get("retMsg", "Server error.")
        op = message.get("op")
        if op == "ping":
            now = str(ms(self._now()))
            return {**_named(message), "retCode": 0, "retMsg": "OK", "op": "pong", "data": [now],
                    "connId": session.name}  # fmt: skip
        frame = {**_named(message), "retCode": code, "retMsg": text, "op": op, "connId": session.name}
        if op == "auth":
            return frame
        header = {**answer.headers, "Traceid": self._ids.uuid().replace("-", ""), "Timenow": str(ms(self._now()))}
        return frame | {"data": body.get("result", {}), "retExtInfo": body.get("retExtInfo", {}), "header": header}

    def _refusal(self, session: TradeSession, message: Json, refusal: Refused) -> Json:
        body = {"retCode": refusal.code, "retMsg": refusal.text, "result": {}}
        return self._frame(session, message, Answer(body=body))


def _named(message: Json) -> Json:
    return {"reqId": message["reqId"]} if isinstance(message.get("reqId"), str) else {}
