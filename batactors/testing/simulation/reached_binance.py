"""What runs on Binance should reach sometimes, beside what runs anywhere should."""

from collections.abc import Mapping

from batactors import Happening
from batactors.testing.simulation.reached_conditional import of_conditional
from batactors.testing.simulation.world import World

MODIFIED_AWAY = "Modified away"
LITE, FULL = "TRADE_LITE ", "ORDER_TRADE_UPDATE "


def of_binance(world: World) -> Mapping[str, bool]:
    """What this run has reached, by name."""
    causes = [event.cause or "" for event in world.happenings if event.what is Happening.CRASHED]
    lines = [event for event in world.trace.events if event.kind in ("frame up", "frame down", "request", "reply")]
    down = [event.text for event in lines if event.kind in ("frame down", "reply")]
    orders = world.ledger.orders.values()
    ids = [order.client_order_id for order in orders]
    streams = sum(event.kind == "request" and event.text.startswith("GET /private/") for event in lines)
    sessions = sum(event.child == world.sockets[0] for event in world.happenings if event.what is Happening.STARTED)
    return {
        **of_conditional(world, down),
        "a listen key was lost without a word": any("has dropped the token" in cause for cause in causes),
        "a listen key ran out": any("tells no more of" in cause for cause in causes),
        "a socket gave way to another": streams > sessions and not causes,
        "a fill was told ahead": any(text.startswith(LITE) for text in down),
        "a post-only order was refused": any("-5022" in text for text in down),
        "an order was modified away": any(order.reason == MODIFIED_AWAY for order in orders),
        "an order that is there was not found": any("-2013" in text for text in down),
        "a cancel found nothing open": any("-2011" in text for text in down),
        "the outcome was unknown by the venue's own word": any("-1007" in text for text in down),
        "nothing was done by the venue's own word": any("Service Unavailable" in text for text in down),
        "a connection was logged on": any("session.logon" in event.text for event in lines),
        "a batch went by REST": any("/fapi/v1/batchOrders" in event.text for event in lines),
        "the venue took a position away": bool(world.struck.get("TakeAway"))
        and any(order.by_hand and order.terms.native_type is not None for order in orders),
        "a client order id was used again by another program": len({*ids}) < len(ids),
        "the venue asked for less": any(text.startswith(("429 ", "418 ")) for text in down),
        "a setting was changed": any(one.method == "leverage" and one.accepted for one in world.ledger.commands),
    }
