"""Times as Bybit writes them: milliseconds since 1970, mostly as text, and nothing or zero for none (section 2)."""

from datetime import UTC, datetime, timedelta

from batactors.venues.bybit.checks import unsupported
from batactors.venues.codec import Stamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FAR = 100_000_000_000_000  # some three thousand years: past it stands a mistake, not a time
LONGEST_WINDOW = 60_000  # milliseconds, of ours: the venue names no limit


def ms_of(time: int | str | None) -> int | None:
    """A time in milliseconds. It only informs, so one that cannot be read is absent and spoils nothing else."""
    if isinstance(time, str):
        time = int(time) if time.isascii() and time.isdigit() and len(time) < 16 else None
    return time if time is not None and 0 < time < _FAR else None


def from_ms(time: int | str | None) -> datetime | None:
    """Read a time."""
    number = ms_of(time)
    if number is None:
        return None
    seconds, milliseconds = divmod(number, 1000)
    return EPOCH + timedelta(0, seconds, milliseconds * 1000)


def to_ms(time: datetime) -> int:
    """Whole milliseconds, cut off: a deadline may come out earlier, never later."""
    return (time - EPOCH) // _MILLISECOND


def timestamp(stamp: Stamp) -> str:
    """When a request was signed. The venue refuses one that is a second ahead of its clock or more."""
    return str(to_ms(stamp.now))


def recv_window(stamp: Stamp) -> str:
    """For how many milliseconds after that it is good.

    Raises:
        Unsupported: It is not good any more.
    """
    window = to_ms(stamp.valid_until) - to_ms(stamp.now)
    if window < 1:
        raise unsupported("its validity ran out before it was signed")
    return str(min(window, LONGEST_WINDOW))
