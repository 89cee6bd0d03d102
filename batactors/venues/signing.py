"""Parts of signatures that venues share."""

import binascii
import hmac
from base64 import b64decode, b64encode
from hashlib import sha512

from batactors.model.errors import ConfigError


def hmac_sha512_base64(secret: str, message: bytes) -> str:
    """HMAC-SHA-512 under a secret that is given in base64, itself in base64.

    Raises:
        ConfigError: The secret is not base64. The error does not show it.
    """
    try:
        key = b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        raise ConfigError("the API secret is not base64: copy it whole, as the venue showed it") from None
    return b64encode(hmac.digest(key, message, sha512)).decode()
