"""The normal Kraken keys of the venue's accounts: the Unified WebSocket's tokens, and Spot's REST, are theirs."""

from collections.abc import Mapping

from attrs import field, frozen

from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_v2.credentials import Credentials

TIER = "pro"


@frozen(kw_only=True)
class SpotKey:
    """A normal key, and the account that it is for."""

    api_key: str
    api_secret: str = field(repr=False)
    account: str

    def may(self, *permissions: str) -> bool:
        """It may do everything."""
        del permissions
        return True


def spot_keys(accounts: Mapping[str, FuturesAccount]) -> Credentials[SpotKey]:
    """The normal keys of those accounts that have one."""
    return Credentials(
        {
            one.spot_key: SpotKey(api_key=one.spot_key, api_secret=one.spot_secret, account=one.api_key)
            for one in accounts.values()
            if one.spot_key
        }
    )
