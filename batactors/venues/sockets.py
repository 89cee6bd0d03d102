"""Where a venue is, and which sockets an account keeps open there: what differs between venues in motion, as data."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from attrs import frozen

from batactors.model.errors import ConfigError
from batactors.model.ids import RequestId
from batactors.model.questions import KeepSwitch


@frozen(kw_only=True)
class Hosts:
    """Where a venue is: the addresses that its paths and frames are for. What it has no socket for is ``None``."""

    rest: str
    websocket: str
    commands: str | None = None


def hosts_of(known: Mapping[str, Hosts], environment: str, name: str, venue: str) -> Hosts:
    """The hosts of one of a venue's environments.

    Raises:
        ConfigError: It has none of this name.
    """
    if environment not in known:
        raise ConfigError(f"environment is {environment!r}: {name} has {', '.join(known)}", venue=venue)
    return known[environment]


class Role(StrEnum):
    """What a socket is for."""

    EVENTS = "events"
    """It tells what happens on the account."""
    COMMANDS = "commands"
    """It takes commands, and answers them."""


@frozen(kw_only=True)
class SwitchSpec:
    """A venue's dead man's switch.

    Attributes:
        longest: Seconds for which it can be set at the most.
        by_instrument: There is one for each instrument, and not one for the account.
        frame: What sets it on the socket that takes commands, with a number for the request and the session's token;
            the answer is a ``SwitchFact`` of that number. ``None`` where it is set over HTTP.
    """

    longest: int
    by_instrument: bool = False
    frame: Callable[[KeepSwitch, RequestId, str | None], str] | None = None


@frozen(kw_only=True)
class SocketSpec:
    """One of the sockets that an account keeps open at a venue.

    Attributes:
        name: What health calls it.
        token: It is opened with the token that ``AskToken`` brings.
        snapshot: What it tells begins with what is open, or may.
        life: Seconds after which another takes its place, before the venue cuts it.
    """

    name: str
    roles: tuple[Role, ...]
    token: bool = False
    snapshot: bool = False
    life: float | None = None
