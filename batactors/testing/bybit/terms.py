"""The parameters of orders read: which are needed, and the terms that they make."""

from decimal import Decimal

from attrs import frozen

from batactors.testing.bybit.calls import Arguments
from batactors.testing.bybit.market import Contract, Markets
from batactors.testing.bybit.refusals import Refused, bad, missing
from batactors.testing.bybit.settings import SIDES as POSITION_SIDES
from batactors.testing.venue.market import Side
from batactors.testing.venue.orders import ZERO, Placement

CATEGORY = "linear"
SIDES: dict[str, Side] = {"Buy": "buy", "Sell": "sell"}
SIDE_WORDS = {side: word for word, side in SIDES.items()}
TIMES = ("GTC", "IOC", "FOK", "PostOnly", "RPI")
TRIGGERS = ("LastPrice", "IndexPrice", "MarkPrice")
RISES, FALLS = 1, 2


@frozen(kw_only=True)
class OrderRef:
    """How a request names an order: by id, which wins, or by client order id."""

    symbol: str
    order_id: str | None = None
    client_order_id: str | None = None


def category_in(arguments: Arguments) -> None:
    """Refuse all but linear contracts, which are all that there is here."""
    if arguments.word("category") != CATEGORY:
        raise bad("params error: category invalid")


def contract_in(arguments: Arguments, markets: Markets) -> Contract:
    """The contract of a request that must have one."""
    contract = markets.named(arguments.word("symbol"))
    if contract is None:
        raise bad("params error: symbol invalid")
    return contract


def ref_in(arguments: Arguments, markets: Markets) -> OrderRef:
    """The order that a request names."""
    contract = contract_in(arguments, markets)
    number, name = arguments.text("orderId"), arguments.text("orderLinkId")
    if number is None and name is None:
        raise missing("orderId or orderLinkId")
    return OrderRef(symbol=contract.symbol, order_id=number, client_order_id=name)


def placement_in(arguments: Arguments, markets: Markets) -> Placement:
    """The terms of a new order."""
    contract = contract_in(arguments, markets)
    side, kind = SIDES.get(arguments.word("side")), arguments.word("orderType")
    if side is None:
        raise bad("Side invalid")
    if kind not in ("Limit", "Market"):
        raise bad("OrderType invalid")
    quantity, price = arguments.decimal("qty"), arguments.decimal("price")
    if quantity is None:
        raise missing("qty")
    if kind == "Limit" and price is None:
        raise missing("price")
    time = (arguments.text("timeInForce") or "GTC") if kind == "Limit" else "IOC"
    if time not in TIMES:
        raise bad("TimeInForce invalid")
    reduces, closes = arguments.flag("reduceOnly"), arguments.flag("closeOnTrigger")
    index = arguments.integer("positionIdx") or 0
    if index not in POSITION_SIDES:
        raise bad("position idx not match position mode")
    return Placement(
        pair=contract,
        side=side,
        order_type=_kind(arguments, side, limit=kind == "Limit"),
        quantity=quantity,
        limit_price=price if kind == "Limit" else None,
        trigger_price=arguments.decimal("triggerPrice"),
        trigger_reference=_reference(arguments),
        time_in_force=time.lower() if time in ("IOC", "FOK") else "gtc",
        post_only=time == "PostOnly",
        reduce_only=reduces,
        close_position=reduces and closes and quantity == ZERO,
        client_order_id=arguments.text("orderLinkId"),
        position_side=POSITION_SIDES[index],
        self_trade=arguments.text("smpType") or "None",
        native_type=time,
    )


def changes_in(arguments: Arguments) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The new quantity, price and trigger price of an amend; what is left out stays."""
    changes = (arguments.decimal("qty"), arguments.decimal("price"), arguments.decimal("triggerPrice"))
    if not any(changes):
        raise bad("params error: nothing to modify")
    return changes


def _kind(arguments: Arguments, side: Side, *, limit: bool) -> str:
    """A word that says which way the price has to go, as all venues' orders do in the ledger."""
    if arguments.text("triggerPrice") is None:
        return "limit" if limit else "market"
    direction = arguments.integer("triggerDirection")
    if direction not in (RISES, FALLS):
        raise bad("params error: TriggerDirection invalid")
    word = "stop-loss" if (direction == RISES) == (side == "buy") else "take-profit"
    return f"{word}-limit" if limit else word


def _reference(arguments: Arguments) -> str:
    word = arguments.text("triggerBy") or "LastPrice"
    if word not in TRIGGERS:
        raise Refused(10001, "TriggerBy invalid")
    return word
