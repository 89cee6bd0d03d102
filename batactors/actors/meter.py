"""What the actors of one account measure of their own work, in bounded memory.

Each notes what it knows: how long something took, on trio's clock, and why a session ended. The names come out of short
lists (roads, questions, sockets), so that there are few, whatever happens.
"""

from batactors.core.histogram import Histogram
from batactors.model.diagnostics import Cut
from batactors.model.errors import TransportError
from batactors.model.questions import NAMES, Question
from batactors.model.terms import Transport

FRAME_TO_TOLD = "frame to told"
TO_WRITTEN = {road: f"submit to written, {road}" for road in Transport}
TO_ANSWERED = {road: f"written to answered, {road}" for road in Transport}
ASKED: dict[type[Question], str] = {question: f"rest: {name}" for question, name in NAMES.items()}
MOST_LATENCIES = 1 + len(TO_WRITTEN) + len(TO_ANSWERED) + len(ASKED)


class Meter:
    """The measurements of one account."""

    def __init__(self) -> None:
        self.latencies: dict[str, Histogram] = {}
        self.cuts: dict[str, dict[Cut, int]] = {}

    def note(self, name: str, seconds: float) -> None:
        """This took so long."""
        histogram = self.latencies.get(name)
        if histogram is None:
            histogram = self.latencies[name] = Histogram()
        histogram.note(seconds)

    def cut(self, socket: str, why: Cut) -> None:
        """A session on this socket has ended."""
        cuts = self.cuts.setdefault(socket, {})
        cuts[why] = cuts.get(why, 0) + 1


class Why:
    """Why one session ends, as far as somebody knows better than by how far it had come; who says so first counts."""

    def __init__(self) -> None:
        self.cut: Cut | None = None

    def error(self, cut: Cut, message: str) -> TransportError:
        """The error that ends it."""
        self.cut = self.cut or cut
        return TransportError(message)
