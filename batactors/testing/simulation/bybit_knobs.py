"""The settings of a run that only Bybit has."""

from attrs import frozen

from batactors.testing.right_values import require


@frozen(kw_only=True)
class BybitKnobs:
    """What Bybit does now this way, now that.

    Times are in virtual seconds, chances from 0 to 1; see `batactors.testing.bybit.Habits`.

    Attributes:
        matching_delay: How long at most a command that was acknowledged waits for the matching engine.
        topic_delay: How long at most each topic is behind, each for itself.
        events_first: The chance that the answer to a command comes after its events.
        answer_delay: How long an answer waits at most, so that answers change places.
        executions_first, fast_first: The chances that a fill is told before its order, and ahead of itself.
        rows_together: The chance that rows of a topic come in one frame.
        news_shown: The chance that an order which trades or ends as it arrives is told as new first.
        repeats, idle_positions: The chances that what has not changed is told again.
        races_seen: The chance that a command which a fill has overtaken is refused at once.
        late_amends_told: The chance that an amend which is refused after its answer shows as a row.
        cursor_at_end: Whether the last page has a cursor, which leads to an empty one.
        oddities, extras, unknown_words: The chances of topics, fields and words that nobody has documented.
    """

    matching_delay: float = 0.1
    topic_delay: float = 0.05
    events_first: float = 0.1
    answer_delay: float = 0.0
    executions_first: float = 0.5
    fast_first: float = 0.8
    rows_together: float = 0.3
    news_shown: float = 0.5
    repeats: float = 0.05
    idle_positions: float = 0.1
    races_seen: float = 0.5
    late_amends_told: float = 0.5
    cursor_at_end: bool = True
    oddities: float = 0.02
    extras: float = 0.3
    unknown_words: float = 0.05

    def __attrs_post_init__(self) -> None:
        require(self)
