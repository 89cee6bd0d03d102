"""How each kind of event is marked: a shape and a tone. Shapes tell kinds apart where colours do not."""

import re

from attrs import frozen

from batactors.testing.drawing.words import word_of
from batactors.testing.trace import TraceEvent


@frozen
class Look:
    """A mark's shape, one that `paint.js` can draw, and its tone, a colour that `trace.css` names."""

    glyph: str
    tone: str


PLAIN = Look("tick", "quiet")

KINDS: dict[str, Look] = {
    "frame up": Look("up", "up"),
    "frame down": Look("down", "down"),
    "request": Look("up", "up"),
    "reply": Look("down", "down"),
    "opened": Look("edge", "ink"),
    "closed": Look("edge", "ink"),
    "reset": Look("cross", "fault"),
    "refused": Look("cross", "quiet"),
    "fault": Look("bolt", "fault"),
    "fault ended": Look("edge", "fault"),
    "event": Look("ring", "ink"),
    "step": Look("diamond", "quiet"),
    "report": Look("square", "quiet"),
    "registered": Look("square", "journal"),
    "started": Look("edge", "ink"),
    "crashed": Look("cross", "bad"),
    "ended": Look("edge", "ink"),
    "gave up": Look("stop", "bad"),
    "did": Look("chevron", "ink"),
    "phase": Look("edge", "quiet"),
    "violation": Look("flag", "bad"),
    "reached": Look("ring", "good"),
}

WORDS: dict[str, Look] = {
    "Submitted": Look("ring", "ink"),
    "Accepted": Look("dot", "up"),
    "Triggered": Look("dot", "up"),
    "Updated": Look("ring", "up"),
    "Filled": Look("dot", "good"),
    "Canceled": Look("stop", "quiet"),
    "Expired": Look("stop", "quiet"),
    "Rejected": Look("stop", "bad"),
    "NotExecuted": Look("stop", "fault"),
    "RecoveryScheduled": Look("diamond", "doubt"),
    "RecoveryAttempt": Look("diamond", "doubt"),
    "RecoveryCompleted": Look("diamond", "doubt"),
    "Resolved": Look("diamond", "good"),
    "Missed": Look("flag", "bad"),
}

LEGEND: tuple[tuple[str, str, str], ...] = (
    ("up", "up", "frame or request to the venue"),
    ("down", "down", "frame or reply from the venue"),
    ("down", "quiet", "heartbeat, ping or pong"),
    ("ring", "ink", "submitted"),
    ("dot", "up", "accepted, triggered"),
    ("ring", "up", "updated"),
    ("dot", "good", "filled"),
    ("stop", "quiet", "canceled, expired"),
    ("stop", "bad", "rejected; an actor gave up"),
    ("stop", "fault", "not executed"),
    ("diamond", "quiet", "lifecycle step"),
    ("diamond", "doubt", "step of a recovery"),
    ("diamond", "good", "a command is resolved"),
    ("flag", "bad", "a promise was broken; events were missed"),
    ("square", "journal", "written into the journal"),
    ("square", "quiet", "report of a stranger's order"),
    ("chevron", "ink", "the user did"),
    ("cross", "bad", "an actor crashed"),
    ("cross", "fault", "a socket was reset"),
    ("cross", "quiet", "a dial was refused"),
    ("bolt", "fault", "a fault struck"),
    ("ring", "good", "reached at least once"),
)
"""Shape, tone, and what it stands for."""


BEATS = re.compile(r'^(?:heartbeat|ping|pong)\b|"(?:method|channel)": ?"(?:heartbeat|ping|pong)"')
"""Frames that only say that both ends are there."""


def look_of(event: TraceEvent) -> Look:
    """How this event is marked; a kind that nobody foresaw is a plain tick."""
    if event.kind in {"frame up", "frame down"} and BEATS.search(event.text):
        return Look(KINDS[event.kind].glyph, "quiet")
    return WORDS.get(word_of(event)) or KINDS.get(event.kind, PLAIN)
