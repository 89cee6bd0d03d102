"""What the venue does now this way, now that: chances, and the choices that its documents leave open."""

from typing import Literal

from attrs import define


@define(kw_only=True)
class Habits:
    """Set them at any time; they hold from the next request or event on. Chances are from 0 to 1, times in seconds.

    Attributes:
        matching_delay: So long at most a command that was acknowledged waits for the matching engine.
        topic_delay: So long at most each topic is behind what happened, each for itself: between topics is no order.
        events_first: The chance that the answer of a command waits until its events have been heard.
        between: So long it waits then: longer than the network takes.
        answer_delay: So long at most an answer waits, so that answers change places.
        read_lag: So old is what the reads of orders and executions show.
        realtime_lag: So old at least is what `order/realtime` shows.
        history_lag: So old at least is what `order/history` and `execution/list` show.
        executions_first: The chance that `execution` tells a fill before `order` does, where both are due at once.
        fast_first: The chance that `execution.fast` is before `execution`.
        rows_together: The chance that rows of a topic that are due at once come in one frame.
        news_shown: The chance that an order which trades or ends as it arrives is told as `New` first.
        repeats: The chance that the row of an order is told a second time.
        idle_positions: The chance that a row of a position comes with a row of an order, and nothing has changed.
        post_only_ends: How a post-only order ends that would trade; None is now this, now that.
        races_seen: The chance that a cancel or an amend which a fill has overtaken is refused at once. Else it is
            acknowledged; a cancel is then told by a second `Filled`, an amend by nothing.
        late_amends_told: The chance that an amend which is refused after its acknowledgement shows as a row with the
            old values. Unverified.
        gone_code: What is answered about an order that has ended, or that the matching engine does not have yet.
        truncates_reduce_only: Whether a reduce-only order above its position is made as small as that; else it is
            refused.
        liquidation_orders: The chance that the order of a liquidation is told, and not only its execution.
        cursor_at_end: Whether the last page has a cursor, which leads to an empty one.
        unknown_words: The chance that a row has a word that nobody has documented where it does no harm.
        oddities: The chance that a frame of a topic that nobody has documented comes before one.
        extras: The chance that a row has fields that the documents do not list.
        book_gap: The chance that a change of the public book is lost: `u` shows it.
    """

    matching_delay: float = 0.1
    topic_delay: float = 0.05
    events_first: float = 0.1
    between: float = 0.25
    answer_delay: float = 0.0
    read_lag: float = 0.0
    realtime_lag: float = 0.0
    history_lag: float = 0.0
    executions_first: float = 0.5
    fast_first: float = 0.8
    rows_together: float = 0.3
    news_shown: float = 0.5
    repeats: float = 0.05
    idle_positions: float = 0.1
    post_only_ends: Literal["Cancelled", "Rejected"] | None = None
    races_seen: float = 0.5
    late_amends_told: float = 0.5
    gone_code: Literal[110001, 110008, 110010] = 110001
    truncates_reduce_only: bool = False
    liquidation_orders: float = 0.5
    cursor_at_end: bool = True
    unknown_words: float = 0.05
    oddities: float = 0.02
    extras: float = 0.3
    book_gap: float = 0.0
