"""What crosses the venue's wire, for whoever watches: every frame, request and reply, without its secrets."""

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from batactors.testing.http_server import HttpReply, HttpRequest

Watch = Callable[[int, str, str, str | None], None]

# A secret is told as its name only: the values of these members of a JSON object, and of these fields of a form.
SECRET_NAMES = ("token", "nonce", "otp")
SECRET = "|".join(SECRET_NAMES)
IN_JSON = re.compile(rf'("(?:{SECRET})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}}\]]+)')
IN_FORM = re.compile(rf"((?:^|[&? ])(?:{SECRET})=)[^&\s]+")
HIDDEN = "(hidden)"
HEARTBEAT = '{"channel":"heartbeat"}'

ID = "cl_ord_id"
IDS_IN_JSON = re.compile(r'"cl_ord_id"\s*:\s*(\[[^\]]*\]|"[^"]*")')
IDS_IN_FORM = re.compile(r"(?:^|[&? ])cl_ord_id=([^&\s]+)")
TEXT = re.compile(r'"([^"]*)"')


class Tap:
    """Where the venue tells what crosses its wire. It costs nothing while nobody watches."""

    def __init__(self) -> None:
        self.watch: Watch | None = None

    def frame_up(self, connection: int, frame: str | bytes) -> None:
        """A frame of a client has arrived."""
        if self.watch is not None:
            self._tell(connection, "frame up", frame)

    def frame_down(self, connection: int, frame: bytes) -> None:
        """A frame was written."""
        if self.watch is not None:
            self._tell(connection, "frame down", frame)

    def request(self, connection: int, request: HttpRequest) -> None:
        """An HTTP request has arrived whole."""
        if self.watch is not None:
            head = f"{request.method} {request.target} "
            self._tell(connection, "request", head.encode() + request.body)

    def reply(self, connection: int, reply: HttpReply) -> None:
        """An HTTP reply was written."""
        if self.watch is not None:
            self._tell(connection, "reply", f"{reply.status} ".encode() + reply.body)

    def _tell(self, connection: int, what: str, content: str | bytes) -> None:
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        assert self.watch is not None
        if text == HEARTBEAT:  # nothing else is as frequent, and nothing is in it
            self.watch(connection, what, text, None)
            return
        named = _client_order_ids(text)
        order = named.pop() if len(named) == 1 else None
        self.watch(connection, what, without_secrets(text).strip(), order)


def without_secrets(text: str) -> str:
    """A frame, a request or a reply as anybody may read it."""
    for name in SECRET_NAMES:
        if name in text:  # most texts hold none, and to look for one by a pattern takes long
            return IN_FORM.sub(rf"\1{HIDDEN}", IN_JSON.sub(rf'\1"{HIDDEN}"', text))
    return text


def _client_order_ids(text: str) -> set[str]:
    if ID not in text:
        return set()
    named = {name for found in IDS_IN_JSON.findall(text) for name in TEXT.findall(found)}
    return named | {unquote_plus(found) for found in IDS_IN_FORM.findall(text)}
