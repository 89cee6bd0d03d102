"""What the texts of a trace name: the orders that an event is about, and the one word that a mark is labelled with."""

import re
from collections.abc import Sequence

from batactors.testing.trace import TraceEvent

NAME = re.compile(r"[A-Za-z0-9_-]+")
SHORTEST = 4  # characters: an id shorter than this is looked for in no text, where it would be any number

CALLED = re.compile(r'^(\w+) [{\[]|"(?:method|channel)"\s*:\s*"([\w-]+)"|^(?:GET|POST) \S*?(\w+)(?=[\s?]|$)')
ASKED = re.compile(r'"req_id"\s*:\s*(\d+)')
VALUE = re.compile(r"^(\w+)\((.*)\)$")
FIELD = re.compile(r"(\w+)=('[^']*'|\([^()]*\)|[^,]*)(?:, |$)")
QUOTE = "'"
OF_THE_PLAN = {"at", "when", "nth"}
"""What a step or a fault says of the plan, not of itself."""

PLACED = re.compile(r"^create_order (.+)")
ORDER_WORD = re.compile(
    r"Order(?=Submitted|Accepted|Triggered|Updated|Filled|Canceled|Expired|Rejected|NotExecuted)([A-Z]\w+)"
    r"|\b(Sent|Ack|LateAck|Receipt|Recovery(?:Scheduled|Attempt|Completed)|Resolved"
    r"|OrderStatusReport|FillReport|Missed)\b"
)


def orders_of(events: Sequence[TraceEvent]) -> tuple[str, ...]:
    """The client order ids of a trace, in the order in which they appear."""
    return tuple(dict.fromkeys(event.order for event in events if event.order is not None))


def concerning(events: Sequence[TraceEvent], orders: Sequence[str]) -> list[tuple[int, ...]]:
    """For each event, the places in `orders` of those that it is about: its own first, then those that its text names.

    A frame may name several: a snapshot tells of all that are open. A question and its answer are about the same
    orders, though often only one of the two names them.
    """
    places = {order: place for place, order in enumerate(orders)}
    by_text = {order: place for order, place in places.items() if len(order) >= SHORTEST}
    found: list[tuple[int, ...]] = []
    asked: dict[tuple[str, str], int] = {}
    for event in events:
        own = () if event.order is None else (places[event.order],)
        told = (by_text[name] for name in NAME.findall(event.text) if name in by_text)
        found.append(tuple(dict.fromkeys((*own, *told))))
        key = _exchange(event)
        if key is not None and event.kind in {"request", "frame up"}:
            asked[key] = len(found) - 1
        elif key is not None and key in asked:
            question = asked.pop(key)
            found[question] = found[-1] = tuple(dict.fromkeys((*found[question], *found[-1])))
    return found


def _exchange(event: TraceEvent) -> tuple[str, str] | None:
    """What a question and its answer have in common: requests on one socket are answered one after the other."""
    if event.kind in {"request", "reply"}:
        return event.lane, ""
    match = ASKED.search(event.text) if event.kind in {"frame up", "frame down"} else None
    return (event.lane, match[1]) if match else None


def word_of(event: TraceEvent) -> str:
    """The word that says what an event of an order is, `Filled` of an `OrderFilled`; nothing for all other events."""
    if not event.lane.startswith("told"):
        return ""
    match = ORDER_WORD.search(event.text)
    return (match[1] or match[2]) if match else ""


def terms_of(event: TraceEvent) -> str:
    """What was ordered, if this is the event that registers an order."""
    match = PLACED.search(event.text) if event.kind == "registered" else None
    return match[1] if match else ""


def label_of(event: TraceEvent) -> str:
    """What stands beside an event's mark where there is room for it."""
    if event.kind == "reply":
        return _short(event.text.partition(" ")[0])
    if event.kind in {"frame up", "frame down", "request"}:
        called = CALLED.search(event.text)
        return next(filter(None, called.groups())) if called else _short(event.text)
    if event.kind in {"event", "step", "report"}:
        return word_of(event) or _short(event.text)
    if event.kind in {"fault", "fault ended"}:
        return _short(_value(event.text, named=True))
    if event.kind == "did":
        return _short(_value(event.text, named=False))
    if event.lane == "engine/machine":
        return _short(event.text or event.kind)
    if event.kind in {"started", "crashed", "gave up"}:
        _, _, cause = event.text.partition(": ")
        return _short(cause or (event.kind if event.kind != "started" else ""))
    if event.kind in {"violation", "reached", "phase", "registered"} or event.lane == "venue":
        return _short(event.text) or event.kind
    return event.kind


def _value(text: str, *, named: bool) -> str:
    """A value as it is written in Python, without what is not there: the fields of a fault, or a step and its words."""
    match = VALUE.search(text)
    if match is None:
        return text
    fields = [
        f"{name} {value.strip(QUOTE)}" if named else value.strip(QUOTE)
        for name, value in FIELD.findall(match[2])
        if name not in OF_THE_PLAN and value not in {"None", "False"}
    ]
    return ", ".join(fields) if named else " ".join([match[1], *fields])


def _short(text: str, room: int = 40) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"
