"""Supervise tasks of your own: a feed that two others depend on is started again together with them.

The feed breaks after a while. Under ``rest_for_one`` what was started after it is stopped, last first, and all are
started again in their order; what was started before it goes on. The log of events is numbered, and can be followed.
"""

import random

import trio

from batactors.supervision import Backoff, ChildEvents, ChildSpec, Missed, Strategy, Supervisor


class Prices:
    """Where the feed writes and the strategy reads."""

    def __init__(self) -> None:
        self.latest: float | None = None
        self.runs = 0

    async def feed(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Ready when there is a first price; the first run breaks soon after."""
        self.runs += 1
        self.latest = 64000.0
        task_status.started()  # only now is the strategy begun
        await trio.sleep(0.2)
        if self.runs == 1:
            self.latest = None
            raise ConnectionError("the feed broke off")
        await trio.sleep_forever()

    async def trade(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """It never sees a feed that is not there."""
        assert self.latest is not None
        task_status.started()
        await trio.sleep_forever()


async def keep_books(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
    """It depends on nobody, and was started first."""
    task_status.started()
    await trio.sleep_forever()


async def tell(events: ChildEvents) -> None:
    """Print what happens, until the supervisor has ended."""
    async for event in events.follow():
        if isinstance(event, Missed):
            print(f"too slow for {event.count} events")
        else:
            print(f"{event.sequence} {event.child} {event.what}{f': {event.cause}' if event.cause else ''}")


async def main() -> None:
    prices, events = Prices(), ChildEvents(1000)
    supervisor = Supervisor(
        "mine",
        [
            ChildSpec(name="books", run=keep_books),
            ChildSpec(name="feed", run=prices.feed, start_within=10.0),
            ChildSpec(name="strategy", run=prices.trade, stop_within=5.0),
        ],
        strategy=Strategy.REST_FOR_ONE,
        backoff=Backoff(first=0.1),
        chance=random.Random(),
        watch=events.add,
    )
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tell, events)
        await nursery.start(supervisor.run)
        await trio.sleep(0.6)
        await supervisor.stop()
        events.end()


if __name__ == "__main__":
    trio.run(main)
