"""Times as Bybit writes them: milliseconds since 1970, mostly as text, and nothing or zero for none (section 2)."""

from batactors.venues.bybit.checks import unsupported
from batactors.venues.codec import Stamp
from batactors.venues.milliseconds import EPOCH as EPOCH  # noqa: PLC0414 - what is of every venue is found here too
from batactors.venues.milliseconds import from_ms as from_ms  # noqa: PLC0414
from batactors.venues.milliseconds import ms_of as ms_of  # noqa: PLC0414
from batactors.venues.milliseconds import to_ms as to_ms  # noqa: PLC0414

LONGEST_WINDOW = 60_000  # milliseconds, of ours: the venue names no limit


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
