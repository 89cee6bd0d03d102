"""The WS API: commands over one socket, answered in any order, by whoever is logged on or signs each by itself."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from batactors.testing.binance.calls import Answer, Arguments, Call
from batactors.testing.binance.credentials import Credentials
from batactors.testing.binance.rates import Rates
from batactors.testing.binance.refusals import Refused
from batactors.testing.binance.road import Handler, Road
from batactors.testing.binance.routes import ROUTES, WS_METHODS
from batactors.testing.binance.sessions import ApiSession
from batactors.testing.binance.wire import ms
from batactors.testing.venue.text import Json, decode, plain

UNREADABLE = {"code": -1130, "msg": "The request is not a valid JSON object."}  # code and text are unverified


class WebSocketApi:
    """Where the messages of every session of the WS API go."""

    def __init__(self, *, credentials: Credentials, rates: Rates, now: Callable[[], datetime]) -> None:
        self.sessions: list[ApiSession] = []
        self.road: Road
        self._credentials = credentials
        self._rates = rates
        self._now = now
        self.handlers: dict[str, Handler] = {
            "session.logon": self._logon,
            "session.status": self._status,
            "session.logout": self._logout,
        }
        self._sessions_of: dict[int, ApiSession] = {}  # by the number of the connection

    def enter(self, session: ApiSession) -> None:
        """A session begins. The handshake costs weight."""
        self.sessions.append(session)
        self._sessions_of[session.connection.number] = session

    def leave(self, session: ApiSession) -> None:
        """A session is over: what it has asked is not answered any more."""
        self.sessions.remove(session)
        del self._sessions_of[session.connection.number]

    def handle_message(self, session: ApiSession, text: str | bytes) -> None:
        """Deal with one message of a client."""
        message = _read(text)
        if message is None:
            session.send({"id": None, "status": 400, "error": UNREADABLE})
            return
        method = WS_METHODS.get(str(message.get("method")))
        params = message.get("params") or {}
        req_id = message.get("id")
        if method is None or not isinstance(params, dict):
            error = {"code": -1000, "msg": f"Unknown method '{message.get('method')}'"}
            session.send({"id": req_id, "status": 400, "error": error})
            return
        self.road.arrive(self._call(session, method, params, req_id))

    def revoke(self, api_key: str) -> None:
        """Tell the sessions that are logged on with this key that they are not any more."""
        for session in self.sessions:
            if session.api_key == api_key:
                session.api_key, session.authorized_since = "", None
                session.send({"id": None, "status": 401, "error": Refused(-2015).body})

    def _call(self, session: ApiSession, method: str, params: Json, req_id: Any) -> Call:
        ad_hoc = isinstance(params.get("apiKey"), str)
        limits = params.get("returnRateLimits", session.limits)

        def reply(answer: Answer | None) -> None:
            if answer is not None and session.alive:
                session.send(self._frame(call, answer, limits=limits is not False))

        call = Call(
            method=method,
            transport="websocket",
            arguments=Arguments(params),
            connection=session.connection,
            reply=reply,
            req_id=req_id if isinstance(req_id, int | str) else None,
            api_key=str(params["apiKey"]) if ad_hoc else session.api_key,
            message=payload(params).encode(),
            signature=params.get("signature"),
            # A key of its own on a request goes before who is logged on; then it is signed, too.
            logged_on=bool(session.api_key) and not ad_hoc,
        )
        return call

    def _frame(self, call: Call, answer: Answer, *, limits: bool) -> Json:
        frame: Json = {"id": call.req_id, "status": answer.status}
        if answer.raw:
            frame["error"] = _read(answer.body) or {"msg": answer.body.decode("utf-8", "replace")}
        elif answer.status == 200:
            frame["result"] = answer.body
        else:
            frame["error"] = answer.body
        if limits:
            frame["rateLimits"] = self._rates.limits(call.account, orders=any(ROUTES[call.method].orders))
        return frame

    # -- who is logged on ----------------------------------------------------------------------------------------------

    def _logon(self, call: Call) -> Json:
        if not self._credentials.can_log_on(call.api_key):
            raise Refused(-4056, "HMAC_SHA256 API key is not supported.")  # the code is unverified
        session = self._sessions_of[call.connection.number]
        session.api_key, session.authorized_since = call.api_key, ms(self._now())
        return self._state(session)

    def _status(self, call: Call) -> Json:
        return self._state(self._sessions_of[call.connection.number])

    def _logout(self, call: Call) -> Json:
        session = self._sessions_of[call.connection.number]
        session.api_key, session.authorized_since = "", None
        return self._state(session)

    def _state(self, session: ApiSession) -> Json:
        return {
            "apiKey": session.api_key or None,
            "authorizedSince": session.authorized_since,
            "connectedSince": session.connected_since,
            "returnRateLimits": session.limits,
            "serverTime": ms(self._now()),
        }


def payload(params: Json) -> str:
    """What is signed: all parameters but the signature, by name, as text."""
    named = sorted((name, value) for name, value in params.items() if name != "signature")
    return "&".join(f"{name}={_text(value)}" for name, value in named)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)


def _read(text: str | bytes) -> Json | None:
    try:
        message = decode(text)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
