"""The parameters of orders read: which are needed, which must not be there, and the terms that they make."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from batactors.testing.binance.calls import Arguments
from batactors.testing.binance.market import Markets, Symbol
from batactors.testing.binance.refusals import Refused, bad, missing, unwanted
from batactors.testing.binance.wire import moment_of
from batactors.testing.venue.market import Side
from batactors.testing.venue.orders import ZERO, Placement

CONDITIONAL = ("STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET")
TIMES_IN_FORCE = ("GTC", "IOC", "FOK", "GTX", "GTD", "RPI")
SELF_TRADE = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")
SELF_TRADE_DEFAULT = "EXPIRE_MAKER"
OPPONENTS = ("OPPONENT", "OPPONENT_5", "OPPONENT_10", "OPPONENT_20")
QUEUES = ("QUEUE", "QUEUE_5", "QUEUE_10", "QUEUE_20")
SIDES: dict[str, Side] = {"BUY": "buy", "SELL": "sell"}
POSITION_SIDES = ("BOTH", "LONG", "SHORT")


@frozen(kw_only=True)
class OrderRef:
    """How a request names an order: by id, which wins, or by client order id."""

    symbol: str
    order_id: str | None = None
    client_order_id: str | None = None


def symbol_in(arguments: Arguments, markets: Markets) -> Symbol:
    """The symbol of a request that must have one."""
    symbol = markets.named(arguments.word("symbol"))
    if symbol is None:
        raise Refused(-1121)
    return symbol


def ref_in(arguments: Arguments, markets: Markets) -> OrderRef:
    """The order that a request names."""
    symbol = symbol_in(arguments, markets)
    number, name = arguments.integer("orderId"), arguments.text("origClientOrderId")
    if number is None and not name:
        raise Refused(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
    return OrderRef(
        symbol=symbol.symbol, order_id=None if number is None else str(number), client_order_id=name or None
    )


def side_in(arguments: Arguments) -> Side:
    """Buy or sell."""
    side = arguments.word("side")
    if side not in SIDES:
        raise Refused(-1117)
    return SIDES[side]


def one_of(arguments: Arguments, name: str, words: Sequence[str], default: str, code: int) -> str:
    """One of a few words."""
    word = arguments.text(name) or default
    if word not in words:
        raise Refused(code)
    return word


def placement_in(arguments: Arguments, markets: Markets) -> Placement:
    """The terms of a new LIMIT or MARKET order."""
    symbol, side = symbol_in(arguments, markets), side_in(arguments)
    kind = arguments.word("type")
    if kind in CONDITIONAL:
        raise Refused(-4120)
    if kind not in ("LIMIT", "MARKET"):
        raise Refused(-1116)
    quantity = arguments.decimal("quantity")
    if quantity is None:
        raise missing("quantity")
    at_market = kind == "MARKET"
    if at_market:
        for name in ("price", "timeInForce", "goodTillDate"):
            if arguments.text(name) is not None:
                raise unwanted(name)
        if arguments.text("priceMatch") not in (None, "NONE"):
            raise Refused(-5038)
    tif = "GTC" if at_market else one_of(arguments, "timeInForce", TIMES_IN_FORCE, _needed(arguments), -1115)
    till = arguments.integer("goodTillDate")
    if (tif == "GTD") != (till is not None):
        raise (
            missing("goodTillDate")
            if till is None
            else Refused(-1106, "Parameter 'goodTillDate' sent when not required.")
        )
    return Placement(
        pair=symbol,
        side=side,
        order_type=kind.lower(),
        quantity=quantity,
        limit_price=None if at_market else price_in(arguments, symbol, side, markets),
        time_in_force=tif.lower(),
        expire_at=None if till is None else moment_of(till // 1_000 * 1_000),
        post_only=tif == "GTX",
        reduce_only=arguments.flag("reduceOnly"),
        client_order_id=arguments.text("newClientOrderId") or None,
        position_side=one_of(arguments, "positionSide", POSITION_SIDES, "BOTH", -1130),
        self_trade=one_of(arguments, "selfTradePreventionMode", SELF_TRADE, SELF_TRADE_DEFAULT, -5039),
        price_match=arguments.text("priceMatch") or "NONE",
    )


def price_in(arguments: Arguments, symbol: Symbol, side: Side, markets: Markets) -> Decimal:
    """The limit price: as it is sent, or taken from the book."""
    price, match = arguments.decimal("price"), arguments.text("priceMatch") or "NONE"
    if match == "NONE":
        if price is None:
            raise missing("price")
        return price
    if price is not None:
        raise Refused(-1128)
    if match not in OPPONENTS + QUEUES:
        raise Refused(-5037)
    quote = markets.quote(symbol)
    # The synthetic book has one level a side: every depth of it is the top.
    found = quote.price_for(side) if match in OPPONENTS else quote.price_for("sell" if side == "buy" else "buy")
    if found is None:
        raise Refused(-5041)
    return found


def wants_result(arguments: Arguments) -> bool:
    """Whether the answer shall wait for how the order fares at once."""
    word = arguments.text("newOrderRespType") or "ACK"
    if word not in ("ACK", "RESULT"):
        raise bad("newOrderRespType")
    return word == "RESULT"


def positive(arguments: Arguments, name: str) -> Decimal:
    """A number above nothing that must be there."""
    number = arguments.decimal(name)
    if number is None:
        raise missing(name)
    if number <= ZERO:
        raise Refused(-4003)
    return number


def _needed(arguments: Arguments) -> str:
    if arguments.text("timeInForce") is None:
        raise missing("timeInForce")
    return ""
