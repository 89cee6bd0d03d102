"""What runs on Kraken Futures should reach sometimes, beside what runs anywhere should."""

import re
from collections.abc import Mapping

from batactors.testing.simulation.world import World

PARTLY = re.compile(r'"qty":0\.0*[1-9]\d*,"filled":0\.0*[1-9]')
TWO_FILLS = re.compile(r'"feed":"fills",.*"fill_id".*"fill_id"')


def of_kraken_futures(world: World) -> Mapping[str, bool]:
    """What this run has reached, by name."""
    lines = [event for event in world.trace.events if event.kind in ("frame up", "frame down", "request", "reply")]
    down = [event.text for event in lines if event.kind in ("frame down", "reply")]
    asked = [event.text for event in lines if event.kind == "request"]
    orders = world.ledger.orders.values()
    return {
        "an order was told as filled in part": any(PARTLY.search(text) for text in down),
        "a cancel named its order by the venue's id alone": any(
            text.startswith('open_orders {"feed":"open_orders","order_id"') and "cli_ord_id" not in text
            for text in down
        ),
        "a delta named its order by the venue's id alone": any(
            text.startswith('open_orders {"feed":"open_orders","order":') and "cli_ord_id" not in text for text in down
        ),
        "two fills came in one frame": any(TWO_FILLS.search(text) for text in down),
        "an order took and was never in open orders": any('"type":"EXECUTION"' in text for text in down)
        and not any('"reason":"full_fill"' in text for text in down),
        "a post-only order was refused": any("postWouldExecute" in text for text in down),
        "a post-only order was placed and then refused": any("post_order_failed" in (o.reason or "") for o in orders),
        "a command came too late for the venue": any("wouldProcessAfterSpecifiedTime" in text for text in down),
        "a cancel found nothing open": any('"status":"notFound"' in text for text in down),
        "an amend found nothing open": any('"status":"orderForEditNotFound"' in text for text in down),
        "a refusal was a success": any('"status":"insufficientAvailableFunds"' in text for text in down),
        "orders were asked for by their status": any("/orders/status" in text for text in asked),
        "the history of orders was asked for": any("/history/v3/orders" in text for text in asked),
        "the history of executions was asked for": any("/history/v3/executions" in text for text in asked),
        "a batch went by REST": any("/batchorder" in text for text in asked),
        "the venue took a position away": bool(world.struck.get("Liquidate"))
        and any(order.terms.native_type == "liquidation" for order in orders),
        "the venue asked for less": any("apiLimitExceeded" in text for text in down),
    }
