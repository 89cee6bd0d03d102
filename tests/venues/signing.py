"""What an actor does between a codec's two steps, with a key that is held here."""

from typing import TypeVar

from batactors.venues.codec import SignedRequest, Unsigned
from batactors.venues.signers import Keys

Made = TypeVar("Made", str, SignedRequest)


def octets(keys: Keys, payload: bytes) -> bytes:
    """The signature of this."""
    signature = keys.signer.sign(payload)
    assert isinstance(signature, bytes)
    return signature


def signed(made: Made | Unsigned[Made], keys: Keys) -> Made:
    """The frame or request as it is sent."""
    if isinstance(made, str | SignedRequest):
        return made
    return made.signed(octets(keys, made.payload))
