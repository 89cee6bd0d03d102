"""Times and numbers as the venue writes them: both as text, and nothing for a number that there is not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from batactors.testing.venue.market import Pair
from batactors.testing.venue.text import plain

ENDLESS = Decimal(1_000)  # what is shown where the synthetic market has no end
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(moment: datetime) -> int:
    """A time in milliseconds."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def stamp(moment: datetime | None) -> str:
    """A time as rows have it."""
    return "" if moment is None else str(ms(moment))


def price(pair: Pair, value: Decimal | None) -> str:
    """A price to the decimals of its tick; empty where there is none."""
    return "" if not value else f"{value:.{pair.price_decimals}f}"


def average(value: Decimal | None) -> str:
    """A price that is an average of some."""
    return "" if not value else plain(value.quantize(Decimal("0.00000001")))


def quantity(pair: Pair, value: Decimal) -> str:
    """A quantity to the decimals of its step."""
    return f"{value:.{pair.quantity_decimals}f}"


def money(value: Decimal) -> str:
    """An amount of a coin."""
    return plain(value)


def shown(pair: Pair, much: Decimal | None) -> str:
    """A quantity of the synthetic market; a round one where it has no end."""
    return quantity(pair, ENDLESS if much is None else much)


def levels(pair: Pair, at: Decimal | None, much: Decimal | None) -> list[list[str]]:
    """One side of the book, which has one level or none."""
    return [] if at is None else [[price(pair, at), shown(pair, much)]]
