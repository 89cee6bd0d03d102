"""What crosses a venue's wire, for whoever watches: every frame, request and reply, without its secrets."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote_plus

from batactors.testing.http_server import HttpReply, HttpRequest

Watch = Callable[[int, str, str, str | None], None]

HIDDEN = "(hidden)"
TEXT = re.compile(r'"([^"]*)"')


class Secrets:
    """What nobody may read, by name: the values of these members of a JSON object, and of these fields of a form."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        either = "|".join(names)
        self._in_json = re.compile(rf'("(?:{either})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}}\]]+)')
        self._in_form = re.compile(rf"((?:^|[&? ])(?:{either})=)[^&\s]+")

    def hidden(self, text: str) -> str:
        """A frame, a request or a reply as anybody may read it: of a secret its name only."""
        for name in self._names:
            if name in text:  # most texts hold none, and to look for one by a pattern takes long
                return self._in_form.sub(rf"\1{HIDDEN}", self._in_json.sub(rf'\1"{HIDDEN}"', text))
        return text


class OrderNames:
    """The client order ids in a text, which stand under these names."""

    def __init__(self, names: Sequence[str]) -> None:
        self._hint = re.compile("|".join(names))
        self._in_json = re.compile(rf'"(?:{"|".join(names)})"\s*:\s*(\[[^\]]*\]|"[^"]*")')
        self._in_form = re.compile(rf"(?:^|[&? ])(?:{'|'.join(names)})=([^&\s]+)")

    def named(self, text: str) -> set[str]:
        """Every client order id that this names."""
        if not self._hint.search(text):
            return set()
        named = {name for found in self._in_json.findall(text) for name in TEXT.findall(found)}
        return named | {unquote_plus(found) for found in self._in_form.findall(text)}


class Tap:
    """Where a venue tells what crosses its wire. It costs nothing while nobody watches."""

    def __init__(self, *, hidden: Callable[[str], str], named: Callable[[str], set[str]], dull: str = "") -> None:
        """Make one.

        Args:
            hidden: Takes the secrets out of a text.
            named: Finds the client order ids in one.
            dull: The frame that is most frequent and says nothing.
        """
        self.watch: Watch | None = None
        self._hidden = hidden
        self._named = named
        self._dull = dull

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
        if text == self._dull:
            self.watch(connection, what, text, None)
            return
        named = self._named(text)
        order = named.pop() if len(named) == 1 else None
        self.watch(connection, what, self._hidden(text).strip(), order)
