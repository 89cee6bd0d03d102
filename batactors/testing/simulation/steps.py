"""What a simulated strategy and the rest of the market do, as data: the workload of a plan.

Orders go by a number that the plan gives them, so that a plan from which steps were taken away still means the same. A
step about an order that was never placed does nothing.
"""

from typing import Literal

from attrs import frozen

from batactors.testing.right_values import require

Side = Literal["buy", "sell"]
Share = Literal["half", "all"]
PositionSide = Literal["long", "short"]
Waits = Literal["stop_market", "stop_limit", "take_profit_market", "take_profit_limit"]
"""What an order waits for: that the market falls or rises against it, or in its favour."""
Follower = Literal["steady", "slow", "late", "leaves", "crashes"]
"""How the user's code reads an order's events: at once; with pauses; only when it is over; again and again from where
it left; or with a bug of its own, after which it begins again."""


@frozen(kw_only=True)
class Step:
    """Something that somebody does, `at` virtual seconds after trading began."""

    at: float

    def __attrs_post_init__(self) -> None:
        require(self)


@frozen(kw_only=True)
class Place(Step):
    """Create an order.

    Attributes:
        order: The number that later steps name it by.
        price: `None` for a market order.
        client_order_id: The user's own id; the engine makes one if there is none. One that the venue cannot take as it
            is goes there in a shorter form.
        caller_leaves: The caller is cancelled right after it asked; the command goes on without it.
        position_side: Which position it is for, where the account has two in a market.
        instrument: The one that the world is about, unless it is another one of the stage's.
    """

    order: int
    side: Side = "buy"
    quantity: str = "0.5"
    price: str | None = "48000"
    post_only: bool = False
    time_in_force: Literal["gtc", "ioc"] = "gtc"
    transport: Literal["auto", "websocket", "rest"] = "auto"
    follower: Follower = "steady"
    client_order_id: str | None = None
    caller_leaves: bool = False
    position_side: PositionSide | None = None
    instrument: str | None = None


@frozen(kw_only=True)
class PlaceConditional(Step):
    """Create an order that waits for its trigger.

    Attributes:
        trigger_price: It fires once the market is there.
        price: Of an order that then is one with a limit.
        reduce_only: It may only make a position smaller.
    """

    order: int
    order_type: Waits = "stop_market"
    side: Side = "sell"
    quantity: str = "0.5"
    trigger_price: str = "49000"
    price: str | None = None
    reduce_only: bool = False
    transport: Literal["auto", "websocket", "rest"] = "auto"
    follower: Follower = "steady"
    position_side: PositionSide | None = None
    instrument: str | None = None


@frozen(kw_only=True)
class PlaceBatch(Step):
    """Create several orders of the same terms with one call; they are numbered from `order` on."""

    order: int
    count: int = 2
    side: Side = "buy"
    quantity: str = "0.5"
    price: str = "48000"
    position_side: PositionSide | None = None
    instrument: str | None = None


@frozen(kw_only=True)
class Amend(Step):
    """Change an order's total quantity or its price."""

    order: int
    quantity: str | None = None
    price: str | None = None


@frozen(kw_only=True)
class Cancel(Step):
    """Cancel one order."""

    order: int


@frozen(kw_only=True)
class CancelBatch(Step):
    """Cancel several orders with one call."""

    orders: tuple[int, ...]


@frozen(kw_only=True)
class CancelEverything(Step):
    """Cancel all orders of the account with one command; at a venue that knows no such thing, those of an instrument.

    Attributes:
        conditional: Those that wait for a trigger, at a venue that keeps them apart, and not the others.
    """

    conditional: bool = False
    instrument: str | None = None


@frozen(kw_only=True)
class CancelOpenOrders(Step):
    """Cancel the open orders of one side, or of both, and no others: ours, and what was placed elsewhere."""

    side: Side | None = None
    instrument: str | None = None


@frozen(kw_only=True)
class ClosePosition(Step):
    """Close what is open in an instrument, at a venue that has positions."""

    position_side: PositionSide | None = None
    instrument: str | None = None


@frozen(kw_only=True)
class SetMode(Step):
    """Say what may go out of the account, or for its instrument alone."""

    mode: Literal["active", "reduce_only", "halted"] = "halted"
    of_instrument: bool = False


@frozen(kw_only=True)
class Reconcile(Step):
    """Ask the engine to ask the venue for everything now."""


@frozen(kw_only=True)
class Trade(Step):
    """A counterparty trades with the order: the whole rest of it, or half of that."""

    order: int
    share: Share = "all"


@frozen(kw_only=True)
class VenueCancels(Step):
    """The venue takes the order off the book for a reason of its own, or the account's owner does it by hand."""

    order: int
    reason: str = "Market closed"


@frozen(kw_only=True)
class VenueExpires(Step):
    """The order's time is over."""

    order: int


@frozen(kw_only=True)
class ByHand(Step):
    """The account's owner places an order on the venue's own pages; it may trade at once.

    Attributes:
        client_order_id: Another program's own id for it; the owner gives it none.
        trigger_price: At Binance, it is a stop at market that fires here; what would fire at once is not placed.
    """

    order: int
    side: Side = "buy"
    quantity: str = "0.3"
    price: str = "47000"
    client_order_id: str | None = None
    trigger_price: str | None = None


@frozen(kw_only=True)
class ReuseId(Step):
    """Another program gives an order of its own the client order id of one of ours that has ended, as Binance lets it.

    Nothing happens while ours is open, or at a venue that lets nobody do that.
    """

    order: int
    side: Side = "buy"
    quantity: str = "0.2"
    price: str = "47000"


@frozen(kw_only=True)
class SetLeverage(Step):
    """Set the leverage of the instrument, at a venue that has one."""

    leverage: int = 10


@frozen(kw_only=True)
class Adopt(Step):
    """Have the engine follow an order that was placed by hand as if it had sent it.

    It is asked for again where the venue did not answer, or the engine stopped meanwhile.
    """

    order: int
    follower: Follower = "steady"


@frozen(kw_only=True)
class MoveMarket(Step):
    """The market moves: what it crosses trades, and what waits for it fires."""

    bid: str
    ask: str
    instrument: str | None = None
