"""The way back for a question that one actor puts to another."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Generic, TypeVar

import trio

from batactors.model.errors import BatactorsError, TemporaryUnavailable

Value = TypeVar("Value")


class Reply(Generic[Value]):
    """One value, or one error, given once."""

    def __init__(self) -> None:
        self._given = trio.Event()
        self._value: list[Value] = []
        self._error: BatactorsError | None = None

    @property
    def is_given(self) -> bool:
        """Whether there is an answer, or whoever asked wants none any more."""
        return self._given.is_set()

    def give(self, value: Value) -> None:
        """Answer. A second answer is ignored."""
        if not self._given.is_set():
            self._value.append(value)
            self._given.set()

    def fail(self, error: BatactorsError) -> None:
        """Answer with an error."""
        if not self._given.is_set():
            self._error = error
            self._given.set()

    async def get(self) -> Value:
        """Wait for the answer.

        Raises:
            BatactorsError: What the reply was failed with.
        """
        await self._given.wait()
        if self._error is not None:
            raise self._error
        return self._value[0]

    def answered_by(self, name: str) -> "Answering":
        """Whoever enters this answers: with a value, with an error of ours that leaves the block, or by a crash.

        An error of ours is the asker's and goes no further; a crash goes on to the supervisor, and the asker is told
        that there will be no answer. So is it when the block is cancelled, or forgets to answer: nobody waits for ever.
        """
        return Answering(self, name)


class Answering(AbstractContextManager[None, bool]):
    """What ``Reply.answered_by`` gives."""

    def __init__(self, reply: Reply[Any], name: str) -> None:
        self._reply = reply
        self._name = name

    def __enter__(self) -> None:
        """Nothing to do: the promise is about the end."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if isinstance(error, BatactorsError):
            self._reply.fail(error)
            return True
        self._reply.fail(TemporaryUnavailable(f"the {self._name} actor stopped before it answered"))
        return False
