"""The words that faults are aimed with at this venue."""

from batactors.testing.kraken_futures.feeds import PRIVATE, PRIVATE_TOO
from batactors.testing.kraken_futures.routes import BATCHES, COMMANDS, ROUTES
from batactors.testing.right_words import METHODS


def test_every_request_can_be_aimed_at() -> None:
    """A fault may wait for each request that there is, and each has its cost."""
    assert {*ROUTES, *PRIVATE, *PRIVATE_TOO} - {*METHODS} == set()
    assert {*COMMANDS.values(), *BATCHES.values()} <= {*ROUTES}
