"""What went over the wire, as it was: for those who want to see it themselves."""

from datetime import datetime
from enum import StrEnum

from attrs import frozen


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


@frozen(kw_only=True)
class RawMessage:
    """One frame, one HTTP request or one HTTP response, without secrets.

    Attributes:
        on: When (UTC, our clock).
        road: The socket's name, or ``rest``.
        text: The frame, or the request's method, path and fields, or the response's status and body. Keys and tokens
            stand in it as ``(secret)``; signatures are left out, and so are answers that are made of a token.
        sequence: Among those of the account that were told to anybody, from 1.
    """

    on: datetime
    road: str
    direction: Direction
    text: str
    sequence: int = 0
