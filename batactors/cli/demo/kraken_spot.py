"""The demo at Kraken Spot."""

from decimal import Decimal

from batactors import AccountConfig, Seams, Secret
from batactors.cli.demo.kinds import Deed, Kind, kinds
from batactors.cli.demo.scene import PRICES, Market, Scene
from batactors.cli.demo.truth import Truth
from batactors.testing import faults as f
from batactors.testing.kraken_spot import DEFAULT_PAIRS, Asset, KrakenSpotVenue, Pair, VenueAccount, VenueUrls
from batactors.testing.venue.venue import SimulatedVenue
from batactors.venues.kraken_spot.codec import SOCKETS

METHODS = ("add_order", "add_order", "amend_order", "cancel_order")
REFUSALS = (
    "EOrder:Insufficient funds",
    "EOrder:Margin allowance exceeded",
    "EService:Market in cancel_only mode",
    "EGeneral:Internal error",  # says nothing of whether it was done
    "EService:Busy",
)
USD = DEFAULT_PAIRS[0].quote


class KrakenTruth(Truth):
    """The ledger of Kraken Spot. A post-only order that would take is in it, closed at once."""

    closed_at_once = "Post only order"
    shrunk_away = "Amended below the filled quantity"


def pairs() -> tuple[Pair, ...]:
    """What is traded."""
    known = {pair.base.name: pair for pair in DEFAULT_PAIRS}
    return tuple(known.get(name) or _pair(name, Decimal(price)) for name, price in PRICES.items())


def rich_account() -> VenueAccount:
    """An account with enough of everything."""
    demo = VenueAccount.demo()
    coins = {name: Decimal(100_000_000) / Decimal(price) for name, price in PRICES.items()}
    return VenueAccount(
        api_key=demo.api_key,
        api_secret=demo.api_secret,
        balances={"USD": Decimal(100_000_000), **{name: coin.quantize(Decimal(1)) for name, coin in coins.items()}},
    )


def open_venue(seams: Seams, seed: int) -> KrakenSpotVenue:
    """The venue, with forty orders a second for an account that asks twenty questions a minute: it counts nothing."""
    return KrakenSpotVenue(seams=seams, pairs=pairs(), accounts=[rich_account()], seed=seed, rate_limits=False)


def account(urls: VenueUrls, seed: int) -> AccountConfig:
    """The engine's account there."""
    del seed
    demo = VenueAccount.demo()
    return AccountConfig(
        api_key=Secret.value(demo.api_key),
        api_secret=Secret.value(demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket_auth,
        tier="pro",  # the account's own at this venue
    )


def truth(venue: SimulatedVenue) -> KrakenTruth:
    """What happened there."""
    return KrakenTruth(venue.ledger)


def _pair(name: str, price: Decimal) -> Pair:
    """A pair with a tick of about a ten-thousandth of its price."""
    decimals = max(1, 4 - price.adjusted())
    return Pair(
        key=f"{name}USD",
        altname=f"{name}USD",
        wsname=f"{name}/USD",
        symbol=f"{name}/USD",
        base=Asset(code=name, altname=name, name=name, decimals=10),
        quote=USD,
        price_decimals=decimals,
        tick_size=Decimal(1).scaleb(-decimals),
        quantity_min=(Decimal(5) / price).quantize(Decimal("0.00001")),
    )


SCENE = Scene(
    title="Kraken Spot",
    markets={pair.symbol: Market(pair=pair, price=Decimal(PRICES[pair.base.name])) for pair in pairs()},
    kinds=kinds(
        METHODS,
        REFUSALS,
        Kind(1, lambda chance: f.RefuseRate(method="add_order")),
        Kind(1, Deed("invalidate tokens", lambda venue: venue.invalidate_tokens()), ends_session=True),
    ),
    open_venue=open_venue,
    account=account,
    truth=truth,
    sockets=tuple(spec.name for spec in SOCKETS),
)
