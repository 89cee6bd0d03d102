"""What could not be read: it is logged whole, and kept in the journal, without a secret in it."""

import logging
from collections.abc import Sequence

from attrs import evolve

from batactors.actors.messages import DedupMessage, Tell
from batactors.journal.store import SetAside
from batactors.model.facts import Fact, QuarantineFact
from batactors.model.inputs import Heard

logger = logging.getLogger("batactors.quarantine")


def log_quarantined(source: str, facts: Sequence[Fact], secret: str | None = None) -> Sequence[Fact]:
    """Log what could not be read; the facts without the secret, should the venue ever echo it."""
    quarantined = {place: fact for place, fact in enumerate(facts) if isinstance(fact, QuarantineFact)}
    if not quarantined:
        return facts
    bare = list(facts)
    for place, fact in quarantined.items():
        raw = fact.raw.replace(secret, "(token)") if secret else fact.raw
        bare[place] = evolve(fact, raw=raw)
        logger.warning("%s: quarantined, %s: %s", source, fact.reason, raw)
    return bare


def set_aside_in(message: DedupMessage | None) -> list[SetAside]:
    """What of a message could not be read, for the journal."""
    given = message.given if isinstance(message, Tell) else message
    facts = given.facts if isinstance(given, Heard) else ()
    return [
        SetAside(on=given.on, reason=fact.reason, text=fact.raw)
        for fact in facts
        if isinstance(fact, QuarantineFact) and isinstance(given, Heard)
    ]
