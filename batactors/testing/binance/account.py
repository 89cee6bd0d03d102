"""What an account may read of itself and set: balances, positions, leverage, margin type, modes, its listen key."""

from collections.abc import Callable
from datetime import datetime

from batactors.testing.binance.calls import Call
from batactors.testing.binance.listen_keys import ListenKeys
from batactors.testing.binance.market import Markets, Symbol
from batactors.testing.binance.rates import ORDERS_1M, ORDERS_10S, limit
from batactors.testing.binance.refusals import Refused, bad, missing
from batactors.testing.binance.road import Handler
from batactors.testing.binance.rows import AccountRows
from batactors.testing.binance.telling import Telling
from batactors.testing.binance.terms import symbol_in
from batactors.testing.binance.wire import ms
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO
from batactors.testing.venue.positions import Positions
from batactors.testing.venue.text import Json

NOTIONAL_MOST = "1000000"
DONE: Json = {"code": 200, "msg": "success"}


class Account:
    """The handlers of reads and settings, by the bench's word."""

    def __init__(
        self,
        *,
        rows: AccountRows,
        ledger: Ledger,
        markets: Markets,
        positions: Positions,
        keys: ListenKeys,
        telling: Telling,
        deleted: Callable[[str, str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._ledger = ledger
        self._markets = markets
        self._positions = positions
        self._keys = keys
        self._telling = telling
        self._deleted = deleted
        self._now = now
        self.handlers: dict[str, Handler] = {
            "account.balance": lambda call: rows.balance_rows(call.account, ms(now())),
            "account.status": lambda call: rows.account(call.account, ms(now())),
            "account.position": self._position_risk,
            "symbolConfig": self._symbol_config,
            "accountConfig": self._account_config,
            "leverageBracket": self._brackets,
            "rateLimit.order": lambda call: [limit("ORDERS", *one) for one in ORDER_LIMITS],
            "leverage": self._set_leverage,
            "marginType": self._set_margin_type,
            "positionSide.dual": self._set_mode,
            "positionSide.read": lambda call: {"dualSidePosition": positions.hedged(call.account)},
            "multiAssetsMargin.read": lambda call: {"multiAssetsMargin": False},
            "commissionRate": self._commission,
            "userDataStream.start": lambda call: self._key(call, keys.start(call.account)),
            "userDataStream.ping": lambda call: self._key(call, keys.keep(call.account)),
            "userDataStream.stop": self._stop,
        }

    # -- reads ---------------------------------------------------------------------------------------------------------

    def _position_risk(self, call: Call) -> list[Json]:
        only = symbol_in(call.arguments, self._markets).symbol if call.arguments.text("symbol") else None
        return [self._rows.risk_row(position) for position in self._rows.positions(call.account, only)]

    def _symbol_config(self, call: Call) -> list[Json]:
        rows = []
        for symbol in self._wanted(call):
            setting = self._positions.setting(call.account, symbol.symbol)
            rows.append(
                {
                    "symbol": symbol.symbol,
                    "marginType": "ISOLATED" if setting.isolated else "CROSSED",
                    "isAutoAddMargin": False,
                    "leverage": setting.leverage,
                    "maxNotionalValue": NOTIONAL_MOST,
                }
            )
        return rows

    def _account_config(self, call: Call) -> Json:
        return {
            "feeTier": 0,
            "canTrade": True,
            "canDeposit": True,
            "canWithdraw": True,
            "dualSidePosition": self._positions.hedged(call.account),
            "multiAssetsMargin": False,
            "tradeGroupId": -1,
            "updateTime": 0,
        }

    def _brackets(self, call: Call) -> list[Json]:
        bracket = {
            "bracket": 1,
            "notionalCap": int(NOTIONAL_MOST),
            "notionalFloor": 0,
            "maintMarginRatio": "0.004",
            "cum": "0.0",
        }
        return [
            {"symbol": one.symbol, "brackets": [bracket | {"initialLeverage": one.leverage_max}]}
            for one in self._wanted(call)
        ]

    def _commission(self, call: Call) -> Json:
        symbol = symbol_in(call.arguments, self._markets).symbol
        return {"symbol": symbol, "makerCommissionRate": "0.000200", "takerCommissionRate": "0.000500"}

    # -- settings ------------------------------------------------------------------------------------------------------

    def _set_leverage(self, call: Call) -> Json:
        symbol, wanted = symbol_in(call.arguments, self._markets), call.arguments.integer("leverage")
        if wanted is None:
            raise missing("leverage")
        if not 1 <= wanted <= symbol.leverage_max:
            raise Refused(-4028)
        setting = self._positions.setting(call.account, symbol.symbol)
        if setting.isolated and wanted < setting.leverage and self._has_position(call.account, symbol.symbol):
            raise Refused(-4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions.")
        if setting.leverage != wanted:
            setting.leverage = wanted
            self._tell_config(call.account, {"ac": {"s": symbol.symbol, "l": wanted}})
        return {"leverage": wanted, "maxNotionalValue": NOTIONAL_MOST, "symbol": symbol.symbol}

    def _set_margin_type(self, call: Call) -> Json:
        symbol, wanted = symbol_in(call.arguments, self._markets), call.arguments.word("marginType")
        if wanted not in ("ISOLATED", "CROSSED"):
            raise bad("marginType")
        setting = self._positions.setting(call.account, symbol.symbol)
        if setting.isolated == (wanted == "ISOLATED"):
            raise Refused(-4046)
        if any(order.pair.symbol == symbol.symbol for order in self._ledger.open_orders(call.account)):
            raise Refused(-4047)
        if self._has_position(call.account, symbol.symbol):
            raise Refused(-4048)
        setting.isolated = wanted == "ISOLATED"
        sides = self._positions.sides(call.account)
        changed = tuple(self._positions.of(call.account, symbol.symbol, side) for side in sides)
        self._telling.account_changed(call.account, "MARGIN_TYPE_CHANGE", (), changed)
        return DONE

    def _set_mode(self, call: Call) -> Json:
        if call.arguments.text("dualSidePosition") is None:
            raise missing("dualSidePosition")
        wanted = call.arguments.flag("dualSidePosition")
        if wanted == self._positions.hedged(call.account):
            raise Refused(-4059)
        if self._ledger.open_orders(call.account):
            raise Refused(-4067)
        if self._positions.open(call.account):
            raise Refused(-4068)
        self._positions.set_hedged(call.account, wanted)
        return DONE

    # -- the listen key ------------------------------------------------------------------------------------------------

    def _key(self, call: Call, text: str) -> Json:
        del call
        return {"listenKey": text}

    def _stop(self, call: Call) -> Json:
        text = self._keys.close(call.account)
        if text is not None:
            self._deleted(call.account, text)
        return {}

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _wanted(self, call: Call) -> list[Symbol]:
        if call.arguments.text("symbol"):
            return [symbol_in(call.arguments, self._markets)]
        return list(self._markets)

    def _has_position(self, account: str, symbol: str) -> bool:
        return any(one.symbol == symbol and one.amount != ZERO for one in self._positions.open(account))

    def _tell_config(self, account: str, what: Json) -> None:
        now = ms(self._now())
        self._telling.tell(account, {"e": "ACCOUNT_CONFIG_UPDATE", "E": now, "T": now, **what})


ORDER_LIMITS = (("MINUTE", 1, ORDERS_1M), ("SECOND", 10, ORDERS_10S))
