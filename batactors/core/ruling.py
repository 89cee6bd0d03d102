"""What the rules say of a command, before it is told: a verdict in the making, or that there will be none."""

from attrs import frozen

from batactors.model.receipts import CommandStatus, Difference, OrderStanding, Proof, RecoveryOutcome

NOT_DONE = (CommandStatus.NOT_EXECUTED, CommandStatus.REJECTED)
"""The verdicts by which a command had no effect."""


@frozen
class Ruling:
    """A verdict in the making: the status, what proves it, and the words for it."""

    status: CommandStatus
    proof: Proof
    says: str
    orders: tuple[OrderStanding, ...] = ()


@frozen
class Undecidable:
    """Nothing that can still be asked will tell: the outcome of the recovery, and the words for it."""

    outcome: RecoveryOutcome
    says: str
    orders: tuple[OrderStanding, ...] = ()
    differences: tuple[Difference, ...] = ()
