"""The log of what could not be read: the only place where it is kept whole."""

import logging
from collections.abc import Sequence

from batactors.model.facts import Fact, QuarantineFact

logger = logging.getLogger("batactors.quarantine")


def log_quarantined(source: str, facts: Sequence[Fact], secret: str | None = None) -> None:
    """Keep what could not be read, but for the secret, should the venue ever echo it."""
    for fact in facts:
        if isinstance(fact, QuarantineFact):
            raw = fact.raw.replace(secret, "(token)") if secret else fact.raw
            logger.warning("%s: quarantined, %s: %s", source, fact.reason, raw)
