"""The promises, as checks that look on while a simulated world runs. Each says in words what would break it."""

from collections.abc import Sequence

from batactors.testing.simulation.checks.answers import AlwaysAnAnswer, NoGuess
from batactors.testing.simulation.checks.base import Check, Scene, Violation
from batactors.testing.simulation.checks.fills import NothingInvented
from batactors.testing.simulation.checks.once import AtMostOnceAtTheVenue, ExactlyOnce
from batactors.testing.simulation.checks.order import InOrder
from batactors.testing.simulation.checks.roads import ReadyBeforeUse
from batactors.testing.simulation.checks.upkeep import CrashesAreOurs, NothingLeaks, SecretsStaySecret

ALL_CHECKS: Sequence[type[Check]] = (
    AtMostOnceAtTheVenue,
    ExactlyOnce,
    InOrder,
    NothingInvented,
    AlwaysAnAnswer,
    NoGuess,
    ReadyBeforeUse,
    CrashesAreOurs,
    NothingLeaks,
    SecretsStaySecret,
)
"""Every check that a world makes unless it is told otherwise."""

__all__ = ["ALL_CHECKS", "Check", "Scene", "Violation"]
