"""The numbers that a key's requests must carry, each higher than all before it, those of earlier processes included."""

from batactors.seams import WallClock

FIRST_LEAD = 1_000_000
"""Microseconds that are added when a nonce was refused for the first time."""
GROWTH = 8
MOST_LEAD = 400 * 24 * 3600 * 1_000_000
"""A machine's clock may be wrong by a year, not by more."""


class Nonces:
    """Microseconds of the wall clock, and always more than the last.

    A clock that was set back between two processes gives numbers that the venue has seen. It refuses them, and the
    numbers then run ahead of the clock, ever farther until they pass.
    """

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock
        self._last = 0
        self._lead = 0

    def next(self) -> int:
        """One more."""
        now = self._clock.now()
        self._last = max(self._last + 1, int(now.timestamp()) * 1_000_000 + now.microsecond + self._lead)
        return self._last

    def refused(self) -> None:
        """The venue took the last one for an old one."""
        self._lead = min(max(self._lead * GROWTH, FIRST_LEAD), MOST_LEAD)
