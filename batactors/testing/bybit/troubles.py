"""The venue's own troubles of a command, as faults: what it answers when it does not know, and when it knows.

Each is an `HttpError`: `when` says whether the engine had the command first (`"after"`) or not (`"before"`). On the
trade socket the code is that of the frame. After all of them it is unknown whether the command was executed, whatever
the text says.
"""

import json
from typing import Any, Literal

from batactors.testing.bybit.refusals import TEXTS
from batactors.testing.faults import HttpError

When = Literal["before", "after"]
PAGE = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"


def server_timeout(when: When, **narrowed: Any) -> HttpError:
    """10000: the server did not answer in time."""
    return _error(10000, when, narrowed)


def internal_error(when: When, **narrowed: Any) -> HttpError:
    """10016: an internal error, or the service restarts."""
    return _error(10016, when, narrowed)


def restarting(when: When, **narrowed: Any) -> HttpError:
    """10019: the trade service restarts and takes no request; it is said that this one was not taken."""
    return _error(10019, when, narrowed)


def protected(when: When, **narrowed: Any) -> HttpError:
    """10429: protection of the system."""
    return _error(10429, when, narrowed)


def overloaded(when: When, **narrowed: Any) -> HttpError:
    """429: a high load; it is said that one may try again."""
    return _error(429, when, narrowed)


def html_page(when: When, **narrowed: Any) -> HttpError:
    """A page of something in front of the venue."""
    return HttpError(status=502, body=PAGE, when=when, **narrowed)


def _error(code: int, when: When, narrowed: dict[str, Any]) -> HttpError:
    body = {"retCode": code, "retMsg": TEXTS[code], "result": {}, "retExtInfo": {}, "time": 0}
    return HttpError(status=200, body=json.dumps(body), when=when, **narrowed)
