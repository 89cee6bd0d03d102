"""The REST side of the venue: what a request is called, what of it is signed, and its answer as HTTP."""

from urllib.parse import parse_qsl

import trio

from batactors.testing import faults as f
from batactors.testing.bybit.calls import Arguments, Call
from batactors.testing.bybit.road import Road
from batactors.testing.bybit.routes import PATHS
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.venue.road import Answer, Reply
from batactors.testing.venue.text import Json, decode, encode
from batactors.testing.venue.venue import html

NEVER = HttpReply(body=b"", stall=f.FOREVER)


class RestSide:
    """Answers REST calls."""

    def __init__(self, *, road: Road) -> None:
        self._road = road

    async def handle(self, request: HttpRequest, connection: Connection) -> HttpReply:
        """Answer one call; what it does is done even if its client leaves."""
        method = PATHS.get((request.method, request.path))
        if method is None:
            return html(404)
        slot: list[Answer | None] = []
        done = trio.Event()

        def reply(answer: Answer | None) -> None:
            slot.append(answer)
            done.set()

        self._road.arrive(call_of(method, request, connection, reply))
        await done.wait()
        return NEVER if slot[0] is None else reply_of(slot[0])


def call_of(method: str, request: HttpRequest, connection: Connection, reply: Reply) -> Call:
    """Read a request. Its parameters are in the query of a GET, and in the JSON body of a POST."""
    posted = request.method == "POST"
    body = request.body.decode("latin-1")
    values: Json = dict(parse_qsl(request.query, keep_blank_values=True))
    if posted:
        try:
            read = decode(request.body) if request.body else {}
        except ValueError:
            read = {}
        values = read if isinstance(read, dict) else {}
    return Call(
        method=method,
        transport="rest",
        arguments=Arguments(values),
        connection=connection,
        reply=reply,
        headers={name.lower(): value for name, value in request.headers.items()},
        signed=body if posted else request.query,
        has_body=bool(body) and not posted,
    )


def reply_of(answer: Answer) -> HttpReply:
    """An answer as HTTP."""
    if answer.raw:
        kind = "application/json" if answer.body[:1] in (b"{", b"[") else "text/html"
        return HttpReply(status=answer.status, body=answer.body, content_type=kind)
    return HttpReply(status=answer.status, body=encode(answer.body), headers=dict(answer.headers), cut=answer.cut)
