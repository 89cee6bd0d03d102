"""One command, followed: each event once and in order, whatever found no room on the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random

import pytest
import trio

from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, Follow, Told, Unfollow
from batactors.actors.subscriber import ASK_AGAIN, ROOM, Subscriber
from batactors.model.errors import EngineStopped
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderAccepted, OrderEvent
from batactors.model.terms import OrderState, Origin
from tests.actors.words import ACCOUNT, BTC

NOW = datetime(2026, 1, 2, tzinfo=UTC)
COMMAND = CommandId("command")


def event(sequence: int) -> OrderEvent:
    return OrderAccepted(
        account=ACCOUNT, instrument=BTC, client_order_id=ClientOrderId("order"), venue_order_id=None,
        sequence=sequence, state=OrderState.ACCEPTED, received_at=NOW, origin=Origin.STREAM,
    )  # fmt: skip


def step(sequence: int) -> LifecycleEvent:
    return LifecycleEvent(command_id=COMMAND, sequence=sequence, at=NOW)


class Log:
    """The dedup actor's part: a log of events, told as it grows and from any place on request."""

    def __init__(self) -> None:
        self.mailbox = Mailbox[DedupMessage]("dedup", 1000)
        self.events: list[OrderEvent] = []
        self.steps: list[LifecycleEvent] = []
        self.settled = False
        self.follower: Mailbox[Told] | None = None
        self.wishes = 0
        self.deaf = False

    async def serve(self) -> None:
        """Answer wishes."""
        while True:
            message = await self.mailbox.take()
            if isinstance(message, Unfollow):
                self.follower = None
            assert isinstance(message, Follow | Unfollow)
            if isinstance(message, Follow) and not self.deaf:
                self.answer(message)

    def answer(self, wish: Follow) -> None:
        """Tell what there is since the follower's place."""
        self.wishes += 1
        self.follower = wish.mailbox
        events, steps = self.events[wish.events_since :], self.steps[wish.steps_since :]
        self.tell(Told(events=events, steps=steps, answers=wish.number, settled=self.settled, resolved=self.settled))

    def tell(self, told: Told) -> None:
        """Tell it, if there is room."""
        if self.follower is not None:
            self.follower.post(told)

    def add(self, events: int = 0, steps: int = 0) -> None:
        """More happens."""
        new_events = [event(len(self.events) + 1 + number) for number in range(events)]
        new_steps = [step(len(self.steps) + 1 + number) for number in range(steps)]
        self.events += new_events
        self.steps += new_steps
        self.tell(Told(events=new_events, steps=new_steps))

    def settle(self) -> None:
        """The end, which comes without an event."""
        self.settled = True
        self.tell(Told(settled=True, resolved=True))


@asynccontextmanager
async def following() -> AsyncIterator[tuple[Log, Subscriber]]:
    """A subscriber that has caught up."""
    log = Log()
    subscriber = Subscriber(COMMAND, log.mailbox)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(log.serve)
        await nursery.start(subscriber.run)
        with trio.fail_after(60.0):
            await subscriber.caught_up()
        yield log, subscriber
        nursery.cancel_scope.cancel()


async def test_it_knows_what_was_told_before_it_began() -> None:
    """A follower that comes late has the whole history once it has caught up."""
    log = Log()
    log.add(events=5, steps=3)
    subscriber = Subscriber(COMMAND, log.mailbox)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(log.serve)
        await nursery.start(subscriber.run)
        await subscriber.caught_up()
        assert subscriber.events == log.events
        assert subscriber.steps == log.steps
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("seed", range(30))
async def test_bursts_that_find_no_room_are_told_again(seed: int) -> None:
    """However many messages are refused, each event and step arrives once, in order, and before the end."""
    chance = Random(seed)
    async with following() as (log, subscriber):
        for _ in range(30):
            for _ in range(chance.choice([1, 2, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM])):
                log.add(events=chance.randrange(3), steps=chance.randrange(2))
            for _ in range(chance.randrange(4)):
                await trio.lowlevel.checkpoint()
        log.settle()
        await trio.sleep(1.0)
        assert subscriber.events == log.events
        assert subscriber.steps == log.steps
        assert subscriber.is_complete


async def test_the_end_waits_for_what_leads_to_it() -> None:
    """When an event found no room and then the end comes, the event is asked for before the end is believed."""
    async with following() as (log, subscriber):
        log.deaf = True  # it hears nothing, and goes on telling
        for _ in range(ROOM + 2):  # one goes to the waiting task itself
            log.add(events=1, steps=1)
        while not subscriber.events:
            await trio.lowlevel.checkpoint()
        log.settle()
        await trio.sleep(1.0)
        assert not subscriber.settled
        log.deaf = False
        await trio.sleep(ASK_AGAIN + 1.0)
        assert subscriber.events == log.events
        assert subscriber.is_complete


async def test_told_again_is_told_once() -> None:
    """Repetitions, such as after a rebuild of the dedup actor, add nothing."""
    async with following() as (log, subscriber):
        log.add(events=5, steps=5)
        for _ in range(3):
            log.tell(Told(events=log.events, steps=log.steps))
        await trio.sleep(1.0)
        assert subscriber.events == log.events
        assert subscriber.steps == log.steps
        assert log.wishes == 1


async def test_a_gap_is_asked_for_once() -> None:
    """What comes out of turn makes it ask, once however much more comes, and loses nothing."""
    async with following() as (log, subscriber):
        log.events.append(event(1))
        for _ in range(20):
            log.add(events=1)
        await trio.sleep(1.0)
        assert subscriber.events == log.events
        assert log.wishes == 2


async def test_an_answer_that_never_comes_is_asked_for_again() -> None:
    """If the actor that was asked crashed on the question, it is put again."""
    log = Log()
    log.deaf = True
    log.add(events=1)
    subscriber = Subscriber(COMMAND, log.mailbox)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(log.serve)
        await nursery.start(subscriber.run)
        await trio.sleep(ASK_AGAIN / 2)
        log.deaf = False
        with trio.fail_after(ASK_AGAIN):
            await subscriber.caught_up()
        assert subscriber.events == log.events
        nursery.cancel_scope.cancel()


async def test_it_ends_with_its_command_and_unfollows() -> None:
    """When command and order have ended it leaves, so that thousands may come and go."""
    async with following() as (log, subscriber):
        log.add(events=1, steps=1)
        log.settle()
        await trio.sleep(1.0)
        assert subscriber.is_complete
        assert log.follower is None


async def test_an_end_without_the_end_wakes_everybody() -> None:
    """When nothing more will be told, who waits for news hears it and why."""
    subscriber = Subscriber(COMMAND, Mailbox("dedup", 10))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(subscriber.news)
        nursery.start_soon(subscriber.caught_up)
        await trio.sleep(1.0)
        subscriber.end(EngineStopped("first"))
        subscriber.end(EngineStopped("second"))
    assert str(subscriber.ended) == "first"


async def test_what_is_forgotten_is_known_as_forgotten() -> None:
    """A command that nobody remembers is complete without a single step."""
    log = Log()
    log.settled = True
    subscriber = Subscriber(COMMAND, log.mailbox)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(log.serve)
        await nursery.start(subscriber.run)
        await subscriber.caught_up()
        assert subscriber.is_forgotten
        nursery.cancel_scope.cancel()


async def test_what_waits_is_taken_in_before_the_end() -> None:
    """When the engine ends before its subscriber has had its turn, what had been told is read before the error."""
    subscriber = Subscriber(COMMAND, Mailbox[DedupMessage]("dedup", 10))
    async with trio.open_nursery() as nursery:
        await nursery.start(subscriber.run)
        subscriber._mailbox.post(Told(events=[event(1)], answers=1))  # it wakes for this one
        subscriber._mailbox.post(Told(events=[event(2)], steps=[step(1)], settled=True, resolved=True))
        nursery.cancel_scope.cancel()
    subscriber.end(EngineStopped("the engine has ended"))
    assert [one.sequence for one in subscriber.events] == [1, 2]
    assert subscriber.is_complete
