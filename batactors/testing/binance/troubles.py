"""The venue's own troubles of a command, as faults: what it answers when it does not know, and when it knows.

Each is an `HttpError`: `when` says whether the engine had the command first (`"after"`) or not (`"before"`). On the WS
API the status and the body are those of the frame. After `service_unavailable` and `throttled` it is sure that nothing
was executed; after all others it is not, whatever their text says.
"""

import json
from typing import Any, Literal

from batactors.testing.binance.refusals import TEXTS
from batactors.testing.faults import HttpError

When = Literal["before", "after"]
PAGE = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"


def unknown_error(when: When, **narrowed: Any) -> HttpError:
    """503 A: nobody knows whether the command was executed. It has no code here; whether it has one is unverified."""
    text = "Unknown error, please check your request or try again later."
    return _error(503, {"msg": text}, when, narrowed)


def service_unavailable(**narrowed: Any) -> HttpError:
    """503 B: the command has failed for sure."""
    return _error(503, {"msg": "Service Unavailable."}, "before", narrowed)


def throttled(**narrowed: Any) -> HttpError:
    """503 C: the command was not let in for sure. The status `cancel_only` does this by the rule, with exemptions."""
    return _error(503, {"code": -1008, "msg": TEXTS[-1008]}, "before", narrowed)


def internal_error(when: When, **narrowed: Any) -> HttpError:
    """503 D: said to have failed, and not to be believed."""
    return _error(503, {"code": -1001, "msg": TEXTS[-1001]}, when, narrowed)


def timed_out(when: When, **narrowed: Any) -> HttpError:
    """-1007: the status of sending and of execution are unknown."""
    return _error(408, {"code": -1007, "msg": TEXTS[-1007]}, when, narrowed)


def without_code(when: When, **narrowed: Any) -> HttpError:
    """An error of some gateway, in a shape of its own."""
    body = {"timestamp": 1_700_000_000_000, "path": "/fapi/v1/order", "msg": "Internal Server Error"}
    return _error(500, body, when, narrowed)


def html_page(when: When, **narrowed: Any) -> HttpError:
    """A page of something in front of the venue."""
    return HttpError(status=502, body=PAGE, when=when, **narrowed)


def _error(status: int, body: dict[str, Any], when: When, narrowed: dict[str, Any]) -> HttpError:
    return HttpError(status=status, body=json.dumps(body), when=when, **narrowed)
