"""What the instrument channel tells of Spot's markets."""

from decimal import Decimal

from batactors.testing.kraken_spot.market import Markets
from batactors.testing.kraken_v2.wire import Json, number


def instrument_data(markets: Markets) -> Json:
    """The instrument channel's data: an object, unlike every other channel's."""
    return {
        "assets": [
            {
                "id": asset.name,
                "status": "enabled",
                "precision": asset.decimals,
                "precision_display": min(asset.decimals, 5),
                "borrowable": False,
                "collateral_value": number(Decimal("1.0"), 2),
                "margin_rate": number(Decimal("0"), 6),
            }
            for asset in markets.assets()
        ],
        "pairs": [
            {
                "symbol": pair.symbol,
                "base": pair.base.name,
                "quote": pair.quote.name,
                "status": pair.status,
                "qty_precision": pair.quantity_decimals,
                "qty_increment": number(Decimal(1).scaleb(-pair.quantity_decimals)),
                "price_precision": pair.price_decimals,
                "price_increment": number(pair.tick_size),
                "cost_precision": pair.cost_decimals,
                "cost_min": number(pair.cost_min),
                "qty_min": number(pair.quantity_min),
                "marginable": False,
                "has_index": True,
            }
            for pair in markets
        ],
    }
