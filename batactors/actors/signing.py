"""Has things signed, by a key that is held here, or by one elsewhere, which is waited for."""

from typing import TypeVar

import trio

from batactors.model.errors import Unsupported
from batactors.venues.codec import SignedRequest, Unsigned
from batactors.venues.signers import RemoteSigner, Signer

Made = TypeVar("Made", str, SignedRequest)

SIGN_WITHIN = 5.0
"""Seconds that a key elsewhere may take; what it has not signed by then is not sent."""


async def signed(made: Made | Unsigned[Made], signer: Signer | RemoteSigner) -> Made:
    """The frame or request as it is sent.

    Raises:
        Unsupported: It could not be signed, so that it is not sent.
    """
    if isinstance(made, str | SignedRequest):
        return made
    return made.signed(await _signature(made.payload, signer))


async def _signature(payload: bytes, signer: Signer | RemoteSigner) -> bytes:
    try:
        signature = signer.sign(payload)
        if isinstance(signature, bytes):
            return signature
        with trio.move_on_after(SIGN_WITHIN):
            return await signature
    except Exception as error:
        # Whatever a signer of a user's raises. Its text is not repeated: it may quote what it signs with.
        raise Unsupported(f"it could not be signed: the signer raised {type(error).__name__}") from None
    raise Unsupported(f"it could not be signed: the signer took longer than {SIGN_WITHIN:g} s")
