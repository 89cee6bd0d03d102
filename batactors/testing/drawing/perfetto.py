"""A trace in the Chrome trace event format, as ui.perfetto.dev reads it.

A group of lanes is a process, a lane a thread. What lasts is a complete event (`X`); what happens at a moment is an
instant (`i`), except where it is about an order: an arrow needs a slice to begin and to end at, so these are complete
events of one microsecond. The arrows (`s`, `t`, `f`) lead along each order's road; they show when a slice is chosen.
All times are whole microseconds, so that on one thread slices either nest or do not touch, as the format asks.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from batactors.testing.drawing.picture import GROUPS, Picture, draw
from batactors.testing.drawing.words import label_of
from batactors.testing.trace import TraceEvent

Item = dict[str, Any]
Key = tuple[int, int, int, int]
"""When; the longest first, so that it encloses the others; the place in the trace; an arrow after its slice."""


def to_perfetto(events: Sequence[TraceEvent], *, title: str) -> str:
    """A JSON text for ui.perfetto.dev or chrome://tracing, the same for the same trace."""
    picture = draw(events)
    keyed = [*_bars(picture), *_moments(picture, events), *_arrows(picture, events)]
    keyed.sort(key=lambda pair: pair[0])
    whole = {
        "displayTimeUnit": "ms",
        "otherData": {"title": title},
        "traceEvents": [*_names(picture), *(item for _, item in keyed)],
    }
    return json.dumps(whole, separators=(",", ":"))


def _names(picture: Picture) -> Iterator[Item]:
    for number, group in enumerate(GROUPS, start=1):
        yield {"ph": "M", "name": "process_name", "pid": number, "args": {"name": group}}
        yield {"ph": "M", "name": "process_sort_index", "pid": number, "args": {"sort_index": number}}
    for place, lane in enumerate(picture.lanes):
        thread = _thread(picture, place)
        yield {"ph": "M", "name": "thread_name", **thread, "args": {"name": lane.name}}
        yield {"ph": "M", "name": "thread_sort_index", **thread, "args": {"sort_index": place + 1}}


def _bars(picture: Picture) -> Iterator[tuple[Key, Item]]:
    for place, span in picture.spans:
        start = _micros(span.start)
        lasts = _micros(span.end) - start
        name = span.tone if span.what == "order" else f"{span.what} {span.label}".strip()
        bar = {"ph": "X", "name": name, "cat": str(span.what), "ts": start, "dur": lasts, **_thread(picture, place)}
        yield (start, -lasts, span.first, 0), bar


def _moments(picture: Picture, events: Sequence[TraceEvent]) -> Iterator[tuple[Key, Item]]:
    for place, event in enumerate(events):
        at = _micros(event.at)
        moment: Item = {"ph": "i", "s": "t", "name": label_of(event) or event.kind, "cat": event.kind, "ts": at}
        if picture.about[place]:
            moment = {**moment, "ph": "X", "dur": 1}
            del moment["s"]
        moment.update(_thread(picture, picture.lane_of[place]))
        moment["args"] = {"lane": event.lane, "kind": event.kind, "text": event.text}
        if event.order is not None:
            moment["args"]["order"] = event.order
        yield (at, -1, place, 0), moment


def _arrows(picture: Picture, events: Sequence[TraceEvent]) -> Iterator[tuple[Key, Item]]:
    """One flow for each order that at least two events are about: it starts, goes on, and finishes."""
    roads: dict[int, list[int]] = {}
    for place, orders in enumerate(picture.about):
        for order in orders:
            roads.setdefault(order, []).append(place)
    for order, road in roads.items():
        for stop, place in enumerate(road):
            if len(road) == 1:
                continue
            at = _micros(events[place].at)
            phase = "s" if stop == 0 else "f" if stop == len(road) - 1 else "t"
            arrow: Item = {"ph": phase, "id": order + 1, "name": picture.orders[order], "cat": "road", "ts": at}
            arrow.update(_thread(picture, picture.lane_of[place]))
            if phase == "f":
                arrow["bp"] = "e"
            yield (at, -1, place, 1), arrow


def _thread(picture: Picture, lane: int) -> dict[str, int]:
    return {"pid": GROUPS.index(picture.lanes[lane].group) + 1, "tid": lane + 1}


def _micros(seconds: float) -> int:
    return round(seconds * 1_000_000)
