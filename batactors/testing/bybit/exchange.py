"""The exchange behind the sockets: engine, ledger, positions, and what only this venue does to an account.

It is complete without any network: a client would only be one more who asks.
"""

from collections.abc import Sequence
from decimal import Decimal

from batactors.seams import Seams
from batactors.testing.bybit.account import Account
from batactors.testing.bybit.account_rows import AccountRows
from batactors.testing.bybit.accounts import BybitAccount
from batactors.testing.bybit.checks import Checks
from batactors.testing.bybit.commands import Commands
from batactors.testing.bybit.credentials import Credentials
from batactors.testing.bybit.dcp import DisconnectCancel
from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.ids import VenueIds
from batactors.testing.bybit.market import DEFAULT_CONTRACTS, Contract, Markets
from batactors.testing.bybit.matching import DELEVERAGING, LIQUIDATION, MatchingEngine, opposite
from batactors.testing.bybit.order_queries import OrderQueries
from batactors.testing.bybit.public import Public
from batactors.testing.bybit.public_stream import PublicSide
from batactors.testing.bybit.rates import Rates
from batactors.testing.bybit.rows import Payment
from batactors.testing.bybit.settings import Settings
from batactors.testing.bybit.telling import Telling
from batactors.testing.bybit.trading import Trading
from batactors.testing.bybit.wire import ms
from batactors.testing.fault_script import FaultScript
from batactors.testing.venue import exchange
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import ZERO, Happened, LedgerEntry, Placement, Position, VenueOrder
from batactors.testing.venue.positions import Positions


class Exchange(exchange.Exchange):
    """Engine, ledger, positions and accounts, with what only this venue does.

    Attributes:
        habits: What the venue does now this way, now that.
        rates: Its counters.
        settings: What each account has set, and its positions.
    """

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        contracts: Sequence[Contract] = DEFAULT_CONTRACTS,
        accounts: Sequence[BybitAccount] = (),
        seed: int = 0,
        rate_limits: bool = True,
        habits: Habits | None = None,
    ) -> None:
        seams = seams or Seams()
        now = seams.clock.now
        customers = {account.api_key: account for account in accounts or (BybitAccount.demo(),)}
        ledger, faults, agenda = Ledger(), FaultScript(), Agenda()
        for account in customers.values():
            for coin, amount in account.balances.items():
                ledger.deposit(account.api_key, coin, amount)
        self.habits = habits or Habits()
        self.settings = Settings(Positions(now))
        self.rates = Rates(enabled=rate_limits, now=now, ban=self.ban)
        self._ids = VenueIds(seams.chance.generator("bybit-venue"), seed)
        self._dice = Dice(seams.chance.generator("bybit-habits"))
        self._markets = Markets(contracts)
        self._credentials = Credentials(customers, now)
        self._checks = Checks(ledger=ledger, markets=self._markets, settings=self.settings, habits=self.habits, now=now)
        self._engine = MatchingEngine(
            ledger=ledger, markets=self._markets, ids=self._ids, positions=self.settings.positions,
            habits=self.habits, dice=self._dice, now=now,
        )  # fmt: skip
        rows = AccountRows(ledger=ledger, markets=self._markets, settings=self.settings, checks=self._checks)
        self._telling = Telling(
            rows=rows, ids=self._ids, habits=self.habits, dice=self._dice, faults=faults, agenda=agenda, now=now
        )
        self._public_side = PublicSide(
            markets=self._markets, habits=self.habits, dice=self._dice, agenda=agenda, now=now
        )
        self._trading = Trading(
            ledger=ledger, engine=self._engine, checks=self._checks, ids=self._ids, habits=self.habits,
            dice=self._dice, faults=faults, agenda=agenda, publish=self._publish,
        )  # fmt: skip
        self._dcp = DisconnectCancel(accounts=customers, agenda=agenda, fire=self._trading.disconnected)
        super().__init__(
            accounts=customers,
            pairs=tuple(contracts),
            ledger=ledger,
            markets=self._markets,
            engine=self._engine,
            faults=faults,
            agenda=agenda,
            now=now,
        )
        self._queries = OrderQueries(ledger=ledger, markets=self._markets, habits=self.habits, now=now)
        self._handlers = {
            **Public(markets=self._markets, now=now).handlers,
            **Commands(trading=self._trading, markets=self._markets, rates=self.rates, faults=faults).handlers,
            **self._queries.handlers,
            **Account(
                rows=rows, ledger=ledger, markets=self._markets, settings=self.settings, dcp=self._dcp, now=now
            ).handlers,
        }

    def ban(self, seconds: float = 600.0) -> None:
        """Let nobody in for so long; without a network there is nobody."""

    # -- knobs ---------------------------------------------------------------------------------------------------------

    @property
    def unique_client_order_ids(self) -> bool:
        """Whether a client order id is refused that was used before; off, a resend is at its most dangerous."""
        return self._checks.unique_client_order_ids

    @unique_client_order_ids.setter
    def unique_client_order_ids(self, unique: bool) -> None:
        self._checks.unique_client_order_ids = unique

    @property
    def id_memory(self) -> float:
        """For so many seconds the ids of orders that have ended are remembered; for ever unless set."""
        return self._checks.id_memory

    @id_memory.setter
    def id_memory(self, seconds: float) -> None:
        self._checks.id_memory = seconds

    # -- what happens to an account ------------------------------------------------------------------------------------

    def tell(self, happened: list[Happened]) -> None:
        self._trading.tell(happened)

    def tell_market(self, pair: Pair, before: Quote) -> None:
        self._public_side.publish_quote(pair, before)

    def position(self, symbol: str, side: str = "BOTH", *, account: str | None = None) -> Position:
        """A position as it is now."""
        return self.settings.positions.of(account or self._first, symbol, side)

    def liquidate(self, symbol: str, side: str = "BOTH", *, account: str | None = None) -> VenueOrder:
        """Take a position away, as the venue does when its margin is used up: BustTrade."""
        return self._take_away(symbol, side, account, LIQUIDATION, None)

    def deleverage(
        self, symbol: str, side: str = "BOTH", *, quantity: Decimal | None = None, account: str | None = None
    ) -> VenueOrder:
        """Take a position away, or some of it, as the venue does with winners when losers cannot pay: AdlTrade."""
        return self._take_away(symbol, side, account, DELEVERAGING, quantity)

    def fund(self, symbol: str, amount: Decimal, side: str = "BOTH", *, account: str | None = None) -> None:
        """Charge (or with a negative amount pay) the funding of a position: told as an execution, which is no fill."""
        pair, position = self._pair(symbol), self.position(symbol, side, account=account)
        payment = Payment(
            exec_id=self._ids.uuid(),
            order_id=self._ids.uuid(),
            account=position.account,
            pair=pair,
            side="Buy" if position.amount > ZERO else "Sell",
            kind="Funding",
            quantity=abs(position.amount),
            price=self._markets.mark(pair) or position.entry_price,
            fee=amount,
            at=ms(self.now()),
            seq=self._ids.event(),
        )
        self._queries.payments.append(payment)
        self._change(position.account, pair.quote.name, -amount)
        self._telling.pay(payment)

    def deposit(self, amount: Decimal, *, coin: str = "USDT", account: str | None = None) -> None:
        """Put money into an account."""
        self._change(account or self._first, coin, amount)
        self._telling.account_changed(account or self._first)

    def forget_closed_orders(self) -> None:
        """Let `order/realtime` know nothing of orders that have ended, as after a restart of its service."""
        self._queries.forget()

    @property
    def _first(self) -> str:
        return next(iter(self.accounts))

    def _publish(self, happened: list[Happened]) -> None:
        self._telling.publish(happened)
        self._public_side.publish_trades(happened)

    def _change(self, account: str, coin: str, amount: Decimal) -> None:
        entry = LedgerEntry(
            ledger_id=self._ids.uuid(),
            ref_id="",
            account=account,
            asset=coin,
            amount=amount,
            fee=ZERO,
            balance=self.ledger.deposit(account, coin, amount),
            at=self.now(),
        )
        self.ledger.entries.append(entry)

    def _take_away(self, symbol: str, side: str, account: str | None, why: str, quantity: Decimal | None) -> VenueOrder:
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
            position_side=side,
            native_type=why,
        )
        happened = self._engine.close_by_venue(account=position.account, terms=terms, price=price)
        self.tell(happened)
        return self.ledger.orders[happened[0].order.order_id]
