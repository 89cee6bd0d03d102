"""Where a page of an answer begins, as a number.

The venue goes on from a cursor, which is text, tells histories for a week at a time, and keeps some lists for each
coin. A place holds all three. The engine takes places for numbers and looks into none, so a place is written as one:
the octets of its text.
"""

from attrs import evolve, frozen

from batactors.venues.reading import Unsound

WEEK_MS = 7 * 24 * 3600 * 1000
"""For how long from its time on a question is answered (section 4)."""


@frozen(kw_only=True)
class Place:
    """Where a page begins.

    Attributes:
        step: Which of the requests that together are the answer, from 0.
        since: The beginning of the week, in milliseconds since 1970; 0 for the question's own.
        cursor: The venue's own; empty for a first page.
    """

    step: int = 0
    since: int = 0
    cursor: str = ""

    @classmethod
    def of(cls, offset: int) -> "Place":
        """Read one.

        Raises:
            Unsound: It is none of this codec's.
        """
        if offset == 0:
            return cls()
        text = offset.to_bytes((offset.bit_length() + 7) // 8, "big").decode("utf-8", "replace")
        step, since, cursor = (*text.split(" ", 2), "", "")[:3]
        if not (step.isascii() and step.isdigit() and since.isascii() and since.isdigit()):
            raise Unsound(f"{text[:20]!r} is no place of a page")
        return cls(step=int(step), since=int(since), cursor=cursor)

    @property
    def number(self) -> int:
        """As the engine holds it."""
        return int.from_bytes(f"{self.step} {self.since} {self.cursor}".encode(), "big")

    def after(self, cursor: str | None, rows: int) -> "Place | None":
        """The next page of the same request, if there is one: a cursor behind an empty page leads nowhere.

        Raises:
            Unsound: It leads back to where it came from.
        """
        if not cursor or not rows:
            return None
        if cursor == self.cursor:
            raise Unsound("a page whose cursor leads to itself")
        return evolve(self, cursor=cursor)
