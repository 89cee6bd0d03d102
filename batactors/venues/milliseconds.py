"""Times in milliseconds since 1970, as most venues write them."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FAR = 100_000_000_000_000  # some three thousand years: past it stands a mistake, not a time
_DIGITS = 15  # as many have all times before that


def ms_of(time: int | float | str | None) -> int | None:
    """A time in milliseconds; zero and nothing are how venues write that there is none.

    It only informs, so one that cannot be read is absent and spoils nothing else.
    """
    if isinstance(time, str):
        time = int(time) if time.isascii() and time.isdigit() and len(time) <= _DIGITS else None
    return int(time) if time is not None and 0 < time < _FAR else None


def from_ms(time: int | float | str | None) -> datetime | None:
    """Read a time; what is finer is cut off."""
    if isinstance(time, str):
        time = ms_of(time)
    if time is None or not 0 < time < _FAR:
        return None
    seconds, milliseconds = divmod(int(time), 1000)
    return EPOCH + timedelta(0, seconds, milliseconds * 1000)  # by place: three times as fast as by name


def to_ms(time: datetime) -> int:
    """Whole milliseconds, cut off: a deadline may come out earlier, never later."""
    return (time - EPOCH) // _MILLISECOND
