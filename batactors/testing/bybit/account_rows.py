"""Positions and wallets as the venue tells them, live and by REST."""

from collections.abc import Sequence
from decimal import Decimal

from batactors.testing.bybit.checks import Checks
from batactors.testing.bybit.market import Contract, Markets
from batactors.testing.bybit.settings import INDEXES, Settings
from batactors.testing.bybit.wire import average, money, quantity, stamp
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Position, VenueOrder
from batactors.testing.venue.text import Json


class AccountRows:
    """What of an account is reckoned from its positions, orders and the mark prices."""

    def __init__(self, *, ledger: Ledger, markets: Markets, settings: Settings, checks: Checks) -> None:
        self._ledger = ledger
        self._markets = markets
        self._settings = settings
        self._checks = checks

    def positions(self, account: str, contracts: Sequence[Contract]) -> list[Position]:
        """The positions of these contracts, empty ones too."""
        positions = self._settings.positions
        return [
            positions.of(account, one.symbol, side) for one in contracts for side in self._settings.sides(account, one)
        ]

    def position_of(self, order: VenueOrder) -> Position:
        """The position that an order changes."""
        return self._settings.positions.of(order.account, order.pair.symbol, order.terms.position_side)

    def position(self, position: Position, *, seq: int = -1) -> Json:
        """One position as REST has it."""
        contract = self._markets.named(position.symbol)
        assert contract is not None
        mark, size = self._markets.mark(contract) or ZERO, abs(position.amount)
        leverage = Decimal(self._settings.positions.setting(position.account, position.symbol).leverage)
        initial = size * position.entry_price / leverage
        return {
            "category": "linear",
            "positionIdx": INDEXES[position.side],
            "riskId": 1,
            "riskLimitValue": "2000000",
            "symbol": position.symbol,
            "side": "" if not size else "Buy" if position.amount > ZERO else "Sell",
            "size": quantity(contract, size),
            "avgPrice": average(position.entry_price),
            "positionValue": money(size * position.entry_price) if size else "",
            "leverage": money(leverage),
            "markPrice": average(mark),
            "liqPrice": "",
            "bustPrice": "",
            "breakEvenPrice": average(position.entry_price),
            "positionIM": money(initial) if size else "",
            "positionMM": money(initial / 10) if size else "",
            "positionStatus": "Normal",
            "adlRankIndicator": 2 if size else 0,
            "autoAddMargin": 0,
            "unrealisedPnl": money((mark - position.entry_price) * position.amount) if size else "",
            "curRealisedPnl": money(position.realized),
            "cumRealisedPnl": money(position.realized),
            "tradeMode": 0,
            "tpslMode": "Full",
            "takeProfit": "",
            "stopLoss": "",
            "trailingStop": "0",
            "isReduceOnly": False,
            "seq": seq,
            "createdTime": stamp(position.updated_at),
            "updatedTime": stamp(position.updated_at),
        }

    def told_position(self, position: Position, seq: int) -> Json:
        """The same as the topic has it, which calls the average price another name."""
        row = self.position(position, seq=seq)
        return {**row, "entryPrice": row.pop("avgPrice"), "sessionAvgPrice": ""}

    def wallet(self, account: str, coins: Sequence[str] | None = None) -> Json:
        """The account: its sums, and its coins, or those named."""
        balances = self._ledger.balances(account)
        rows = [self._coin(account, coin, total) for coin, total in balances.items() if coins is None or coin in coins]
        wallet = sum(balances.values(), ZERO)
        profit = sum((self._unrealized(account, coin) for coin in balances), ZERO)
        available = sum((self._checks.available(account, coin) for coin in balances), ZERO)
        held = wallet - available
        return {
            "accountType": "UNIFIED",
            "totalEquity": money(wallet + profit),
            "accountIMRate": "0.01",
            "accountMMRate": "0.001",
            "accountLTV": "0",
            "totalMarginBalance": money(wallet + profit),
            "totalInitialMargin": money(held),
            "totalMaintenanceMargin": money(held / 10),
            "totalAvailableBalance": money(max(ZERO, available)),
            "totalWalletBalance": money(wallet),
            "totalPerpUPL": money(profit),
            "coin": rows,
        }

    def _coin(self, account: str, coin: str, total: Decimal) -> Json:
        profit, held = self._unrealized(account, coin), total - self._checks.available(account, coin)
        return {
            "coin": coin,
            "equity": money(total + profit),
            "usdValue": money(total + profit),
            "walletBalance": money(total),
            "locked": "0",
            "unrealisedPnl": money(profit),
            "cumRealisedPnl": "0",
            "totalOrderIM": "0",
            "totalPositionIM": money(held),
            "totalPositionMM": money(held / 10),
            "borrowAmount": "0",
            "accruedInterest": "",
            "bonus": "0",
            "collateralSwitch": True,
            "marginCollateral": True,
            "spotBorrow": "0",
            "spotHedgingQty": "0",
            "availableToWithdraw": "",
        }

    def _unrealized(self, account: str, coin: str) -> Decimal:
        profit = ZERO
        for position in self._settings.positions.open(account):
            contract = self._markets.named(position.symbol)
            mark = None if contract is None or contract.settle != coin else self._markets.mark(contract)
            if mark is not None:
                profit += (mark - position.entry_price) * position.amount
        return profit
