"""A writer that another takes over from: it writes what it was given, waits for answers, and keeps nobody waiting."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import trio
import trio.testing

from batactors.actors.mailbox import Mailbox
from batactors.actors.writer import Writer
from batactors.model.errors import Unsupported
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import RequestId

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANSWER = 10.0
"""Seconds that an answer is waited for."""


class Gate:
    """It lets all pass, or nothing."""

    def __init__(self, refuses: bool) -> None:
        self.refuses = refuses

    def leave(self, outgoing: object, now: float) -> None:
        if self.refuses:
            raise Unsupported("not now")


class Socket:
    """It notes what was written to it."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, frame: str) -> None:
        self.sent.append(frame)


def given(number: int) -> Any:
    command = SimpleNamespace(command_id=f"c{number}", validity=None)
    return SimpleNamespace(commands=(command,), request_id=RequestId(number), given_at=None)


def writer_with(*, refuses: bool = False) -> tuple[Writer, Mailbox[Any], Mailbox[Any]]:
    outbox, dedup = Mailbox[Any]("outbox", 10), Mailbox[Any]("dedup", 10)
    wires: Any = SimpleNamespace(
        outbox=outbox, dedup=dedup, gate=Gate(refuses),
        patience=SimpleNamespace(validity=5.0, margin=1.0, answer=ANSWER),
        clock=SimpleNamespace(now=lambda: NOW), stamp=lambda now, validity: None,
        heeding=SimpleNamespace(written=lambda request_id: None),
        board=SimpleNamespace(meter=SimpleNamespace(note=lambda *_: None)),
    )  # fmt: skip
    token: Any = SimpleNamespace(value=None)
    return Writer(wires, token, SimpleNamespace(signer=None)), outbox, dedup  # type: ignore[arg-type]


def session() -> Any:
    return SimpleNamespace(encode=lambda commands, **_: commands[0].command_id)


async def test_what_came_in_the_moment_of_the_change_is_written_and_its_answer_waited_for() -> None:
    """It was taken off the outbox when another took over: it goes out here, and is not lost between the two."""
    writer, outbox, _ = writer_with()
    socket: Any = Socket()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(writer.run, socket, session())
        await trio.testing.wait_all_tasks_blocked()
        assert outbox.post(given(1))
        handed_over = trio.Event()

        async def hand_over() -> None:
            await writer.hand_over()
            handed_over.set()

        nursery.start_soon(hand_over)
        await trio.testing.wait_all_tasks_blocked()
        assert socket.sent == ["c1"]
        assert not handed_over.is_set(), "its answer is still to come"
        writer.hear(AnswerFact(request_id=RequestId(1), answer=Answer.ACCEPTED))
        await trio.testing.wait_all_tasks_blocked()
        assert handed_over.is_set()
        assert writer.left() == []


@pytest.mark.parametrize("begun", [True, False])
async def test_nobody_waits_for_what_was_not_let_out(begun: bool) -> None:
    """Nothing was written, so no answer is waited for: the change takes no time."""
    writer, outbox, dedup = writer_with(refuses=True)
    async with trio.open_nursery() as nursery:
        socket: Any = Socket()
        nursery.start_soon(writer.run, socket, session())
        if begun:
            await trio.testing.wait_all_tasks_blocked()
        assert outbox.post(given(1))
        began = trio.current_time()
        await writer.hand_over()
        assert trio.current_time() == began
        assert len(dedup) + len(outbox) == 1, "told as not sent, or left to the heir"
        nursery.cancel_scope.cancel()
