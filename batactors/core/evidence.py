"""All that was heard about one command, as its verdict will show it."""

from collections.abc import Sequence
from datetime import datetime

from attrs import asdict, evolve

from batactors.core.news import News
from batactors.model.account_facts import SettingFact
from batactors.model.facts import Fact, FillFact, OrderFact, QuarantineFact, TermsFact
from batactors.model.inputs import Inquiry
from batactors.model.receipts import Evidence

MOST = 100
"""Per command: a recovery that goes on for hours repeats itself, and what it heard first and last tells it all."""
FIRST = 50
"""How many of these are the earliest; the others are the latest."""


class EvidenceLog:
    """What was heard about one command, in order of time."""

    def __init__(self) -> None:
        self._all: list[Evidence] = []

    def __len__(self) -> int:
        return len(self._all)

    def restore(self, told: Sequence[Evidence]) -> None:
        """Know again what an earlier life had told."""
        if len(told) >= len(self._all):
            self._all = list(told)

    def note(self, source: str, says: str, news: News, as_of: datetime | None = None) -> None:
        """Add what a source says; if it has said nothing else since, it says it once more."""
        for place in range(len(self._all) - 1, -1, -1):
            before = self._all[place]
            if before.source == source:
                if before.says == says:
                    self._all[place] = evolve(before, times=before.times + 1, last_at=news.on, as_of=as_of)
                    return
                break
        self._all.append(Evidence(source=source, says=says, at=news.on, origin=news.origin, as_of=as_of))
        del self._all[FIRST : FIRST + max(0, len(self._all) - MOST)]

    def all(self) -> tuple[Evidence, ...]:
        """Everything, as values."""
        return tuple(self._all)


def what_it_says(inquiry: Inquiry) -> str:
    """An answer's word on the one order that it was asked about."""
    if any(isinstance(fact, QuarantineFact) for fact in inquiry.facts):
        return "an answer that could not be read whole"
    said = [words for fact in inquiry.facts if (words := _of(fact))]
    pages = f" ({inquiry.pages} pages)" if inquiry.pages > 1 else ""
    return f"{'; '.join(said) if said else 'does not have it'}{pages}"


def _of(fact: Fact) -> str | None:
    match fact:
        case OrderFact():
            terms = [
                f"{name} {value:f}"  # a venue's zero would be shown as 0E-8
                for name, value in (
                    ("total", fact.quantity),
                    ("price", fact.price),
                    ("trigger", fact.trigger_price),
                    ("filled", fact.filled),
                )
                if value is not None
            ]
            return f"{fact.says}: {', '.join(terms)}" if terms else str(fact.says)
        case FillFact():
            return f"fill {fact.fill_id}: {fact.quantity} @ {fact.price}"
        case TermsFact():
            count = len(fact.history)
            return f"{count} set{'s' if count != 1 else ''} of terms"
        case SettingFact():
            told = asdict(fact, filter=lambda attribute, value: value is not None and attribute.name in _SETTINGS)
            return ", ".join(f"{name} {value}" for name, value in told.items()) or None
        case _:
            return None


_SETTINGS = ("leverage", "margin_mode", "position_mode")
