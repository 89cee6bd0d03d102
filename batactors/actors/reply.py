"""The way back for a question that one actor puts to another."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import trio

from batactors.model.errors import BatactorsError, TemporaryUnavailable

Value = TypeVar("Value")


class Reply(Generic[Value]):
    """One value, or one error, given once."""

    def __init__(self) -> None:
        self._given = trio.Event()
        self._value: list[Value] = []
        self._error: BatactorsError | None = None

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

    @contextmanager
    def answered_by(self, name: str) -> Iterator[None]:
        """Whoever enters this answers, or a crash or a cancellation of theirs does: nobody waits for ever."""
        try:
            yield
        except BatactorsError as error:
            self.fail(error)
        finally:
            self.fail(TemporaryUnavailable(f"the {name} actor stopped before it answered"))
