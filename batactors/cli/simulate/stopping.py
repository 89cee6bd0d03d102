"""Work that Ctrl-C ends at once, and that is reported on all the same."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import trio


async def until_stopped(
    work: Callable[[], Awaitable[object]], beside: Callable[[], Awaitable[object]] | None = None
) -> bool:
    """Work until it is done, or until Ctrl-C or SIGTERM; whether it was the latter.

    Args:
        work: What to do.
        beside: Goes on as long as that.
    """
    stopped = False

    async def listen(signals: AsyncIterator[int]) -> None:
        nonlocal stopped
        async for _ in signals:
            stopped = True
            scope.cancel()

    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()
            nursery.start_soon(listen, signals)
            if beside is not None:
                nursery.start_soon(beside)
            with scope:
                await work()
            nursery.cancel_scope.cancel()
    return stopped
