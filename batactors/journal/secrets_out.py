"""What is kept of a frame that could not be taken in: its first part, without anything that opens an account."""

import re

from attrs import evolve

from batactors.journal.store import SetAside

LONGEST = 16_384
"""Characters of a frame that are kept: more than any private frame of a venue has rows in one breath."""

_SECRET = re.compile(
    r'("[^"]*(?:token|secret|api[-_ ]?key|api[-_ ]?sign|signature|password|passphrase|otp)[^"]*"\s*:\s*)'
    r'"(?:[^"\\]|\\.)*"?',
    re.IGNORECASE,
)


def fit_to_keep(frame: SetAside) -> SetAside:
    """The same without the values of fields that are named like a secret, and cut to its first part."""
    text = _SECRET.sub(r'\1"***"', frame.text[: 2 * LONGEST])
    return evolve(frame, text=text[:LONGEST])
