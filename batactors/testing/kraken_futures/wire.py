"""Times and numbers as REST v3 and WebSocket v1 write them: JSON numbers with a point, and both kinds of times."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from batactors.testing.venue.text import plain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENDLESS = Decimal(1_000)  # what is shown where the synthetic market has no end


def ms(moment: datetime) -> int:
    """A time as the feeds and the history write it."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def stamp(moment: datetime) -> str:
    """A time as REST writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of_ms(milliseconds: int) -> datetime:
    """The time that a client wrote in milliseconds."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def moment_of(text: str) -> datetime | None:
    """The time that a client wrote as RFC3339; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def num(value: Decimal | None) -> Any:
    """A JSON number as the venue writes doubles: always with a point, never with an exponent; null for nothing."""
    if value is None:
        return None
    text = plain(value)
    return msgspec.Raw((text if "." in text else f"{text}.0").encode())
