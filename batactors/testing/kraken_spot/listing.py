"""Spot's pairs as REST lists them."""

from collections.abc import Iterator
from decimal import Decimal

from batactors.testing.kraken_spot.checks import Checks
from batactors.testing.kraken_spot.market import Markets, Pair, Quote, named_here
from batactors.testing.kraken_v2.listing import Currency
from batactors.testing.kraken_v2.wire import Json, plain
from batactors.testing.venue import market
from batactors.testing.venue.orders import VenueOrder


class Listing:
    """The pairs, and what orders in them hold."""

    def __init__(self, *, markets: Markets, checks: Checks) -> None:
        self._markets = markets
        self._checks = checks

    def __iter__(self) -> Iterator[market.Pair]:
        return iter(self._markets)

    def named(self, name: str) -> market.Pair | None:
        """The pair that a REST call means."""
        return self._markets.named(name)

    def quote(self, pair: market.Pair) -> Quote:
        """The present synthetic market."""
        return self._markets.quote(pair)

    def key(self, pair: market.Pair) -> str:
        """The name of a pair in results and in trades."""
        return named_here(pair).key

    def altname(self, pair: market.Pair) -> str:
        """The name of a pair in the description of an order."""
        return named_here(pair).altname

    def pair_report(self, pair: market.Pair) -> Json:
        """One row of AssetPairs."""
        return pair_report(named_here(pair))

    def asset_reports(self) -> Json:
        """The currencies by their codes."""
        return asset_reports(self._markets)

    def currencies(self) -> list[Currency]:
        """Every currency of every pair."""
        return [Currency(code=one.code, name=one.name, decimals=one.decimals) for one in self._markets.assets()]

    def held(self, order: VenueOrder) -> tuple[str, Decimal]:
        """What an open order holds back."""
        return self._checks.held(order)

    def seen(self, order: VenueOrder) -> VenueOrder:
        """An order's words are Spot's already."""
        return order


def pair_report(pair: Pair) -> Json:
    """One row of AssetPairs; the fee tables are empty, as they are at the venue today."""
    return {
        "altname": pair.altname,
        "wsname": pair.wsname,
        "aclass_base": "currency",
        "base": pair.base.code,
        "aclass_quote": "currency",
        "quote": pair.quote.code,
        "lot": "unit",
        "cost_decimals": pair.cost_decimals,
        "pair_decimals": pair.price_decimals,
        "lot_decimals": pair.quantity_decimals,
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [],
        "fees_maker": [],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": plain(pair.quantity_min),
        "costmin": plain(pair.cost_min),
        "tick_size": plain(pair.tick_size),
        "status": pair.status,
        "execution_venue": "international",
    }


def asset_reports(markets: Markets) -> Json:
    """The currencies by their REST codes."""
    return {
        asset.code: {
            "aclass": "currency",
            "altname": asset.altname,
            "decimals": asset.decimals,
            "display_decimals": min(asset.decimals, 5),
            "status": "enabled",
        }
        for asset in markets.assets()
    }
