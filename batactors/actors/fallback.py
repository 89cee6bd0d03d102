"""WebSocket first, REST only where the socket provably was not used: no byte of the command has been written."""

from batactors.actors.gate import NotNow
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Outgoing
from batactors.model.errors import Unsupported
from batactors.model.terms import TransportPolicy


def by_rest(outgoing: Outgoing, error: Unsupported, rest: Mailbox[Outgoing]) -> bool:
    """Hand on by REST what a socket cannot carry; whether that may be, and there was room."""
    policies = [command.transport for command in outgoing.commands]
    if isinstance(error, NotNow) or any(policy is not TransportPolicy.AUTO for policy in policies):
        return False
    return rest.post(outgoing)
