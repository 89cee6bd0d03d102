"""The REST side of the venue: what a request is called, who signs it, and its answer as HTTP."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

import trio

from batactors.testing import faults as f
from batactors.testing.binance.calls import Answer, Arguments, Call, Reply
from batactors.testing.binance.road import Road
from batactors.testing.binance.routes import PATHS
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.venue.text import Json, encode
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
    """Read a request. Query and body are one: the query wins, and both are signed as they are written."""
    form = request.body.decode("latin-1")
    values: Json = dict(parse_qsl(form, keep_blank_values=True))
    values |= dict(parse_qsl(request.query, keep_blank_values=True))
    message, signature = signed(request.query + form)
    return Call(
        method=method,
        transport="rest",
        arguments=Arguments(values),
        connection=connection,
        reply=reply,
        api_key=request.headers.get("x-mbx-apikey", ""),
        message=message.encode("latin-1"),
        signature=signature,
    )


def signed(total: str) -> tuple[str, str | None]:
    """What was signed, and the signature, which comes last."""
    for mark in ("&signature=", "signature="):
        head, found, tail = total.rpartition(mark)
        if found and (mark.startswith("&") or not head):
            return head, unquote(tail)
    return total, None


def reply_of(answer: Answer) -> HttpReply:
    """An answer as HTTP."""
    if answer.raw:
        kind = "application/json" if answer.body[:1] in (b"{", b"[") else "text/html"
        return HttpReply(status=answer.status, body=answer.body, content_type=kind)
    headers: Mapping[str, str] = answer.headers
    return HttpReply(status=answer.status, body=encode(answer.body), headers=dict(headers), cut=answer.cut)
