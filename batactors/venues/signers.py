"""What makes signatures: a key in this process, or, by the same two steps, one that stays elsewhere.

A codec says which bytes are to be signed and puts the signature where it belongs. Between the two, an actor may ask a
hardware module or another process and wait for it; a key that is held here signs at once.
"""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Awaitable
from enum import StrEnum
from hashlib import sha256, sha512
from typing import Protocol

from attrs import field, frozen
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError

BARE_ED25519 = "MC4CAQAwBQYDK2VwBCIEI"
"""How every Ed25519 key in PKCS#8 begins in base64 (RFC 8410, section 7): no mistake, even without the lines of PEM."""
PEM = "an Ed25519 key in PKCS#8 PEM, without a password, whole from BEGIN to END"


class Scheme(StrEnum):
    """How something is signed, and how the signature is written."""

    HMAC_SHA256 = "hmac-sha256"
    """In hexadecimal digits."""
    HMAC_SHA512 = "hmac-sha512"
    """In base64, under a secret that is itself given in base64."""
    ED25519 = "ed25519"
    """In base64."""

    def text(self, signature: bytes) -> str:
        """The signature, written as venues want it; not yet percent-encoded."""
        return binascii.hexlify(signature).decode() if self is Scheme.HMAC_SHA256 else b64encode(signature).decode()


class Signer(Protocol):
    """Something that holds a key and signs with it at once."""

    @property
    def scheme(self) -> Scheme: ...

    def sign(self, payload: bytes) -> bytes:
        """The signature's own octets."""
        ...


class RemoteSigner(Protocol):
    """Something that has a key elsewhere, such as in a hardware module, and takes its time to sign with it."""

    @property
    def scheme(self) -> Scheme: ...

    def sign(self, payload: bytes) -> Awaitable[bytes]:
        """The signature's own octets, to be awaited: an ``async def``. If it raises, the request is not sent."""
        ...


@frozen
class HmacSha256:
    """Signs with a secret that the venue knows, too."""

    secret: str = field(repr=False)

    @property
    def scheme(self) -> Scheme:
        return Scheme.HMAC_SHA256

    def sign(self, payload: bytes) -> bytes:
        return hmac.digest(self.secret.encode(), payload, sha256)


@frozen
class HmacSha512:
    """The same with SHA-512."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> "HmacSha512":
        """With a secret as the venue shows it.

        Raises:
            ConfigError: It is not base64. The error does not show it.
        """
        try:
            return cls(b64decode(secret, validate=True))
        except (binascii.Error, ValueError):
            raise ConfigError("the API secret is not base64: copy it whole, as the venue showed it") from None

    @property
    def scheme(self) -> Scheme:
        return Scheme.HMAC_SHA512

    def sign(self, payload: bytes) -> bytes:
        return hmac.digest(self.key, payload, sha512)


@frozen
class Ed25519:
    """Signs with a private key of which the venue knows the public half."""

    key: Ed25519PrivateKey = field(repr=False)

    @property
    def scheme(self) -> Scheme:
        return Scheme.ED25519

    def sign(self, payload: bytes) -> bytes:
        return self.key.sign(payload)


def signer_of(credentials: Credentials) -> Signer:
    """The signer for a secret: an Ed25519 key in PKCS#8, without a password, or else a secret for HMAC.

    The key may be in PEM, or bare: what stands between the first and the last line of PEM.

    Raises:
        ConfigError: It is a key of another kind, or cannot be read. The error does not show it.
    """
    secret = credentials.api_secret.strip()
    if not secret:
        raise ConfigError("the API secret is empty: give the secret, or the private key in PEM")
    framed = secret.startswith("-----BEGIN")
    if not framed and not secret.startswith(BARE_ED25519):
        if len(secret.split()) > 1:
            raise ConfigError(f"the API secret is several words: give one, or {PEM}")
        return HmacSha256(secret)
    try:
        if framed:
            key = load_pem_private_key(secret.encode(), password=None)
        else:
            key = load_der_private_key(b64decode("".join(secret.split()), validate=True), password=None)
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError(f"the private key cannot be read: give {PEM}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"the private key is an {type(key).__name__}: give an Ed25519 key, or a secret for HMAC")
    return Ed25519(key)


@frozen(kw_only=True)
class Keys:
    """An API key and what signs for it, made once: to read a private key takes longer than to sign with it."""

    api_key: str = field(repr=False)
    signer: Signer | RemoteSigner = field(repr=False)


def keys_of(credentials: Credentials) -> Keys:
    """The keys that are held here.

    Raises:
        ConfigError: The secret cannot be used. The error does not show it.
    """
    return Keys(api_key=credentials.api_key, signer=signer_of(credentials))
