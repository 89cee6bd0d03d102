"""The exchange behind the sockets: engine, ledger, positions, and what only this venue does to an account.

It is complete without any network: a client would only be one more who asks.
"""

from collections.abc import Sequence
from decimal import Decimal

from batactors.seams import Seams
from batactors.testing.binance.account import Account
from batactors.testing.binance.accounts import BinanceAccount
from batactors.testing.binance.algo_orders import AlgoOrder
from batactors.testing.binance.algo_requests import AlgoRequests
from batactors.testing.binance.algos import Algos
from batactors.testing.binance.checks import Checks
from batactors.testing.binance.commands import Commands
from batactors.testing.binance.credentials import Credentials
from batactors.testing.binance.habits import Habits
from batactors.testing.binance.ids import VenueIds
from batactors.testing.binance.listen_keys import ListenKeys
from batactors.testing.binance.market import DEFAULT_SYMBOLS, Markets, Symbol, symbol_of
from batactors.testing.binance.matching import CALCULATED, MatchingEngine, opposite
from batactors.testing.binance.order_queries import OrderQueries
from batactors.testing.binance.public import Public
from batactors.testing.binance.rates import Rates
from batactors.testing.binance.rows import AccountRows
from batactors.testing.binance.telling import Telling
from batactors.testing.binance.trading import Trading
from batactors.testing.binance.wire import ms
from batactors.testing.fault_script import FaultScript
from batactors.testing.venue import exchange
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.exchange import AnyOrder
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair, Quote, Side
from batactors.testing.venue.orders import ZERO, Happened, LedgerEntry, Placement, Position, VenueOrder
from batactors.testing.venue.positions import Positions


class Exchange(exchange.Exchange):
    """Engine, ledger, positions and accounts, with what only this venue does.

    Attributes:
        habits: What the venue does now this way, now that.
        rates: Its counters of weights and orders.
        positions: What each account has, and has set for each market.
    """

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        symbols: Sequence[Symbol] = DEFAULT_SYMBOLS,
        accounts: Sequence[BinanceAccount] = (),
        seed: int = 0,
        rate_limits: bool = True,
        habits: Habits | None = None,
    ) -> None:
        seams = seams or Seams()
        now = seams.clock.now
        customers = {account.api_key: account for account in accounts or (BinanceAccount.demo(),)}
        ledger, faults, agenda = Ledger(), FaultScript(), Agenda()
        for account in customers.values():
            for asset, amount in account.balances.items():
                ledger.deposit(account.api_key, asset, amount)
        self.habits = habits or Habits()
        self.positions = Positions(now)
        self._ids = VenueIds(seams.chance.generator("binance-venue"), seed)
        self._dice = Dice(seams.chance.generator("binance-habits"))
        self._markets = Markets(symbols)
        self._telling = Telling(markets=self._markets, habits=self.habits, dice=self._dice, faults=faults, now=now)
        self._keys = ListenKeys(fresh=self._ids.listen_key, agenda=agenda, ended=self._telling.expired)
        self._telling.keys = self._keys
        self._engine = MatchingEngine(
            ledger=ledger, markets=self._markets, ids=self._ids, positions=self.positions, now=now
        )
        self._checks = Checks(ledger=ledger, markets=self._markets, positions=self.positions, now=now)
        self._trading = Trading(
            ledger=ledger,
            engine=self._engine,
            checks=self._checks,
            faults=faults,
            agenda=agenda,
            now=now,
            publish=self._telling.publish,
        )
        self._credentials = Credentials(customers, now)
        self.rates = Rates(enabled=rate_limits, now=now, ban=self.ban)
        super().__init__(
            accounts=customers,
            pairs=tuple(symbols),
            ledger=ledger,
            markets=self._markets,
            engine=self._engine,
            faults=faults,
            agenda=agenda,
            now=now,
        )
        self._algos = Algos(
            markets=self._markets,
            positions=self.positions,
            ledger=ledger,
            trading=self._trading,
            telling=self._telling,
            fresh=self._ids.algo,
            now=now,
        )
        rows = AccountRows(ledger=ledger, markets=self._markets, positions=self.positions, checks=self._checks)
        self._handlers = {
            **AlgoRequests(
                algos=self._algos,
                markets=self._markets,
                checks=self._checks,
                positions=self.positions,
                fresh=self._ids.client_order,
                now=now,
            ).handlers,
            **Public(markets=self._markets, now=now).handlers,
            **Commands(
                trading=self._trading, ledger=ledger, markets=self._markets, habits=self.habits, faults=faults
            ).handlers,
            **OrderQueries(
                trading=self._trading, ledger=ledger, markets=self._markets, habits=self.habits, now=now
            ).handlers,
            **Account(
                rows=rows,
                ledger=ledger,
                markets=self._markets,
                positions=self.positions,
                keys=self._keys,
                telling=self._telling,
                deleted=self._key_deleted,
                now=now,
            ).handlers,
        }

    def ban(self, seconds: float = 120.0) -> None:
        """Let nobody in for so long; without a network there is nobody."""

    # -- knobs ---------------------------------------------------------------------------------------------------------

    @property
    def unique_client_order_ids(self) -> bool:
        """Whether a client order id is refused while an open order has it; off, a resend is at its most dangerous."""
        return self._checks.unique_client_order_ids

    @unique_client_order_ids.setter
    def unique_client_order_ids(self, unique: bool) -> None:
        self._checks.unique_client_order_ids = unique

    @property
    def fok_is_refused(self) -> bool:
        """Whether a FOK order that cannot fill is refused with -5021; else it is told as NEW and EXPIRED."""
        return self._engine.fok_is_refused

    @fok_is_refused.setter
    def fok_is_refused(self, refused: bool) -> None:
        self._engine.fok_is_refused = refused

    @property
    def prevents_self_trades(self) -> bool:
        """Whether an order that would meet one of its own account follows its selfTradePreventionMode."""
        return self._engine.prevents_self_trades

    @prevents_self_trades.setter
    def prevents_self_trades(self, prevents: bool) -> None:
        self._engine.prevents_self_trades = prevents

    @property
    def cancel_all_after(self) -> float:
        """So many seconds after its answer a cancel of all orders is carried out."""
        return self._trading.cancel_all_after

    @cancel_all_after.setter
    def cancel_all_after(self, seconds: float) -> None:
        self._trading.cancel_all_after = seconds

    # -- what happens to an account ------------------------------------------------------------------------------------

    def tell(self, happened: list[Happened]) -> None:
        self._trading.tell(happened)

    def tell_market(self, pair: Pair, before: Quote) -> None:
        self._telling.publish_quote(pair, before)
        self._algos.look()
        self._telling.publish(self._trading.take_happened())

    def position(self, symbol: str, side: str = "BOTH", *, account: str | None = None) -> Position:
        """A position as it is now."""
        return self.positions.of(account or self._first, symbol, side)

    def conditional_orders(self) -> list[AlgoOrder]:
        """Every order that waits for a trigger, or ever did, the oldest first; what came of one is in the ledger."""
        return list(self._algos.orders.values())

    def cancel(self, order: AnyOrder, reason: str = "User requested") -> VenueOrder:
        """Cancel an order by hand, also one that waits for a trigger, or for a reason of the venue's own."""
        waiting = self.ledger.waiting.orders.get(order.order_id if isinstance(order, VenueOrder) else order)
        if waiting is None or waiting.child_id is not None:
            return super().cancel(order, reason)
        self._algos.cancel(self._algos.orders[int(waiting.order_id.removeprefix("algo:"))])
        self.tell([])
        return self.ledger.waiting.orders[waiting.order_id]

    def place_waiting(self, *, symbol: str, side: Side, quantity: Decimal, trigger_price: Decimal) -> VenueOrder:
        """Place a stop at market on the first account by hand; it is not checked but for whether it fires at once."""
        now = self.now()
        order = AlgoOrder(
            algo_id=0, client_algo_id=self._ids.client_order(), account=self._first,
            symbol=symbol_of(self._pair(symbol)), side=side, kind="STOP_MARKET",
            position_side=self._side_of(self._first, side), quantity=quantity, trigger_price=trigger_price,
            created_at=now, updated_at=now, by_hand=True,
        )  # fmt: skip
        placed = self._algos.place(order).in_ledger
        self.tell([])
        return placed

    def liquidate(self, symbol: str, side: str = "BOTH", *, account: str | None = None) -> VenueOrder:
        """Take a position away, as the venue does when its margin is used up."""
        return self._take_away(symbol, side, account, f"autoclose-{ms(self.now())}")

    def deleverage(
        self, symbol: str, side: str = "BOTH", *, quantity: Decimal | None = None, account: str | None = None
    ) -> VenueOrder:
        """Take a position away, or some of it, as the venue does with winners when losers cannot pay."""
        return self._take_away(symbol, side, account, "adl_autoclose", quantity)

    def fund(self, amount: Decimal, *, asset: str = "USDT", account: str | None = None) -> None:
        """Charge (or with a negative amount pay) the funding of cross positions; a balance is all that is told."""
        self._change(account, asset, -amount, "FUNDING_FEE")

    def deposit(self, amount: Decimal, *, asset: str = "USDT", account: str | None = None) -> None:
        """Put money into an account."""
        self._change(account, asset, amount, "DEPOSIT")

    def expire_listen_keys(self) -> None:
        """Let every listen key run out now, as after its hour: it is told, and then there is silence."""
        for account in self.accounts:
            self._keys.expire(account)

    @property
    def _first(self) -> str:
        return next(iter(self.accounts))

    def _change(self, account: str | None, asset: str, amount: Decimal, why: str) -> None:
        whose = account or self._first
        entry = LedgerEntry(
            ledger_id="",
            ref_id="",
            account=whose,
            asset=asset,
            amount=amount,
            fee=ZERO,
            balance=self.ledger.deposit(whose, asset, amount),
            at=self.now(),
        )
        self.ledger.entries.append(entry)
        self._telling.account_changed(whose, why, (entry,))

    def _side_of(self, account: str, side: Side) -> str:
        if not self.positions.hedged(account):
            return "BOTH"
        return "LONG" if side == "buy" else "SHORT"

    def _take_away(
        self, symbol: str, side: str, account: str | None, name: str, quantity: Decimal | None = None
    ) -> VenueOrder:
        pair, position = self._pair(symbol), self.position(symbol, side, account=account)
        if not position.amount:
            raise ValueError(f"there is no {side} position in {symbol} to take away")
        price = self._markets.quote(pair).price_for(opposite(position.amount)) or position.entry_price
        terms = Placement(
            pair=pair,
            side=opposite(position.amount),
            order_type="limit",
            quantity=quantity or abs(position.amount),
            limit_price=price,
            time_in_force="ioc",
            client_order_id=name,
            position_side=side,
            native_type=CALCULATED,
        )
        happened = self._engine.close_by_venue(account=position.account, terms=terms, price=price)
        self.tell(happened)
        return self.ledger.orders[happened[0].order.order_id]

    def _key_deleted(self, account: str, text: str) -> None:
        if self.habits.expiry_on_delete:
            self._telling.expired(account, text)
