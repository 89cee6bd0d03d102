"""What those are told who wait for an answer to what crashed an actor."""

from batactors.actors.messages import DedupMessage, Register
from batactors.model.errors import BatactorsError, ErrorKind


class CrashedError(BatactorsError):
    """An actor crashed while it dealt with this; what became of it is found out, not assumed."""

    kind = ErrorKind.TEMPORARY_UNAVAILABLE


def crashed_on_it(message: DedupMessage) -> CrashedError:
    """What who waits for an answer to this message is told."""
    if not isinstance(message, Register):
        return CrashedError("the dedup actor crashed on it")
    # The lane queues only what was registered, and has the rest forgotten.
    verbs = " and ".join(dict.fromkeys(command.operation for command in message.commands))
    return CrashedError(f"{verbs} is not sent: the dedup actor crashed on it; give it again", retriable=True)
