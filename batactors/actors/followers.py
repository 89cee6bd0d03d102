"""Who follows what: from an event to the mailboxes that want it, in one look-up."""

from collections.abc import Iterable

from attrs import frozen

from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Follow, FollowAccount, Told, Unfollow, UnfollowAccount
from batactors.actors.watchers import Watchers
from batactors.core.dispatch import Changes, Dispatch
from batactors.model.commands import CancelAll
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.lifecycle import LifecycleEvent, Resolved
from batactors.model.order_events import OrderEvent


@frozen(kw_only=True)
class Answer:
    """What there is to tell whoever begins to follow, as of the moment of asking.

    Attributes:
        client_order_id: The order that the command concerns, if it concerns one that is known.
        is_known: Whether the command is; one that is forgotten cannot be followed.
    """

    told: Told
    client_order_id: ClientOrderId | None = None
    is_known: bool = True


@frozen(eq=False)
class Follower:
    """One mailbox that follows one command, and the order that it concerns."""

    command_id: CommandId
    client_order_id: ClientOrderId | None
    mailbox: Mailbox[Told]


class Followers:
    """The mailboxes of those who follow commands, and of those who follow the account.

    A mailbox without room misses what is told; it notices by its own count, and asks again from where it was.
    """

    def __init__(self) -> None:
        self._of_command: dict[str, list[Follower]] = {}
        self._of_order: dict[str, list[Follower]] = {}
        self._of_account: list[Mailbox[Told]] = []
        self._watchers = Watchers()
        self._refused = 0

    @property
    def refused(self) -> int:
        """How many messages found no room in the mailbox of a follower, who then asks for what it missed."""
        return self._refused + self._watchers.refused

    def __len__(self) -> int:
        return sum(map(len, self._of_command.values())) + len(self._of_account) + len(self._watchers)

    def answer(self, wish: Follow, dispatch: Dispatch) -> Answer:
        """What there is since the follower's place."""
        record = dispatch.desk.commands.get(wish.command_id)
        if record is None:  # forgotten: nothing is told any more, not even its verdict
            return Answer(told=Told(answers=wish.number, settled=True, resolved=True), is_known=False)
        # A cancel of everything is about no order in particular; each of those has its own followers.
        targets = () if isinstance(record.command, CancelAll) else record.targets
        order = next((dispatch.book.orders[one] for one in targets if one in dispatch.book.orders), None)
        told = Told(
            events=order.events[wish.events_since :] if order is not None else (),
            steps=record.steps[wish.steps_since :],
            answers=wish.number,
            settled=order is None or order.settled,
            resolved=record.has_ended,
        )
        return Answer(told=told, client_order_id=order.client_order_id if order is not None else None)

    def follow(self, wish: Follow, answer: Answer) -> None:
        """Tell what there was to tell, and from now on what comes."""
        self.unfollow(Unfollow(command_id=wish.command_id, mailbox=wish.mailbox))
        if answer.is_known:
            follower = Follower(wish.command_id, answer.client_order_id, wish.mailbox)
            self._of_command.setdefault(wish.command_id, []).append(follower)
            if follower.client_order_id is not None:
                self._of_order.setdefault(follower.client_order_id, []).append(follower)
        wish.mailbox.post(answer.told)

    def unfollow(self, wish: Unfollow) -> None:
        """Tell this mailbox no more of this command."""
        for follower in self._of_command.get(wish.command_id, ()):
            if follower.mailbox is wish.mailbox:
                _remove(self._of_command, wish.command_id, follower)
                if follower.client_order_id is not None:
                    _remove(self._of_order, follower.client_order_id, follower)
                return

    def answer_account(self, wish: FollowAccount, dispatch: Dispatch) -> Answer:
        """The same for the reports about other orders on the account, or for who watches all of it."""
        if wish.watch is not None:
            return Answer(told=self._watchers.answer(dispatch))
        log = dispatch.strangers.log
        reports = [report for report in log if report.sequence > wish.since]
        return Answer(told=Told(reports=reports, earliest=log[0].sequence if log else 0))

    def follow_account(self, wish: FollowAccount, answer: Answer) -> None:
        """Tell what there was to tell, and from now on what comes."""
        if wish.watch is not None:
            self._watchers.follow(wish, wish.watch, answer.told)
            return
        self._of_account = [mailbox for mailbox in self._of_account if not mailbox.is_closed]
        if wish.mailbox not in self._of_account:
            self._of_account.append(wish.mailbox)
        wish.mailbox.post(answer.told)

    def unfollow_account(self, wish: UnfollowAccount) -> None:
        """Tell this mailbox no more reports."""
        self._watchers.unfollow(wish)
        if wish.mailbox in self._of_account:
            self._of_account.remove(wish.mailbox)

    def tell(self, changes: Changes) -> None:
        """Tell each follower what concerns it."""
        news: dict[Follower, tuple[list[OrderEvent], list[LifecycleEvent]]] = {}
        for event in changes.events:
            for follower in self._of_order.get(event.client_order_id, ()):
                news.setdefault(follower, ([], []))[0].append(event)
        for step in changes.steps:
            for follower in self._of_command.get(step.command_id, ()):
                news.setdefault(follower, ([], []))[1].append(step)
        settled = self._followers_of(changes.settled)
        for follower in settled:
            news.setdefault(follower, ([], []))
        abandoned = [follower for one in changes.abandoned for follower in self._of_command.get(one, ())]
        for follower, (events, steps) in news.items():
            resolved = any(isinstance(step, Resolved) for step in steps) or follower in abandoned
            told = Told(events=events, steps=steps, settled=follower in settled, resolved=resolved)
            self._refused += not follower.mailbox.post(told) and not follower.mailbox.is_closed
        if changes.reports:
            for mailbox in self._of_account:
                self._refused += not mailbox.post(Told(reports=changes.reports)) and not mailbox.is_closed
        self._watchers.tell(changes)

    def retell(self, dispatch: Dispatch) -> None:
        """After a rebuild: tell everybody everything; what a follower had, it knows by its number."""
        followers = [follower for followers in self._of_command.values() for follower in followers]
        for one in followers:
            wish = Follow(command_id=one.command_id, mailbox=one.mailbox, events_since=0, steps_since=0)
            self.follow(wish, self.answer(wish, dispatch))
        for mailbox in tuple(self._of_account):
            of_account = FollowAccount(mailbox=mailbox, since=0)
            self.follow_account(of_account, self.answer_account(of_account, dispatch))
        self._watchers.retell(dispatch)

    def _followers_of(self, orders: Iterable[ClientOrderId]) -> dict[Follower, None]:
        return {follower: None for order in orders for follower in self._of_order.get(order, ())}


def _remove(table: dict[str, list[Follower]], key: str, one: Follower) -> None:
    table[key].remove(one)
    if not table[key]:
        del table[key]
