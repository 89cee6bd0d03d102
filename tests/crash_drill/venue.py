"""The venue, in a process of its own: markets move, others trade with us, and its faults strike."""

import json
from typing import Any

import trio

from batactors.cli.demo.kinds import UNLIMITED, Deed
from batactors.cli.demo.kraken_spot import SCENE, open_venue
from batactors.cli.demo.world import World
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing.kraken_spot import KrakenSpotVenue

FAULTS_EVERY = 0.15
"""Seconds between two faults, on average."""
MOST_WAITING = 3


async def serve(seed: int, commands: int, answers: int) -> None:
    """Serve until told to quit. A command is a line of JSON, and so is its answer.

    Args:
        seed: Of the markets, the counterparties and the faults.
        commands: A pipe to read from; its end ends the venue.
        answers: A pipe to write to.
    """
    seams = Seams(ids=SeededIds(seed), chance=SeededChance(seed))
    venue = open_venue(seams, seed)
    venue.unique_client_order_ids = False  # then what is sent twice is done twice, and the ledger shows it
    world = World(venue, SCENE.markets, seams.chance.generator("world"), lambda text: None)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        account = next(iter(venue.accounts.values()))
        reading, writing = trio.lowlevel.FdStream(commands), trio.lowlevel.FdStream(answers)

        async def answer(what: dict[str, Any]) -> None:
            await writing.send_all(json.dumps(what).encode() + b"\n")

        storm = trio.CancelScope()
        nursery.start_soon(_disturb, storm, venue, world, seams.chance.generator("faults"))
        await answer(
            {"rest": urls.rest, "websocket": urls.websocket_auth, "key": account.api_key, "secret": account.api_secret}
        )
        async for chunk in reading:
            for line in chunk.splitlines():
                what = json.loads(line)
                if what["do"] == "calm":
                    storm.cancel()
                    venue.faults.clear()
                    world.close_by_hand()
                elif what["do"] == "ledger":
                    await trio.Path(what["to"]).write_text(json.dumps(_ledger(venue)), encoding="utf-8")
                await answer({"done": what["do"], "struck": sum(venue.faults.fired.values())})
        nursery.cancel_scope.cancel()


async def _disturb(storm: trio.CancelScope, venue: KrakenSpotVenue, world: World, chance: Any) -> None:
    """Trade, by others and by hand, and faults one after the other, until it is calm."""
    makes = [(kind.make, kind.weight) for kind in SCENE.kinds if kind.most == UNLIMITED]
    faults = [(make, weight) for make, weight in makes if not isinstance(make, Deed)]
    with storm:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(world.move)
            nursery.start_soon(world.trade_by_hand)
            while True:
                await trio.sleep(chance.expovariate(1 / FAULTS_EVERY))
                if len(venue.faults.waiting) > MOST_WAITING:
                    venue.faults.clear()  # some wait for what seldom comes; all together would be a siege
                make, _ = chance.choices(faults, [weight for _, weight in faults])[0]
                venue.faults.add(make(chance))


def _ledger(venue: KrakenSpotVenue) -> dict[str, Any]:
    """The truth: each order with its end and its fills."""
    ledger = venue.ledger
    return {
        "orders": [
            {
                "venue": order.order_id,
                "order": order.client_order_id,
                "status": order.status,
                "by_hand": order.by_hand,
                "fills": {fill.exec_id: str(fill.quantity) for fill in ledger.fills_of(order.order_id)},
            }
            for order in ledger.orders.values()
        ],
        "commands": len(ledger.commands),
    }
