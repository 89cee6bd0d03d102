"""Where the disk is waited for: in the loop, or in a thread beside it. Which one is said, not found out."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, TypeVar

import trio

Result = TypeVar("Result")


class Runner(Protocol):
    """Runs a function that waits for the disk."""

    def __call__(self, function: Callable[[], Result], /) -> Awaitable[Result]:
        """What the function returns or raises. A cancellation comes before it has begun or not at all."""
        ...


async def in_loop(function: Callable[[], Result], /) -> Result:
    """Run it here, while everything else stands still: for virtual time, where no thread takes part."""
    await trio.lowlevel.checkpoint()
    return function()


async def off_loop(function: Callable[[], Result], /) -> Result:
    """Run it in a thread, while the loop goes on: a disk that takes its time stalls nobody but who waits for it."""
    # Not to be abandoned: a commit that has begun is finished, and whoever asked for it learns how it went.
    return await trio.to_thread.run_sync(function, abandon_on_cancel=False)


def told_in_loop(tell: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """The same, to be called from wherever the disk is waited for: it runs in the loop, with what it was given last."""
    token = trio.lowlevel.current_trio_token()
    last = (0, 0)

    def in_turn() -> None:
        tell(*last)

    def told(done: int, total: int) -> None:
        nonlocal last
        last = (done, total)
        if trio.lowlevel.in_trio_run():
            in_turn()
        else:
            with suppress(trio.RunFinishedError):
                token.run_sync_soon(in_turn, idempotent=True)

    return told
