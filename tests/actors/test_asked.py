"""What the rest client was asked: who is idle takes it, what sessions live by goes first, and it has a bound."""

from typing import Any

import trio
import trio.testing

from batactors.actors.asked import Asked
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Ask, RestMessage
from batactors.model.questions import AskInstruments, AskToken, Question

NOBODY: Any = None


def ask(question: Question) -> Ask:
    return Ask(question=question, reply=NOBODY)


TOKEN, OTHER = ask(AskToken()), ask(AskInstruments())


async def test_what_sessions_live_by_goes_first() -> None:
    """A token is not kept waiting by questions that came before it; those keep their order."""
    mailbox = Mailbox[RestMessage]("rest", 10)
    asked, others = Asked(mailbox), [ask(AskInstruments()) for _ in range(3)]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(asked.run)
        for message in (*others, TOKEN):
            mailbox.post(message)
        await trio.testing.wait_all_tasks_blocked()
        assert await asked.take() is TOKEN
        assert all([await asked.take() is message for message in others])
        nursery.cancel_scope.cancel()


async def test_a_question_waits_for_no_worker_that_waits_itself() -> None:
    """One waits for the venue's leave and serves what is urgent only; another, idle, takes what else comes at once."""
    mailbox = Mailbox[RestMessage]("rest", 10)
    asked, taken = Asked(mailbox), list[tuple[str, RestMessage]]()

    async def affording() -> None:
        taken.append(("affording", await asked.take_urgent()))

    async def idle() -> None:
        while True:
            taken.append(("idle", await asked.take()))

    async with trio.open_nursery() as nursery:
        for task in (asked.run, affording, idle):
            nursery.start_soon(task)
        await trio.testing.wait_all_tasks_blocked()
        mailbox.post(OTHER)
        await trio.testing.wait_all_tasks_blocked()
        assert taken == [("idle", OTHER)]
        nursery.cancel_scope.cancel()


async def test_no_more_is_taken_in_than_the_mailbox_holds() -> None:
    """While nobody answers, the mailbox fills, and who asks more is held up or told so; nothing grows without end."""
    mailbox = Mailbox[RestMessage]("rest", 4)
    asked = Asked(mailbox)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(asked.run)
        room = 0
        while mailbox.post(OTHER):
            room += 1
            await trio.testing.wait_all_tasks_blocked()
        assert room == 8
        assert len(asked) == 4
        await asked.take()
        await trio.testing.wait_all_tasks_blocked()
        assert mailbox.post(OTHER), "there is room again"
        nursery.cancel_scope.cancel()


async def test_who_is_cancelled_loses_none() -> None:
    """A worker that gives up waiting leaves the question to the next."""
    mailbox = Mailbox[RestMessage]("rest", 4)
    asked = Asked(mailbox)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(asked.run)
        with trio.move_on_after(0):
            await asked.take()
        mailbox.post(TOKEN)
        assert await asked.take() is TOKEN
        nursery.cancel_scope.cancel()
