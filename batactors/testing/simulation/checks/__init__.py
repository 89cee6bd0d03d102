"""The promises, as checks that look on while a simulated world runs. Each says in words what would break it."""

from collections.abc import Sequence

from batactors.testing.simulation.checks.answers import AlwaysAnAnswer, NoGuess
from batactors.testing.simulation.checks.base import Check, Scene, Violation
from batactors.testing.simulation.checks.fills import NothingInvented
from batactors.testing.simulation.checks.holdings import HoldingsAgree
from batactors.testing.simulation.checks.late import LateAnswersCount
from batactors.testing.simulation.checks.ledger import DoneAsTold
from batactors.testing.simulation.checks.modes import ExactlyTheScope, ModesHold, NewRiskWaits
from batactors.testing.simulation.checks.once import AtMostOnceAtTheVenue, ExactlyOnce
from batactors.testing.simulation.checks.order import InOrder, TermsInOrder
from batactors.testing.simulation.checks.roads import (
    ComesBack,
    GapsAreAskedAbout,
    HearsTheVenue,
    MissedBeforeLive,
    ReadyBeforeUse,
)
from batactors.testing.simulation.checks.upkeep import (
    CrashesAreOurs,
    NothingBreaksByItself,
    NothingLeaks,
    SecretsStaySecret,
)
from batactors.testing.simulation.checks.verdicts import PassesAddUp, UndoneIsUndone, VerdictsInTime

ALL_CHECKS: Sequence[type[Check]] = (
    AtMostOnceAtTheVenue,
    ExactlyOnce,
    InOrder,
    TermsInOrder,
    NothingInvented,
    AlwaysAnAnswer,
    NoGuess,
    DoneAsTold,
    UndoneIsUndone,
    PassesAddUp,
    ReadyBeforeUse,
    MissedBeforeLive,
    ModesHold,
    NewRiskWaits,
    ExactlyTheScope,
    HoldingsAgree,
    ComesBack,
    CrashesAreOurs,
    NothingLeaks,
    SecretsStaySecret,
)
"""Every check that a world makes unless it is told otherwise."""
OF_PLANS: Sequence[type[Check]] = (
    HearsTheVenue,
    GapsAreAskedAbout,
    NothingBreaksByItself,
    LateAnswersCount,
    VerdictsInTime,
)
"""Those that hold besides where all that goes wrong is in a plan."""

__all__ = ["ALL_CHECKS", "OF_PLANS", "Check", "Scene", "Violation"]
