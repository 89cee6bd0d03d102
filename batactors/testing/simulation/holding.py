"""What an account tells of its positions and balances, beside what the venue has."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from batactors import Account
from batactors.testing.simulation.machine import Machine
from batactors.testing.simulation.record import Held
from batactors.testing.simulation.stages.stage import Stage

ZERO = Decimal(0)


class World(Protocol):
    """What is looked at."""

    @property
    def machine(self) -> Machine: ...
    @property
    def account(self) -> Account: ...
    @property
    def stage(self) -> Stage: ...


def holdings(world: World) -> Mapping[str, Held]:
    """Each position and each balance that either side knows of. Of balances, only what the stream has spoken of."""
    if world.machine.engine is None:
        return {}
    account, health = world.account, world.account.health()
    found: dict[str, Held] = {}
    told = {(str(one), str(side)): fact.quantity for (one, side), fact in account.positions().items()}
    apart = {(str(one.instrument), str(one.position_side)): one.theirs for one in health.position_divergences}
    real = world.stage.positions()
    for key in sorted({*told, *real}):
        name = f"the {key[1]} position in {key[0]}"
        found[name] = Held(told=told.get(key, ZERO), real=real.get(key, ZERO), read=apart.get(key))
    there = world.stage.balances()
    read = {str(one.asset): one.theirs for one in health.divergences}
    for asset, total in account.balances().items() if there is not None else ():
        real_total = (there or {}).get(str(asset), ZERO)
        found[f"the balance of {asset}"] = Held(told=total, real=real_total, read=read.get(str(asset)))
    return found
