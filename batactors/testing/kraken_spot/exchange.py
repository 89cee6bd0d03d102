"""The exchange behind the sockets: what a test does to the market and to the account, and the wiring of the engine.

It is complete without any network: a client would only be one more who asks.
"""

from collections.abc import Sequence
from decimal import Decimal

from batactors.seams import Seams
from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_spot.checks import Checks
from batactors.testing.kraken_spot.ids import VenueIds
from batactors.testing.kraken_spot.market import DEFAULT_PAIRS, Markets, Pair, Quote, named_here
from batactors.testing.kraken_spot.matching import MatchingEngine
from batactors.testing.kraken_spot.rates import Rates
from batactors.testing.kraken_spot.trading import Trading
from batactors.testing.kraken_v2.gateway import Gateway
from batactors.testing.kraken_v2.telling import Telling
from batactors.testing.kraken_v2.tokens import Tokens
from batactors.testing.venue import exchange, market
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.exchange import AnyOrder
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import Happened, VenueOrder


class Exchange(exchange.Exchange):
    """Engine, ledger and accounts, with what only this venue does to an order."""

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        pairs: Sequence[Pair] = DEFAULT_PAIRS,
        accounts: Sequence[VenueAccount] = (),
        seed: int = 0,
        rate_limits: bool = True,
    ) -> None:
        seams = seams or Seams()
        now = seams.clock.now
        customers = {account.api_key: account for account in accounts or (VenueAccount.demo(),)}
        ledger, faults, agenda = Ledger(), FaultScript(), Agenda()
        for account in customers.values():
            for asset, amount in account.balances.items():
                ledger.deposit(account.api_key, asset, amount)
        self._ids = VenueIds(seams.chance.generator("kraken-spot-venue"), seed)
        self._markets = Markets(pairs)
        self._tokens = Tokens(fresh=self._ids.token, now=now)
        self._rates = Rates({key: account.tier for key, account in customers.items()}, enabled=rate_limits)
        self._telling = Telling(markets=self._markets, rates=self._rates, faults=faults, now=now)
        self._engine = MatchingEngine(ledger=ledger, markets=self._markets, ids=self._ids, now=now)
        self._checks = Checks(ledger=ledger, markets=self._markets)
        self._trading = Trading(
            ledger=ledger,
            engine=self._engine,
            checks=self._checks,
            rates=self._rates,
            faults=faults,
            agenda=agenda,
            now=now,
            publish=self._telling.publish,
        )
        self._gateway = Gateway(trading=self._trading, ledger=ledger, now=now)
        super().__init__(
            accounts=customers,
            pairs=tuple(pairs),
            ledger=ledger,
            markets=self._markets,
            engine=self._engine,
            faults=faults,
            agenda=agenda,
            now=now,
        )

    @property
    def unique_client_order_ids(self) -> bool:
        """Whether a client order id is refused while an open order has it; off, a resend is at its most dangerous."""
        return self._checks.unique_client_order_ids

    @unique_client_order_ids.setter
    def unique_client_order_ids(self, unique: bool) -> None:
        self._checks.unique_client_order_ids = unique

    def tell(self, happened: list[Happened]) -> None:
        self._trading.tell(happened)

    def tell_market(self, pair: market.Pair, before: Quote) -> None:
        self._telling.publish_quote(named_here(pair), before)

    def restate(self, order: AnyOrder, *, quantity: Decimal, reason: str = "Reduce only") -> VenueOrder:
        """Let the venue change an order's quantity."""
        found = self._open(order)
        self._trading.tell(self._engine.restate(found, quantity, reason))
        return self.ledger.orders[found.order_id]
