"""What lasts: the life of an actor, the time that a socket was open, a fault in force, and the states of an order."""

from collections.abc import Sequence
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
        last: The place of the event that ended it; None if the run ended first.
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


def fault_span(placed: Placed) -> list[Span]:
    """The time that a fault was in force, if its end is in the trace."""
    (first, begun), *rest = placed
    return [
        Span(start=begun.at, end=event.at, what=What.FAULT, tone="fault", label=begun.text, first=first, last=place)
        for place, event in rest
        if event.kind == "fault ended"
    ]


def order_spans(placed: Placed, until: float) -> list[Span]:
    """The states that an order went through, as far as its events tell them.

    An order whose last word is a fill may be done or not: its bar ends there.
    """
    spans: list[Span] = []
    state: str | None = None
    doubt = False
    since, first = 0.0, 0
    told = [(place, event, word_of(event)) for place, event in placed]
    words = [word for _, _, word in told if word in AFTER]
    for place, event, word in told:
        if word not in AFTER and word not in DOUBT:
            continue
        if state is not None:
            tone = "unsure" if doubt else state
            spans.append(Span(start=since, end=event.at, what=What.ORDER, tone=tone, label="", first=first, last=place))
        state = AFTER.get(word, state)
        doubt = DOUBT.get(word, False)
        since, first = event.at, place
    if state is not None and words[-1] != "Filled":
        tone = "unsure" if doubt else state
        spans.append(Span(start=since, end=until, what=What.ORDER, tone=tone, label="", first=first, last=None))
    return spans
