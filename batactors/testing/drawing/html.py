"""One page with the whole picture in it: no network, no library, only a browser.

What the page shows comes from venues too, so it is untrusted text: it goes in as data, the page puts it on the screen
as text, and the page runs no script but its own, whose hash it carries.
"""

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from batactors.testing.drawing.looks import LEGEND, Look, look_of
from batactors.testing.drawing.picture import GROUPS, Picture, draw
from batactors.testing.drawing.words import label_of
from batactors.testing.trace import TraceEvent

SCRIPTS = ("paint.js", "trace.js", "lanes.js", "panel.js", "input.js")
"""The page's script, in parts that are read one after the other; the last one begins."""

DIGITS = 6  # of a second: microseconds


def to_html(events: Sequence[TraceEvent], *, title: str, summary: Mapping[str, str], order: str | None = None) -> str:
    """Draw a run.

    Args:
        events: The trace.
        title: The page's heading.
        summary: What stands beside the heading, by its name.
        order: The client order id whose road is shown first; none, or one that is not in the trace, shows all.

    Returns:
        A whole HTML file, the same for the same trace.
    """
    data = _data(draw(events), events)
    data.update(title=title, summary=list(summary.items()))
    if order in data["orders"]:
        data["chosen"] = order
    style = _part("trace.css")
    script = "".join(map(_part, SCRIPTS))
    return Template(_part("trace.html")).substitute(
        title=html.escape(title).encode("ascii", "xmlcharrefreplace").decode(),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        data=_inside_html(data),
    )


def _data(picture: Picture, events: Sequence[TraceEvent]) -> dict[str, Any]:
    """What the page draws: tables of few words, and rows that point into them."""
    looks: dict[tuple[Look, str], int] = {}
    labels: dict[str, int] = {}
    rows = []
    for place, event in enumerate(events):
        look = looks.setdefault((look_of(event), event.kind), len(looks))
        label = labels.setdefault(label_of(event), len(labels))
        about = picture.about[place]
        rows.append([_rounded(event.at), picture.lane_of[place], look, label, event.lane, event.text, about])
    return {
        "until": _rounded(picture.until),
        "groups": GROUPS,
        "orders": picture.orders,
        "lanes": [[GROUPS.index(lane.group), lane.name, lane.note, lane.order] for lane in picture.lanes],
        "spans": [
            [lane, _rounded(span.start), _rounded(span.end), span.what, span.tone, span.label, span.first, span.last]
            for lane, span in picture.spans
        ],
        "looks": [[look.glyph, look.tone, kind] for look, kind in looks],
        "labels": list(labels),
        "events": rows,
        "legend": LEGEND,
    }


def _inside_html(data: Mapping[str, Any]) -> str:
    """JSON in which no `<` stands, so that no text in it can end the script that holds it or begin a comment."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _rounded(seconds: float) -> float:
    return round(seconds, DIGITS)


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
