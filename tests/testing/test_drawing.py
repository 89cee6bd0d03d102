"""A trace as a page: all of it is there, as data that no text of it can break out of, the same for the same trace."""

import json
import re
import shutil
import subprocess
from decimal import Decimal
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.testing import drawing
from batactors.testing.drawing import to_html
from batactors.testing.drawing.looks import KINDS, LEGEND, WORDS
from batactors.testing.trace import TraceEvent
from tests.testing.drawing_example import example

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]></SCRIPT ><img src=x onerror=alert(1)>",
    "$data $script ${title}",
    "\u2028\u2029\u202e\ud800\x00",
]


GROUP_OF = {
    "check": "checks",
    "user": "user",
    "told": "orders",
    "engine": "engine",
    "socket": "sockets",
    "venue": "venue",
    "fault": "faults",
}


class Page(HTMLParser):
    """What a reader of HTML makes of the page: its elements, and what is inside its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.scripts: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action"}]
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1] == "script":
            self.scripts[-1] += data

    @property
    def data(self) -> dict[str, Any]:
        found = json.loads(self.scripts[0], parse_float=Decimal)
        assert isinstance(found, dict)
        return found


def page(events: list[TraceEvent], **more: Any) -> str:
    return to_html(events, **{"title": "A run", "summary": {"seed": "1"}, **more})


def test_every_event_is_on_the_page() -> None:
    """What is in the trace is in the picture, in full and in order."""
    events = example()
    data = Page(page(events)).data
    shown = [(float(at), lane, data["looks"][look][2], text) for at, _, look, _, lane, text, _ in data["events"]]
    assert shown == [(event.at, event.lane, event.kind, event.text) for event in events]


def test_an_event_is_about_its_order_and_those_that_it_names() -> None:
    """A frame belongs to the road of each order that its text names, whole names only."""
    events = [
        TraceEvent(at=0.0, lane="told", kind="event", text="OrderSubmitted", order="order-1"),
        TraceEvent(at=0.0, lane="told", kind="event", text="OrderSubmitted", order="order-12"),
        TraceEvent(at=1.0, lane="socket 1", kind="frame down", text='{"cl_ord_id":"order-12"}'),
        TraceEvent(at=1.0, lane="socket 1", kind="frame down", text='["order-12","order-1","order-3"]'),
        TraceEvent(at=1.0, lane="socket 1", kind="frame down", text='{"channel":"heartbeat"}'),
    ]
    data = Page(page(events)).data
    assert data["orders"] == ["order-1", "order-12"]
    assert [about for *_, about in data["events"]] == [[0], [1], [1], [1, 0], []]


def test_a_question_and_its_answer_are_about_the_same_order() -> None:
    """An answer that names no order is on the road of the question's, and the other way round; no other answer is."""
    events = [
        TraceEvent(at=0.0, lane="socket 1", kind="frame up", text='{"req_id":7}', order="order-1"),
        TraceEvent(at=0.0, lane="socket 2", kind="request", text="POST /0/private/QueryOrders txid=OABC"),
        TraceEvent(at=1.0, lane="socket 1", kind="frame down", text='{"req_id":8,"success":true}'),
        TraceEvent(at=1.0, lane="socket 1", kind="frame down", text='{"req_id":7,"error":"EOrder:Unknown order"}'),
        TraceEvent(at=1.0, lane="socket 2", kind="reply", text='200 {"cl_ord_id":"order-1"}'),
        TraceEvent(at=2.0, lane="socket 2", kind="reply", text="200 {}"),
    ]
    assert [about for *_, about in Page(page(events)).data["events"]] == [[0], [0], [], [0], [0], []]


def test_each_bar_ends_not_before_it_begins_and_within_the_run() -> None:
    """No time runs backwards in the picture."""
    data = Page(page(example())).data
    assert data["spans"]
    assert all(0 <= start <= end <= data["until"] for _, start, end, *_ in data["spans"])


def test_each_event_stands_in_a_lane_of_its_own_sort() -> None:
    """An order's events are in its own lane, and no two things that overlap in time share one."""
    events = example()
    data = Page(page(events)).data
    for event, (_, lane, *_) in zip(events, data["events"], strict=True):
        group, _, _, order = data["lanes"][lane]
        assert data["groups"][group] == GROUP_OF[event.lane.partition("/")[0].partition(" ")[0]]
        if event.lane == "told":
            assert data["orders"][order] == event.order
    bars = sorted((lane, start, end) for lane, start, end, *_ in data["spans"])
    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(bars))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """What a venue sends cannot end the data's script, begin a comment or become an element, wherever it stands."""
    plain = page(example())
    events = [*example(), TraceEvent(at=90.0, lane=f"socket {text}", kind=text, text=text, order=text)]
    whole = page(events, title=text, summary={text: text}, order=text)
    whole.encode()  # it can be written into a file
    assert Page(whole).elements == Page(plain).elements
    assert Page(whole).scripts[1] == Page(plain).scripts[1]
    data = Page(whole).data
    assert (data["title"], data["chosen"], data["events"][-1][5]) == (text, text, text)


@given(st.lists(st.builds(TraceEvent, at=st.floats(0, 100), lane=st.text(max_size=9), kind=st.text(max_size=9),
                          text=st.text(), order=st.none() | st.text(max_size=9)), max_size=9))  # fmt: skip
def test_any_trace_is_drawn(events: list[TraceEvent]) -> None:
    """No text, no lane and no kind is too strange, and a trace without an event is an empty picture."""
    events.sort(key=lambda event: event.at)
    whole = page(events)
    assert len(Page(whole).data["events"]) == len(events)
    assert Page(whole).elements.count("script") == 2


def test_the_same_trace_is_the_same_page() -> None:
    """Two runs of one seed can be compared by their pictures."""
    assert page(example()) == page(example())


def test_the_page_needs_nothing_from_elsewhere() -> None:
    """It works from a folder: there is no address in it, and its policy forbids to load anything."""
    whole = page(example())
    assert Page(whole).addresses == []
    assert "default-src 'none'" in whole
    assert not re.search(r"\b(fetch|import|XMLHttpRequest|innerHTML|outerHTML|insertAdjacentHTML|eval)\b", whole)


def test_an_order_can_be_chosen_beforehand() -> None:
    """The order that was asked for is shown first; one that the trace does not know is not."""
    assert Page(page(example(), order="bat-01-0003")).data["chosen"] == "bat-01-0003"
    assert "chosen" not in Page(page(example(), order="nobody")).data


def test_every_mark_can_be_drawn_and_is_explained() -> None:
    """Each shape is one that the script draws, each colour one that the style names, and the legend tells of each."""
    shapes = (files(drawing) / "paint.js").read_text(encoding="utf-8")
    style = (files(drawing) / "trace.css").read_text(encoding="utf-8")
    for look in [*KINDS.values(), *WORDS.values()]:
        assert f"\n  {look.glyph}(" in shapes
        assert f"--{look.tone}:" in style
        assert look.glyph == "edge" or (look.glyph, look.tone) in {(glyph, tone) for glyph, tone, _ in LEGEND}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("part", [path.name for path in files(drawing).iterdir() if path.name.endswith(".js")])
def test_the_scripts_are_scripts(part: str) -> None:
    """Each file is JavaScript by itself."""
    path = Path(str(files(drawing) / part))
    assert subprocess.run(["node", "--check", path], check=False, timeout=30).returncode == 0
