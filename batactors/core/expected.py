"""What the venue acknowledged of an order, and has still to show."""

from batactors.model.commands import AmendOrder

Terms = tuple[object, object, object]


class Expected:
    """What is to be seen of one order."""

    def __init__(self) -> None:
        self.rest = False
        """That it is in the book."""
        self.end = False
        """That it has ended."""
        self.amend: AmendOrder | None = None
        """These terms."""

    def is_met(self, terms: Terms, *, accepted: bool, closed: bool) -> bool:
        """Whether nothing is left to be seen; what has been seen is no longer expected."""
        self.rest = self.rest and not accepted and not closed
        self.end = self.end and not closed
        if self.amend is not None and (closed or shows(terms, self.amend)):
            self.amend = None
        return not (self.rest or self.end or self.amend is not None)


def shows(terms: Terms, amend: AmendOrder) -> bool:
    """Whether these terms, total quantity, price and trigger price, are as the amend asked."""
    wanted = (amend.quantity, amend.price, amend.trigger_price)
    return all(want is None or want == have for want, have in zip(wanted, terms, strict=True))
