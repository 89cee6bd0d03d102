"""Who watches the whole account: every event and report of it, or what it holds.

A mailbox without room misses what is told, and its reader notices by the mailbox's own count. It then asks how far all
orders have been told by now, and knows how much it missed.
"""

from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import FollowAccount, Told, UnfollowAccount, Watch
from batactors.core.changes import Changes
from batactors.core.dispatch import Dispatch


class Watchers:
    """The mailboxes of those who watch."""

    def __init__(self) -> None:
        self._of: dict[Watch, list[Mailbox[Told]]] = {watch: [] for watch in Watch}
        self.refused = 0
        """How many messages about orders found no room."""

    def __len__(self) -> int:
        return sum(map(len, self._of.values()))

    def answer(self, dispatch: Dispatch) -> Told:
        """How far everything has been told."""
        marks = {one.client_order_id: len(one.events) for one in dispatch.book.orders.values()}
        return Told(marks=marks, latest=dispatch.strangers.sequence)

    def follow(self, wish: FollowAccount, watch: Watch, answer: Told) -> None:
        """Tell this mailbox what comes from now on."""
        mailboxes = [mailbox for mailbox in self._of[watch] if not mailbox.is_closed]
        self._of[watch] = mailboxes if wish.mailbox in mailboxes else [*mailboxes, wish.mailbox]
        wish.mailbox.post(answer)

    def unfollow(self, wish: UnfollowAccount) -> None:
        """Tell it no more."""
        for mailboxes in self._of.values():
            if wish.mailbox in mailboxes:
                mailboxes.remove(wish.mailbox)

    def tell(self, changes: Changes) -> None:
        """Tell each what concerns it."""
        if changes.events or changes.reports:
            for mailbox in self._of[Watch.ORDERS]:
                told = Told(events=changes.events, reports=changes.reports)
                self.refused += not mailbox.post(told) and not mailbox.is_closed
        if changes.holdings:
            for mailbox in self._of[Watch.HOLDINGS]:
                mailbox.post(Told())

    def retell(self, dispatch: Dispatch) -> None:
        """After a rebuild: everything that is kept once more; what a reader had, it knows by its numbers."""
        events = [event for order in dispatch.book.orders.values() for event in order.events]
        for mailbox in self._of[Watch.ORDERS]:
            mailbox.post(Told(events=events, reports=tuple(dispatch.strangers.log)))
        for mailbox in self._of[Watch.HOLDINGS]:
            mailbox.post(Told())
