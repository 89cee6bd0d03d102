"""What is secret on Kraken Spot's wire, and where the client order ids stand."""

from batactors.testing.venue.tap import OrderNames, Secrets, Tap

HEARTBEAT = '{"channel":"heartbeat"}'

without_secrets = Secrets(("token", "nonce", "otp")).hidden


def new_tap() -> Tap:
    """A tap for one venue."""
    return Tap(hidden=without_secrets, named=OrderNames(("cl_ord_id",)).named, dull=HEARTBEAT)
