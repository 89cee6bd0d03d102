"""What is told of a command goes to its own followers, at the same cost however many other commands are open."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import trio

import batactors
from batactors.actors.board import Board
from batactors.actors.dedup import Dedup
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, Follow, LaneMessage, ReconcilerMessage, Register, Told
from batactors.actors.reply import Reply
from batactors.core.dispatch import Rules
from batactors.journal.memory import MemoryJournal
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, CommandId, RequestId
from batactors.model.inputs import Heard, Sending
from batactors.model.terms import Origin, Transport
from tests.actors.words import ACCOUNT, create
from tests.core.words import accepted, fill, opened, refused

HOME = str(Path(batactors.__file__).parent)
NOW = datetime(2026, 1, 2, tzinfo=UTC)
ROOM = 10


class Clock:
    """Always the same time of day."""

    def now(self) -> datetime:
        return NOW


class Desk:
    """A dedup actor with so many open commands, each of them followed."""

    def __init__(self, open_commands: int) -> None:
        self.count = open_commands
        self.mailboxes = [Mailbox[Told](f"follower {number}", ROOM) for number in range(open_commands)]
        self.dedup = Dedup(
            account=ACCOUNT, venue="kraken", rules=Rules(), journal=MemoryJournal(),
            mailbox=Mailbox[DedupMessage]("dedup", 10_000), reconciler=Mailbox[ReconcilerMessage]("reconciler", 100),
            lane=Mailbox[LaneMessage]("lane", 100), board=Board(Clock()), clock=Clock(), fits=lambda one: True,
            shorten=lambda one, attempt: one,
        )  # fmt: skip

    async def open(self) -> None:
        """Register the commands, follow them and send them; none is answered yet."""
        commands = tuple(
            create(f"order{number}", command_id=CommandId(f"command{number}")) for number in range(self.count)
        )
        reply: Reply[tuple[ClientOrderId | None, ...]] = Reply()
        await self.have(Register(commands=commands, reply=reply))
        await reply.get()
        for number, command in enumerate(commands):
            wish = Follow(
                command_id=command.command_id, mailbox=self.mailboxes[number], events_since=0, steps_since=0, number=1
            )
            await self.have(wish)
            await self.have(
                Sending(
                    at=trio.current_time(), on=NOW, request_id=RequestId(number + 1), command_ids=(command.command_id,),
                    transport=Transport.WEBSOCKET, valid_until=NOW + timedelta(seconds=5),
                    expires=trio.current_time() + 5, answer_by=trio.current_time() + 7,
                )
            )  # fmt: skip
        for mailbox in self.mailboxes:
            mailbox.clear()

    async def have(self, message: DedupMessage) -> None:
        """Have it deal with one message."""
        self.dedup._handle(message)
        await self.dedup._settle()

    async def hear(self, fact: Fact) -> int:
        """Have it hear something; how many steps of our code that took."""
        heard = Heard(at=trio.current_time(), on=NOW, facts=(fact,), origin=Origin.STREAM)
        steps = 0

        def enter(frame: FrameType, event: str, given: object) -> Callable[..., Any] | None:
            if not frame.f_code.co_filename.startswith(HOME):
                return None
            frame.f_trace_opcodes = True
            return step

        def step(frame: FrameType, event: str, given: object) -> Callable[..., Any]:
            nonlocal steps
            steps += event == "opcode"
            return step

        before = sys.gettrace()
        sys.settrace(enter)
        try:
            await self.have(heard)
        finally:
            sys.settrace(before)
        return steps


@pytest.mark.holds("X28")
async def test_an_event_costs_the_same_with_one_open_command_and_with_a_thousand() -> None:
    """Answers, fills and refusals go to the followers of the command that they are about and to no other's mailbox;
    and to find them takes as many steps with a thousand commands open as with one.
    """
    costs: list[list[int]] = []
    for count in (1, 1000):
        desk = Desk(count)
        await desk.open()
        number = count // 2
        name, venue_id, request = f"order{number}", f"V{number}", number + 1
        told: list[Fact] = [
            fill("f1", "0.1", venue_id, name),
            accepted(request, venue_id),
            opened(venue_id, name),
            fill("f2", "0.1", venue_id),
            refused(request),
        ]
        costs.append([await desk.hear(fact) for fact in told])
        assert [len(one) for place, one in enumerate(desk.mailboxes) if place != number] == [0] * (count - 1)
        news = desk.mailboxes[number].clear()
        assert [type(event).__name__ for one in news for event in one.events] == [
            "OrderAccepted", "OrderFilled", "OrderFilled"
        ]  # fmt: skip
        steps = [step for one in news for step in one.steps]
        assert {step.command_id for step in steps} == {f"command{number}"}
        assert [type(step).__name__ for step in steps] == ["Ack", "Receipt", "Resolved"]
    one, thousand = costs
    assert all(one)
    assert [many <= few * 1.1 for few, many in zip(one, thousand, strict=True)] == [True] * len(one), costs


@pytest.mark.holds("X28")
async def test_a_follower_that_comes_after_the_news_is_told_it_all_the_same() -> None:
    """Nothing of a command is missed for having been told before anybody followed it."""
    desk = Desk(2)
    await desk.open()
    await desk.hear(fill("f1", "0.1", "V0", "order0"))
    late = Mailbox[Told]("late", ROOM)
    await desk.have(Follow(command_id=CommandId("command0"), mailbox=late, events_since=0, steps_since=0, number=1))
    (told,) = late.clear()
    assert [type(event).__name__ for event in told.events] == ["OrderSubmitted", "OrderAccepted", "OrderFilled"]
    assert [type(step).__name__ for step in told.steps] == ["Sent", "Ack", "Receipt", "Resolved"]
