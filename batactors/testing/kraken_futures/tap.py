"""What is secret on Kraken Futures' wire, and where the client order ids stand."""

import re

from batactors.testing.venue.tap import HIDDEN, OrderNames, Secrets, Tap

CHALLENGE = re.compile(r'("event"\s*:\s*"challenge"\s*,\s*"message"\s*:\s*")[^"]*')
_named = Secrets(("token", "nonce", "api_key", "signed_challenge", "original_challenge"))


def without_secrets(text: str) -> str:
    """The text, of each secret in it the name only. A challenge is told in a field that says other things elsewhere."""
    plain = _named.hidden(text)
    return CHALLENGE.sub(rf"\1{HIDDEN}", plain) if '"challenge"' in plain else plain


def new_tap() -> Tap:
    """A tap for one venue."""
    names = OrderNames(("cliOrdId", "cli_ord_id", "cliOrdIds", "clientId", "cl_ord_id"))
    return Tap(hidden=without_secrets, named=names.named)
