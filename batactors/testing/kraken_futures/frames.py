"""What the feeds of WebSocket v1 tell: orders, fills, balances, positions and the market. A `qty` is what remains."""

from collections.abc import Sequence
from decimal import Decimal

from batactors.testing.kraken_futures.checks import MAINTENANCE, Checks
from batactors.testing.kraken_futures.market import Contract, Markets, contract_of
from batactors.testing.kraken_futures.queries import fill_type
from batactors.testing.kraken_futures.wire import ENDLESS, ms, num
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Quote
from batactors.testing.venue.orders import ZERO, LedgerEntry, Position, VenueFill, VenueOrder
from batactors.testing.venue.text import Json

SNAPSHOT_FILLS = 100


def order_row(order: VenueOrder, *, named: bool = True, as_stop: bool = False) -> Json:
    """An order. As a stop it still has its first id."""
    waits = order.waits_for_trigger or as_stop
    row: Json = {
        "instrument": order.pair.symbol,
        "time": ms(order.opened_at),
        "last_update_time": ms(order.updated_at),
        "qty": num(order.remaining),
        "filled": num(order.filled),
        "limit_price": num(order.limit_price or ZERO),
        "stop_price": num(order.trigger_price if waits and order.trigger_price else ZERO),
        "type": _type(order) if waits else "limit",
        "order_id": order.order_id if as_stop else order.live_id,
        "direction": 0 if order.side == "buy" else 1,
        "reduce_only": order.terms.reduce_only,
    }
    if named and order.client_order_id is not None:
        row["cli_ord_id"] = order.client_order_id
    if waits:
        signal = order.terms.trigger_reference
        row["triggerSignal"] = "spot" if signal == "index" else signal
        if order.terms.trail is not None:
            unit = "PERCENT" if order.terms.trail_in_percent else "QUOTE_CURRENCY"
            row["trailing_stop_options"] = {"max_deviation": num(order.terms.trail), "unit": unit}
    return row


def delta(row: Json, reason: str, *, cancel: bool = False) -> Json:
    """What has become of an order, with the whole order."""
    return {"feed": "open_orders", "order": row, "is_cancel": cancel, "reason": reason}


def cancel_only(order_id: str, name: str | None, reason: str) -> Json:
    """That an order is gone, with its ids only."""
    named = {} if name is None else {"cli_ord_id": name}
    return {"feed": "open_orders", "order_id": order_id, **named, "is_cancel": True, "reason": reason}


def fill_row(fill: VenueFill, *, named: bool = True) -> Json:
    """One execution."""
    order = fill.order
    row: Json = {
        "instrument": order.pair.symbol,
        "time": ms(fill.at),
        "price": num(fill.price),
        "seq": fill.trade_id,
        "buy": order.side == "buy",
        "qty": num(fill.quantity),
        "remaining_order_qty": num(order.remaining),
        "order_id": order.live_id,
        "fill_id": fill.exec_id,
        "fill_type": fill_type(fill),
        "fee_paid": num(fill.fee),
        "fee_currency": "BTC" if order.pair.quote.name == "XBT" else order.pair.quote.name,
        "taker_order_type": "ioc" if fill.liquidity == "m" else _type(order),
        "order_type": _type(order),
    }
    if named and order.client_order_id is not None:
        row["cli_ord_id"] = order.client_order_id
    return row


def balances(account: str, ledger: Ledger, checks: Checks, markets: Markets) -> Json:
    """What the account has."""
    dollars, pnl = ledger.balance(account, "USD"), checks.unrealized(account, "USD")
    used, free = checks.used(account, "USD"), checks.available(account, "USD")
    coins = [one.quote.name for one in markets if one.inverse]
    flex: Json = {
        "currencies": {
            "USD": {
                "quantity": num(dollars),
                "value": num(dollars),
                "collateral_value": num(dollars),
                "available": num(free),
                "haircut": num(ZERO),
                "conversion_spread": num(ZERO),
            }
        },
        "balance_value": num(dollars),
        "portfolio_value": num(dollars + pnl),
        "collateral_value": num(dollars),
        "initial_margin": num(used),
        "maintenance_margin": num(used * MAINTENANCE * 50),
        "pnl": num(pnl),
        "unrealized_funding": num(ZERO),
        "total_unrealized": num(pnl),
        "margin_equity": num(dollars + pnl),
        "available_margin": num(free),
    }
    return {
        "holding": {name: num(much) for name, much in ledger.balances(account).items()},
        "futures": {
            f"F-{coin}:USD": {
                "name": f"F-{coin}:USD",
                "unit": coin,
                "portfolio_value": num(ledger.balance(account, coin) + checks.unrealized(account, coin)),
                "balance": num(ledger.balance(account, coin)),
                "initial_margin": num(checks.used(account, coin)),
                "available": num(checks.available(account, coin)),
                "unrealized_funding": num(ZERO),
                "pnl": num(checks.unrealized(account, coin)),
            }
            for coin in coins
        },
        "flex_futures": flex,
    }


def positions(rows: Sequence[Position], markets: Markets) -> list[Json]:
    """Every position that is not flat."""
    found = []
    for one in rows:
        contract = markets.named(one.symbol)
        assert contract is not None
        mark = markets.mark(contract)
        won = ZERO if mark is None else contract.profit_of(one.amount, one.entry_price, mark)
        found.append(
            {
                "instrument": one.symbol,
                "balance": num(one.amount),
                "pnl": num(won),
                "entry_price": num(one.entry_price),
                "mark_price": num(mark or ZERO),
                "index_price": num(mark or ZERO),
                "liquidation_threshold": num(ZERO),
                "effective_leverage": num(Decimal(1)),
                "return_on_equity": num(ZERO),
                "unrealized_funding": num(ZERO),
                "initial_margin": num(contract.cost_of(abs(one.amount), one.entry_price) * Decimal("0.02")),
            }
        )
    return found


def log_row(entry: LedgerEntry, number: int) -> Json:
    """One entry of the account log."""
    return {
        "id": number,
        "date": entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "asset": entry.asset.lower(),
        "info": "futures trade" if entry.ref_id else "transfer",
        "booking_uid": f"{entry.ledger_id}-{number}",
        "margin_account": "flex" if entry.asset == "USD" else f"fi_{entry.asset.lower()}usd",
        "old_balance": num(entry.balance - entry.amount + entry.fee),
        "new_balance": num(entry.balance),
        "realized_pnl": num(entry.amount),
        "fee": num(entry.fee),
        "execution": entry.ref_id,
    }


# -- the market --------------------------------------------------------------------------------------------------------


def ticker(contract: Contract, quote: Quote, now: int) -> Json:
    """The top of the book and the prices that follow from it."""
    coin = "XBT" if contract.base.name == "BTC" else contract.base.name
    return {
        "feed": "ticker",
        "time": now,
        "product_id": contract.symbol,
        "bid": num(quote.bid or ZERO),
        "ask": num(quote.ask or ZERO),
        "bid_size": num(ENDLESS if quote.bid_quantity is None else quote.bid_quantity),
        "ask_size": num(ENDLESS if quote.ask_quantity is None else quote.ask_quantity),
        "last": num(quote.last or ZERO),
        "markPrice": num(quote.last or ZERO),
        "index": num(quote.last or ZERO),
        "volume": num(ZERO),
        "openInterest": num(ZERO),
        "suspended": False,
        "post_only": False,
        "tag": "month" if contract.last_trading else "perpetual",
        "pair": f"{coin}:USD",
        "leverage": "50x",
        "dtm": 0,
        "maturityTime": 0,
    }


def book_snapshot(contract: Contract, quote: Quote, number: int, now: int) -> Json:
    """The whole book, which has one level a side or none."""
    sides = {"bids": (quote.bid, quote.bid_quantity), "asks": (quote.ask, quote.ask_quantity)}
    return {
        "feed": "book_snapshot",
        "product_id": contract.symbol,
        "timestamp": now,
        "seq": number,
        "tickSize": None,
        **{
            name: [] if price is None else [{"price": num(price), "qty": num(ENDLESS if much is None else much)}]
            for name, (price, much) in sides.items()
        },
    }


def book_changes(contract: Contract, before: Quote, now: Quote) -> list[Json]:
    """One frame for each level that changed, without its number."""
    changes: list[tuple[str, Decimal, Decimal]] = []
    for side, old, new, much_before, much in (
        ("buy", before.bid, now.bid, before.bid_quantity, now.bid_quantity),
        ("sell", before.ask, now.ask, before.ask_quantity, now.ask_quantity),
    ):
        if old is not None and old != new:
            changes.append((side, old, ZERO))
        if new is not None and (new, much) != (old, much_before):
            changes.append((side, new, ENDLESS if much is None else much))
    frame: Json = {"feed": "book", "product_id": contract.symbol}
    return [frame | {"side": side, "price": num(price), "qty": num(much)} for side, price, much in changes]


def trade_row(fill: VenueFill) -> Json:
    """A trade from the side of who took."""
    side = fill.order.side
    return {
        "product_id": contract_of(fill.order.pair).symbol,
        "uid": fill.exec_id,
        "side": side if fill.liquidity == "t" else ("sell" if side == "buy" else "buy"),
        "type": "liquidation" if fill_type(fill) == "liquidation" else "fill",
        "seq": fill.trade_id,
        "time": ms(fill.at),
        "qty": num(fill.quantity),
        "price": num(fill.price),
    }


def _type(order: VenueOrder) -> str:
    """What the feeds call the kind of an order."""
    kind = order.terms.native_type
    if order.terms.order_type.startswith("stop"):
        return "trailing_stop" if order.terms.trail is not None else "stop"
    return {"take_profit": "take_profit", "mkt": "market", "ioc": "ioc", "post": "post"}.get(kind, "limit")
