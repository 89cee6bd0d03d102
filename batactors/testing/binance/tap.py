"""What is secret on Binance's wire, and where the client order ids stand."""

import re

from batactors.testing.venue.tap import HIDDEN, OrderNames, Secrets, Tap

SECRETS = Secrets(("signature", "listenKey", "apiKey"))
KEY_IN_PATH = re.compile(r"(/(?:ws|stream\?streams=)/?)[A-Za-z0-9]{64}")
KEY = re.compile(r"[A-Za-z0-9]{64}")
KEY_IN_STREAM = re.compile(r'"[A-Za-z0-9]{64}"')


def without_secrets(text: str) -> str:
    """A frame, a request or a reply as anybody may read it; listen keys stand in paths and streams, too."""
    hidden = SECRETS.hidden(text)
    if not KEY.search(hidden):
        return hidden
    return KEY_IN_STREAM.sub(f'"{HIDDEN}"', KEY_IN_PATH.sub(rf"\1{HIDDEN}", hidden))


def new_tap() -> Tap:
    """A tap for one venue."""
    names = OrderNames(("newClientOrderId", "origClientOrderId", "clientOrderId", "clientAlgoId", "c"))
    return Tap(hidden=without_secrets, named=names.named)
