"""Text and times as the venue writes them: JSON numbers with exact decimals on WebSocket, strings on REST.

Numbers go out as raw text, because the text of a `Decimal` may be in scientific notation ("1E-7"), which the venue
never sends.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

Json = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def encode(frame: Any) -> bytes:
    """A frame as bytes; any `Decimal` that is left in it is written as a number."""
    return _encoder.encode(frame)


def decode(text: str | bytes) -> Any:
    """JSON as Python values, numbers with a point as exact decimals; raises ValueError for what is no JSON."""
    return _decoder.decode(text)


def number(value: Decimal, decimals: int | None = None) -> msgspec.Raw:
    """A JSON number: with so many decimals, or with as few as it needs."""
    return msgspec.Raw(plain(value, decimals).encode())


def plain(value: Decimal, decimals: int | None = None) -> str:
    """A decimal without an exponent: with so many decimals, or with as few as it needs."""
    if decimals is not None:
        return f"{value:.{decimals}f}"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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


def decimal_of(value: Any) -> Decimal | None:
    """A JSON number, or the text of one, as a finite decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number_ = Decimal(value)
    except InvalidOperation:
        return None
    return number_ if number_.is_finite() else None
