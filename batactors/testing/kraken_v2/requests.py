"""A client's message taken apart, and the envelope of what it is answered with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import field, frozen

from batactors.testing.kraken_v2.session import Session
from batactors.testing.kraken_v2.wire import Json

PRIVATE_CHANNELS = ("executions", "balances")


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


def success(request: Request, result: Any) -> Json:
    """A result."""
    return {"method": request.method, "result": result, "success": True}


def failure(request: Request, error: str) -> Json:
    """A refusal; that of a subscription repeats the channel instead of a result."""
    frame: Json = {"error": error, "method": request.method, "success": False}
    if request.method in ("subscribe", "unsubscribe") and request.params.get("channel") in PRIVATE_CHANNELS:
        frame |= {"channel": request.params["channel"], "status": "error"}
    return frame
