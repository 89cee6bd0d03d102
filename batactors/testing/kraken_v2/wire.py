"""Text and times as the venue writes them: JSON numbers with exact decimals on WebSocket, strings on REST.

Numbers go out as raw text, because the text of a `Decimal` may be in scientific notation ("1E-7"), which the venue
never sends.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from batactors.testing.venue.text import Json as Json  # noqa: PLC0414 - what is of every venue is found here too
from batactors.testing.venue.text import decimal_of as decimal_of  # noqa: PLC0414
from batactors.testing.venue.text import decode as decode  # noqa: PLC0414
from batactors.testing.venue.text import encode as encode  # noqa: PLC0414
from batactors.testing.venue.text import number as number  # noqa: PLC0414
from batactors.testing.venue.text import plain as plain  # noqa: PLC0414

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """A time as WebSocket v2 writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def short_stamp(moment: datetime) -> str:
    """A time to the second, as the dead man's switch and the status tell it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(moment: datetime) -> float:
    """A time as REST writes it."""
    return moment.timestamp()


def moment_of(text: Any) -> datetime | None:
    """The time that a client wrote, None if it wrote none that can be read."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def moment_of_seconds(value: Decimal) -> datetime:
    """The time that a REST client wrote as seconds since 1970."""
    return EPOCH + span_of_seconds(value)


def span_of_seconds(value: Decimal) -> timedelta:
    """So many seconds, to the microsecond."""
    return timedelta(microseconds=int(value * 1_000_000))
