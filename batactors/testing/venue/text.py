"""JSON and numbers as any venue writes them."""

from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

Json = dict[str, Any]

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def encode(frame: Any) -> bytes:
    """A frame as bytes; any `Decimal` that is left in it is written as a number."""
    return _encoder.encode(frame)


def decode(text: str | bytes) -> Any:
    """JSON as Python values, numbers with a point as exact decimals; raises ValueError for what is no JSON."""
    return _decoder.decode(text)


def plain(value: Decimal, decimals: int | None = None) -> str:
    """A decimal without an exponent: with so many decimals, or with as few as it needs."""
    if decimals is not None:
        return f"{value:.{decimals}f}"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal_of(value: Any) -> Decimal | None:
    """A JSON number, or the text of one, as a finite decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number_ = Decimal(value)
    except InvalidOperation:
        return None
    return number_ if number_.is_finite() else None


def number(value: Decimal, decimals: int | None = None) -> msgspec.Raw:
    """A JSON number: with so many decimals, or with as few as it needs."""
    return msgspec.Raw(plain(value, decimals).encode())
