"""The reads of orders and fills, and of what the account has."""

from collections.abc import Callable
from datetime import datetime

import trio

from batactors.testing.kraken_futures.calls import Call, Handler
from batactors.testing.kraken_futures.checks import MAINTENANCE, Checks
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.market import Markets
from batactors.testing.kraken_futures.matching import LIQUIDATION
from batactors.testing.kraken_futures.order_events import order_row, trigger_row
from batactors.testing.kraken_futures.refusals import bad
from batactors.testing.kraken_futures.trading import Trading
from batactors.testing.kraken_futures.wire import moment_of, num, stamp
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, VenueFill, VenueOrder
from batactors.testing.venue.positions import Positions
from batactors.testing.venue.text import Json

REMEMBERED = 5.0
"""Seconds for which orders/status knows a closed order."""
FILLS_MOST = 100
UPDATE_REASONS = {
    "cancelled_by_user": "CANCELLED_BY_USER",
    "cancelled_by_admin": "CANCELLED_BY_ADMIN",
    "dead_man_switch": "DEAD_MAN_SWITCH",
    "contract_expired": "CONTRACT_EXPIRED",
    "not_enough_margin": "NOT_ENOUGH_MARGIN",
    "market_inactive": "MARKET_INACTIVE",
    "would_execute_self": "WOULD_EXECUTE_SELF_REASON",
    "would_not_reduce_position": "WOULD_NOT_REDUCE_POSITION",
    "ioc_order_failed_because_it_would_not_be_executed": "IOC_WOULD_NOT_EXECUTE_REASON",
    "post_order_failed_because_it_would_filled": "POST_WOULD_EXECUTE_REASON",
}


class Queries:
    """The handlers of reads, by the bench's word."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        trading: Trading,
        markets: Markets,
        positions: Positions,
        checks: Checks,
        habits: Habits,
        dice: Dice,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._trading = trading
        self._markets = markets
        self._positions = positions
        self._checks = checks
        self._habits = habits
        self._dice = dice
        self._now = now
        self.handlers: dict[str, Handler] = {
            "openorders": self._open_orders,
            "orders/status": self._status,
            "fills": self._fills,
            "accounts": self._accounts,
            "openpositions": self._open_positions,
        }

    # -- orders --------------------------------------------------------------------------------------------------------

    def _open_orders(self, call: Call) -> Json:
        rows = []
        for order_id in self._ledger.ids_open_since(call.as_of):
            order = self._ledger.order_as_of(call.as_of, order_id)
            if order is not None and order.account == call.account and not order.closed:
                rows.append(_open_row(order))
        return {"openOrders": rows}

    def _status(self, call: Call) -> Json:
        ids, names = call.arguments.all("orderIds"), call.arguments.all("cliOrdIds")
        if not ids and not names:
            raise bad("orderIds")
        rows = [row for one in ids for row in self._status_by_id(call, one)]
        for name in names:
            mine = [one for one in self._ledger.orders_by_client_id(name) if one.account == call.account]
            rows += [row for one in mine for row in self._status_rows(call, one.order_id)]
            rows += self._rejected(call, lambda order, name=name: order.client_order_id == name)  # type: ignore[misc]
        return {"orders": rows}

    def _status_by_id(self, call: Call, order_id: str) -> list[Json]:
        found = self._ledger.order_of(order_id)
        if found is None:
            return self._rejected(call, lambda order: order.order_id == order_id)
        return self._status_rows(call, found.order_id) if found.account == call.account else []

    def _status_rows(self, call: Call, order_id: str) -> list[Json]:
        order = self._ledger.order_as_of(call.as_of, order_id)
        if order is None:
            return []
        ended = order.closed_at
        if ended is not None and (self._now() - ended).total_seconds() > REMEMBERED:
            return []
        row: Json = {"order": _status_row(order), "status": _status_word(order), "updateReason": _reason(order)}
        return [row | {"error": None}]

    def _rejected(self, call: Call, wanted: Callable[[VenueOrder], bool]) -> list[Json]:
        """Orders that the engine has turned down a moment ago."""
        since = trio.current_time() - REMEMBERED
        return [
            {"order": _status_row(one.order), "status": "REJECTED", "updateReason": None, "error": one.reason}
            for one in self._trading.rejections
            if one.at >= since and one.at <= call.as_of and one.order.account == call.account and wanted(one.order)
        ]

    # -- fills ---------------------------------------------------------------------------------------------------------

    def _fills(self, call: Call) -> Json:
        text = call.arguments.text("lastFillTime")
        before = None if text is None else moment_of(text)
        if text is not None and before is None:
            raise bad("lastFillTime")
        mine = [one for one in self._ledger.fills_since(None, call.as_of) if one.account == call.account]
        if before is not None:
            mine = [one for one in mine if one.at < before]
        return {"fills": [self._fill_row(one) for one in mine[-FILLS_MOST:][::-1]]}

    def _fill_row(self, fill: VenueFill) -> Json:
        row: Json = {
            "fill_id": fill.exec_id,
            "order_id": fill.order.live_id,
            "symbol": fill.order.pair.symbol,
            "side": fill.order.side,
            "size": num(fill.quantity),
            "price": num(fill.price),
            "fillTime": stamp(fill.at),
            "fillType": fill_type(fill),
        }
        named = fill.client_order_id is not None and self._dice.falls(self._habits.fills_named)
        return row | ({"cliOrdId": fill.client_order_id} if named else {})

    # -- the account ---------------------------------------------------------------------------------------------------

    def _open_positions(self, call: Call) -> Json:
        rows: list[Json] = [
            {
                "side": "long" if one.amount > ZERO else "short",
                "symbol": one.symbol,
                "price": num(one.entry_price),
                "fillTime": stamp(one.updated_at or self._now()),
                "size": num(abs(one.amount)),
                "unrealizedFunding": num(ZERO),
                "pnlCurrency": "USD",
            }
            for one in self._positions.open(call.account)
        ]
        return {"openPositions": rows}

    def _accounts(self, call: Call) -> Json:
        account, balances = call.account, self._ledger.balances(call.account)
        dollars = self._ledger.balance(account, "USD")
        used, pnl = self._checks.used(account, "USD"), self._checks.unrealized(account, "USD")
        accounts: Json = {
            "cash": {"type": "cashAccount", "balances": {name.lower(): num(much) for name, much in balances.items()}},
            "flex": {
                "type": "multiCollateralMarginAccount",
                "currencies": {
                    "USD": {
                        "quantity": num(dollars),
                        "value": num(dollars),
                        "collateral": num(dollars),
                        "available": num(self._checks.available(account, "USD")),
                    }
                },
                "balanceValue": num(dollars),
                "portfolioValue": num(dollars + pnl),
                "collateralValue": num(dollars),
                "initialMargin": num(used),
                "maintenanceMargin": num(used * MAINTENANCE * 50),
                "pnl": num(pnl),
                "unrealizedFunding": num(ZERO),
                "totalUnrealized": num(pnl),
                "availableMargin": num(self._checks.available(account, "USD")),
                "marginEquity": num(dollars + pnl),
            },
        }
        for contract in self._markets:
            if contract.inverse:
                coin, mine = contract.quote.name, self._ledger.balance(account, contract.quote.name)
                accounts[f"fi_{coin.lower()}usd"] = {
                    "type": "marginAccount",
                    "currency": coin.lower(),
                    "balances": {coin.lower(): num(mine)},
                    "auxiliary": {
                        "af": num(self._checks.available(account, coin)),
                        "pnl": num(self._checks.unrealized(account, coin)),
                        "pv": num(mine + self._checks.unrealized(account, coin)),
                    },
                    "marginRequirements": {"im": num(self._checks.used(account, coin))},
                }
        return {"accounts": accounts}


def _open_row(order: VenueOrder) -> Json:
    row: Json = {
        "order_id": order.live_id,
        "symbol": order.pair.symbol,
        "side": order.side,
        "orderType": _open_type(order),
        "limitPrice": num(order.limit_price or ZERO),
        "unfilledSize": num(order.remaining),
        "filledSize": num(order.filled),
        "receivedTime": stamp(order.opened_at),
        "lastUpdateTime": stamp(order.updated_at),
        "status": "partiallyFilled" if order.filled else "untouched",
        "reduceOnly": order.terms.reduce_only,
    }
    if order.client_order_id is not None:
        row["cliOrdId"] = order.client_order_id
    if order.waits_for_trigger:
        signal = order.terms.trigger_reference
        row |= {"stopPrice": num(order.trigger_price), "triggerSignal": "spot" if signal == "index" else signal}
    return row


def _open_type(order: VenueOrder) -> str:
    if not order.waits_for_trigger:
        return "lmt"
    return "take_profit" if order.terms.native_type == "take_profit" else "stop"


def _status_row(order: VenueOrder) -> Json:
    row = order_row(order) | {"type": "TRIGGER_ORDER" if order.waits_for_trigger else "ORDER"}
    if order.waits_for_trigger:
        trigger = trigger_row(order)
        names = ("triggerPrice", "triggerSide", "triggerSignal")
        return row | {"priceTriggerOptions": {name: trigger[name] for name in names}, "triggerTime": None}
    return row | {"priceTriggerOptions": None, "triggerTime": None}


def _status_word(order: VenueOrder) -> str:
    if order.waits_for_trigger and not order.closed:
        return "TRIGGER_PLACED"
    if order.status == "filled":
        return "FULLY_EXECUTED"
    return "CANCELLED" if order.closed else "ENTERED_BOOK"


def _reason(order: VenueOrder) -> str:
    if order.status == "filled":
        return "FULL_FILL"
    if order.closed:
        return UPDATE_REASONS.get(order.reason or "", "CANCELLED_BY_USER")
    if order.filled:
        return "PARTIAL_FILL"
    if order.amended:
        return "EDITED_BY_USER"
    if order.terms.native_type == LIQUIDATION:
        return "LIQUIDATION_ORDER"
    return "LIMIT_FROM_STOP" if order.triggered else "NEW_USER_ORDER"


def fill_type(fill: VenueFill) -> str:
    """What kind of a fill this is."""
    if fill.order.terms.native_type == LIQUIDATION:
        return LIQUIDATION
    if fill.liquidity == "m":
        return "maker"
    return "takerAfterEdit" if fill.order.amended else "taker"
