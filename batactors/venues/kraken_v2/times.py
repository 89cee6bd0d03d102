"""Times as Kraken writes them: RFC 3339 text on the socket, seconds since 1970 with a fraction over REST."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
_MICROSECONDS = Decimal(1_000_000)
_FAR = Decimal(100_000_000_000)  # some three thousand years: past it stands a mistake, not a time


def from_text(text: str | None) -> datetime | None:
    """Read RFC 3339. A time only informs, so one that cannot be read is absent and spoils nothing else."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        return None if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_seconds(seconds: Decimal | None) -> datetime | None:
    """Read seconds since 1970, exactly to the microsecond. Zero is how the venue writes that there is none."""
    if seconds is None or not seconds.is_finite() or not 0 < seconds < _FAR:
        return None
    return EPOCH + timedelta(microseconds=int(seconds * _MICROSECONDS))


def from_nanoseconds(nanoseconds: int | None) -> datetime | None:
    """Read nanoseconds since 1970; what is finer than a microsecond is cut off."""
    return None if nanoseconds is None else from_seconds(Decimal(nanoseconds) / 1_000_000_000)


def to_text(time: datetime) -> str:
    """RFC 3339 with milliseconds. What is finer is cut off: a deadline may come out earlier, never later."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def to_seconds(time: datetime) -> int:
    """Whole seconds since 1970, cut off."""
    return (time - EPOCH) // SECOND
