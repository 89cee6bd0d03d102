"""Times and numbers as the venue writes them: milliseconds as integers, quantities and prices as text."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from batactors.testing.venue.market import Pair

ENDLESS = Decimal(1_000)  # what is shown where the synthetic market has no end
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(moment: datetime) -> int:
    """A time as the venue writes it."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def moment_of(milliseconds: int) -> datetime:
    """The time that a client wrote."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def price(pair: Pair, value: Decimal | None) -> str:
    """A price to the decimals of its tick; `0` where there is none."""
    return "0" if not value else f"{value:.{pair.price_decimals}f}"


def quantity(pair: Pair, value: Decimal) -> str:
    """A quantity to the decimals of its step."""
    return f"{value:.{pair.quantity_decimals}f}" if value else "0"


def shown(pair: Pair, much: Decimal | None) -> str:
    """A quantity of the synthetic market; a round one where it has no end."""
    return quantity(pair, ENDLESS if much is None else much)


def levels(pair: Pair, at: Decimal | None, much: Decimal | None) -> list[list[str]]:
    """One side of the book, which has one level or none."""
    return [] if at is None else [[price(pair, at), shown(pair, much)]]


def money(value: Decimal) -> str:
    """An amount of an asset."""
    return f"{value:.8f}"
