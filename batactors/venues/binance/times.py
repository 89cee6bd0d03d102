"""Times as Binance writes them: milliseconds since 1970, and zero for none (section 2)."""

from batactors.venues.binance.checks import unsupported
from batactors.venues.codec import Stamp
from batactors.venues.milliseconds import from_ms as from_ms  # noqa: PLC0414 - what is of every venue is found here too
from batactors.venues.milliseconds import to_ms as to_ms  # noqa: PLC0414

LONGEST_WINDOW = 60_000  # milliseconds, of `recvWindow`


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
