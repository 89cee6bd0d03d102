"""Watches of the whole account: every order and fill of it, whoever sent it, and what it holds."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from typing import Any, TypeVar

from batactors.actors.messages import FollowAccount, Told, UnfollowAccount, Watch
from batactors.model.account_facts import PositionFact
from batactors.model.facts import BalanceFact
from batactors.model.ids import ClientOrderId
from batactors.model.order_events import OrderEvent, OrderFilled
from batactors.model.reports import FillReport, Missed, OrderStatusReport, Report
from batactors.reads import ReadingAccount

ROOM = 1024
"""Changes of the account that wait for one who watches it; a slower one is told how much it missed."""
MOST_MARKS = 100_000
"""Orders of which a watch knows how far it was told; far more than are kept."""
Held = TypeVar("Held", BalanceFact, PositionFact)


class WatchingAccount(ReadingAccount):
    """An account that can be watched.

    A watch begins when it is first waited for, and goes on for as long as the engine runs; it then raises
    ``EngineStopped``. To leave it before, close it: ``async with contextlib.aclosing(account.watch_fills()) as fills``.
    A reader that is slow slows nobody else down. ``watch_health`` is the watch of the account's status.
    """

    def watch_orders(
        self, instrument: str | None = None
    ) -> AsyncGenerator[OrderEvent | OrderStatusReport | Missed, None]:
        """What happens to every order of the account from now on: events of ours, status reports of others'.

        Fills are among the events of ours; those of others are told by ``watch_fills``. Each is told once, also if the
        engine had to rebuild itself meanwhile. A reader that falls behind by more than is kept for it is told so with
        ``Missed``, in the place of what it missed, and how much that was; ``fetch_open_orders`` says how things stand.

        Args:
            instrument: Only those of this one; what is not known to be of another is told, too.

        Raises:
            InvalidCommand: There is no such instrument.
        """
        return self._watch((OrderEvent, OrderStatusReport), instrument)

    def watch_fills(self, instrument: str | None = None) -> AsyncGenerator[OrderFilled | FillReport | Missed, None]:
        """Every fill of the account from now on, of our orders and of others', each once; otherwise as above.

        ``Missed`` counts what was told in all, fills or not; ``fetch_my_trades`` has the fills.
        """
        return self._watch((OrderFilled, FillReport), instrument)

    def watch_balances(self) -> AsyncGenerator[BalanceFact, None]:
        """How each balance stands now, then each that has changed.

        A slow reader is told the latest, not each between.
        """
        return self._watch_held(lambda: self._wiring.dedup_actor.dispatch.balances.heard)

    def watch_positions(self) -> AsyncGenerator[PositionFact, None]:
        """How each open position stands now, then each that has changed, with quantity zero when it has closed.

        A slow reader is told the latest, not each between.
        """
        return self._watch_held(lambda: self._wiring.dedup_actor.dispatch.ledger.positions.all)

    # How it is done.

    def _watch(self, kinds: tuple[type[Any], ...], instrument: str | None) -> AsyncGenerator[Any, None]:
        listed = self._listed(instrument) if instrument is not None else None

        def wants(one: OrderEvent | Report) -> bool:
            return isinstance(one, kinds) and (listed is None or one.instrument in (None, listed))

        return self._watch_all(wants)

    async def _watch_all(
        self, wants: Callable[[OrderEvent | Report], bool]
    ) -> AsyncGenerator[OrderEvent | Report | Missed, None]:
        dedup, place, refused = self._wiring.dedup, _Place(), 0
        with self._wiring.mailbox(f"watcher of account {self.name!r}", ROOM) as mailbox:
            wish = FollowAccount(mailbox=mailbox, watch=Watch.ORDERS)
            await dedup.put(wish)
            try:
                while True:
                    told = await mailbox.take()
                    missed = place.catch_up(told)
                    if missed:
                        yield Missed(count=missed)
                    for one in place.news(told):
                        if wants(one):
                            yield one
                    if refused != mailbox.refused:
                        refused = mailbox.refused
                        await dedup.put(wish)
            finally:
                dedup.post(UnfollowAccount(mailbox=mailbox))

    async def _watch_held(self, held: Callable[[], Mapping[Any, Held]]) -> AsyncGenerator[Held, None]:
        dedup, told = self._wiring.dedup, dict[Any, Held]()
        # One is enough: whatever wakes, how things stand now is what is told.
        with self._wiring.mailbox(f"watcher of account {self.name!r}", 1) as mailbox:
            await dedup.put(FollowAccount(mailbox=mailbox, watch=Watch.HOLDINGS))
            try:
                while True:
                    for key, fact in dict(held()).items():
                        is_new = key not in told and not (isinstance(fact, PositionFact) and not fact.quantity)
                        if is_new or (key in told and told[key] != fact):
                            told[key] = fact
                            yield fact
                    await mailbox.take()
            finally:
                dedup.post(UnfollowAccount(mailbox=mailbox))


class _Place:
    """How far a watch has been told everything."""

    def __init__(self) -> None:
        self._marks: OrderedDict[ClientOrderId, int] = OrderedDict()
        self._latest: int | None = None

    def catch_up(self, told: Told) -> int:
        """Take in how far everything has been told by now; how much of it this watch was not."""
        if told.latest is None:
            return 0
        missed = 0
        if self._latest is not None:
            missed = max(0, told.latest - self._latest)
            missed += sum(max(0, mark - self._marks.get(order, 0)) for order, mark in told.marks.items())
        for order, mark in told.marks.items():
            self._note(order, mark)
        self._latest = max(told.latest, self._latest or 0)
        return missed

    def news(self, told: Told) -> Iterator[OrderEvent | Report]:
        """What of this has not been told, in order."""
        for event in told.events:
            if event.sequence > self._marks.get(event.client_order_id, 0):
                self._note(event.client_order_id, event.sequence)
                yield event
        for report in told.reports:
            if self._latest is None or report.sequence > self._latest:
                self._latest = report.sequence
                yield report

    def _note(self, order: ClientOrderId, mark: int) -> None:
        self._marks[order] = max(mark, self._marks.get(order, 0))
        self._marks.move_to_end(order)
        while len(self._marks) > MOST_MARKS:
            self._marks.popitem(last=False)
