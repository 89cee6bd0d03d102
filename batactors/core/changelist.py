"""Whether an amend is among the changes that a venue lists of an order.

The list does not say which amend made which change. An amend can have made one that shows the terms it asked for and
changes nothing else; and each change was made by one. Where several unknown amends could have made the same, none of
them can be said not to be the one.
"""

from collections.abc import Sequence
from datetime import timedelta

from batactors.core.commands import CommandRecord
from batactors.core.expected import shows
from batactors.model.commands import AmendOrder
from batactors.model.facts import Terms

CLOCKS = timedelta(seconds=30)
"""How far the venue's clock may be from ours at the most."""


def is_listed(record: CommandRecord, history: Sequence[Terms], amends: Sequence[CommandRecord]) -> bool:
    """Whether a change in the list may be this amend's, if those that the venue confirmed made theirs.

    Args:
        record: The amend in question.
        history: Every set of terms that the order has had, oldest first.
        amends: All amends of the order.
    """
    confirmed = [other for other in amends if other is not record and other.confirmed]
    makers: dict[int, CommandRecord] = {}
    unmatched = [other for other in confirmed if not _match(other, history, makers, [])]
    if _match(record, history, makers, []):
        return True
    # A confirmed amend without a change of its own changed nothing, and another's may have been taken for its.
    return bool(unmatched) and bool(_changes_of(record, history))


def _match(record: CommandRecord, history: Sequence[Terms], makers: dict[int, CommandRecord], tried: list[int]) -> bool:
    """Give this amend a change of its own, moving others to different ones if need be."""
    for place in _changes_of(record, history):
        if place in tried:
            continue
        tried.append(place)
        other = makers.get(place)
        if other is None or _match(other, history, makers, tried):
            makers[place] = record
            return True
    return False


def _changes_of(record: CommandRecord, history: Sequence[Terms]) -> list[int]:
    """The changes that this amend can have made, by their places in the list."""
    # Where the original terms are missing, nothing says what the first change left as it was.
    before = [history[0], *history[:-1]]
    return [place for place, after in enumerate(history) if _can_have_made(record, before[place], after)]


def _can_have_made(record: CommandRecord, before: Terms, after: Terms) -> bool:
    command = record.command
    if not after.by_user or not isinstance(command, AmendOrder):
        return False
    if record.sent is not None and after.since is not None and after.since < record.sent.on - CLOCKS:
        return False
    now = (after.quantity, after.price, after.trigger_price)
    then = (before.quantity, before.price, before.trigger_price)
    asked = (command.quantity, command.price, command.trigger_price)
    others = all(want is not None or new == old for want, new, old in zip(asked, now, then, strict=True))
    return shows(now, command) and others
