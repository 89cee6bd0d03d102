"""What the venue does now this way, now that: chances, and the choices that its documents leave open."""

from typing import Literal

from attrs import define


@define(kw_only=True)
class Habits:
    """Set them at any time; they hold from the next request or event on. Chances are from 0 to 1.

    Attributes:
        events_first: The chance that the answer of a command waits until its events have been heard. Else they set out
            at the same time, on sockets of their own, and either may arrive first.
        between: So many seconds it waits then: longer than the network takes.
        lite: Whether there is a TRADE_LITE of a fill.
        lite_first: The chance that TRADE_LITE comes before the ORDER_TRADE_UPDATE of its fill, and not after it.
        balances_first: The chance that the ACCOUNT_UPDATE of a fill comes before its ORDER_TRADE_UPDATE.
        oddities: The chance that an event of a kind that nobody has documented comes before one.
        extras: The chance that an event has fields that the documents do not list.
        er_as_text: Whether `er` and the time of listenKeyExpired are text; None is now this, now that. Unverified.
        answer_delay: So many seconds at most an answer waits, so that answers change places.
        read_lag: So many seconds old is what the reads of orders and trades show.
        lost_reads: So many seconds after its acceptance an order is not found by GET order.
        unrouted: Whether the old addresses without a route still bear user data. They were retired on 2026-04-23.
        unlisted_events: Whether a socket that lists no events gets all of them. Sources disagree.
        expiry_on_delete: Whether a DELETE of the listen key is told like its expiry. Unverified.
        liquidation: What a liquidation's order is called; both were seen.
        calculated: Whether its execution is CALCULATED, and not TRADE; both are possible.
        depth_gap: The chance that an update of the public book is lost: the next one's `pu` shows it.
        old_answers: Whether answers to commands still have `avgPrice` and `cumQuote`.
    """

    events_first: float = 0.5
    between: float = 0.05
    lite: bool = True
    lite_first: float = 0.8
    balances_first: float = 0.3
    oddities: float = 0.05
    extras: float = 0.5
    er_as_text: bool | None = None
    answer_delay: float = 0.0
    read_lag: float = 0.0
    lost_reads: float = 0.0
    unrouted: bool = False
    unlisted_events: bool = True
    expiry_on_delete: bool = False
    liquidation: Literal["LIQUIDATION", "LIMIT"] = "LIQUIDATION"
    calculated: bool = True
    depth_gap: float = 0.0
    old_answers: bool = False
