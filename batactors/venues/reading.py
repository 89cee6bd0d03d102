"""Parts of reading what a venue wrote that are the same for every venue."""

from decimal import Decimal

import msgspec
from msgspec import Raw
from msgspec.json import Decoder

UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What reading a frame, or a row of one, can raise."""

_PARTS = Decoder(list[Raw])
_DIGITS = 50  # before or behind the point: no amount has as many, and to write out 1E+999999999 takes a gigabyte


class Unsound(ValueError):
    """A row that can be read and cannot be true."""


def number(value: Decimal | None, name: str) -> Decimal | None:
    """The number, if it is one that an amount or a price can be."""
    if value is not None and not (value.is_finite() and -_DIGITS < value.adjusted() < _DIGITS):
        raise Unsound(f"{name} is {value}")
    return value


def quantity(value: Decimal | None, name: str) -> Decimal | None:
    """The quantity, if it is one."""
    if number(value, name) is not None and value is not None and value < 0:
        raise Unsound(f"{name} is {value}")
    return value


def parts_of(data: Raw) -> list[Raw]:
    """The rows as they stand; an object in the place of a list of rows is the only row."""
    try:
        return _PARTS.decode(data)
    except UNREADABLE:
        return [data]


def text_of(raw: str | bytes | Raw) -> str:
    """As text that can be stored anywhere; what is not text is escaped."""
    octets = raw.encode("utf-8", "backslashreplace") if isinstance(raw, str) else bytes(raw)
    return octets.decode("utf-8", "backslashreplace")
