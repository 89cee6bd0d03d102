"""Who may use the venue: accounts with their keys, one for REST and WebSocket v1, one for the Unified WebSocket."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from batactors.testing.kraken_spot.accounts import DEMO_SECRET as SPOT_DEMO_SECRET

# The secret of the documented challenge vector, so that the vectors hold for this account.
DEMO_SECRET = "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"


@frozen(kw_only=True)
class FuturesAccount:
    """One account. Balances go by asset name ("USD").

    Attributes:
        api_key: The Futures key, which is also what the ledger calls the account.
        api_secret: Its secret, base64.
        uid: What the feeds call the account.
        access: What the Futures key may do.
        spot_key: A normal Kraken key of the same owner: the Unified WebSocket takes its tokens, and no Futures key.
        spot_secret: Its secret, base64.
    """

    api_key: str
    api_secret: str = field(repr=False)
    uid: str = "A-UID"
    access: Literal["full", "read"] = "full"
    spot_key: str = ""
    spot_secret: str = field(default="", repr=False)
    balances: Mapping[str, Decimal] = field(factory=dict)

    @classmethod
    def demo(cls) -> "FuturesAccount":
        """An account that is rich enough for any test."""
        return cls(
            api_key="DEMO-FUTURES-KEY",
            api_secret=DEMO_SECRET,
            spot_key="DEMO-KEY",
            spot_secret=SPOT_DEMO_SECRET,
            balances={"USD": Decimal("100000000"), "XBT": Decimal("10000")},
        )

    def may(self, *permissions: str) -> bool:
        """Whether the keys have one of these permissions; none asked for is always granted."""
        return not permissions or self.access == "full"
