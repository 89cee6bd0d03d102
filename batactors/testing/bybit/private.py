"""The private socket: logged on, then subscribed, and each of that confirmed."""

from typing import Any

from batactors.testing.bybit.calls import Answered, Arguments, Call
from batactors.testing.bybit.credentials import Credentials
from batactors.testing.bybit.dcp import TOPIC, DisconnectCancel
from batactors.testing.bybit.refusals import KEY, Refused, bad
from batactors.testing.bybit.road import Road
from batactors.testing.bybit.sessions import PrivateSession
from batactors.testing.bybit.telling import Telling
from batactors.testing.venue.road import Answer
from batactors.testing.venue.text import Json, decode

KINDS = ("order", "execution", "execution.fast", "position")
WHOLE = (*KINDS, "wallet", "greeks")
CATEGORIES = ("linear", "inverse", "spot", "option")
OPERATIONS = ("auth", "subscribe", "unsubscribe", "ping")


class PrivateSide:
    """Where the messages of every private socket go."""

    def __init__(self, *, credentials: Credentials, telling: Telling, dcp: DisconnectCancel) -> None:
        self.road: Road
        self._credentials = credentials
        self._telling = telling
        self._dcp = dcp

    def enter(self, session: PrivateSession) -> None:
        """A socket is open."""
        self._telling.sessions.append(session)

    def leave(self, session: PrivateSession) -> None:
        """A socket is gone."""
        self._telling.sessions.remove(session)
        if TOPIC in session.topics:
            self._dcp.dead(session.account)

    def handle_message(self, session: PrivateSession, text: str | bytes) -> None:
        """Deal with one message of a client."""
        message = read(text)
        op = str(message.get("op"))
        if op not in OPERATIONS:
            session.send(answer_frame(session, message, success=False, text=f"error:handler not found, op: {op}"))
            return

        def reply(answer: Answer | None) -> None:
            if answer is not None and session.alive:
                session.send(self._frame(session, message, answer))

        self.road.arrive(
            Call(
                method=op,
                transport="websocket",
                arguments=Arguments(message),
                connection=session.connection,
                reply=reply,
                req_id=message.get("req_id"),
                session=session,
            )
        )

    def auth(self, call: Call) -> Answered:
        """Log a session on."""
        call.session.account = self._credentials.log_on(call.arguments.values.get("args"))
        return Answered({})

    def subscribe(self, call: Call) -> Answered:
        """Take topics in: those of one category and those of all may not come together."""
        session, topics = call.session, topics_in(call)
        if not session.account:
            raise Refused(KEY, "Request not authorized")
        self._check(topics)
        if TOPIC in topics and TOPIC not in session.topics:
            self._dcp.subscribed(session.account)
        session.topics |= dict.fromkeys(topics)
        return Answered({})

    def unsubscribe(self, call: Call) -> Answered:
        """Leave topics out again."""
        for topic in topics_in(call):
            call.session.topics.pop(topic, None)
        return Answered({})

    def _check(self, topics: list[str]) -> None:
        by_category = [topic for topic in topics if topic.rpartition(".")[2] in CATEGORIES]
        for topic in topics:
            kind, _, category = topic.rpartition(".")
            known = topic in WHOLE or topic.startswith("dcp.") or (category in CATEGORIES and kind in KINDS)
            if not known:
                raise bad(f"error:handler not found,topic:{topic}")
        if any(kind.rpartition(".")[0] in topics for kind in by_category):
            raise bad("error: all-in-one and categorised topics may not be in one request")
        whole = [topic for topic in topics if topic in KINDS and topic not in by_category]
        if whole and by_category:
            raise bad("error: all-in-one and categorised topics may not be in one request")

    def _frame(self, session: PrivateSession, message: Json, answer: Answer) -> Json:
        if answer.raw:
            return answer_frame(session, message, success=False, text=answer.body.decode("utf-8", "replace")[:200])
        if message.get("op") == "ping":
            return pong(session, message, answer.body["time"])
        good = answer.body["retCode"] == 0
        return answer_frame(session, message, success=good, text="" if good else answer.body["retMsg"])


def read(text: str | bytes) -> Json:
    """A message; an empty one for what cannot be read."""
    try:
        message = decode(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def topics_in(call: Call) -> list[str]:
    """The topics of a request."""
    args = call.arguments.values.get("args")
    if not isinstance(args, list) or not args or not all(isinstance(topic, str) for topic in args):
        raise bad("Params Error")
    return args


def answer_frame(session: PrivateSession, message: Json, *, success: bool, text: str = "") -> Json:
    """The answer to an operation, by the number of its request if it has one."""
    frame: Json = {"success": success, "ret_msg": text, "op": message.get("op"), "conn_id": session.name}
    return frame | named(message)


def pong(session: PrivateSession, message: Json, now: int) -> Json:
    """The answer to a ping, of another shape than that of the other sockets."""
    return {**named(message), "op": "pong", "args": [str(now)], "conn_id": session.name}


def named(message: Json) -> dict[str, Any]:
    """The number of a request, if it has one."""
    return {"req_id": message["req_id"]} if isinstance(message.get("req_id"), str) else {}
