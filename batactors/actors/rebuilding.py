"""The account of everything, made anew from the journal when its keeper begins again.

The journal knows what was told. A few things it does not know live on beside it: the session, which goes on while the
dedup actor is rebuilt, and where the balances stand.
"""

from collections.abc import Collection

from batactors.actors.messages import DedupMessage, ForgetUnsent
from batactors.core.dispatch import Dispatch
from batactors.core.news import News
from batactors.core.restore import restore
from batactors.journal.store import Contents
from batactors.model.ids import CommandId
from batactors.model.inputs import NotSent, Sending, SessionEnded, SessionReady


def rebuild(
    dispatch: Dispatch,
    before: Dispatch,
    contents: Contents,
    crashed_on: DedupMessage | None,
    now: News,
    *,
    process_ended: bool,
    may_have_left: Collection[CommandId],
) -> None:
    """Fill an empty dispatch from the journal, and with what outlived the crash.

    Args:
        dispatch: The empty one.
        before: The one that it replaces.
        contents: What the journal says.
        crashed_on: The message that was in hand, if one was.
        now: When, and that it is told from the journal.
        process_ended: Whether the whole process had ended; see ``restore``, as for ``may_have_left``.
        may_have_left: Commands that may have been sent, whatever the journal says.
    """
    restore(
        dispatch, contents.registered, contents.events, contents.steps, contents.reports, now,
        bygone=contents.bygone, process_ended=process_ended, may_have_left=may_have_left,
    )  # fmt: skip
    epoch = before.ledger.epoch
    if isinstance(crashed_on, SessionReady):
        epoch = crashed_on.epoch
    elif isinstance(crashed_on, SessionEnded) and crashed_on.events and crashed_on.epoch == epoch:
        epoch = None  # of any other, the one that was ready lives on
    if epoch is not None:
        # The session lives on, and tells all that happens from now on.
        dispatch.ledger.epoch, dispatch.ledger.ready_since = epoch, now.at
    # The stream says where a balance stands, not how it got there: what it said last still holds.
    dispatch.ledger.keep_holdings(before.ledger)


def of_no_fate(crashed_on: DedupMessage | None) -> tuple[CommandId, ...]:
    """The commands of which only this message said whether they left."""
    return crashed_on.command_ids if isinstance(crashed_on, Sending | NotSent | ForgetUnsent) else ()
