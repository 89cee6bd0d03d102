"""Where everything stands: which lane each event and each span is drawn in. No colour and no pixel is decided here.

A thing is what keeps to one lane: an actor, a socket, a fault, an order. Things of one family share lanes as long as
their times do not overlap, so that forty sockets in a row take as much room as the most that were open at once.
"""

import re
from collections.abc import Iterable, Sequence

from attrs import Factory, define, frozen

from batactors.testing.drawing.spans import Placed, Span, fault_span, order_spans, spans_of
from batactors.testing.drawing.words import concerning, orders_of, terms_of
from batactors.testing.trace import TraceEvent

GROUPS = ("checks", "user", "orders", "engine", "sockets", "venue", "faults")
"""From top to bottom, as a command goes: from the user through the engine to the venue."""

MACHINE = "machine"
"""The process that all actors live in: where it ends, so do they."""

ACTORS = (MACHINE, "lane", "dedup", "connection", "rest", "reconciler", "metadata", "clock", "journal")
"""The actors that a command meets, in that order; others follow as they appear."""

ACCOUNT = "account"
"""What is told of no order of ours: of strangers, and of commands that concern all orders."""

NUMBER = re.compile(r"[ /#:-]?\d+$")
APART = 1 / 200  # of the run: what must lie between two things in one lane


@frozen
class Lane:
    """One row of the picture. An order's lane has the place of the order, and its terms as a note."""

    group: str
    name: str
    note: str = ""
    order: int | None = None


@frozen
class Picture:
    """A trace, laid out.

    Attributes:
        until: When the run ended, in virtual seconds.
        orders: The client order ids.
        lanes: The rows, from top to bottom.
        lane_of: For each event, the place of its lane.
        about: For each event, the places of the orders that it is about.
        spans: What lasted, each with the place of its lane.
    """

    until: float
    orders: tuple[str, ...]
    lanes: tuple[Lane, ...]
    lane_of: tuple[int, ...]
    about: tuple[tuple[int, ...], ...]
    spans: tuple[tuple[int, Span], ...]


@define
class _Thing:
    group: str
    family: str
    order: int | None = None
    placed: list[tuple[int, TraceEvent]] = Factory(list)
    spans: list[Span] = Factory(list)

    @property
    def note(self) -> str:
        terms = (terms_of(event) for _, event in self.placed) if self.order is not None else ()
        return next(filter(None, terms), "")

    @property
    def start(self) -> float:
        return self.placed[0][1].at

    @property
    def lasts(self) -> bool:
        return self.end > self.start

    @property
    def end(self) -> float:
        return max(self.placed[-1][1].at, *(span.end for span in self.spans), self.start)


def draw(events: Sequence[TraceEvent]) -> Picture:
    """Lay out a trace."""
    until = max((event.at for event in events), default=0.0)
    orders = orders_of(events)
    things = _things(events, orders)
    deaths = [
        (place, event)
        for thing in things
        for place, event in thing.placed
        if (thing.group, thing.family) == ("engine", MACHINE) and event.kind in {"crashed", "ended"}
    ]
    for thing in things:
        thing.spans = _spans(thing, until, deaths)
        if thing.group == "sockets":
            thing.family = _carries(thing)
    lanes: list[Lane] = []
    lane_of = [0] * len(events)
    spans: list[tuple[int, Span]] = []
    for family in _families(things):
        for row in _rows(family, apart=until * APART):
            lane = len(lanes)
            lanes.append(Lane(row[0].group, row[0].family, row[0].note, row[0].order))
            for thing in row:
                spans.extend((lane, span) for span in thing.spans)
                for place, _ in thing.placed:
                    lane_of[place] = lane
    about = tuple(concerning(events, orders))
    return Picture(until, orders, tuple(lanes), tuple(lane_of), about, tuple(spans))


def _things(events: Sequence[TraceEvent], orders: Sequence[str]) -> list[_Thing]:
    things: dict[str, _Thing] = {}
    faults: list[_Thing] = []
    running: list[_Thing] = []
    places = {order: place for place, order in enumerate(orders)}
    for placed in enumerate(events):
        event = placed[1]
        if event.lane == "fault":
            _add_fault(placed, faults, running)
            continue
        of_order = event.lane == "told" and event.order is not None
        key = f"told {event.order}" if of_order else event.lane
        if key not in things:
            things[key] = _Thing(*_home(event), places[event.order or ""] if of_order else None)
        things[key].placed.append(placed)
    return [*things.values(), *faults]


def _add_fault(placed: tuple[int, TraceEvent], faults: list[_Thing], running: list[_Thing]) -> None:
    """A fault's end belongs to the fault with the same text, or else to the last of the same kind, or else to none."""
    event = placed[1]
    family = _fault_word(event)
    if event.kind == "fault ended":
        same = [thing for thing in running if thing.placed[0][1].text == event.text]
        alike = same or [thing for thing in running if thing.family == family]
        if alike:
            alike[-1].placed.append(placed)
            running.remove(alike[-1])
            return
    thing = _Thing("faults", family)
    thing.placed.append(placed)
    faults.append(thing)
    if event.kind == "fault":
        running.append(thing)


def _home(event: TraceEvent) -> tuple[str, str]:
    """The group and the family of the thing that this event is the first of."""
    top, _, name = event.lane.partition("/")
    if top == "engine":
        return "engine", NUMBER.sub("", name) or name
    if top == "told":
        return "orders", event.order or ACCOUNT
    if top.startswith("socket"):
        return "sockets", top
    if top == "check":
        return "checks", "checks"
    return (top if top in GROUPS else "engine"), event.lane


def _fault_word(event: TraceEvent) -> str:
    match = re.match(r"\w+", event.text)
    return match[0] if match else "fault"


def _carries(thing: _Thing) -> str:
    """What a socket is for. A WebSocket begins with a request too; an idle socket goes by where it leads to."""
    kinds = {event.kind for _, event in thing.placed}
    if not kinds.isdisjoint({"frame up", "frame down"}):
        return "websocket"
    if not kinds.isdisjoint({"request", "reply"}):
        return "rest"
    if kinds == {"refused"}:
        return "dials"
    return next((event.text for _, event in thing.placed if event.kind == "opened"), "") or "socket"


def _spans(thing: _Thing, until: float, deaths: Placed) -> list[Span]:
    if thing.group == "faults":
        return fault_span(thing.placed, until)
    if thing.group == "orders":
        return order_spans(thing.placed, until)
    if thing.group == "engine" and thing.family != MACHINE:
        return spans_of(sorted([*thing.placed, *deaths], key=lambda pair: pair[0]), until)
    return spans_of(thing.placed, until)


def _families(things: Iterable[_Thing]) -> list[list[_Thing]]:
    """Things by family: in the order of the groups, the actors' as the road goes, all others as they appear."""
    families: dict[tuple[str, str], list[_Thing]] = {}
    for thing in sorted(things, key=lambda thing: thing.placed[0][0]):
        families.setdefault((thing.group, thing.family), []).append(thing)
    return [families[key] for key in sorted(families, key=_rank)]


def _rank(key: tuple[str, str]) -> tuple[int, int]:
    group, family = key
    if group == "orders":
        return GROUPS.index(group), int(family == ACCOUNT)
    return GROUPS.index(group), ACTORS.index(family) if family in ACTORS else len(ACTORS)


def _rows(family: Sequence[_Thing], apart: float) -> list[list[_Thing]]:
    """Put each thing into the first row where it touches no other."""
    rows: list[list[_Thing]] = []
    for thing in family:
        free = (row for row in rows if row[-1].end + apart * (row[-1].lasts or thing.lasts) <= thing.start)
        row = next(free, None)
        if row is None:
            rows.append([thing])
        else:
            row.append(thing)
    return rows
