"""What runs on Binance should reach sometimes of orders that wait for a trigger, and of two positions in a market."""

from collections.abc import Mapping, Sequence

from batactors.model.order_events import OrderTriggered
from batactors.model.terms import Origin
from batactors.testing.binance import BinanceVenue
from batactors.testing.simulation.world import World

BY_HAND = "User requested"


def of_conditional(world: World, down: Sequence[str]) -> Mapping[str, bool]:
    """What this run has reached, by name; `down` is what the venue has said."""
    ledger, venue = world.ledger, world.venue
    assert isinstance(venue, BinanceVenue)
    waited = list(ledger.waiting.orders.values())
    triggered = [one for events in world.record.events.values() for one in events if isinstance(one, OrderTriggered)]
    missed = [one for one in triggered if one.replayed or one.synthesized or one.origin is Origin.QUERY]
    held = {(fill.order.pair.symbol, fill.order.terms.position_side) for fill in ledger.fills}
    return {
        "an order waited for its trigger": bool(waited),
        "an order was triggered": bool(triggered),
        "a trigger was found out by asking": bool(missed),
        "what came of a trigger rested": any(
            one.child_id is not None and any(not state.closed for state in ledger.states(one.child_id)[1:])
            for one in waited
            if one.limit_price is not None
        ),
        "an order was cancelled while it waited": any(
            one.status == "canceled" and one.reason == BY_HAND for one in waited
        ),
        "an order was refused at its trigger": any(
            one.status == "canceled" and one.reason != BY_HAND for one in waited
        ),
        "somebody else's order was triggered": any(one.by_hand and one.child_id is not None for one in waited),
        "an order that waits was adopted": any(str(one).startswith("algo:") for one in world.record.adopted.values()),
        "an order would have triggered at once": any("-2021" in text for text in down),
        "a fill was told by one frame alone": bool(ledger.fills) and not venue.habits.lite,
        "a market had two positions": any((symbol, "SHORT") in held for symbol, side in held if side == "LONG"),
        "an order was for no position": any("-4061" in text for text in down),
        "another instrument was traded": len({symbol for symbol, _ in held}) > 1,
        "the keys were taken away": bool(world.struck.get("RevokeKeys")) and any("-2015" in text for text in down),
        "a position was read where its frame was lost": any(one.told != one.real for one in world.holdings().values()),
    }
