"""The events of the user data stream, as the venue writes them."""

from decimal import Decimal

from batactors.testing.binance.market import Markets
from batactors.testing.binance.matching import CALCULATED, SELF_TRADE
from batactors.testing.binance.rows import average, status_of, type_of
from batactors.testing.binance.wire import levels, money, ms, price, quantity, shown
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import Happened, LedgerEntry, Position, VenueFill, VenueOrder
from batactors.testing.venue.text import Json

EXECUTIONS = {
    "new": "NEW",
    "trade": "TRADE",
    "amended": "AMENDMENT",
    "canceled": "CANCELED",
    "expired": "EXPIRED",
    "calculated": "CALCULATED",
}
EXPIRY_REASONS = {
    SELF_TRADE: 1,
    "Immediate or cancel remainder": 2,
    "Fill or kill": 2,
    "Reduce only": 4,
    "Insufficient liquidity": 9,
}


def order_event(step: Happened, now: int, *, calculated: bool) -> Json:
    """ORDER_TRADE_UPDATE: one step of an order."""
    order, fill = step.order, step.fill
    pair, terms = order.pair, order.terms
    kind = "trade" if step.exec_type == "calculated" and not calculated else step.exec_type
    if kind == "trade" and fill is None:
        kind = "new"
    row: Json = {
        "s": pair.symbol,
        "c": order.client_order_id,
        "S": order.side.upper(),
        "o": _kind(order),
        "f": "IOC" if terms.native_type == CALCULATED else terms.time_in_force.upper(),
        "q": quantity(pair, order.quantity),
        "p": price(pair, order.limit_price),
        "ap": average(order),
        "sp": price(pair, order.trigger_price),
        "x": EXECUTIONS[kind],
        "X": status_of(order),
        "i": int(order.order_id),
        **_last(order, fill),
        "T": ms(order.updated_at),
        "b": "0",
        "a": "0",
        "R": terms.reduce_only,
        "wt": "CONTRACT_PRICE",
        "ot": terms.native_type or type_of(order),
        "ps": terms.position_side,
        "cp": terms.close_position,
        "pP": False,
        "si": 0,
        "ss": 0,
        "V": terms.self_trade or "EXPIRE_MAKER",
        "pm": terms.price_match or "NONE",
        "gtd": ms(terms.expire_at) if terms.expire_at is not None else 0,
        "er": EXPIRY_REASONS.get(order.reason or "", 0) if step.exec_type == "expired" else 0,
    }
    if step.exec_type == "amended" and order.modify_id is not None:
        row["M"] = order.modify_id
    return {"e": "ORDER_TRADE_UPDATE", "E": now, "T": ms(order.updated_at), "o": row}


def lite_event(fill: VenueFill, now: int) -> Json:
    """TRADE_LITE: a fill, with less of it than the other event tells."""
    order = fill.order
    return {
        "e": "TRADE_LITE",
        "E": now,
        "T": ms(fill.at),
        "s": order.pair.symbol,
        "q": quantity(order.pair, order.quantity),
        "p": price(order.pair, order.limit_price),
        "m": fill.liquidity == "m",
        "c": order.client_order_id,
        "S": order.side.upper(),
        "L": price(order.pair, fill.price),
        "l": quantity(order.pair, fill.quantity),
        "t": fill.trade_id,
        "i": int(order.order_id),
    }


def account_event(
    why: str,
    entries: tuple[LedgerEntry, ...],
    positions: tuple[Position, ...],
    markets: Markets,
    *,
    at: int,
    now: int,
) -> Json:
    """ACCOUNT_UPDATE: the balances and positions that have changed; `bc` leaves out profit and fee."""
    change = "0" if why == "ORDER" else None
    balances = [
        {
            "a": entry.asset,
            "wb": money(entry.balance),
            "cw": money(entry.balance),
            "bc": change or money(entry.amount - entry.fee),
        }
        for entry in entries
    ]
    rows = [_position(position, markets) for position in positions]
    return {"e": "ACCOUNT_UPDATE", "E": now, "T": at, "a": {"m": why, "B": balances, "P": rows}}


def depth_update(pair: Pair, before: Quote, quote: Quote, *, last: int, number: int, now: int) -> Json:
    """depthUpdate: the levels that have changed, those that are gone with a quantity of 0."""
    return {
        "e": "depthUpdate",
        "E": now,
        "T": now,
        "s": pair.symbol,
        "ps": pair.symbol,
        "st": 1,
        "U": last + 1,
        "u": number,
        "pu": last,
        "b": _changes(pair, (before.bid, before.bid_quantity), (quote.bid, quote.bid_quantity)),
        "a": _changes(pair, (before.ask, before.ask_quantity), (quote.ask, quote.ask_quantity)),
    }


def _changes(
    pair: Pair, old: tuple[Decimal | None, Decimal | None], new: tuple[Decimal | None, Decimal | None]
) -> list[list[str]]:
    gone = [[level[0], "0"] for level in levels(pair, *old) if old[0] != new[0]]
    return [*gone, *(levels(pair, *new) if old != new else [])]


def book_ticker(pair: Pair, quote: Quote, now: int) -> Json:
    """bookTicker: the best prices."""
    return {
        "e": "bookTicker",
        "u": now,
        "E": now,
        "T": now,
        "s": pair.symbol,
        "b": price(pair, quote.bid),
        "B": shown(pair, quote.bid_quantity),
        "a": price(pair, quote.ask),
        "A": shown(pair, quote.ask_quantity),
        "st": 1,
        "ps": pair.symbol,
    }


def _position(position: Position, markets: Markets) -> Json:
    symbol = markets.named(position.symbol)
    assert symbol is not None
    mark = markets.mark(symbol)
    profit = Decimal(0) if mark is None else (mark - position.entry_price) * position.amount
    return {
        "s": position.symbol,
        "pa": quantity(symbol, position.amount),
        "ep": price(symbol, position.entry_price),
        "bep": price(symbol, position.entry_price),
        "cr": money(position.realized),
        "up": money(profit),
        "mt": "isolated" if position.isolated else "cross",
        "iw": money(position.isolated_margin),
        "ps": position.side,
    }


def _kind(order: VenueOrder) -> str:
    return order.terms.native_type if order.terms.native_type == CALCULATED else type_of(order)


def _last(order: VenueOrder, fill: VenueFill | None) -> Json:
    """What has just traded; zeros where nothing has."""
    pair = order.pair
    if fill is None:
        traded = quantity(pair, order.filled)
        return {"l": "0", "z": traded, "L": "0", "n": "0", "N": pair.quote.name, "t": 0, "m": False, "rp": "0"}
    return {
        "l": quantity(pair, fill.quantity),
        "z": quantity(pair, order.filled),
        "L": price(pair, fill.price),
        "n": money(fill.fee),
        "N": pair.quote.name,
        "t": fill.trade_id,
        "m": fill.liquidity == "m",
        "rp": money(fill.realized),
    }
