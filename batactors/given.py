"""What the actors of an account go by, out of its configuration."""

from batactors.config import AccountConfig, Secret
from batactors.core.expanding import Manner
from batactors.core.rules import Rules
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError
from batactors.model.ids import AccountName
from batactors.model.limits import Patience
from batactors.venues.codec import Codec

FEWEST_OTHERS = 1_000
"""Ended orders of others that are remembered at least: as many as one history may tell again after a restart."""

PEM = "-----BEGIN "


def credentials_of(name: AccountName, config: AccountConfig) -> Credentials:
    """The secrets, read from where they are kept.

    Raises:
        ConfigError: One is no key.
    """
    if config.api_secret is None:
        raise ConfigError(f"accounts.{name}.api_secret is missing: say where it is, or give the engine a signer")
    secret = _revealed(f"accounts.{name}.api_secret", config.api_secret)
    return Credentials(api_key=api_key_of(name, config), api_secret=secret)


def api_key_of(name: AccountName, config: AccountConfig) -> str:
    """The public half of the key.

    Raises:
        ConfigError: It is none.
    """
    return _revealed(f"accounts.{name}.api_key", config.api_key)


def _revealed(path: str, secret: Secret) -> str:
    """What a header or a signature can be made of; an error names the place, and never shows what stands there."""
    value: object = secret.reveal()
    text = value.strip() if isinstance(value, str) else ""
    lines = text.splitlines() if text.startswith(PEM) else [text.replace(" ", "\n")]
    if not text or not all(line.isascii() and line.isprintable() for line in lines):
        raise ConfigError(
            f"{path} ({secret!r}) is no key: it must be printable ASCII text without white space in it, or a private "
            "key in PEM"
        )
    return text


def manner_of(codec: Codec) -> Manner:
    """How the venue wants to be asked."""
    return Manner(
        by_instrument=codec.by_instrument,
        keeps_conditional_apart=codec.keeps_conditional_apart,
        has_positions=codec.has_positions,
    )


def rules_of(config: AccountConfig, patience: Patience, codec: Codec) -> Rules:
    """What the dedup actor decides by."""
    return Rules(
        sockets_overlap=any(spec.life is not None for spec in codec.sockets),
        keeps_conditional_apart=codec.keeps_conditional_apart,
        amends_may_cancel=codec.amends_may_cancel,
        renames_triggered=codec.renames_triggered,
        ids_return=codec.ids_return,
        margin=patience.margin,
        read_lag=patience.read_lag,
        reads=config.reads,
        patience=config.recovery_patience,
        tombstones=config.tombstones,
        others=max(config.tombstones, FEWEST_OTHERS),
    )
