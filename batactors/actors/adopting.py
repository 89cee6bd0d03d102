"""How the dedup actor adopts an order: the venue's answer and the adoption are applied as one, and journaled together.

Nothing can be heard of the order between the two: what was told before is a report, and all that comes is an event.
"""

from collections.abc import Sequence

from batactors.actors.burst import Applied
from batactors.actors.messages import Adopt
from batactors.core.adoption import command_of, followed_by, refusal
from batactors.core.dispatch import Dispatch
from batactors.model.inputs import Registered


def adopt(message: Adopt, dispatch: Dispatch) -> tuple[Applied, Sequence[Registered]]:
    """Apply it; what it came to, and what is to be journaled before that."""
    changes, registered = [dispatch.apply(message.found)], []
    command = command_of(
        dispatch.ledger, message.venue_order_id, message.command_id, message.client_order_id, message.found
    )
    if command is not None:
        registered = [Registered(at=message.found.at, on=message.found.on, command=command, wire_id=None)]
        changes.append(dispatch.apply(registered[0]))
    return Applied(message=message, given=(message.found, *registered), changes=changes), registered


def answer_adopt(message: Adopt, dispatch: Dispatch) -> None:
    """Say which command tells of the order, or why none does."""
    command = followed_by(dispatch.ledger, message.venue_order_id)
    if command is not None:
        message.reply.give(command)
    else:
        message.reply.fail(refusal(dispatch.ledger, message.venue_order_id))
