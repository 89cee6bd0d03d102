"""The REST side of the venue: what a request is called, what of it is signed, and its answer as HTTP."""

from urllib.parse import parse_qs

import trio

from batactors.testing import faults as f
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.kraken_futures.calls import Arguments, Call, rows_of
from batactors.testing.kraken_futures.refusals import Refused
from batactors.testing.kraken_futures.road import Road
from batactors.testing.kraken_futures.routes import BATCHES, COMMANDS, DERIVATIVES, HISTORY, POSTED, ROUTES
from batactors.testing.venue.road import Answer, Reply
from batactors.testing.venue.text import Json, encode

NEVER = HttpReply(body=b"", stall=f.FOREVER)
NOT_FOUND: Json = {"status": "NOT_FOUND", "result": "error", "errors": [{"code": 0, "message": "404 NOT_FOUND"}]}


class RestSide:
    """Answers REST calls."""

    def __init__(self, *, road: Road) -> None:
        self._road = road

    async def handle(self, request: HttpRequest, connection: Connection) -> HttpReply:
        """Answer one call; what it does is done even if its client leaves."""
        slot: list[Answer | None] = []
        done = trio.Event()

        def reply(answer: Answer | None) -> None:
            slot.append(answer)
            done.set()

        call = call_of(request, connection, reply)
        if call is None:
            return HttpReply(status=404, body=encode(NOT_FOUND))
        self._road.arrive(call)
        await done.wait()
        return NEVER if slot[0] is None else reply_of(slot[0])


def call_of(request: HttpRequest, connection: Connection, reply: Reply) -> Call | None:
    """Read a request. Its parameters are in the query or in the body, and signed as they are written there."""
    form = request.body.decode("latin-1")
    method = method_of(request)
    if method is None:
        return None
    post_data = request.query + form
    arguments = Arguments(dict(parse_qs(post_data, keep_blank_values=True)))
    rows: list[Json] = []
    if method == "batch":
        try:
            rows = rows_of(arguments)
        except Refused:
            rows = []
        kinds = list(dict.fromkeys(str(row.get("order")) for row in rows))
        method = BATCHES.get(kinds[0], "batch") if len(kinds) == 1 else "batch"
    return Call(
        method=method,
        transport="rest",
        arguments=arguments,
        rows=rows,
        connection=connection,
        reply=reply,
        headers=dict(request.headers),
        signed=(post_data, request.path.removeprefix("/derivatives")),
    )


def method_of(request: HttpRequest) -> str | None:
    """The bench's word for what is asked; None for what is not there."""
    if request.path.startswith(HISTORY):
        method, name = f"history/{request.path[len(HISTORY[0]) :]}", ""
    elif request.path.startswith(DERIVATIVES):
        name = request.path.removeprefix(DERIVATIVES)
        method = "batch" if name == "batchorder" else COMMANDS.get(name, name)
        if method == name and name in (*COMMANDS.values(), *BATCHES.values(), "batch"):
            return None
    else:
        return None
    posted = name in POSTED
    return method if method in ROUTES and posted == (request.method == "POST") else None


def reply_of(answer: Answer) -> HttpReply:
    """An answer as HTTP."""
    if answer.raw:
        kind = "application/json" if answer.body[:1] in (b"{", b"[") else "text/html"
        return HttpReply(status=answer.status, body=answer.body, content_type=kind)
    return HttpReply(status=answer.status, body=encode(answer.body), headers=dict(answer.headers), cut=answer.cut)
