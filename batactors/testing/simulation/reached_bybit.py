"""What runs on Bybit should reach sometimes, beside what runs anywhere should."""

import re
from collections.abc import Mapping

from batactors.testing.simulation.world import World

NOTICE = "EC_OrigClOrdIDDoesNotExist"
SECOND_PAGE = re.compile(r"^GET /v5/order/realtime.*cursor=")


def of_bybit(world: World) -> Mapping[str, bool]:
    """What this run has reached, by name."""
    lines = [event for event in world.trace.events if event.kind in ("frame up", "frame down", "request", "reply")]
    down = [event.text for event in lines if event.kind in ("frame down", "reply")]
    up = [event.text for event in lines if event.kind == "frame up"]
    asked = [event.text for event in lines if event.kind == "request"]
    orders = world.ledger.orders.values()
    return {
        "a cancel was told by a second Filled": any(NOTICE in text for text in down),
        "an order was refused after its answer": any("EC_Others" in (order.reason or "") for order in orders),
        "a post-only order was told as Rejected": any(
            '"orderStatus":"Rejected"' in text and "EC_PostOnly" in text for text in down
        ),
        "a post-only order was told as Cancelled": any(
            '"orderStatus":"Cancelled"' in text and "EC_PostOnly" in text for text in down
        ),
        "a batch went by the socket": any("-batch" in text for text in up),
        "a batch went by REST": any("-batch" in text for text in asked),
        "several rows came in one frame": any("order.linear" in text and text.count('"orderId"') > 1 for text in down),
        "the history of orders was asked for": any("/order/history" in text for text in asked),
        "a page after the first was asked for": any(SECOND_PAGE.search(text) for text in asked),
        "funding was among the executions": any('"execType":"Funding"' in text for text in down),
        "the venue took a position away": any('"execType":"BustTrade"' in text for text in down),
        "a command was refused for its rate": any('"retCode":10006' in text for text in down),
    }
