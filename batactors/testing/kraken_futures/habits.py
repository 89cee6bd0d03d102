"""What the venue does now this way, now that: chances, and the choices that its documents leave open."""

from datetime import UTC, datetime
from typing import Literal

from attrs import define

V1_ENDS = datetime(2027, 3, 1, tzinfo=UTC)


@define(kw_only=True)
class Habits:
    """Set them at any time; they hold from the next request or event on. Chances are from 0 to 1.

    Attributes:
        events_first: The chance that the answer of a command waits until its events have been heard, as in every
            recording. Else they set out at the same time, on sockets of their own, and either may arrive first.
        between: So many seconds it waits then: longer than the network takes.
        answer_delay: So many seconds at most an answer waits, so that answers change places.
        read_lag: So many seconds old is what the reads of orders and fills show.
        fills_first: The chance that `fills` tells a trade before `open_orders` does.
        feeds_apart: The chance that one feed tells all that happened before the other begins. Else they take turns.
        fills_together: The chance that the fills of one cause come in one frame.
        takers_shown: The chance that an order which trades whole as it arrives is seen in `open_orders` at all.
        place_first: The chance that PLACE is before EXECUTION in the answer of an order that trades in part.
        ioc_cancel_row: The chance that the answer of an ioc order that trades in part has a CANCEL.
        partial_words: Whether such answers say `partiallyFilled` or `filled`; else all say `placed`.
        cancels_named: The chance that a cancel without an order in it has its `cli_ord_id`.
        cancels_whole: The chance that a cancel comes with the whole order, and not with its ids only.
        fills_named: The chance that a fill that REST tells has its `cliOrdId`.
        deltas_named: The chance that an order in `open_orders` has its `cli_ord_id`.
        repeats: The chance that a state is told a second time.
        refusals_told: The chance that `open_orders` tells a refusal of the engine, too.
        late_refusals: The chance that a post-only order that would trade is `placed` first, and taken off then.
        post_reason: How the reason of a post-only refusal is spelt; both were seen.
        child_id: Whether a triggered stop goes on under a new order id. Unverified.
        child_named: Whether its child has the client order id of the stop. Unverified.
        trigger_cancels: Whether `stop_order_triggered` has `is_cancel`. Sources disagree.
        row_order: Whether the rows of a batch come in any order.
        unknown_words: The chance that a word which is an enumeration is one that nobody has documented.
        oddities: The chance that a frame of a feed that nobody has documented comes before one.
        extras: The chance that a frame has fields that the documents do not list.
        decoded_hash: Whether a signature over the decoded parameters is good as well, as it was until 2025-10-01.
        limit_status: The HTTP status of `apiLimitExceeded`. Unverified.
        reuse_ids: Whether the client order id of a closed order may be used again. Unverified.
        prevents_self_fills: Whether an order that would meet one of its own account is refused (`selfFill`).
        ping_within: A WebSocket v1 without a ping for so many seconds is closed. The exact time is unverified.
        book_gap: The chance that a change of the public book is lost: its `seq` is used up.
        history_days: So many days is the history there, as seen.
        v1_ends: From then on v1 and v3 refuse everything.
        unified: Whether the Unified WebSocket is there.
        last_trade_fills: The chance that there the last trade of an order says `filled`, and no `filled` follows it.
        short_side: Whether there a position has its `side`, and not a sign. Unverified.
    """

    events_first: float = 0.9
    between: float = 0.05
    answer_delay: float = 0.0
    read_lag: float = 0.0
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
    post_reason: Literal["filled", "be_filled"] | None = None
    child_id: Literal["new", "same"] = "new"
    child_named: bool = True
    trigger_cancels: bool = False
    row_order: Literal["any", "same"] = "any"
    unknown_words: float = 0.0
    oddities: float = 0.02
    extras: float = 0.3
    decoded_hash: bool = False
    limit_status: Literal[200, 429] = 200
    reuse_ids: bool = False
    prevents_self_fills: bool = True
    ping_within: float = 60.0
    book_gap: float = 0.0
    history_days: float = 22.0
    v1_ends: datetime = V1_ENDS
    unified: bool = True
    last_trade_fills: float = 0.5
    short_side: bool = False
