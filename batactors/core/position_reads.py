"""Takes in what REST says of positions and of the margin."""

from batactors.core.ledger import Ledger
from batactors.model.account_facts import MarginFact, PositionFact
from batactors.model.inputs import Finding
from batactors.model.questions import AskPositions


def compare_positions(given: Finding, ledger: Ledger) -> None:
    """Positions are compared with what the stream told, and taken in where it has told none."""
    told = [fact for fact in given.facts if isinstance(fact, PositionFact)]
    for fact in told:
        ledger.touches.note(fact.instrument)
    instrument = given.question.instrument if isinstance(given.question, AskPositions) else None
    ledger.positions.compare(told, instrument, given.asked_at, given.on, ledger.ready_since)
    margins = [fact for fact in given.facts if isinstance(fact, MarginFact)]
    ledger.margin = margins[-1] if margins else ledger.margin
