"""Replays a recorded session: each frame and page through the codec again, and what the core was given through it.

Nothing is connected, and no time passes. With the same codec and core the same is told; with others what they tell.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from attrs import frozen

from batactors.core.dispatch import Dispatch
from batactors.journal.values import pack, unpack
from batactors.model.credentials import Credentials
from batactors.model.errors import BatactorsError, ConfigError
from batactors.model.facts import Fact, InstrumentFact
from batactors.model.ids import AccountName
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report
from batactors.venues.codec import Codec, Session, Stamp
from batactors.venues.protocols import codec_of
from batactors.venues.registry import CODECS

FORMAT = 1
MOST_DIFFERENCES = 1_000
"""Of a recording; with more of them, it was made by something else."""
_GONE = object()
NOBODY = Credentials(api_key="replayed", api_secret="cmVwbGF5ZWQ=")
"""A key of nobody's, to make frames with that nobody sends."""


@frozen(kw_only=True)
class Replayed:
    """What a recorded session tells when it is replayed.

    Attributes:
        venue: Whose codec read it.
        lines: How many lines the recording has; of these, ``frames`` came in on sockets and ``answers`` over REST.
        inputs: How often the core was given something.
        differences: Where the codec reads another number of facts now than it did then, and what it could not read
            or make again; empty with the version that recorded.
    """

    account: AccountName
    venue: str
    lines: int = 0
    frames: int = 0
    answers: int = 0
    inputs: int = 0
    events: tuple[OrderEvent, ...] = ()
    steps: tuple[LifecycleEvent, ...] = ()
    reports: tuple[Report, ...] = ()
    differences: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same for JSON; events, steps and reports with the names of their classes."""
        counts = {name: getattr(self, name) for name in ("account", "venue", "lines", "frames", "answers", "inputs")}
        told = {name: [_told(one) for one in getattr(self, name)] for name in ("events", "steps", "reports")}
        return counts | told | {"differences": list(self.differences)}


def replay(lines: Iterable[str]) -> Replayed:
    """Replay a recording.

    Raises:
        ConfigError: It is no recording, or is of a venue or a format that this version does not know.
    """
    player: _Player | None = None
    for number, line in enumerate(lines):
        try:
            ((what, content),) = msgspec.json.decode(line).items()
            if player is None:
                player = _Player(what, content)
            else:
                player.take(number, what, content)
        except (msgspec.MsgspecError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise ConfigError(f"line {number + 1} is no line of a recording: {error}") from error
    if player is None:
        raise ConfigError("the recording is empty")
    return player.replayed


class _Player:
    """The replay as far as it has come."""

    def __init__(self, what: str, head: dict[str, Any]) -> None:
        if what != "recording" or head["format"] != FORMAT:
            raise ConfigError(f"no recording that this version reads: it begins with {what!r} and not with a recording")
        if head["venue"] not in CODECS:
            raise ConfigError(f"venue is {head['venue']!r}: there are {', '.join(CODECS)}")
        account, started_on = AccountName(head["account"]), unpack(head["started_on"])
        # The first recordings do not name the protocol.
        protocol = head.get("protocol")
        self._codec: Codec = codec_of(head["venue"], tier=head["tier"], protocol=protocol, on=started_on)
        self._keys = self._codec.keys(NOBODY)
        self._sessions: dict[tuple[str, int], Session] = {}
        self._read: dict[int, Sequence[Fact]] = {}
        self._dispatch = Dispatch(account, head["venue"], unpack(head["rules"]), started_on)
        self._counts: dict[str, Any] = {"lines": 1, "frames": 0, "answers": 0, "inputs": 0}
        self._told: dict[str, list[Any]] = {"events": [], "steps": [], "reports": []}
        self._differences: list[str] = []
        self._head: dict[str, Any] = {"account": account, "venue": head["venue"]}

    @property
    def replayed(self) -> Replayed:
        """What was told so far."""
        told: dict[str, Any] = {name: tuple(some) for name, some in self._told.items()}
        return Replayed(**self._head, **told, **self._counts, differences=tuple(self._differences))

    def take(self, number: int, what: str, content: dict[str, Any]) -> None:
        """One line."""
        self._counts["lines"] += 1
        match what:
            case "heard":
                self._counts["frames"] += 1
                self._note(number, content, self._session(content).decode(content["text"]))
            case "said":
                self._say(number, content)
            case "page" | "executed":
                self._counts["answers"] += 1
                self._note(number, content, self._answer(number, what, content))
            case "input":
                self._apply(number, content)
            case _:
                raise ValueError(f"there is no {what!r}")

    def _session(self, content: dict[str, Any]) -> Session:
        key = content["socket"], content["session"]
        if key not in self._sessions:
            self._sessions[key] = self._codec.session(key[0], self._keys)
        return self._sessions[key]

    def _say(self, number: int, content: dict[str, Any]) -> None:
        """Make the same frames, which a session may remember; they are not compared: who signs is another."""
        session = self._session(content)
        try:
            if "opening" in content:
                session.opening("", _stamp(content["opening"]))
            elif "commands" in content:
                session.encode(
                    unpack(content["commands"]), request_id=content["request_id"], token="",
                    stamp=_stamp(content["stamp"]),
                )  # fmt: skip
            else:
                session.ping()
        except BatactorsError as error:
            self._differ(number, f"what was sent cannot be made again: {error}")

    def _answer(self, number: int, what: str, content: dict[str, Any]) -> Sequence[Fact]:
        status, body = content["status"], content["body"].encode()
        if what == "executed":
            commands = unpack(content["commands"])
            return self._codec.read_command(commands, content["request_id"], status, body)
        try:
            facts = self._codec.read(unpack(content["question"]), content["offset"], status, body).facts
        except BatactorsError as error:
            self._differ(number, f"the answer cannot be read: {error}")
            return ()
        self._codec.learn([fact.instrument for fact in facts if isinstance(fact, InstrumentFact)])
        return facts

    def _note(self, number: int, content: dict[str, Any], facts: Sequence[Fact]) -> None:
        self._read[number] = facts
        if len(facts) != content["facts"]:
            self._differ(number, f"{len(facts)} facts are read, and {content['facts']} were")

    def _apply(self, number: int, content: dict[str, Any]) -> None:
        self._counts["inputs"] += 1
        changes = self._dispatch.apply(unpack(self._resolved(number, content)))
        self._told["events"] += changes.events
        self._told["steps"] += changes.steps
        self._told["reports"] += changes.reports

    def _resolved(self, number: int, packed: Any) -> Any:
        """With what the codec reads now in each place that is referred to; without what it reads no more."""
        if isinstance(packed, list):
            return [one for one in (self._resolved(number, one) for one in packed) if one is not _GONE]
        if not isinstance(packed, dict):
            return packed
        if "$read" in packed:
            line, place = packed["$read"]
            facts = self._read[line]
            if place < len(facts):
                return pack(facts[place])
            self._differ(number, f"fact {place + 1} of line {line + 1} is read no more")
            return _GONE
        return {key: self._resolved(number, one) for key, one in packed.items()}

    def _differ(self, number: int, words: str) -> None:
        if len(self._differences) < MOST_DIFFERENCES:
            self._differences.append(f"line {number + 1}: {words}")


def _stamp(packed: dict[str, Any]) -> Stamp:
    now: datetime = unpack(packed["now"])
    return Stamp(now=now, valid_until=unpack(packed["valid_until"]), nonce=packed["nonce"])


def _told(one: object) -> dict[str, Any]:
    told = msgspec.to_builtins(one)
    return {"what": type(one).__name__, **told}
