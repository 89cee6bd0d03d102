"""The settings of a run that only Binance has."""

from attrs import frozen

from batactors.testing.right_values import require


@frozen(kw_only=True)
class BinanceKnobs:
    """What Binance does now this way, now that, and how long what is to be renewed there lasts.

    All times are in virtual seconds, all chances from 0 to 1; see `batactors.testing.binance.Habits`.

    Attributes:
        logs_on: Whether the account's key is an Ed25519 key, which logs a connection on; else each request is signed.
        events_first, lite_first, balances_first: The chances that what follows comes before what it follows.
        lite: Whether a fill is told ahead at all.
        hedged: Whether a market has two positions, one long and one short; each order then says which it is for.
        oddities: The chance that an event of a kind that nobody has documented comes before one.
        answer_delay: How long an answer waits at most, so that answers change places.
        lost_reads: How long after its acceptance an order is not found.
        cancel_all_after: How long after its answer a cancel of all orders is carried out.
        old_answers: Whether answers have fields that the venue has taken out of them.
        socket_life, keep_token_every: See `AccountConfig`. The real ones are hours and minutes.
    """

    logs_on: bool = False
    events_first: float = 0.5
    lite_first: float = 0.8
    balances_first: float = 0.3
    lite: bool = True
    hedged: bool = False
    oddities: float = 0.05
    answer_delay: float = 0.0
    lost_reads: float = 0.0
    cancel_all_after: float = 0.01
    old_answers: bool = False
    socket_life: float = 3600.0
    keep_token_every: float = 10.0

    def __attrs_post_init__(self) -> None:
        require(self)
