"""The words that faults are aimed with at this venue."""

from batactors.testing.binance.routes import METHODS, PATHS, ROUTES, WS_METHODS
from batactors.testing.right_words import METHODS as RIGHT_METHODS


def test_every_request_can_be_aimed_at() -> None:
    """A fault may wait for each request that there is, and each has its cost."""
    assert {*METHODS} - {*RIGHT_METHODS} == set()
    assert {*PATHS.values(), *WS_METHODS.values()} == {*ROUTES}
