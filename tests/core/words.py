"""The venue's statements, in few words; ids, quantities and prices are given as text."""

from decimal import Decimal
from typing import Any

from batactors.model.facts import Answer, AnswerFact, FillFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, FillId, RequestId, VenueOrderId
from batactors.model.terms import OrderState

AMOUNTS = ("quantity", "price", "trigger_price", "filled", "total")


def _decimals(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(given) if name in AMOUNTS else given for name, given in fields.items()}


def says(word: Says, venue_order_id: str | None = "V1", client_order_id: str | None = None, **fields: Any) -> OrderFact:
    """A statement about one order."""
    return OrderFact(
        says=word,
        venue_order_id=None if venue_order_id is None else VenueOrderId(venue_order_id),
        client_order_id=None if client_order_id is None else ClientOrderId(client_order_id),
        **_decimals(fields),
    )


def pending(venue_order_id: str | None = "V1", client_order_id: str | None = None, **fields: Any) -> OrderFact:
    return says(Says.PENDING, venue_order_id, client_order_id, **fields)


def opened(venue_order_id: str | None = "V1", client_order_id: str | None = None, **fields: Any) -> OrderFact:
    return says(Says.OPEN, venue_order_id, client_order_id, **fields)


def updated(venue_order_id: str | None = "V1", client_order_id: str | None = None, **fields: Any) -> OrderFact:
    return says(Says.UPDATED, venue_order_id, client_order_id, **fields)


def triggered(venue_order_id: str | None = "V1", client_order_id: str | None = None, **fields: Any) -> OrderFact:
    return says(Says.TRIGGERED, venue_order_id, client_order_id, **fields)


def filled(count: str | None, venue_order_id: str | None = "V1", client_order_id: str | None = None) -> OrderFact:
    """The status that it is wholly filled, with the venue's count."""
    return says(Says.FILLED, venue_order_id, client_order_id, **_count(count))


def canceled(
    count: str | None, venue_order_id: str | None = "V1", client_order_id: str | None = None, **fields: Any
) -> OrderFact:
    return says(Says.CANCELED, venue_order_id, client_order_id, **_count(count), **fields)


def expired(count: str | None, venue_order_id: str | None = "V1", client_order_id: str | None = None) -> OrderFact:
    return says(Says.EXPIRED, venue_order_id, client_order_id, **_count(count))


def _count(count: str | None) -> dict[str, Any]:
    return {} if count is None else {"filled": count}


def fill(
    fill_id: str, quantity: str, venue_order_id: str = "V1", client_order_id: str | None = None, **fields: Any
) -> FillFact:
    return FillFact(
        fill_id=FillId(fill_id),
        venue_order_id=VenueOrderId(venue_order_id),
        client_order_id=None if client_order_id is None else ClientOrderId(client_order_id),
        **{"price": Decimal(100), **_decimals({"quantity": quantity, **fields})},
    )


def answer(word: Answer, request: int | None = 1, venue_order_id: str | None = None, **fields: Any) -> AnswerFact:
    return AnswerFact(
        request_id=None if request is None else RequestId(request),
        answer=word,
        venue_order_id=None if venue_order_id is None else VenueOrderId(venue_order_id),
        **fields,
    )


def accepted(request: int | None = 1, venue_order_id: str | None = "V1", **fields: Any) -> AnswerFact:
    return answer(Answer.ACCEPTED, request, venue_order_id, **fields)


def refused(request: int | None = 1, message: str = "Insufficient funds", **fields: Any) -> AnswerFact:
    return answer(Answer.REFUSED, request, message=message, **fields)


def unclear(request: int | None = 1, message: str = "Internal error", **fields: Any) -> AnswerFact:
    return answer(Answer.UNCLEAR, request, message=message, **fields)


def not_open(request: int | None = 1, message: str = "Unknown order", **fields: Any) -> AnswerFact:
    return answer(Answer.NOT_OPEN, request, message=message, **fields)


CLOSED = tuple(state for state in OrderState if state.is_closed)
