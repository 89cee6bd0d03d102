"""The settings of a run that only Kraken Futures has."""

from attrs import frozen

from batactors.testing.right_values import require


@frozen(kw_only=True)
class KrakenFuturesKnobs:
    """What Kraken Futures does now this way, now that, on REST v3 and WebSocket v1.

    Times are in virtual seconds, chances from 0 to 1; see `batactors.testing.kraken_futures.Habits`.

    Attributes:
        events_first: The chance that the answer to a command comes after its events.
        answer_delay: How long an answer waits at most, so that answers change places.
        fills_first, feeds_apart, fills_together: How the two feeds of an order's life follow each other.
        takers_shown: The chance that an order that trades whole as it arrives is in `open_orders` at all.
        place_first, ioc_cancel_row, partial_words: What the answer to an order that trades as it arrives has in it.
        cancels_named, cancels_whole, fills_named, deltas_named: The chances that what is told of an order has its
            client order id, and that a cancel comes with the whole order.
        repeats: The chance that a state is told a second time.
        refusals_told, late_refusals: The chances that a refusal of the engine is on `open_orders`, too, and that a
            post-only order that would trade is placed first.
        oddities, extras: The chances of a feed, and of fields, that nobody has documented.
        limits_by_status: Whether a refusal for the rate has the HTTP status 429; else it is a 200.
    """

    events_first: float = 0.9
    answer_delay: float = 0.0
    fills_first: float = 0.3
    feeds_apart: float = 0.3
    fills_together: float = 0.3
    takers_shown: float = 0.0
    place_first: float = 0.0
    ioc_cancel_row: float = 0.5
    partial_words: bool = False
    cancels_named: float = 0.5
    cancels_whole: float = 0.0
    fills_named: float = 0.5
    deltas_named: float = 0.9
    repeats: float = 0.05
    refusals_told: float = 0.3
    late_refusals: float = 0.0
    oddities: float = 0.02
    extras: float = 0.3
    limits_by_status: bool = False

    def __attrs_post_init__(self) -> None:
        require(self)
