"""Times as Binance writes them: milliseconds since 1970, and zero for none (section 2)."""

from datetime import UTC, datetime, timedelta

from attrs import frozen

from batactors.venues.binance.checks import unsupported

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


@frozen(kw_only=True)
class Stamp:
    """When a request is signed, by the venue's clock as well as we know it, and until when it is good.

    The venue refuses it when it comes later than ``recv_window`` after ``timestamp``, and checks that again at the
    matching engine. It also refuses a timestamp that is a second ahead of its clock or more.
    """

    now: datetime
    valid_until: datetime

    @property
    def timestamp(self) -> int:
        """In milliseconds since 1970."""
        return to_ms(self.now)

    @property
    def recv_window(self) -> int:
        """In milliseconds; a minute at most, which is the venue's own limit.

        Raises:
            Unsupported: It is not good any more.
        """
        window = to_ms(self.valid_until) - self.timestamp
        if window < 1:
            raise unsupported("its validity ran out before it was signed")
        return min(window, LONGEST_WINDOW)
