"""Who may use the venue: API keys with their secrets, permissions, tier and first balances."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from batactors.testing.kraken_v2.commands import CANCEL_ORDERS as CANCEL_ORDERS  # noqa: PLC0414
from batactors.testing.kraken_v2.commands import MODIFY_ORDERS as MODIFY_ORDERS  # noqa: PLC0414
from batactors.testing.kraken_v2.rest_queries import QUERY_CLOSED, QUERY_FUNDS, QUERY_OPEN, WEBSOCKET

ALL_PERMISSIONS = frozenset({QUERY_FUNDS, QUERY_OPEN, QUERY_CLOSED, MODIFY_ORDERS, CANCEL_ORDERS, WEBSOCKET})

# The secret of the documented signature vector, so that the vectors hold for this account.
DEMO_SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


@frozen(kw_only=True)
class VenueAccount:
    """One account with its one API key. Balances go by WebSocket asset name ("BTC", "USD")."""

    api_key: str
    api_secret: str = field(repr=False)
    balances: Mapping[str, Decimal] = field(factory=dict)
    permissions: frozenset[str] = ALL_PERMISSIONS
    tier: str = "pro"

    @classmethod
    def demo(cls) -> "VenueAccount":
        """An account that is rich enough for any test."""
        return cls(
            api_key="DEMO-KEY",
            api_secret=DEMO_SECRET,
            balances={
                "USD": Decimal("100000000"),
                "BTC": Decimal("10000"),
                "ETH": Decimal("100000"),
                "DOGE": Decimal("1000000000"),
            },
        )

    @property
    def account(self) -> str:
        """What the ledger calls it."""
        return self.api_key

    def may(self, *permissions: str) -> bool:
        """Whether the key has one of these permissions; none asked for is always granted."""
        return not permissions or any(permission in self.permissions for permission in permissions)
