"""What the tests on Bybit do again and again, besides what those on any venue do: cut one of the two sockets."""

from tests.engine.bybit.bench import Bench

EVENTS, COMMANDS = "private", "trade"
"""The two sockets, as health calls them."""


def cut(bench: Bench, socket: str) -> None:
    """Reset one of the two sockets, every session of it."""
    sessions = bench.venue._telling.sessions if socket == EVENTS else bench.venue._trade.sessions
    for session in list(sessions):
        session.cut()
