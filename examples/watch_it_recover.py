"""Watch an order survive a lost acknowledgement and a connection that breaks in the middle of its fills.

The steps of the command's life and the events of its order are printed as they are told. The last line compares what
was told with the venue's own ledger: the connection was lost twice, and each fill was told once.
"""

import logging
from decimal import Decimal

import trio

from batactors import (
    Account,
    AccountConfig,
    CommandHandle,
    EngineConfig,
    HealthStatus,
    OrderFilled,
    RecoveryAttempt,
    RecoveryScheduled,
    Resolved,
    Secret,
    open_engine,
)
from batactors.testing import KrakenSpotVenue, VenueAccount, VenueUrls
from batactors.testing.faults import CutAfterCommand, CutInFrame


async def trade(kraken: Account, venue: KrakenSpotVenue) -> Decimal:
    """Place an order and trouble its connection twice; how much was filled, as far as we were told."""
    print("The venue will take the order, and the connection breaks before it can say so:")
    venue.faults.add(CutAfterCommand(method="add_order"))
    command = await kraken.create_order(
        instrument="BTC/USD", side="buy", order_type="limit", quantity="0.5", price="64000"
    )
    await tell_its_life(command)
    # REST has found the order by now; let the stream come back, too.
    async for report in kraken.watch_health():
        if report.status is HealthStatus.HEALTHY:
            break

    print("Somebody sells us 0.2 in two parts. The frame of the first breaks off, nobody hears of the second:")
    venue.faults.add(CutInFrame(event="trade"))
    for part in ("0.15", "0.05"):
        venue.fill(venue.ledger.open_orders()[0], Decimal(part))
    return await tell_its_events(command)


async def tell_its_life(command: CommandHandle) -> None:
    """Print the steps from our sending to the verdict."""
    async for step in command.lifecycle():
        match step:
            case RecoveryScheduled():
                print(f"  {step.sequence} RecoveryScheduled: {step.reason}")
            case RecoveryAttempt():
                print(f"  {step.sequence} RecoveryAttempt {step.attempt}: {step.note}")
            case Resolved():
                print(f"  {step.sequence} Resolved: {step.verdict.status}, {step.verdict.evidence[-1].says}")
            case _:
                print(f"  {step.sequence} {type(step).__name__}")


async def tell_its_events(command: CommandHandle) -> Decimal:
    """Print what happens to the order, and take back what is left of it; how much was filled."""
    filled = Decimal(0)
    async for event in command.events():
        print(f"  {event.sequence} {type(event).__name__}, heard by {event.origin}, replayed: {event.replayed}")
        if isinstance(event, OrderFilled):
            print(f"      {event.quantity.normalize()} at {event.price}")
            filled += event.quantity
            if filled == Decimal("0.2"):
                await command.cancel()
    return filled


async def main() -> None:
    # Kraken counts REST calls, and the engine waits rather than be refused. Here nobody counts, and nobody waits.
    venue = KrakenSpotVenue(rate_limits=False)
    async with trio.open_nursery() as nursery:
        config = config_for(await nursery.start(venue.serve))
        async with open_engine(config) as engine:
            told = await trade(engine.account("kraken"), venue)
        in_the_ledger = sum(fill.quantity for fill in venue.ledger.fills)
        print(f"Filled {told.normalize()} as we were told, {in_the_ledger:f} in the venue's ledger")
        nursery.cancel_scope.cancel()


def config_for(urls: VenueUrls) -> EngineConfig:
    """An engine with one account, at the simulated venue."""
    demo = VenueAccount.demo()
    kraken = AccountConfig(
        api_key=Secret.value(demo.api_key),
        api_secret=Secret.value(demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket_auth,
        paced=False,
    )
    return EngineConfig(accounts={"kraken": kraken})


if __name__ == "__main__":
    logging.basicConfig(format="  (%(message)s)")  # the supervisor tells of each crash and restart
    trio.run(main)
