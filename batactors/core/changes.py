"""What an input changed, for those who follow."""

from attrs import frozen

from batactors.core.commands import CommandRecord
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.receipts import PassReport
from batactors.model.reports import Report


@frozen(kw_only=True)
class Changes:
    """What an input changed, for those who follow.

    Attributes:
        settled: Orders that have ended with all their fills told.
        abandoned: Commands that nothing will tell of any more, unless their answer comes after all.
        passed: The pass of questions that ended with it.
        forgotten: Orders so long ended that nothing of them is kept.
        forgotten_commands: The same of commands.
        holdings: Balances or positions are not as they were.
    """

    events: tuple[OrderEvent, ...] = ()
    steps: tuple[LifecycleEvent, ...] = ()
    reports: tuple[Report, ...] = ()
    settled: tuple[ClientOrderId, ...] = ()
    abandoned: tuple[CommandId, ...] = ()
    passed: PassReport | None = None
    forgotten: tuple[ClientOrderId, ...] = ()
    forgotten_commands: tuple[CommandId, ...] = ()
    holdings: bool = False


class Changed:
    """What the input in hand has changed so far."""

    def __init__(self) -> None:
        self.events: list[OrderEvent] = []
        self.reports: list[Report] = []
        self.commands: dict[CommandId, tuple[CommandRecord, int]] = {}
        self.settled: dict[ClientOrderId, None] = {}
        self.passed: PassReport | None = None

    def touch(self, record: CommandRecord) -> None:
        """Steps of this command may follow; those told before are not told again."""
        self.commands.setdefault(record.command.command_id, (record, len(record.steps)))

    def steps(self) -> tuple[LifecycleEvent, ...]:
        """The steps told since."""
        if not self.commands:
            return ()  # as for nearly every frame
        return tuple(step for record, told in self.commands.values() for step in record.steps[told:])

    def abandoned(self) -> tuple[CommandId, ...]:
        """Those of which nothing will be told any more, though they have no verdict."""
        if not self.commands:
            return ()
        return tuple(one for one, (record, _) in self.commands.items() if record.abandoned and record.verdict is None)
