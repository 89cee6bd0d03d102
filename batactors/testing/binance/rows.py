"""Orders, trades, positions, balances as the venue's answers tell them: amounts as text, times and ids as numbers."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from batactors.testing.binance.checks import Checks
from batactors.testing.binance.market import Markets
from batactors.testing.binance.matching import SELF_TRADE
from batactors.testing.binance.wire import money, ms, price, quantity
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Amendment, Position, VenueFill, VenueOrder
from batactors.testing.venue.positions import Positions
from batactors.testing.venue.text import Json

STATUSES = {
    "new": "NEW",
    "partially_filled": "PARTIALLY_FILLED",
    "filled": "FILLED",
    "canceled": "CANCELED",
    "expired": "EXPIRED",
}


def status_of(order: VenueOrder) -> str:
    """The state of an order, in the venue's word."""
    if order.reason == SELF_TRADE:
        return "EXPIRED_IN_MATCH"
    return STATUSES[order.status]


def type_of(order: VenueOrder) -> str:
    """LIMIT, MARKET, or what the venue calls its own."""
    return order.terms.order_type.upper()


def order_row(order: VenueOrder) -> Json:
    """An order as the answers to commands have it: without its average price, which was taken out of them."""
    pair, terms = order.pair, order.terms
    return {
        "clientOrderId": order.client_order_id,
        "cumQty": quantity(pair, order.filled),
        "executedQty": quantity(pair, order.filled),
        "orderId": int(order.order_id),
        "origQty": quantity(pair, order.quantity),
        "price": price(pair, order.limit_price),
        "reduceOnly": terms.reduce_only,
        "side": order.side.upper(),
        "positionSide": terms.position_side,
        "status": status_of(order),
        "stopPrice": price(pair, order.trigger_price),
        "closePosition": terms.close_position,
        "symbol": pair.symbol,
        "timeInForce": terms.time_in_force.upper(),
        "type": type_of(order),
        "origType": terms.native_type or type_of(order),
        "updateTime": ms(order.updated_at),
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "priceMatch": terms.price_match or "NONE",
        "selfTradePreventionMode": terms.self_trade or "EXPIRE_MAKER",
        "goodTillDate": ms(terms.expire_at) if terms.expire_at is not None else 0,
    }


def query_row(order: VenueOrder) -> Json:
    """An order as queries have it."""
    return order_row(order) | {
        "avgPrice": average(order),
        "cumQuote": money(order.cost),
        "time": ms(order.opened_at),
    }


def average(order: VenueOrder) -> str:
    """The average price of what has traded."""
    return f"{order.average_price:.{order.pair.price_decimals + 4}f}" if order.filled else "0"


def trade_row(fill: VenueFill) -> Json:
    """One row of userTrades, in which there is no client order id."""
    pair = fill.order.pair
    return {
        "buyer": fill.order.side == "buy",
        "commission": money(fill.fee),
        "commissionAsset": pair.quote.name,
        "id": fill.trade_id,
        "maker": fill.liquidity == "m",
        "orderId": int(fill.order_id),
        "price": price(pair, fill.price),
        "qty": quantity(pair, fill.quantity),
        "quoteQty": money(fill.cost),
        "baseQty": quantity(pair, fill.quantity),
        "marginAsset": pair.quote.name,
        "realizedPnl": money(fill.realized),
        "side": fill.order.side.upper(),
        "positionSide": fill.order.terms.position_side,
        "symbol": pair.symbol,
        "pair": pair.symbol,
        "time": ms(fill.at),
    }


def amendment_rows(amendments: Sequence[Amendment]) -> list[Json]:
    """The changes of an order, each with the terms before and after; the newest first."""
    rows = []
    for number, (before, after) in enumerate(pairwise(amendments), 1):
        old, new = before.order, after.order
        rows.append(
            {
                "amendmentId": int(after.amend_id),
                "symbol": new.pair.symbol,
                "pair": new.pair.symbol,
                "orderId": int(new.order_id),
                "clientOrderId": new.client_order_id,
                "time": ms(new.aged_from),
                "amendment": {
                    "price": {"before": price(old.pair, old.limit_price), "after": price(new.pair, new.limit_price)},
                    "origQty": {"before": quantity(old.pair, old.quantity), "after": quantity(new.pair, new.quantity)},
                    "count": number,
                },
                "priceMatch": "NONE",
            }
            | ({"modifyId": int(new.modify_id)} if new.modify_id is not None else {})
        )
    return rows[::-1]


class AccountRows:
    """What of an account is reckoned from its positions, orders and the mark prices."""

    def __init__(self, *, ledger: Ledger, markets: Markets, positions: Positions, checks: Checks) -> None:
        self._ledger = ledger
        self._markets = markets
        self._positions = positions
        self._checks = checks

    def unrealized(self, position: Position) -> Decimal:
        """What closing it at the mark price would win."""
        symbol = self._markets.named(position.symbol)
        mark = None if symbol is None else self._markets.mark(symbol)
        return ZERO if mark is None else (mark - position.entry_price) * position.amount

    def positions(self, account: str, only: str | None = None) -> list[Position]:
        """The positions that are not empty, and those of markets with open orders."""
        touched = {order.pair.symbol: None for order in self._ledger.open_orders(account)}
        touched |= {position.symbol: None for position in self._positions.open(account)}
        return [
            self._positions.of(account, symbol, side)
            for symbol in sorted(touched)
            if only in (None, symbol)
            for side in self._positions.sides(account)
        ]

    def risk_row(self, position: Position) -> Json:
        """One row of positionRisk."""
        symbol = self._markets.named(position.symbol)
        assert symbol is not None
        mark = self._markets.mark(symbol) or ZERO
        initial = self._checks.position_margin(position.account, position.symbol, position.side)
        orders = self._order_margin(position)
        return {
            "symbol": position.symbol,
            "positionSide": position.side,
            "positionAmt": quantity(symbol, position.amount),
            "entryPrice": price(symbol, position.entry_price),
            "breakEvenPrice": price(symbol, position.entry_price),
            "markPrice": money(mark),
            "unRealizedProfit": money(self.unrealized(position)),
            "liquidationPrice": "0",
            "isolatedMargin": money(position.isolated_margin),
            "notional": money(position.amount * mark),
            "marginAsset": symbol.quote.name,
            "isolatedWallet": money(position.isolated_margin),
            "initialMargin": money(initial + orders),
            "maintMargin": money(initial / 10),
            "positionInitialMargin": money(initial),
            "openOrderInitialMargin": money(orders),
            "adl": 1 if position.amount else 0,
            "bidNotional": "0",
            "askNotional": "0",
            "updateTime": 0 if position.updated_at is None else ms(position.updated_at),
        }

    def balance_rows(self, account: str, now: int) -> list[Json]:
        """The rows of v3/balance."""
        return [
            {
                "accountAlias": "SgsR",
                "asset": asset,
                "balance": money(total),
                "crossWalletBalance": money(total),
                "crossUnPnl": money(self._unrealized_all(account, asset)),
                "availableBalance": money(max(ZERO, self._checks.available(account, asset))),
                "maxWithdrawAmount": money(max(ZERO, self._checks.available(account, asset))),
                "marginAvailable": True,
                "updateTime": now,
            }
            for asset, total in self._ledger.balances(account).items()
        ]

    def account(self, account: str, now: int) -> Json:
        """The body of v3/account."""
        assets = [
            self._asset_row(account, asset, total, now) for asset, total in self._ledger.balances(account).items()
        ]
        totals = {
            name: money(sum((Decimal(row[of]) for row in assets if row["asset"] == "USDT"), ZERO))
            for name, of in TOTALS.items()
        }
        positions = [self._position_row(position) for position in self.positions(account)]
        return totals | {"assets": assets, "positions": positions}

    def _asset_row(self, account: str, asset: str, total: Decimal, now: int) -> Json:
        profit = self._unrealized_all(account, asset)
        available = max(ZERO, self._checks.available(account, asset))
        mine = [one for one in self.positions(account) if self._asset_of(one) == asset]
        held = sum((self._checks.position_margin(account, one.symbol, one.side) for one in mine), ZERO)
        orders = self._ledger.open_orders(account)
        waiting = sum((self._checks.held(order) for order in orders if order.pair.quote.name == asset), ZERO)
        return {
            "asset": asset,
            "walletBalance": money(total),
            "unrealizedProfit": money(profit),
            "marginBalance": money(total + profit),
            "maintMargin": money(held / 10),
            "initialMargin": money(held + waiting),
            "positionInitialMargin": money(held),
            "openOrderInitialMargin": money(waiting),
            "crossWalletBalance": money(total),
            "crossUnPnl": money(profit),
            "availableBalance": money(available),
            "maxWithdrawAmount": money(available),
            "updateTime": now,
        }

    def _position_row(self, position: Position) -> Json:
        row = self.risk_row(position)
        return {name: row[name] for name in POSITION_FIELDS} | {"unrealizedProfit": row["unRealizedProfit"]}

    def _order_margin(self, position: Position) -> Decimal:
        orders = self._ledger.open_orders(position.account)
        mine = [one for one in orders if one.pair.symbol == position.symbol]
        return sum((self._checks.held(one) for one in mine if one.terms.position_side == position.side), ZERO)

    def _unrealized_all(self, account: str, asset: str) -> Decimal:
        mine = [one for one in self._positions.open(account) if self._asset_of(one) == asset]
        return sum((self.unrealized(one) for one in mine), ZERO)

    def _asset_of(self, position: Position) -> str | None:
        symbol = self._markets.named(position.symbol)
        return None if symbol is None else symbol.quote.name


POSITION_FIELDS = (
    *("symbol", "positionSide", "positionAmt", "isolatedMargin", "notional", "isolatedWallet"),
    *("initialMargin", "maintMargin", "updateTime"),
)
TOTALS = {
    "totalInitialMargin": "initialMargin",
    "totalMaintMargin": "maintMargin",
    "totalWalletBalance": "walletBalance",
    "totalUnrealizedProfit": "unrealizedProfit",
    "totalMarginBalance": "marginBalance",
    "totalPositionInitialMargin": "positionInitialMargin",
    "totalOpenOrderInitialMargin": "openOrderInitialMargin",
    "totalCrossWalletBalance": "crossWalletBalance",
    "totalCrossUnPnl": "crossUnPnl",
    "availableBalance": "availableBalance",
    "maxWithdrawAmount": "maxWithdrawAmount",
}
