"""Whether frames of a channel were lost: its sequence grows by one with each frame (sections 9 and 13)."""

from collections import deque

from batactors.model.facts import GapFact

REMEMBERED = 16  # frames, so that one told twice is known again; a duplicate follows its original closely


class Watermark:
    """How far the sequence of one channel came in this session."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._last: int | None = None
        self._recent: deque[tuple[int, str | bytes]] = deque(maxlen=REMEMBERED)

    def take(self, sequence: int, frame: str | bytes, *, reseeds: bool) -> GapFact | None:
        """Note a frame's number; a snapshot ``reseeds``, whatever its number is."""
        last, expected = self._last, None if self._last is None else self._last + 1
        told_twice = last is not None and sequence <= last and not reseeds and (sequence, frame) in self._recent
        if told_twice:
            return None
        self._last = sequence
        self._recent.append((sequence, frame))
        if reseeds or expected is None or sequence == expected:
            return None
        # Above: frames were lost. At or below, and no repetition: the stream restarted, and nobody knows what is lost.
        return GapFact(channel=self._channel, expected=expected, received=sequence)
