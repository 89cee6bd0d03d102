"""Contracts as Spot's REST lists them with an `asset_class`; that it does, and by which names, is unverified."""

from collections.abc import Iterator
from decimal import Decimal

from attrs import evolve

from batactors.testing.kraken_futures.checks import Checks
from batactors.testing.kraken_futures.market import Contract, Markets, contract_of
from batactors.testing.kraken_futures.unified_telling import REASONS
from batactors.testing.kraken_v2.gateway import Command
from batactors.testing.kraken_v2.listing import Currency
from batactors.testing.kraken_v2.refusals import UNKNOWN_METHOD, Refused
from batactors.testing.kraken_v2.rest_arguments import Arguments
from batactors.testing.kraken_v2.wire import Json, plain
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import VenueOrder


class Listing:
    """The contracts, and what orders in them hold."""

    def __init__(self, *, markets: Markets, checks: Checks) -> None:
        self._markets = markets
        self._checks = checks

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._markets)

    def named(self, name: str) -> Pair | None:
        """The contract that a call means."""
        return next((one for one in self._markets if name in (one.unified, one.symbol)), None)

    def quote(self, pair: Pair) -> Quote:
        """The present synthetic market."""
        return self._markets.quote(pair)

    def key(self, pair: Pair) -> str:
        """The name of a contract in results and in trades."""
        return contract_of(pair).unified

    def altname(self, pair: Pair) -> str:
        """The name of a contract in the description of an order."""
        return contract_of(pair).unified

    def pair_report(self, pair: Pair) -> Json:
        """One row of AssetPairs."""
        contract = contract_of(pair)
        return {
            "altname": contract.unified,
            "wsname": f"{contract.base.name}/USD",
            "aclass_base": "derivatives",
            "base": contract.base.name,
            "aclass_quote": "currency",
            "quote": "USD",
            "cost_decimals": contract.cost_decimals,
            "pair_decimals": contract.price_decimals,
            "lot_decimals": contract.quantity_decimals,
            "lot_multiplier": 1,
            "ordermin": plain(contract.quantity_min),
            "tick_size": plain(contract.tick_size),
            "status": self._status(contract),
        }

    def asset_reports(self) -> Json:
        """The currencies by their codes."""
        return {
            one.code: {"aclass": "currency", "altname": one.name, "decimals": one.decimals, "status": "enabled"}
            for one in self.currencies()
        }

    def currencies(self) -> list[Currency]:
        """What margin, fees and profits are paid in."""
        quotes = {one.quote.name: one.quote for one in self._markets}
        return [Currency(code=one.name, name=one.name, decimals=one.decimals) for one in quotes.values()]

    def held(self, order: VenueOrder) -> tuple[str, Decimal]:
        """What an open order holds back: its margin."""
        return order.pair.quote.name, self._checks.margin(order.terms)

    def seen(self, order: VenueOrder) -> VenueOrder:
        """An order with Spot's words for what became of it."""
        return evolve(order, reason=REASONS.get(order.reason or "", order.reason))

    def _status(self, contract: Contract) -> str:
        return "delisted" if self._markets.has_ended(contract) else "online"


class NoCommands:
    """Derivatives are not traded by Spot's REST."""

    def __contains__(self, call: str) -> bool:
        return False

    def method(self, call: str) -> str:
        """Every call has its own word."""
        return call

    def permissions(self, call: str) -> tuple[str, ...]:
        """There is nothing to permit."""
        raise Refused(UNKNOWN_METHOD)

    def command(self, call: str, account: str, arguments: Arguments) -> Command:
        """There are none."""
        raise Refused(UNKNOWN_METHOD)
