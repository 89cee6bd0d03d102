"""Times as Binance writes them: milliseconds since 1970, and zero for none (section 2)."""

from datetime import UTC, datetime, timedelta

from batactors.venues.binance.checks import unsupported
from batactors.venues.codec import Stamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FAR = 100_000_000_000_000  # some three thousand years: past it stands a mistake, not a time
LONGEST_WINDOW = 60_000  # milliseconds, of `recvWindow`


def from_ms(time: int | str | None) -> datetime | None:
    """Read a time. It only informs, so one that cannot be read is absent and spoils nothing else."""
    if isinstance(time, str):
        time = int(time) if time.isascii() and time.isdigit() and len(time) < 16 else None
    if time is None or not 0 < time < _FAR:
        return None
    seconds, milliseconds = divmod(time, 1000)
    return EPOCH + timedelta(0, seconds, milliseconds * 1000)  # by place: three times as fast as by name


def to_ms(time: datetime) -> int:
    """Whole milliseconds, cut off: a deadline may come out earlier, never later."""
    return (time - EPOCH) // _MILLISECOND


def timestamp(stamp: Stamp) -> int:
    """When a request was signed, in milliseconds since 1970.

    The venue refuses one that is a second ahead of its clock or more.
    """
    return to_ms(stamp.now)


def recv_window(stamp: Stamp) -> int:
    """For how many milliseconds after that it is good; a minute at most, which is the venue's own limit.

    The venue checks it at its door, and again at the matching engine.

    Raises:
        Unsupported: It is not good any more.
    """
    window = to_ms(stamp.valid_until) - to_ms(stamp.now)
    if window < 1:
        raise unsupported("its validity ran out before it was signed")
    return min(window, LONGEST_WINDOW)
