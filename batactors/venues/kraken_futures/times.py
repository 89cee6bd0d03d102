"""Times as Kraken Futures writes them: RFC 3339 over REST, milliseconds since 1970 on the socket and in the history."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FAR = 100_000_000_000_000  # some three thousand years: past it stands a mistake, not a time


def from_text(text: str | None) -> datetime | None:
    """Read RFC 3339. A time only informs, so one that cannot be read is absent and spoils nothing else."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        return None if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_ms(time: int | float | None) -> datetime | None:
    """Read milliseconds since 1970; zero is how the venue writes that there is none."""
    if time is None or not 0 < time < _FAR:
        return None
    seconds, milliseconds = divmod(int(time), 1000)
    return EPOCH + timedelta(0, seconds, milliseconds * 1000)


def to_text(time: datetime) -> str:
    """RFC 3339 with milliseconds. What is finer is cut off: a deadline may come out earlier, never later."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def to_ms(time: datetime) -> int:
    """Whole milliseconds since 1970, cut off."""
    return (time - EPOCH) // _MILLISECOND
