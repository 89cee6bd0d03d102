"""What lasts: the life of an actor, the time that a socket was open, a fault in force, and the states of an order."""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from batactors.testing.drawing.words import word_of
from batactors.testing.trace import TraceEvent


class What(StrEnum):
    """What a span is the time of."""

    LIFE = "life"
    SOCKET = "socket"
    FAULT = "fault"
    PHASE = "phase"
    ORDER = "order"


@frozen(kw_only=True)
class Span:
    """A time that something lasted.

    Attributes:
        start: In virtual seconds since the run began.
        end: In virtual seconds; never before `start`.
        what: What lasted.
        tone: Its colour.
        label: What stands in the bar.
        first: The place in the trace of the event that began it.
        last: The place of the event that ended it; None if no event did.
    """

    start: float
    end: float
    what: What
    tone: str
    label: str
    first: int
    last: int | None


Placed = Sequence[tuple[int, TraceEvent]]
"""Events, each with its place in the trace."""

BEGIN: dict[str, tuple[What, frozenset[str]]] = {
    "started": (What.LIFE, frozenset({"crashed", "ended", "gave up"})),
    "opened": (What.SOCKET, frozenset({"closed", "reset"})),
    "phase": (What.PHASE, frozenset()),
}
"""The kinds that begin a span, and those that end it. It ends as well where the next of its kind begins."""

TOTAL = re.compile(r"^create_order \w+ (\d+(?:\.\d+)?) |^OrderUpdated \d+, (\d+(?:\.\d+)?) @")
SO_FAR = re.compile(r"^OrderFilled\b.*?(\d+(?:\.\d+)?) so far")

LASTS = re.compile(r"\b(?:seconds|down_for)=(\d+(?:\.\d+)?)\b")
"""How long a fault is in force, where it says so itself, in virtual seconds."""

AFTER: dict[str, str | None] = {
    "Submitted": "asked",
    "Accepted": "working",
    "Triggered": "working",
    "Updated": "working",
    "Filled": "working",
    "Canceled": None,
    "Expired": None,
    "Rejected": None,
    "NotExecuted": None,
}
"""The tone of an order after this word; none where it is over."""

DOUBT = {"RecoveryScheduled": True, "RecoveryAttempt": True, "RecoveryCompleted": False, "Resolved": False}
"""Whether, after this step, it is not known what became of a command. An event of the order ends the doubt as well."""


def spans_of(placed: Placed, until: float) -> list[Span]:
    """Pair what began with what ended it, within one actor, one socket or the phases of a run."""
    spans: list[Span] = []
    begun: tuple[int, TraceEvent] | None = None

    def close(end: float, last: int | None) -> None:
        if begun is not None:
            first, event = begun
            what = BEGIN[event.kind][0]
            tone = event.text if what is What.PHASE else what.value
            label = event.lane if what is What.SOCKET else event.text
            spans.append(Span(start=event.at, end=end, what=what, tone=tone, label=label, first=first, last=last))

    for place, event in placed:
        if begun is not None and event.kind in BEGIN[begun[1].kind][1]:
            close(event.at, place)
            begun = None
        elif event.kind in BEGIN:
            close(event.at, None)
            begun = (place, event)
    close(until, None)
    return spans


def fault_span(placed: Placed, until: float) -> list[Span]:
    """The time that a fault was in force, if the trace says its end or the fault its length."""
    first, begun = placed[0]
    ends = [(place, event) for place, event in placed[1:] if event.kind == "fault ended"]
    if ends:
        last, event = ends[-1]
        return [_fault(begun, first, event.at, last)]
    match = LASTS.search(begun.text)
    if begun.kind != "fault" or match is None:
        return []
    return [_fault(begun, first, min(begun.at + float(match[1]), until), None)]


def _fault(begun: TraceEvent, first: int, end: float, last: int | None) -> Span:
    end = max(begun.at, end)
    return Span(start=begun.at, end=end, what=What.FAULT, tone="fault", label=begun.text, first=first, last=last)


def order_spans(placed: Placed, until: float) -> list[Span]:
    """The states that an order went through, as far as its events tell them."""
    spans: list[Span] = []
    wanted: Decimal | None = None
    state: str | None = None  # the tone of what lasts now; none before the order and after its end
    since, first = 0.0, 0
    sure = True
    ended = False

    def close(end: float, last: int | None) -> None:
        if state is not None:
            tone = state if sure else "unsure"
            spans.append(Span(start=since, end=end, what=What.ORDER, tone=tone, label="", first=first, last=last))

    for place, event in placed:
        wanted = _total(event) or wanted
        word = word_of(event)
        if ended or (word not in AFTER and word not in DOUBT):
            continue
        close(event.at, place)
        ended = (word in AFTER and AFTER[word] is None) or _is_whole(event, wanted)
        state = None if ended else AFTER.get(word, state)
        sure, since, first = not DOUBT.get(word, False), event.at, place
    close(until, None)
    return spans


def _total(event: TraceEvent) -> Decimal | None:
    """The order's quantity, where an event says it."""
    match = TOTAL.search(event.text)
    return Decimal(match[1] or match[2]) if match else None


def _is_whole(event: TraceEvent, wanted: Decimal | None) -> bool:
    """Whether this is a fill after which nothing of the order is left."""
    match = SO_FAR.search(event.text)
    return match is not None and wanted is not None and Decimal(match[1]) >= wanted
