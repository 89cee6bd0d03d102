"""What an account may read of itself and set: positions, wallet, leverage, margin mode, position mode."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from batactors.testing.bybit.account_rows import AccountRows
from batactors.testing.bybit.calls import Answered, Call
from batactors.testing.bybit.dcp import DisconnectCancel
from batactors.testing.bybit.market import Contract, Markets
from batactors.testing.bybit.pages import page_of
from batactors.testing.bybit.refusals import Refused, bad, missing
from batactors.testing.bybit.settings import Settings
from batactors.testing.bybit.terms import category_in, contract_in
from batactors.testing.bybit.wire import ms
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import Position
from batactors.testing.venue.text import Json

MARGIN_MODES = ("ISOLATED_MARGIN", "REGULAR_MARGIN", "PORTFOLIO_MARGIN")
ONE_WAY, HEDGE = 0, 3
HAS_POSITIONS: Json = {"reasons": [{"reasonCode": "3400000", "reasonMsg": "There are open positions or orders."}]}


class Account:
    """The handlers of reads and settings, by the bench's word."""

    def __init__(
        self,
        *,
        rows: AccountRows,
        ledger: Ledger,
        markets: Markets,
        settings: Settings,
        dcp: DisconnectCancel,
        now: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._ledger = ledger
        self._markets = markets
        self._settings = settings
        self._now = now
        self.handlers: dict[str, Callable[[Call], Answered]] = {
            "position/list": self._positions,
            "wallet-balance": self._wallet,
            "account/info": self._info,
            "fee-rate": self._fees,
            "query-api": self._key,
            "set-leverage": self._set_leverage,
            "switch-mode": self._switch_mode,
            "set-margin-mode": self._set_margin_mode,
            "cancel_all_orders_after": dcp.set,
            "query-dcp-info": dcp.info,
        }

    # -- reads ---------------------------------------------------------------------------------------------------------

    def _positions(self, call: Call) -> Answered:
        """Of one contract also positions that are empty, of a settling coin only those that are not."""
        category_in(call.arguments)
        if call.arguments.text("symbol"):
            found = self._rows.positions(call.account, [contract_in(call.arguments, self._markets)])
        elif coin := call.arguments.text("settleCoin"):
            contracts = [one for one in self._markets if one.settle == coin]
            found = [one for one in self._rows.positions(call.account, contracts) if one.amount]
        else:
            raise missing("symbol or settleCoin")

        def name(position: Position) -> str:
            return f"{position.symbol} {position.side}"

        return Answered(page_of(call.arguments, found, name, self._rows.position, limit=20, most=200))

    def _wallet(self, call: Call) -> Answered:
        if call.arguments.word("accountType") != "UNIFIED":
            raise bad("accountType only support UNIFIED.")
        coins = call.arguments.text("coin")
        wallet = self._rows.wallet(call.account, None if coins is None else coins.split(","))
        return Answered({"list": [wallet]})

    def _info(self, call: Call) -> Answered:
        return Answered(
            {
                "marginMode": self._settings.margin_mode(call.account),
                "updatedTime": str(ms(self._now())),
                "unifiedMarginStatus": 5,
                "dcpStatus": "OFF",
                "timeWindow": 10,
                "smpGroup": 0,
                "isMasterTrader": False,
                "spotHedgingStatus": "OFF",
            }
        )

    def _fees(self, call: Call) -> Answered:
        wanted = call.arguments.text("symbol")
        symbols = [one.symbol for one in self._markets if wanted in (None, one.symbol)]
        fees = {"takerFeeRate": "0.00055", "makerFeeRate": "0.0002"}
        return Answered({"category": "linear", "list": [{"symbol": one, **fees} for one in symbols]})

    def _key(self, call: Call) -> Answered:
        return Answered({"apiKey": call.account, "readOnly": 0, "unified": 1, "uta": 1, "userID": 1, "type": 1})

    # -- settings ------------------------------------------------------------------------------------------------------

    def _set_leverage(self, call: Call) -> Answered:
        category_in(call.arguments)
        contract = contract_in(call.arguments, self._markets)
        both = [call.arguments.decimal(name) for name in ("buyLeverage", "sellLeverage")]
        if None in both:
            raise missing("buyLeverage and sellLeverage")
        if both[0] != both[1]:
            raise bad("buy leverage invalid")
        wanted = both[0]
        assert wanted is not None
        if not 1 <= wanted <= contract.leverage_max:
            raise Refused(110013)
        setting = self._settings.positions.setting(call.account, contract.symbol)
        if wanted == Decimal(setting.leverage):
            raise Refused(110043)
        setting.leverage = wanted
        return Answered({})

    def _switch_mode(self, call: Call) -> Answered:
        """Of the contracts of a coin. Of one contract it is set for its coin, too."""
        category_in(call.arguments)
        if call.arguments.text("symbol"):
            coin = contract_in(call.arguments, self._markets).settle
        else:
            coin = call.arguments.word("coin")
        mode = call.arguments.integer("mode")
        if mode not in (ONE_WAY, HEDGE):
            raise bad("params error: mode invalid")
        if self._settings.hedged(call.account, coin) == (mode == HEDGE):
            raise Refused(110025)
        if any(self._of(one.symbol, coin) for one in self._settings.positions.open(call.account)):
            raise Refused(110024)
        if any(order.pair.quote.name == coin for order in self._ledger.open_orders(call.account)):
            raise Refused(110028)
        self._settings.set_hedged(call.account, coin, mode == HEDGE)
        return Answered({})

    def _set_margin_mode(self, call: Call) -> Answered:
        """Of the whole account. That there must be no positions is this venue's simplification."""
        mode = call.arguments.word("setMarginMode")
        if mode not in MARGIN_MODES:
            raise bad("params error: setMarginMode invalid")
        changes = mode != self._settings.margin_mode(call.account)
        if changes and self._settings.positions.open(call.account):
            raise Refused(3400045, result=HAS_POSITIONS)
        self._settings.set_margin_mode(call.account, mode)  # type: ignore[arg-type]  # one of the words above
        for contract in self._markets:
            setting = self._settings.positions.setting(call.account, contract.symbol)
            setting.isolated = mode == "ISOLATED_MARGIN"
        return Answered({"reasons": []})

    def _of(self, symbol: str, coin: str) -> bool:
        contract: Contract | None = self._markets.named(symbol)
        return contract is not None and contract.settle == coin
