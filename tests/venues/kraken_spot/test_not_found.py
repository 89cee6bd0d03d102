"""Every way in which Kraken's REST says that it does not know an order, and what only looks like one."""

import pytest

from batactors.model.errors import DecodeError, ExchangeReject, TemporaryUnavailable
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.model.questions import AskAmendments, AskClosedOrders, AskOpenOrders, AskOrders, Question
from tests.venues.kraken_spot.samples import taught

ONE, OTHER = VenueOrderId("OAAAAA-AAAAA-AAAAAA"), VenueOrderId("OBBBBB-BBBBB-BBBBBB")
OURS = ClientOrderId("6d1b345e-2821-40e2-ad83-4ecb18a06876")
BY_ID, BY_IDS = AskOrders(venue_order_ids=(ONE,)), AskOrders(venue_order_ids=(ONE, OTHER))
OPEN, CLOSED = AskOpenOrders(client_order_id=OURS), AskClosedOrders(client_order_id=OURS)


@pytest.mark.holds("X40")
@pytest.mark.parametrize(
    ("question", "body"),
    [
        (OPEN, '{"error":[],"result":{"open":{}}}'),
        (CLOSED, '{"error":[],"result":{"closed":{},"count":0}}'),
        (CLOSED, '{"error":[],"result":{"closed":{}}}'),
        (BY_ID, '{"error":[],"result":{}}'),
        (BY_IDS, '{"error":[],"result":{}}'),
        (BY_ID, '{"error":["EOrder:Invalid order"]}'),
        (BY_ID, '{"error":["EOrder:Unknown order"],"result":{}}'),
        (OPEN, '{"error":["EOrder:Unknown order"]}'),
        (CLOSED, '{"error":["EOrder:Invalid order"]}'),
        (AskAmendments(venue_order_id=ONE), '{"error":["EOrder:Unknown order"]}'),
    ],
)
def test_an_order_that_the_venue_does_not_know_is_an_empty_answer(question: Question, body: str) -> None:
    """An empty list, an empty page, or a refusal that names it: nothing is there, and that is an answer."""
    page = taught().read(question, 0, 200, body.encode())
    assert (page.facts, page.next_offset) == ((), None)


@pytest.mark.holds("X40")
@pytest.mark.parametrize(
    ("question", "body", "error"),
    [
        (BY_IDS, '{"error":["EOrder:Invalid order"]}', ExchangeReject),
        (AskOpenOrders(), '{"error":["EOrder:Unknown order"]}', ExchangeReject),
        (BY_ID, '{"error":["EService:Unavailable"]}', TemporaryUnavailable),
        (BY_ID, '{"error":["EGeneral:Invalid arguments:txid"]}', ExchangeReject),
        (BY_ID, '{"error":["EOrder:Unknown order","EService:Busy"]}', ExchangeReject),
        (OPEN, '{"error":[],"result":{}}', DecodeError),
        (CLOSED, '{"error":[]}', DecodeError),
        (BY_ID, '{"error":[],"result":null}', DecodeError),
    ],
)
def test_what_is_no_answer_is_not_taken_for_an_empty_one(question: Question, body: str, error: type[Exception]) -> None:
    """Of several orders it is not said which one; a list that is missing is not an empty one."""
    with pytest.raises(error):
        taught().read(question, 0, 200, body.encode())
