"""The words that faults are aimed with at this venue."""

from batactors.testing.bybit.routes import METHODS, PATHS, ROUTES, TRADE_OPS
from batactors.testing.right_words import METHODS as RIGHT_METHODS

OF_SOCKETS = {"auth", "subscribe", "unsubscribe", "ping"}


def test_every_request_can_be_aimed_at() -> None:
    """A fault may wait for each request that there is, and each has its limit."""
    assert {*METHODS} - {*RIGHT_METHODS} == set()
    assert {*PATHS.values(), *TRADE_OPS.values(), *OF_SOCKETS} == {*ROUTES}
