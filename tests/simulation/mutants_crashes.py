"""Bugs that a crash or a slow reader brings out: what is lost, forgotten or given up."""

from math import inf
from typing import Any

import trio
from attrs import evolve

from batactors.actors import rebuilding, subscriber
from batactors.actors.dedup import Dedup
from batactors.actors.lane import Lane
from batactors.actors.messages import Told
from batactors.actors.reconciler import Reconciler
from batactors.actors.reply import Reply
from batactors.actors.rest import Rest
from batactors.actors.subscriber import Subscriber
from batactors.actors.supervisor import Backoff, Restart, Supervisor
from batactors.core.dispatch import Dispatch
from batactors.core.restore import restore
from batactors.handle import CommandHandle, _Reader
from batactors.model.errors import BatactorsError
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants()


# Crashes.


def _lost_at_a_restart(patch: Patch, actor: type[Dedup | Lane | Rest]) -> None:
    run: Any = actor.run

    async def clears(self: Any, **kwargs: Any) -> None:
        if getattr(self, "has_run", False):
            asked = self.asked if isinstance(self, Rest) else None
            queues = () if asked is None else (asked._mailbox, asked._urgent, asked._others, self._outbox)
            for one in queues or (self._mailbox,):
                one.clear()
        self.has_run = True
        await run(self, **kwargs)

    patch.setattr(actor, "run", clears)


@mutant
def mailbox_of_dedup_lost_at_a_restart(patch: Patch) -> None:
    """What waits for the dedup actor is gone when it starts again."""
    _lost_at_a_restart(patch, Dedup)


def _down_for_long(patch: Patch) -> None:
    """Actors stay down for seconds, so that something waits for them."""
    patch.setattr(Backoff, "pause", lambda self, failures, chance: 3.0)


@mutant.given(_down_for_long)
def mailbox_of_the_lane_lost_at_a_restart(patch: Patch) -> None:
    """What waits for the lane is gone when it starts again."""
    _lost_at_a_restart(patch, Lane)


@mutant
def mailbox_of_rest_lost_at_a_restart(patch: Patch) -> None:
    """What waits for the rest client is gone when it starts again."""
    _lost_at_a_restart(patch, Rest)


@mutant
def dedup_starts_empty(patch: Patch) -> None:
    """The dedup actor goes on after a crash without its journal."""
    begin = Dedup._begin

    async def empty(self: Dedup) -> None:
        if not self._has_begun:
            await begin(self)
            return
        self.dispatch = Dispatch(self._account, self._venue, self._rules, self._clock.now())
        self._quarantine()

    patch.setattr(Dedup, "_begin", empty)


@mutant
def fills_told_not_restored(patch: Patch) -> None:
    """After a crash the fills that were told are not known by their ids."""
    begin = Dedup._begin

    async def forgetful(self: Dedup) -> None:
        await begin(self)
        for order in self.dispatch.book.orders.values():
            order.fills.told.clear()

    patch.setattr(Dedup, "_begin", forgetful)


@mutant
def event_numbers_restart(patch: Patch) -> None:
    """After a crash the events of an order are numbered from one again."""
    begin = Dedup._begin

    async def forgetful(self: Dedup) -> None:
        await begin(self)
        for order in self.dispatch.book.orders.values():
            order.events.clear()

    patch.setattr(Dedup, "_begin", forgetful)


@mutant
def unwritten_counts_as_unsent(patch: Patch) -> None:
    """After the death of the process, what the journal does not say was sent counts as waiting to be sent."""

    def trusting(*args: Any, **kwargs: Any) -> None:
        restore(*args, **{**kwargs, "process_ended": False})

    patch.setattr(rebuilding, "restore", trusting)


@mutant
def crashed_actor_stays_down(patch: Patch) -> None:
    """An actor other than the connection is not started again after a crash."""
    begin = Supervisor.__init__

    def once(self: Supervisor, name: str, specs: Any, **kwargs: Any) -> None:
        lasting = ("connection", "metadata")
        begin(
            self,
            name,
            [spec if spec.name in lasting else evolve(spec, restart=Restart.TEMPORARY) for spec in specs],
            **kwargs,
        )

    patch.setattr(Supervisor, "__init__", once)


@mutant
def caller_not_told_of_a_crash(patch: Patch) -> None:
    """Who waits for an actor's answer is not told that the actor crashed on the question."""

    class Silent:
        def __init__(self, reply: Any) -> None:
            self.reply = reply

        def __enter__(self) -> None: ...

        def __exit__(self, kind: Any, error: Any, traceback: Any) -> bool:
            if isinstance(error, BatactorsError):
                self.reply.fail(error)
                return True
            return False

    patch.setattr(Reply, "answered_by", lambda self, name: Silent(self))


# Asking.


@mutant
def reconciler_gives_up(patch: Patch) -> None:
    """After a question that failed, nothing more is asked."""
    conduct, make_pass, make_round = Reconciler._conduct, Reconciler._pass, Reconciler._whole_round

    async def note(self: Any, *args: Any) -> Any:
        try:
            return await conduct(self, *args)
        except BatactorsError:
            self.troubled = True
            raise

    async def once(self: Any) -> float:
        return inf if getattr(self, "troubled", False) else await make_pass(self)

    async def one_round(self: Any, asked: Any) -> float:
        if not getattr(self, "troubled", False):
            return await make_round(self, asked)
        self._last_round = trio.current_time()
        return inf

    patch.setattr(Reconciler, "_conduct", note)
    patch.setattr(Reconciler, "_pass", once)
    patch.setattr(Reconciler, "_whole_round", one_round)


# Following.


@mutant.given(lambda patch: patch.setattr(subscriber, "ROOM", 0))
def overflow_skipped(patch: Patch) -> None:
    """A subscriber whose mailbox was full takes what comes next for the next."""

    def careless(self: Subscriber, told: Told) -> bool:
        self.events += told.events[max(0, len(self.events) + 1 - told.events[0].sequence) :] if told.events else []
        self.steps += told.steps
        self._behind = False
        self.settled, self.resolved = self.settled or told.settled, self.resolved or told.resolved
        self._caught_up.set()
        self._announce()
        return True

    patch.setattr(Subscriber, "_take", careless)


@mutant
def cursor_ignored(patch: Patch) -> None:
    """Who comes back with a cursor is told the last event again."""
    init = _Reader.__init__

    def off_by_one(self: Any, handle: CommandHandle, since: int, told: Any, ended: Any) -> None:
        init(self, handle, since - 1, told, ended)

    patch.setattr(_Reader, "__init__", off_by_one)


@mutant
def subscriber_tasks_leak(patch: Patch) -> None:
    """The subscriber of a command stays when there is nothing more to tell."""
    run = Subscriber.run

    async def stays(self: Subscriber, **kwargs: Any) -> None:
        await run(self, **kwargs)
        await trio.sleep(inf)

    patch.setattr(Subscriber, "run", stays)
