"""What the strategy was told, written down as it came: the one side of the verdict. The venue's ledger is the other."""

from decimal import Decimal

from attrs import Factory, define

from batactors import (
    CommandHandle,
    CommandStatus,
    LifecycleEvent,
    Missed,
    OrderAccepted,
    OrderEvent,
    OrderFilled,
    PositionClosed,
    RecoveryScheduled,
    Report,
    Resolved,
    Sent,
    Transport,
)
from batactors.model.commands import Operation


@define(eq=False, kw_only=True)
class SeenOrder:
    """One order of the strategy's, and every event that was told of it, in the order of telling."""

    client_order_id: str
    instrument: str
    text: str
    handle: CommandHandle
    events: list[OrderEvent] = Factory(list)
    settled: bool = False
    """Its events ended by themselves."""

    @property
    def state(self) -> str:
        """Where it stands, as told last."""
        return self.events[-1].state if self.events else "new"

    @property
    def fills(self) -> list[OrderFilled]:
        """The fills told, each as often as it was told."""
        return [event for event in self.events if isinstance(event, OrderFilled)]

    @property
    def accepted(self) -> bool:
        """Whether the venue has it, or had it."""
        return any(isinstance(event, OrderAccepted) for event in self.events)


@define(eq=False, kw_only=True)
class SeenCommand:
    """One command of the strategy's, and every step that was told of it."""

    command_id: str
    operation: Operation
    client_order_id: str | None
    handle: CommandHandle
    price: Decimal | None = None
    """What an amend asks for."""
    quantity: Decimal | None = None
    instrument: str = ""
    """What is set."""
    leverage: int | None = None
    """What it is set to."""
    steps: list[LifecycleEvent] = Factory(list)

    @property
    def verdicts(self) -> list[CommandStatus]:
        """Each verdict told, the latest last; more than one only if it was corrected."""
        return [step.verdict.status for step in self.steps if isinstance(step, Resolved)]

    @property
    def was_unknown(self) -> bool:
        """Whether there was a time when nobody knew what became of it."""
        return any(isinstance(step, RecoveryScheduled) for step in self.steps)

    @property
    def request_id(self) -> int | None:
        """The id that its frame bore on the socket; ``None`` if it went by REST or never left."""
        sent = [step for step in self.steps if isinstance(step, Sent) and step.transport is Transport.WEBSOCKET]
        return sent[-1].request_id if sent else None


@define(eq=False)
class Seen:
    """Everything told."""

    orders: dict[str, SeenOrder] = Factory(dict)
    commands: dict[str, SeenCommand] = Factory(dict)
    reports: list[Report | Missed] = Factory(list)
    closed: list[PositionClosed] = Factory(list)
    """The positions that were closed at the end."""
    positions: dict[str, Decimal] = Factory(dict)
    """What is open at last, by instrument, at a venue that has positions."""

    def unsettled(self) -> list[SeenOrder]:
        """The orders that have not ended, or whose fills are not all told."""
        return [order for order in self.orders.values() if not order.settled]

    def unresolved(self) -> list[SeenCommand]:
        """The commands without a verdict."""
        return [command for command in self.commands.values() if not command.verdicts]

    def fills_told(self) -> int:
        """How many fills were told, each as often as it was told."""
        return sum(len(order.fills) for order in self.orders.values())
