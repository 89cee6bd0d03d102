"""The exchange behind the sockets: engine, ledger, positions, and what only this venue does to an account.

It is complete without any network: a client would only be one more who asks.
"""

from collections.abc import Sequence
from decimal import Decimal

from batactors.seams import Seams
from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_futures.checks import Checks
from batactors.testing.kraken_futures.commands import Commands
from batactors.testing.kraken_futures.credentials import Credentials
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.history import History
from batactors.testing.kraken_futures.holdings import MarginChannel, PositionsChannel
from batactors.testing.kraken_futures.ids import VenueIds
from batactors.testing.kraken_futures.market import DEFAULT_CONTRACTS, Contract, Markets
from batactors.testing.kraken_futures.matching import EXPIRED, LIQUIDATION, NO_MARGIN, MatchingEngine
from batactors.testing.kraken_futures.order_events import OrderEvents
from batactors.testing.kraken_futures.public import Public
from batactors.testing.kraken_futures.queries import Queries
from batactors.testing.kraken_futures.rates import Rates
from batactors.testing.kraken_futures.telling import Telling
from batactors.testing.kraken_futures.trading import Trading
from batactors.testing.kraken_futures.unified import Symbols
from batactors.testing.kraken_futures.unified_telling import Telling as UnifiedTelling
from batactors.testing.kraken_v2.channels import OwnChannel
from batactors.testing.kraken_v2.tokens import Tokens
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
        rates: Its budgets.
        positions: What each account has.
    """

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        contracts: Sequence[Contract] = DEFAULT_CONTRACTS,
        accounts: Sequence[FuturesAccount] = (),
        seed: int = 0,
        rate_limits: bool = True,
        habits: Habits | None = None,
    ) -> None:
        seams = seams or Seams()
        now = seams.clock.now
        customers = {account.api_key: account for account in accounts or (FuturesAccount.demo(),)}
        ledger, faults, agenda = Ledger(), FaultScript(), Agenda()
        for account in customers.values():
            for asset, amount in account.balances.items():
                ledger.deposit(account.api_key, asset, amount)
        self.habits = habits or Habits()
        self.positions = Positions(now)
        self.rates = Rates(enabled=rate_limits)
        self._ids = VenueIds(seams.chance.generator("kraken-futures-venue"), seed)
        self._dice = dice = Dice(seams.chance.generator("kraken-futures-habits"))
        self._markets = markets = Markets(contracts)
        self._engine = MatchingEngine(
            ledger=ledger, markets=markets, ids=self._ids, positions=self.positions, habits=self.habits, now=now
        )
        checks = Checks(ledger=ledger, markets=markets, positions=self.positions, habits=self.habits)
        self._checks = checks
        self._telling = Telling(
            accounts=customers,
            ledger=ledger,
            markets=markets,
            positions=self.positions,
            checks=checks,
            habits=self.habits,
            dice=dice,
            faults=faults,
            now=now,
        )
        self._trading = trading = Trading(
            ledger=ledger,
            engine=self._engine,
            checks=checks,
            habits=self.habits,
            dice=dice,
            faults=faults,
            agenda=agenda,
            now=now,
            publish=self._telling.publish,
            reject=self._telling.reject,
        )
        self._credentials = Credentials(customers)
        super().__init__(
            accounts=customers,
            pairs=tuple(contracts),
            ledger=ledger,
            markets=markets,
            engine=self._engine,
            faults=faults,
            agenda=agenda,
            now=now,
        )
        history = History(
            accounts=customers, ledger=ledger, trading=trading, habits=self.habits, fresh=self._ids.uuid, now=now
        )
        self._tokens = Tokens(fresh=self._ids.token, now=now)
        self._symbols = Symbols(markets)
        holdings = PositionsChannel(positions=self.positions, markets=markets, habits=self.habits, now=now)
        margin = MarginChannel(ledger=ledger, checks=checks, markets=markets)
        self._own_channels: dict[str, OwnChannel] = {"positions": holdings, "margin": margin}
        self._unified = UnifiedTelling(
            markets=self._symbols,
            faults=faults,
            now=now,
            everybody=self._telling.publish,
            positions=holdings,
            margin=margin,
            habits=self.habits,
            dice=dice,
        )
        self._telling.followed += [history.note, self._unified.hear]
        events = OrderEvents(ledger=ledger, habits=self.habits, dice=dice)
        self._handlers = {
            **Commands(
                trading=trading, markets=markets, events=events, habits=self.habits, dice=dice, faults=faults, now=now
            ).handlers,
            **Queries(
                ledger=ledger,
                trading=trading,
                markets=markets,
                positions=self.positions,
                checks=checks,
                habits=self.habits,
                dice=dice,
                now=now,
            ).handlers,
            **history.handlers,
            **Public(markets=markets, ledger=ledger, now=now).handlers,
        }

    # -- knobs ---------------------------------------------------------------------------------------------------------

    @property
    def unique_client_order_ids(self) -> bool:
        """Whether a client order id is refused while an order has it; off, a resend is at its most dangerous."""
        return self._checks.unique_client_order_ids

    @unique_client_order_ids.setter
    def unique_client_order_ids(self, unique: bool) -> None:
        self._checks.unique_client_order_ids = unique

    # -- what happens to an account ------------------------------------------------------------------------------------

    def tell(self, happened: list[Happened]) -> None:
        self._trading.tell(happened)

    def tell_market(self, pair: Pair, before: Quote) -> None:
        self._telling.publish_quote(pair, before)
        self._unified.publish_quote(pair, before)

    def position(self, symbol: str, *, account: str | None = None) -> Position:
        """A position as it is now."""
        return self.positions.of(account or self._first, symbol)

    def liquidate(self, symbol: str, *, account: str | None = None) -> VenueOrder:
        """Take a position away, as the venue does when its margin is used up: its orders go first, for want of margin.

        The order that closes it is the venue's own; it is told by the feeds like any other, as a `liquidation`.
        """
        pair, position = self._pair(symbol), self.position(symbol, account=account)
        if not position.amount:
            raise ValueError(f"there is no position in {symbol} to take away")
        mine = [one for one in self.ledger.open_orders(position.account) if one.pair.symbol == symbol]
        self.tell([step for one in mine for step in self._engine.cancel(one, NO_MARGIN)])
        side, quote = ("sell" if position.amount > ZERO else "buy"), self._markets.quote(pair)
        price = (quote.bid if side == "sell" else quote.ask) or position.entry_price
        terms = Placement(
            pair=pair,
            side="sell" if side == "sell" else "buy",
            order_type="limit",
            quantity=abs(position.amount),
            limit_price=price,
            native_type=LIQUIDATION,
        )
        happened = self._engine.close_by_venue(account=position.account, terms=terms, price=price)
        self.tell(happened)
        return self.ledger.orders[happened[0].order.order_id]

    def expire_contract(self, symbol: str) -> None:
        """Let a contract end: orders go, positions are settled at its last price, and it is traded no more."""
        pair = self._pair(symbol)
        self._markets.end(pair)
        orders = [one for one in self.ledger.open_orders() if one.pair.symbol == symbol]
        self.tell([step for one in orders for step in self._engine.expire(one, EXPIRED)])
        last = self._markets.quote(pair).last
        for account in self.accounts:
            position = self.position(symbol, account=account)
            if position.amount:
                price = last or position.entry_price
                self.positions.end(position)
                self._unified.tell_position(account, symbol)
                won = pair.profit_of(position.amount, position.entry_price, price)
                self._change(account, pair.quote.name, won)

    def deposit(self, amount: Decimal, *, asset: str = "USD", account: str | None = None) -> None:
        """Put money into an account."""
        self._change(account or self._first, asset, amount)

    @property
    def _first(self) -> str:
        return next(iter(self.accounts))

    def _change(self, account: str, asset: str, amount: Decimal) -> None:
        entry = LedgerEntry(
            ledger_id=self._ids.uuid(),
            ref_id="",
            account=account,
            asset=asset,
            amount=amount,
            fee=ZERO,
            balance=self.ledger.deposit(account, asset, amount),
            at=self.now(),
        )
        self.ledger.entries.append(entry)
        self._telling.account_changed(account)
        self._unified.tell_entry(entry)
