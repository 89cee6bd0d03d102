"""Plays a scene at a venue, and says what came of it."""

from attrs import frozen

from batactors import ConfigError, Unsupported
from batactors.model.terms import TransportPolicy
from batactors.testing.conformance.capability import Capability
from batactors.testing.conformance.stand import Stand
from batactors.testing.simulated_run import Setup, SimulatedRun

ROADS = (TransportPolicy.WEBSOCKET, TransportPolicy.REST)


class CapabilityBroken(AssertionError):
    """A scene neither came to its end nor was told to be unsupported: the engine, the codec or the scene is wrong."""


@frozen(kw_only=True)
class Played:
    """What came of a scene.

    Attributes:
        roads: The roads of commands on which it came to its end; of one without commands, or with either, `auto`.
        why_not: What the engine said where it did not.
    """

    roads: tuple[TransportPolicy, ...] = ()
    why_not: str | None = None


def play(capability: Capability, venue: str, seed: int = 0) -> Played:
    """Play a capability's scene at a simulated venue, by each road that its commands may take.

    Raises:
        CapabilityBroken: It failed.
    """
    tried = ROADS if capability.roads else (TransportPolicy.AUTO,)
    roads = tuple(road for road in tried if _reason(capability, venue, road, seed) is None)
    # Where neither road can, the engine, left the choice, says why of the thing and not of the road.
    return Played(roads=roads, why_not=None if roads else _reason(capability, venue, TransportPolicy.AUTO, seed))


def _reason(capability: Capability, venue: str, road: TransportPolicy, seed: int) -> str | None:
    """Why it cannot be done by this road; `None` if it was done."""
    run = SimulatedRun(Setup(venue=venue, options=capability.options), seed)
    reasons: list[str] = []

    async def body() -> None:
        async with run.opened() as world:
            try:
                await capability.scene(Stand(world, None if road is TransportPolicy.AUTO else road))
            except Unsupported as unsupported:
                reasons.append(unsupported.message)

    try:
        run.run(body)
    except ConfigError as refused:  # what it needs cannot even be configured there
        reasons.append(refused.message)
    except Exception as error:
        raise CapabilityBroken(f"{capability.id} at {venue}, by {road}: {error!r}") from error
    return reasons[0] if reasons else None
