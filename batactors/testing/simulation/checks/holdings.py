"""What the account has: positions and balances as they are told, against the venue's own."""

from collections.abc import Iterator
from typing import ClassVar

from batactors.testing.simulation.checks.base import Check


class HoldingsAgree(Check):
    """A stated time after the world has healed, positions and balances are told as they are.

    Where they are not, because what told them was lost, the difference is told: REST says what is, and health has both.
    """

    promise: ClassVar[str] = "P7"

    def settled(self) -> Iterator[str]:
        for what, held in self.scene.holdings().items():
            if not held.agrees:
                apart = "" if held.read is None else f", told apart from {held.read}"
                yield f"{what} is told as {held.told}{apart}, and it is {held.real}"
