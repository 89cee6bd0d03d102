"""Numbers that are money: ``Decimal``, from text, never through a float."""

from decimal import Decimal, InvalidOperation

from batactors.model.errors import InvalidCommand

ZERO = Decimal(0)


def decimal_of(value: object, name: str) -> Decimal:
    """Read a finite number that a user gave.

    Args:
        value: Text, an ``int`` or a ``Decimal``. A float is refused: it has lost the digits that were meant.
        name: What the number is, for the error.

    Raises:
        InvalidCommand: It is a float, not a number, or not finite.
    """
    if isinstance(value, float):
        raise InvalidCommand(
            f"{name} is the float {value!r}, which is not exact: give text or Decimal, as in {name}='0.1'"
        )
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InvalidCommand(f"{name} is {value!r}: give text, an int or a Decimal")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise InvalidCommand(f"{name} is {value!r}, which is not a number: give text such as '0.5'") from None
    if not number.is_finite():
        raise InvalidCommand(f"{name} is {value!r}: give a finite number")
    return number


def plain(number: Decimal) -> str:
    """The number's digits without an exponent, as venues want them: ``0.00000001``, not ``1E-8``."""
    return format(number, "f")
