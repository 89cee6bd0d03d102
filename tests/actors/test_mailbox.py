"""An actor's bounded address, and the way back for a question."""

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from batactors.actors.mailbox import Mailbox
from batactors.actors.reply import Reply
from batactors.model.errors import EngineStopped, InvalidCommand, TemporaryUnavailable

STOPPED = EngineStopped("the engine has ended")


async def test_first_in_first_out() -> None:
    """Messages are taken in the order in which they were left, however they were left."""
    box = Mailbox[int]("box", 10)
    box.post(1)
    await box.put(2)
    box.post(3)
    assert [await box.take(), *await box.take_all(10)] == [1, 2, 3]


@given(st.lists(st.one_of(st.integers(1, 5), st.just(0)), max_size=50), st.integers(1, 8))
def test_it_never_holds_more_than_its_size(steps: list[int], size: int) -> None:
    """What finds no room is refused and counted; what was taken in comes out, all of it and in order."""
    box = Mailbox[int]("box", size)
    accepted: list[int] = []
    taken: list[int] = []
    refused = 0
    for number, step in enumerate(steps):
        if step:
            taken += box.clear(step)
        elif box.post(number):
            accepted.append(number)
        else:
            refused += 1
        assert len(box) <= size
    assert taken + box.clear() == accepted
    assert box.refused == refused


async def test_put_waits_for_room() -> None:
    """Who can wait is not refused."""
    box = Mailbox[int]("box", 1)
    box.post(1)
    with trio.move_on_after(5.0) as waiting:
        await box.put(2)
    assert waiting.cancelled_caught
    assert box.clear() == [1]
    assert box.refused == 0


@pytest.mark.parametrize("seed", range(20))
async def test_to_be_cancelled_while_taking_loses_nothing(seed: int) -> None:
    """However often a taker is cancelled, each message is taken once and in order."""
    box = Mailbox[int]("box", 1000)
    taken: list[int] = []

    async def give() -> None:
        for number in range(100):
            box.post(number)
            await trio.sleep(0.01 * ((number * seed) % 3))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(give)
        while len(taken) < 100:
            with trio.move_on_after(0.01 * (1 + seed % 2)):
                if seed % 2:
                    taken.append(await box.take())
                else:
                    taken += await box.take_all(3)
    assert taken == list(range(100))


async def test_who_waits_until_a_moment_waits_no_longer() -> None:
    """A message that comes by then is taken, alone or with all that wait; at the moment itself, there is none."""
    box = Mailbox[int]("box", 10)
    began = trio.current_time()
    assert await box.take_before(began + 5.0) is None
    assert await box.take_all(10, began + 7.0) == []
    assert trio.current_time() == began + 7.0
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_post_later, box, 1, 1.0)
        nursery.start_soon(_post_later, box, 2, 3.0)
        assert await box.take_before(began + 9.0) == 1
        assert await box.take_all(10, began + 12.0) == [2]
    assert trio.current_time() == began + 10.0


async def _post_later(box: Mailbox[int], message: int, seconds: float) -> None:
    await trio.sleep(seconds)
    box.post(message)


async def test_what_waits_survives_its_actor() -> None:
    """What was left while an actor was down waits for its next life."""
    box = Mailbox[int]("box", 10)

    async def actor() -> None:
        await box.take()
        raise ZeroDivisionError

    box.post(1)
    box.post(2)
    with pytest.raises(ZeroDivisionError):
        await actor()
    assert await box.take() == 2


async def test_a_closed_mailbox_keeps_nobody_waiting() -> None:
    """When its actor will not come back, who waits to leave a message is told why, and who comes later at once."""
    box = Mailbox[int]("box", 1)
    box.post(1)
    told: list[BaseException] = []

    async def put() -> None:
        with pytest.raises(EngineStopped) as error:
            await box.put(2)
        told.append(error.value)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(put)
        nursery.start_soon(put)
        await trio.sleep(1.0)
        assert told == []
        box.close(STOPPED)
        box.close(EngineStopped("again"))
    assert told == [STOPPED, STOPPED]
    with pytest.raises(EngineStopped):
        await box.put(3)
    assert box.post(4) is False


async def test_a_closed_mailbox_is_emptied_first() -> None:
    """Who takes from a mailbox that was closed gets what had been left, and then the reason."""
    box = Mailbox[int]("box", 10)
    box.post(1)
    box.post(2)
    box.close(STOPPED)
    assert await box.take_all(10) == [1, 2]
    with pytest.raises(EngineStopped):
        await box.take()
    with pytest.raises(EngineStopped):
        await box.take_all(1)
    assert box.clear() == []


async def test_a_reply_is_given_once_and_read_by_all() -> None:
    """The first answer counts, for everybody who waits and whoever asks later."""
    reply: Reply[int] = Reply()
    got: list[int] = []

    async def read() -> None:
        got.append(await reply.get())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        nursery.start_soon(read)
        await trio.sleep(1.0)
        reply.give(1)
        reply.give(2)
        reply.fail(InvalidCommand("too late"))
    assert [*got, await reply.get()] == [1, 1, 1]


async def test_an_error_is_the_askers() -> None:
    """An error of ours ends the question, not the actor that was asked."""
    reply: Reply[int] = Reply()
    with reply.answered_by("lane"):
        raise InvalidCommand("no such thing")
    with pytest.raises(InvalidCommand, match="no such thing"):
        await reply.get()


async def test_a_crash_answers_too() -> None:
    """When the actor crashes on a question, the asker is told that there will be no answer, and the crash goes on."""
    reply: Reply[int] = Reply()
    with pytest.raises(ZeroDivisionError), reply.answered_by("lane"):
        raise ZeroDivisionError
    with pytest.raises(TemporaryUnavailable, match="lane"):
        await reply.get()


async def test_an_answer_that_was_given_outlives_the_crash() -> None:
    """What was answered before the crash stands."""
    reply: Reply[int] = Reply()
    with pytest.raises(ZeroDivisionError), reply.answered_by("lane"):
        reply.give(1)
        raise ZeroDivisionError
    assert await reply.get() == 1


async def test_a_cancelled_or_forgetful_actor_answers_too() -> None:
    """Nobody waits for ever for who was cancelled, or ended without a word."""
    cancelled: Reply[int] = Reply()
    with trio.move_on_after(1.0), cancelled.answered_by("lane"):
        await trio.sleep_forever()
    forgotten: Reply[int] = Reply()
    with forgotten.answered_by("lane"):
        pass
    for reply in (cancelled, forgotten):
        with trio.fail_after(1.0), pytest.raises(TemporaryUnavailable):
            await reply.get()
