"""A simulated Kraken Spot that speaks the venue's wire protocol on a real (or simulated) socket."""

from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_spot.market import DEFAULT_PAIRS, Asset, Pair
from batactors.testing.kraken_spot.venue import KrakenSpotVenue, VenueUrls

__all__ = ["DEFAULT_PAIRS", "Asset", "KrakenSpotVenue", "Pair", "VenueAccount", "VenueUrls"]
