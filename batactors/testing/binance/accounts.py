"""Who may use the venue: accounts with their API keys, of both kinds, and their first balances."""

from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve, field, frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

# The secret of the documented signature vector, so that the vector holds for this account.
DEMO_SECRET = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"
DEMO_SEED = bytes(range(32))


@frozen(kw_only=True)
class BinanceAccount:
    """One account. Balances go by asset name ("USDT").

    Attributes:
        api_key: The key that signs by HMAC, which is also what the ledger calls the account.
        api_secret: Its secret.
        ed25519_key: A second key of the same account, which signs by Ed25519; only such a key may log a session on.
        ed25519_secret: Its private key, as PEM (PKCS#8).
        can_trade: Whether the keys may place orders.
    """

    api_key: str
    api_secret: str = field(repr=False)
    ed25519_key: str = ""
    ed25519_secret: str = field(default="", repr=False)
    balances: Mapping[str, Decimal] = field(factory=dict)
    can_trade: bool = True

    @classmethod
    def demo(cls) -> "BinanceAccount":
        """An account that is rich enough for any test."""
        return cls(
            api_key="DEMO-KEY",
            api_secret=DEMO_SECRET,
            ed25519_key="DEMO-ED25519-KEY",
            ed25519_secret=pem_of(DEMO_SEED),
            balances={"USDT": Decimal("100000000"), "BNB": Decimal("1000")},
        )

    def without_ed25519(self) -> "BinanceAccount":
        """The same account with its HMAC key only: it cannot log a session on."""
        return evolve(self, ed25519_key="", ed25519_secret="")


def pem_of(seed: bytes) -> str:
    """The private key that these 32 bytes are, as PEM."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def signature_of(pem: Ed25519PrivateKey, message: bytes) -> str:
    """What a client with this key writes under a message: base64, not encoded for a URL yet."""
    return b64encode(pem.sign(message)).decode()
