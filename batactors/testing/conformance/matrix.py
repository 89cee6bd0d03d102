"""What each venue can do, as it came out when the suite was played last."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from attrs import frozen

from batactors.testing.conformance.capability import CAPABILITIES
from batactors.testing.conformance.played import Played

KEPT = "capabilities.json"


@frozen(kw_only=True)
class Entry:
    """Whether a venue has a capability.

    Attributes:
        by: The roads by which commands do it: `websocket`, `rest`; empty if it needs none.
        why_not: In the engine's words; `None` if the venue has it.
    """

    by: tuple[str, ...] = ()
    why_not: str | None = None

    @property
    def supported(self) -> bool:
        """Whether it can be done."""
        return self.why_not is None

    @classmethod
    def of(cls, played: Played) -> "Entry":
        """What a scene came to."""
        return cls(by=tuple(road.value for road in played.roads if road.value != "auto"), why_not=played.why_not)


Matrix = Mapping[str, Mapping[str, Entry]]
"""By venue, and by the id of the capability."""


@cache
def kept_matrix() -> Matrix:
    """What is kept in `capabilities.json`; a test plays it again."""
    written = files(__package__).joinpath(KEPT).read_bytes()
    return matrix_of(msgspec.json.decode(written, type=dict[str, dict[str, dict[str, Any]]]))


def matrix_of(written: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Matrix:
    """The matrix that JSON says."""
    return {
        venue: {
            name: Entry(by=tuple(entry.get("by", ())), why_not=entry.get("why_not")) for name, entry in entries.items()
        }
        for venue, entries in written.items()
    }


def as_json(matrix: Matrix) -> dict[str, Any]:
    """The matrix for JSON."""
    return {
        venue: {
            name: {"supported": entry.supported}
            | ({"by": list(entry.by)} if entry.by else {})
            | ({"why_not": entry.why_not} if entry.why_not is not None else {})
            for name, entry in entries.items()
        }
        for venue, entries in matrix.items()
    }


def cell(entry: Entry | None) -> str:
    """What a table shows of it."""
    match entry:
        case None:
            return "?"
        case Entry(why_not=None, by=("rest",)):
            return "REST"
        case Entry(why_not=None, by=("websocket",)):
            return "socket"
        case Entry(why_not=None):
            return "yes"
    return "no"


def as_markdown(matrix: Matrix, titles: Callable[[str], str]) -> str:
    """The tables of the docs, one for each group."""
    return "\n".join(_markdown(matrix, titles))


def _markdown(matrix: Matrix, titles: Callable[[str], str]) -> Iterable[str]:
    group = None
    for capability in CAPABILITIES.values():
        if capability.group is not group:
            group = capability.group
            yield from ([""] if group is not next(iter(CAPABILITIES.values())).group else [])
            yield f"| {group} | " + " | ".join(titles(venue) for venue in matrix) + " |"
            yield "|---|" + "---|" * len(matrix)
        cells = (cell(entries.get(capability.id)) for entries in matrix.values())
        yield f"| {capability.title} | " + " | ".join(cells) + " |"
