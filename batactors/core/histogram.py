"""How long things took, in bounded memory: counts in buckets that are each a sixteenth of their octave wide."""

from math import ceil, frexp, ldexp

from batactors.model.diagnostics import Latency

PARTS = 16
"""Buckets in each doubling: a quantile is told at most a sixteenth, and at least not at all, too high."""
OCTAVES = 40
"""Doublings from a microsecond on; what takes longer than twelve days counts in the last."""
BUCKETS = PARTS * OCTAVES
"""As many numbers are kept at most."""


class Histogram:
    """The durations of one kind of thing. To note one costs the same however many were noted before."""

    __slots__ = ("_buckets", "_count", "_most", "_total")

    def __init__(self) -> None:
        self._buckets: dict[int, int] = {}
        self._count = 0
        self._total = 0.0
        self._most = 0.0

    def __len__(self) -> int:
        return len(self._buckets)

    def note(self, seconds: float) -> None:
        """One more took so long; less than nothing, as where clocks are read crosswise, counts as nothing."""
        seconds = max(0.0, seconds)
        self._count += 1
        self._total += seconds
        self._most = max(self._most, seconds)
        mantissa, exponent = frexp(seconds * 1e6)
        place = min((exponent - 1) * PARTS + int(mantissa * 2 * PARTS) - PARTS, BUCKETS - 1) if exponent > 0 else -1
        self._buckets[place] = self._buckets.get(place, 0) + 1

    def read(self) -> Latency:
        """What was noted so far."""
        return Latency(
            count=self._count, total=self._total, most=self._most,
            p50=self._quantile(0.5), p99=self._quantile(0.99), p999=self._quantile(0.999),
        )  # fmt: skip

    def _quantile(self, share: float) -> float:
        """The duration that this share of all did not exceed, as the upper end of its bucket."""
        rank, passed = ceil(share * self._count), 0
        for place in sorted(self._buckets):
            passed += self._buckets[place]
            if passed >= rank > 0:
                return min(self._most, _upper(place))
        return 0.0


def _upper(place: int) -> float:
    octave, part = divmod(place, PARTS)
    return 1e-6 if place < 0 else (PARTS + part + 1) / PARTS * ldexp(1.0, octave) * 1e-6
