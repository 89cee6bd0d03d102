"""What of the demo is one venue's own: the venue, the account there, its troubles, and what its ledger means."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from batactors import AccountConfig, Seams
from batactors.cli.demo.kinds import Kind
from batactors.cli.demo.truth import Truth
from batactors.testing.venue.market import Pair
from batactors.testing.venue.venue import SimulatedVenue

PRICES = {
    "BTC": "64000", "ETH": "3200", "DOGE": "0.15", "SOL": "145", "XRP": "0.52", "ADA": "0.38", "AVAX": "26.4",
    "LINK": "11.3", "DOT": "4.3", "LTC": "66.5", "BCH": "322", "UNI": "7.2", "ATOM": "4.4", "XLM": "0.094",
    "ALGO": "0.128", "FIL": "3.6", "AAVE": "154", "NEAR": "4.1", "APT": "7.9", "ARB": "0.55", "OP": "1.62",
    "INJ": "19.8", "SUI": "1.85", "TIA": "4.9", "SEI": "0.39", "RUNE": "5.1", "GRT": "0.16", "MKR": "1350",
    "COMP": "41.5", "CRV": "0.27", "SNX": "1.42", "LDO": "1.05", "ENS": "17.3", "EOS": "0.48", "XTZ": "0.68",
    "TRX": "0.153", "ETC": "18.6", "ZEC": "37.2", "DASH": "24.1", "KSM": "18.9",
}  # fmt: skip


@frozen(kw_only=True)
class Market:
    """One thing that is traded, and the price that it begins at."""

    pair: Pair
    price: Decimal


@frozen(kw_only=True)
class Scene:
    """One venue, as the demo needs it.

    Attributes:
        title: What it is called.
        markets: What is traded, by the name that the engine has for it.
        kinds: The troubles that a script is drawn from.
        open_venue: Makes the venue, with one rich account.
        account: The engine's account there: addresses and a key, which one is the seed's to say.
        truth: Reads the venue's ledger.
        sockets: What the engine's supervisor calls the venue's sockets.
        has_positions: Whether an account has positions there.
        has_leverage: Whether the leverage of an instrument can be set there.
    """

    title: str
    markets: Mapping[str, Market]
    kinds: tuple[Kind, ...]
    open_venue: Callable[[Seams, int], SimulatedVenue]
    account: Callable[[Any, int], AccountConfig]
    truth: Callable[[SimulatedVenue], Truth]
    sockets: tuple[str, ...]
    has_positions: bool = False
    has_leverage: bool = False
