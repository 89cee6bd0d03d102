"""What the tests on Binance do again and again, besides what those on any venue do: cut one of the two sockets."""

from tests.engine.binance.bench import Bench
from tests.engine.stories import (
    Health,
    at_venue,
    events_of,
    fill,
    fills_in,
    follow_health,
    healthy,
    name_of,
    place,
    rest,
    sent,
    steps_of,
    told_so_far,
    until,
)

__all__ = [
    "COMMANDS",
    "DAY",
    "EVENTS",
    "Health",
    "apis",
    "at_venue",
    "cut",
    "events_of",
    "fill",
    "fills_in",
    "follow_health",
    "healthy",
    "name_of",
    "place",
    "rest",
    "sent",
    "steps_of",
    "streams",
    "told_so_far",
    "until",
]

EVENTS, COMMANDS = "user data", "commands"
"""The two sockets, as health calls them."""
DAY = 24 * 3_600.0


def cut(bench: Bench, socket: str) -> None:
    """Reset one of the two sockets, every session of it."""
    sessions = bench.venue._telling.sessions if socket == EVENTS else bench.venue._api.sessions
    for session in list(sessions):
        session.cut()


def streams(bench: Bench) -> int:
    """How many sockets of user data are open."""
    return len(bench.venue._telling.sessions)


def apis(bench: Bench) -> int:
    """How many sockets of commands are open."""
    return len(bench.venue._api.sessions)
