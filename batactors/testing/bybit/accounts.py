"""Who may use the venue: unified accounts with their API keys, and their first balances."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen


@frozen(kw_only=True)
class BybitAccount:
    """One account. Balances go by coin ("USDT").

    Attributes:
        api_key: The key, which is also what the ledger calls the account.
        api_secret: Its secret, of a system-generated key: it signs by HMAC-SHA256.
        can_trade: Whether the key may place orders.
        institutional: Whether the venue cancels the account's orders when its sockets are dead.
    """

    api_key: str
    api_secret: str = field(repr=False)
    balances: Mapping[str, Decimal] = field(factory=dict)
    can_trade: bool = True
    institutional: bool = False

    @classmethod
    def demo(cls) -> "BybitAccount":
        """An account that is rich enough for any test. Its key is that of the documented signature vectors."""
        return cls(
            api_key="TESTKEY",
            api_secret="TESTSECRET",
            balances={"USDT": Decimal("100000000"), "USDC": Decimal("100000000")},
        )
