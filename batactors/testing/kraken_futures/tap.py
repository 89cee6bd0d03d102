"""What is secret on Kraken Futures' wire, and where the client order ids stand."""

from batactors.testing.venue.tap import OrderNames, Secrets, Tap

without_secrets = Secrets(("token", "nonce", "api_key", "signed_challenge", "original_challenge")).hidden


def new_tap() -> Tap:
    """A tap for one venue."""
    names = OrderNames(("cliOrdId", "cli_ord_id", "cliOrdIds", "clientId", "cl_ord_id"))
    return Tap(hidden=without_secrets, named=names.named)
