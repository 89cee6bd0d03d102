"""The history v3: orders, triggers, executions and the account log as events, by pages with a token."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

import trio
from attrs import frozen

from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_futures.calls import Arguments, Call, Handler
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.queries import UPDATE_REASONS
from batactors.testing.kraken_futures.refusals import bad
from batactors.testing.kraken_futures.trading import Trading
from batactors.testing.kraken_futures.wire import ms, num
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Happened, VenueFill, VenueOrder
from batactors.testing.venue.text import Json, plain

DAY = 24 * 3_600.0
COUNT_MOST = 1_000


@frozen
class Element:
    """One event, and the moments when it happened: of the venue's clock and of trio's."""

    uid: str
    at: datetime
    moment: float
    kind: str
    tradeable: str
    event: Json
    opened: bool = False
    closed: bool = False


class History:
    """The handlers of the history. It notes what it will tell when it happens."""

    def __init__(
        self,
        *,
        accounts: dict[str, FuturesAccount],
        ledger: Ledger,
        trading: Trading,
        habits: Habits,
        fresh: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._trading = trading
        self._habits = habits
        self._fresh = fresh
        self._now = now
        self._elements: dict[str, list[Element]] = {}
        self._rejections = 0
        self.handlers: dict[str, Handler] = {
            "history/orders": lambda call: self._page(call, "order"),
            "history/triggers": lambda call: self._page(call, "trigger"),
            "history/executions": lambda call: self._page(call, "execution"),
            "history/account-log": self._account_log,
        }

    def note(self, happened: Sequence[Happened]) -> None:
        """Write down what happened."""
        for one in self._trading.rejections[self._rejections :]:
            event = {"OrderRejected": {"order": _order(one.order), "reason": "", "orderError": one.reason}}
            self._add(one.order, "order", event, closed=True)
        self._rejections = len(self._trading.rejections)
        for step in happened:
            self._note(step)

    def _note(self, step: Happened) -> None:
        order = step.order
        states = self._ledger.states(order.order_id)
        place = next((n for n in range(len(states) - 1, -1, -1) if states[n] is order), 0)
        before = states[place - 1] if place else order
        if order.waits_for_trigger:
            words = {"new": "OrderTriggerPlaced", "amended": "OrderTriggerUpdated", "trailed": "OrderTriggerUpdated"}
            event = {words.get(step.exec_type, "OrderTriggerCancelled"): {"orderTrigger": _trigger(order)}}
            self._add(order, "trigger", event, closed=order.closed)
            return
        if step.fill is not None:
            self._add(
                order, "execution", {"Execution": {"execution": _execution(step.fill), "takerReducedQuantity": ""}}
            )
        match step.exec_type:
            case "new":
                placed = {"order": _order(order), "reason": "new_user_order", "reducedQuantity": ""}
                self._add(order, "order", {"OrderPlaced": placed}, opened=True)
            case "status":
                activated = {"orderTrigger": _trigger(before), "newOrder": _order(order)}
                self._add(order, "trigger", {"OrderTriggerActivated": activated}, closed=True)
                placed = {"order": _order(order), "reason": "stop_order_triggered", "reducedQuantity": ""}
                self._add(order, "order", {"OrderPlaced": placed}, opened=True)
            case "trade" | "amended":
                word = "full_fill" if order.status == "filled" else "partial_fill"
                reason = word if step.fill is not None else "edited_by_user"
                updated = {"oldOrder": _order(before), "newOrder": _order(order), "reason": reason}
                self._add(order, "order", {"OrderUpdated": updated}, closed=order.closed)
            case _:
                why = UPDATE_REASONS.get(order.reason or "", "CANCELLED_BY_USER").lower()
                self._add(order, "order", {"OrderCancelled": {"order": _order(order), "reason": why}}, closed=True)

    def _add(self, order: VenueOrder, kind: str, event: Json, *, opened: bool = False, closed: bool = False) -> None:
        element = Element(
            self._fresh(), self._now(), trio.current_time(), kind, order.pair.symbol, event, opened, closed
        )
        self._elements.setdefault(order.account, []).append(element)

    # -- reading -------------------------------------------------------------------------------------------------------

    def _page(self, call: Call, kind: str) -> Json:
        given, oldest = call.arguments, trio.current_time() - self._habits.history_days * DAY
        since, before = given.integer("since"), given.integer("before")
        only = given.text("tradeable")
        found = [
            one
            for one in self._elements.get(call.account, [])
            if one.kind == kind
            and oldest <= one.moment <= call.as_of
            and (since is None or ms(one.at) >= since)
            and (before is None or ms(one.at) < before)
            and (only is None or one.tradeable == only.upper())
            and not (one.opened and not given.flag("opened", default=True))
            and not (one.closed and not given.flag("closed", default=True))
        ]
        if _descending(given):
            found.reverse()
        start, count = _start(given), min(given.integer("count") or COUNT_MOST, COUNT_MOST)
        shown = found[start : start + count]
        body: Json = {
            "accountUid": self._accounts[call.account].uid,
            "len": len(shown),
            "elements": [{"uid": one.uid, "timestamp": ms(one.at), "event": one.event} for one in shown],
        }
        more = start + count < len(found)
        return body | ({"continuationToken": f"c{start + count}"} if more else {})

    def _account_log(self, call: Call) -> Json:
        mine = [one for one in self._ledger.entries if one.account == call.account]
        logs: list[Json] = [
            {
                "id": number,
                "date": one.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "asset": one.asset.lower(),
                "info": "futures trade" if one.ref_id else "transfer",
                "booking_uid": f"{one.ledger_id}-{number}",
                "margin_account": "flex" if one.asset == "USD" else f"fi_{one.asset.lower()}usd",
                "old_balance": num(one.balance - one.amount + one.fee),
                "new_balance": num(one.balance),
                "realized_pnl": num(one.amount),
                "fee": num(one.fee),
                "execution": one.ref_id,
            }
            for number, one in enumerate(mine, start=1)
        ]
        if _descending(call.arguments):
            logs.reverse()
        start, count = _start(call.arguments), call.arguments.integer("count") or 500
        return {"accountUid": self._accounts[call.account].uid, "logs": logs[start : start + count]}


def _descending(given: Arguments) -> bool:
    word = given.text("sort") or "desc"
    if word not in ("asc", "desc"):
        raise bad("sort")
    return word == "desc"


def _start(given: Arguments) -> int:
    token = given.text("continuation_token") or given.text("continuationToken") or "c0"
    if not token.startswith("c") or not token[1:].isdecimal():
        raise bad("continuation_token")
    return int(token[1:])


def _order(order: VenueOrder) -> Json:
    kinds = {"ioc": "IoC", "mkt": "Market", "post": "Post", "liquidation": "Liquidation"}
    return {
        "uid": order.live_id,
        "accountUid": "A-UID",
        "tradeable": order.pair.symbol,
        "direction": order.side.capitalize(),
        "quantity": plain(order.remaining),
        "filled": plain(order.filled),
        "limitPrice": plain(order.limit_price or ZERO),
        "orderType": kinds.get(order.terms.native_type, "Limit"),
        "clientId": order.client_order_id or "",
        "reduceOnly": order.terms.reduce_only,
        "timestamp": ms(order.opened_at),
        "lastUpdateTimestamp": ms(order.updated_at),
    }


def _trigger(order: VenueOrder) -> Json:
    return _order(order) | {
        "uid": order.order_id,
        "triggerOptions": {
            "triggerPrice": plain(order.trigger_price or Decimal(0)),
            "triggerSignal": order.terms.trigger_reference,
        },
    }


def _execution(fill: VenueFill) -> Json:
    data = {"fee": plain(fill.fee), "positionSize": ""}
    maker = fill.liquidity == "m"
    return {
        "uid": fill.exec_id,
        "makerOrder": _order(fill.order) if maker else {},
        "takerOrder": {} if maker else _order(fill.order),
        "timestamp": ms(fill.at),
        "quantity": plain(fill.quantity),
        "price": plain(fill.price),
        "markPrice": plain(fill.price),
        "limitFilled": fill.order.status == "filled",
        "usdValue": plain(fill.cost),
        "makerOrderData": data if maker else {},
        "takerOrderData": {} if maker else data,
    }
