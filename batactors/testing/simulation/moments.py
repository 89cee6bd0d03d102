"""Faults that strike at a moment: at a time, or aimed at something that happens.

A fault of the venue's (`batactors.testing.faults`) waits for a request or a frame that fits it. These here strike the
network, the engine or the venue as a whole. To write one of your own, derive a frozen attrs class from `TimedFault` and
say in `strike` what it does; it may call anything of the world that does not wait.
"""

from collections.abc import Callable
from typing import Literal

from attrs import frozen

from batactors.testing.simulation.binance_moments import ExpireListenKeys as ExpireListenKeys  # noqa: PLC0414 - users
from batactors.testing.simulation.binance_moments import RevokeKeys as RevokeKeys  # noqa: PLC0414 - users
from batactors.testing.simulation.binance_moments import TakeAway as TakeAway  # noqa: PLC0414 - find these here, too
from batactors.testing.simulation.bybit_moments import ChargeFunding as ChargeFunding  # noqa: PLC0414 - and these,
from batactors.testing.simulation.bybit_moments import ForgetClosedOrders as ForgetClosedOrders  # noqa: PLC0414
from batactors.testing.simulation.kraken_futures_moments import Liquidate as Liquidate  # noqa: PLC0414 - and this,
from batactors.testing.simulation.timed_fault import TimedFault as TimedFault  # noqa: PLC0414 - users find it here,
from batactors.testing.simulation.timed_fault import World as World  # noqa: PLC0414 - and this

Direction = Literal["both", "up", "down"]


# The network. "up" is from the engine to the venue.


@frozen(kw_only=True)
class Cut(TimedFault):
    """Every connection to the venue is reset; what is under way is lost."""

    def strike(self, world: World) -> None:
        world.network.cut(world.port)


@frozen(kw_only=True)
class CutAfter(TimedFault):
    """The connection that carries the byte after the next `count` is reset there: in the middle of a frame."""

    count: int = 100
    direction: Literal["up", "down"] = "down"

    def strike(self, world: World) -> None:
        world.network.cut_after(world.port, self.count, self.direction)


@frozen(kw_only=True)
class Partition(TimedFault):
    """Nothing gets through for so long, and nobody is told; then all of it arrives."""

    seconds: float = 5.0
    direction: Direction = "both"

    def strike(self, world: World) -> None:
        world.network.partition(world.port, self.seconds, self.direction)


@frozen(kw_only=True)
class Slow(TimedFault):
    """For so long, everything that is sent takes `by` seconds more."""

    seconds: float = 5.0
    by: float = 1.0
    direction: Direction = "both"

    def strike(self, world: World) -> None:
        world.network.delay(world.port, self.by, self.seconds, self.direction)


@frozen(kw_only=True)
class Narrow(TimedFault):
    """For so long, data arrives no faster than this: a slow reader, or a full line."""

    seconds: float = 5.0
    bytes_per_second: float = 500.0
    direction: Direction = "both"

    def strike(self, world: World) -> None:
        world.network.narrow(world.port, self.bytes_per_second, self.seconds, self.direction)


@frozen(kw_only=True)
class RefuseConnections(TimedFault):
    """New connections are refused for so long."""

    seconds: float = 5.0

    def strike(self, world: World) -> None:
        world.network.refuse(world.port, self.seconds)


@frozen(kw_only=True)
class SpoilHandshakes(TimedFault):
    """For so long, new connections meet somebody who talks nonsense instead of the venue; see `SimulatedNetwork`."""

    seconds: float = 5.0
    how: Literal["garbage", "tls_alert", "silence", "reset"] = "garbage"

    def strike(self, world: World) -> None:
        world.network.spoil_handshakes(world.port, self.seconds, self.how)


# The venue as a whole.


@frozen(kw_only=True)
class RestartVenue(TimedFault):
    """The venue drops everyone, and comes back after so long with its ledger as it was."""

    down_for: float = 2.0

    def strike(self, world: World) -> None:
        world.venue.restart(self.down_for)


@frozen(kw_only=True)
class Maintenance(TimedFault):
    """The venue changes its status, and is online again after so long."""

    seconds: float = 5.0
    status: Literal["maintenance", "cancel_only", "post_only"] = "maintenance"

    def strike(self, world: World) -> Callable[[], None]:
        def end() -> None:
            world.venue.set_status("online")

        world.venue.set_status(self.status)
        world.after(self.seconds, end)
        return end


@frozen(kw_only=True)
class ExpireTokens(TimedFault):
    """Every token given out so far is refused from now on."""

    def strike(self, world: World) -> None:
        world.venue.invalidate_tokens()


@frozen(kw_only=True)
class Ban(TimedFault):
    """For so long the venue refuses every REST request and every new WebSocket."""

    seconds: float = 5.0

    def strike(self, world: World) -> None:
        world.venue.ban(self.seconds)


@frozen(kw_only=True)
class HalfOpen(TimedFault):
    """Every WebSocket that is open goes half open for so long: it stands, and nothing gets through."""

    seconds: float = 30.0

    def strike(self, world: World) -> None:
        world.venue.go_silent(self.seconds)


@frozen(kw_only=True)
class CloseSessions(TimedFault):
    """Every WebSocket is closed politely, with a code."""

    code: int = 1001

    def strike(self, world: World) -> None:
        world.venue.close_sessions(self.code)


@frozen(kw_only=True)
class StepVenueClock(TimedFault):
    """The venue's clock is set by so many seconds; negative is back."""

    by: float = 0.5

    def strike(self, world: World) -> None:
        world.venue_clock.skew += self.by


# The engine and its machine.


@frozen(kw_only=True)
class Crash(TimedFault):
    """An actor raises at one of its await points.

    Attributes:
        actor: `connection`, `rest`, `lane`, `dedup`, `reconciler`, `metadata` or `subscriber`.
        point: Which of the await points that it passes from then on, over all its tasks.
    """

    actor: str
    point: int = 1

    def strike(self, world: World) -> None:
        world.await_points.crash(self.actor, nth=self.point)


@frozen(kw_only=True)
class Stall(TimedFault):
    """An actor gets no turn for so long, at one of its await points."""

    actor: str
    seconds: float = 2.0
    point: int = 1

    def strike(self, world: World) -> None:
        world.await_points.stall(self.actor, self.seconds, nth=self.point)


@frozen(kw_only=True)
class Pause(TimedFault):
    """The whole engine gets no turn for so long, as when its machine is suspended."""

    seconds: float = 5.0

    def strike(self, world: World) -> None:
        world.await_points.pause(self.seconds)


@frozen(kw_only=True)
class Kill(TimedFault):
    """The engine's process is killed, and started again after so long on the journal that it left."""

    down_for: float = 1.0

    def strike(self, world: World) -> None:
        world.machine.kill(self.down_for)


@frozen(kw_only=True)
class PowerCut(TimedFault):
    """The engine's machine loses its power: what its disk has not synced is gone, or torn. It comes back so late."""

    down_for: float = 1.0

    def strike(self, world: World) -> None:
        world.machine.kill(self.down_for, power=True)


@frozen(kw_only=True)
class FullDisk(TimedFault):
    """The disk of the engine's machine has no room for so long: the engine stops, and cannot start until there is."""

    seconds: float = 5.0

    def strike(self, world: World) -> Callable[[], None]:
        world.machine.fill_disk(True)

        def end() -> None:
            world.machine.fill_disk(False)

        world.after(self.seconds, end)
        return end


@frozen(kw_only=True)
class StepClock(TimedFault):
    """The wall clock of the engine's machine is set by so many seconds; negative is back."""

    by: float = 0.5

    def strike(self, world: World) -> None:
        world.clock.skew += self.by
