"""The WebSocket v2 side of the venue: takes requests in, has them executed, and answers; faults strike on the way."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from batactors.testing import faults as f
from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.channels import TRY_AUTH, Channels
from batactors.testing.kraken_v2.commands import WebSocketCommands
from batactors.testing.kraken_v2.gateway import Answer, Command, Gateway
from batactors.testing.kraken_v2.refusals import Refused
from batactors.testing.kraken_v2.requests import Request, Response, failure, success
from batactors.testing.kraken_v2.session import Session
from batactors.testing.kraken_v2.telling import Telling
from batactors.testing.kraken_v2.tokens import Tokens
from batactors.testing.kraken_v2.wire import Json, decode, stamp
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.venue import World


class WebSocketSide:
    """Where the messages of every session go."""

    def __init__(
        self,
        *,
        accounts: Mapping[str, Any],
        tokens: Tokens,
        commands: WebSocketCommands,
        channels: Channels,
        telling: Telling,
        gateway: Gateway,
        faults: FaultScript,
        agenda: Agenda,
        world: World,
        now: Callable[[], datetime],
        asset_class: str | None = None,
    ) -> None:
        """Make it. Where there is an `asset_class`, each request has to name it, and nowhere else may it."""
        self.status = "online"
        self._asset_class = asset_class
        self._accounts = accounts
        self._tokens = tokens
        self._commands = commands
        self._channels = channels
        self._telling = telling
        self._gateway = gateway
        self._faults = faults
        self._agenda = agenda
        self._world = world
        self._now = now

    # -- sessions ------------------------------------------------------------------------------------------------------

    def enter(self, session: Session) -> None:
        """A session begins: the status comes first, unasked."""
        self._telling.sessions.append(session)
        session.send(self._status_frame(session))

    def leave(self, session: Session) -> None:
        """A session is over, and with it what it kept alive."""
        self._telling.sessions.remove(session)
        for subscription in session.private.values():
            subscription.token.holders -= 1
        session.private.clear()

    def tell_status(self, status: str) -> None:
        """Tell every session of a new system status."""
        self.status = status
        for session in self._telling.sessions:
            session.send(self._status_frame(session))

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
        elif bare := self._faults.take(f.RefuseBare, **where):
            session.send({"error": bare.error})
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
            self._check_class(request)
            if request.method in self._commands:
                command = self._command(request)
                delay = self._faults.take(f.DelayCommand, **request.occasion)
                if delay is None:
                    self._execute(request, command)
                else:
                    self._agenda.after(delay.seconds, lambda: self._execute(request, command))
                return
            response = self._channels.answer(request)
        except Refused as refused:
            response = Response(frames=[failure(request, refused.error)])
        self._respond(request, response)

    def _check_class(self, request: Request) -> None:
        """Refuse what is for other assets."""
        if self._asset_class is None or request.method == "ping":
            return
        if request.params.pop("asset_class", None) != self._asset_class:
            raise refusals.invalid("asset_class")

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
        self._respond(request, Response(frames=frames, then=lambda: self._telling.publish(executed.happened)))

    def _respond(self, request: Request, response: Response) -> None:
        """Answer, and tell; or whatever the script of faults makes of that."""
        session, where = request.session, request.occasion
        # All are asked each time, so that each counts every answer.
        cut, close = self._faults.take(f.CutAfterCommand, **where), self._faults.take(f.CloseAfterCommand, **where)
        restart, early = (
            self._faults.take(f.RestartAfterCommand, **where),
            self._faults.take(f.EventsBeforeAck, **where),
        )
        lost, late = self._faults.take(f.LoseAck, **where), self._faults.take(f.DelayAck, **where)
        if cut:
            session.cut()
        if close:
            session.close(close.code, close.reason)
        if restart:
            self._world.restart(restart.down_for)
        if early:
            response.then()
        if late and not lost:
            self._agenda.after(late.seconds, lambda: self._send_all(request, response.frames))
        elif not lost:
            self._send_all(request, response.frames)
        if not early:
            response.then()
        if ban := self._faults.take(f.BanAfterCommand, **where):
            self._world.ban(ban.seconds, close_sessions=ban.close_sessions)

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


def _answer_frame(request: Request, answer: Answer) -> Json:
    if isinstance(answer, Refused):
        return failure(request, answer.error)
    if request.method == "batch_add":
        orders = answer["orders"]
        return success(request, orders) | {"success": any("error" not in row for row in orders)}
    return success(request, answer)
