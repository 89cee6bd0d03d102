"""The instruments in which the account has something, or lately had.

Venues that tell fills and closed orders by instrument are asked about these.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from attrs import frozen

from batactors.model.facts import QuarantineFact
from batactors.model.ids import FillId, InstrumentId
from batactors.model.inputs import Inquiry
from batactors.model.order_events import OrderEvent, OrderFilled
from batactors.model.questions import AskClosedOrders, AskFills, Question
from batactors.model.reports import FillReport, Report

MOST_TOUCHED = 200
"""Instruments that are asked about. The one longest not heard of goes first, if no order of ours works in it."""
MOST_KNOWN = 128
"""Fills of an instrument that a question can go on from: with ``APART`` these reach back twenty minutes and more."""
APART = timedelta(seconds=10)
"""How far apart these are: a question that begins at one tells at most so much once more."""


@frozen(kw_only=True)
class Touched:
    """One of them.

    Attributes:
        owed_since: Its fills were never asked for, and there may be some from then on; ``None`` once they were.
        known: Fills that were told of it, and when they were made by the venue's clock; oldest first.
        cut: Questions whose answers, begun at a time, were cut.
    """

    instrument: InstrumentId
    owed_since: datetime | None = None
    known: Sequence[tuple[datetime, FillId]] = ()
    cut: frozenset[type[Question]] = frozenset()

    def is_cut(self, question: type[Question]) -> bool:
        """Whether a question of this kind has to be asked from the first row on."""
        return question in self.cut

    def last_before(self, since: datetime) -> FillId | None:
        """The last known fill from before then: venues count in the order of time, so what is younger counts higher.

        A fill that was told late, though it counts lower than others that are known, comes after it all the same.
        """
        return next((fill_id for at, fill_id in reversed(self.known) if at < since), None)


class Touches:
    """The instruments of one account.

    Args:
        since: From when on there may be fills that nobody has told (UTC).
    """

    def __init__(self, since: datetime) -> None:
        self.since = since
        self._entries: OrderedDict[InstrumentId, _Entry] = OrderedDict()

    def note(self, instrument: InstrumentId | None) -> None:
        """The account has something in this instrument."""
        if instrument is None:
            return
        if instrument not in self._entries:
            self._entries[instrument] = _Entry(self.since)
        self._entries.move_to_end(instrument)
        while len(self._entries) > MOST_TOUCHED:
            self._entries.popitem(last=False)

    def fill(self, instrument: InstrumentId | None, fill_id: FillId, occurred_at: datetime | None) -> None:
        """A fill of this instrument was told, at this time of the venue's clock."""
        self.note(instrument)
        if instrument is None or occurred_at is None:
            return
        known = self._entries[instrument].known
        if not known or occurred_at >= known[-1][0] + APART:
            known.append((occurred_at, fill_id))

    def restore(self, told: Iterable[OrderEvent | Report], since: datetime) -> None:
        """Know again what this was told of; from ``since`` on there may be fills that nobody has told."""
        fills: list[tuple[datetime, OrderFilled | FillReport]] = []
        for one in told:
            self.note(one.instrument)
            if isinstance(one, OrderFilled | FillReport) and one.occurred_at is not None:
                fills.append((one.occurred_at, one))
        for at, fill in sorted(fills, key=itemgetter(0)):
            self.fill(fill.instrument, fill.fill_id, at)
        for entry in self._entries.values():
            entry.owed_since = since

    def asked(self, parts: Iterable[Inquiry]) -> None:
        """These were asked of the venue, and answered to the last page."""
        for part in parts:
            question = part.question
            if not isinstance(question, AskFills | AskClosedOrders):
                continue
            entry, kind = self._get(question.instrument), type(question)
            if entry is None:
                continue
            cut = any(isinstance(fact, QuarantineFact) and fact.cut for fact in part.facts)
            if cut:
                entry.cut |= {kind}
            elif question.from_first:
                entry.cut -= {kind}

    def covered(self, parts: Iterable[Inquiry]) -> None:
        """These were the parts of a question for all fills, and nothing in their answers was unreadable."""
        for part in parts:
            entry = self._get(part.question.instrument) if isinstance(part.question, AskFills) else None
            if entry is not None:
                entry.owed_since = None

    def all(self) -> tuple[Touched, ...]:
        """All of them, in the order of their names."""
        return tuple(
            Touched(instrument=name, owed_since=one.owed_since, known=tuple(one.known), cut=one.cut)
            for name, one in sorted(self._entries.items())
        )

    def _get(self, instrument: InstrumentId | None) -> "_Entry | None":
        return None if instrument is None else self._entries.get(instrument)

    @property
    def is_full(self) -> bool:
        """Whether the next one takes the place of another."""
        return len(self._entries) == MOST_TOUCHED

    def sizes(self) -> dict[str, tuple[int, int]]:
        """How many entries there are, and how many there may be."""
        return {"touched instruments": (len(self._entries), MOST_TOUCHED)}


class _Entry:
    def __init__(self, owed_since: datetime) -> None:
        self.owed_since: datetime | None = owed_since
        self.known: deque[tuple[datetime, FillId]] = deque(maxlen=MOST_KNOWN)
        self.cut: frozenset[type[Question]] = frozenset()
