"""Crashes are survived (P10), nothing leaks (P9), secrets stay secret (P12)."""

import re
from collections.abc import Iterator
from typing import ClassVar

from batactors import BatactorsError, ChildEvent, Happening
from batactors.testing.simulation.checks.base import Check

LEAF = re.compile(r"(?:^|; )(\w+):")


class CrashesAreOurs(Check):
    """An actor crashes only when it is made to, or with an error of the engine's own when the world goes wrong."""

    promise: ClassVar[str] = "P10"

    def supervised(self, event: ChildEvent) -> Iterator[str]:
        if event.what is Happening.CRASHED and event.cause is not None:
            strange = [
                leaf for leaf in LEAF.findall(event.cause) if leaf not in _own_errors() and leaf != "InjectedCrash"
            ]
            if strange:
                yield f"{event.child} crashed by itself: {event.cause}"

    def settled(self) -> Iterator[str]:
        for why in self.scene.gave_up:
            if "crashed" in why and not self.scene.record.crashes:
                yield f"the engine gave up, and nobody made it crash: {why}"


HARMLESS = frozenset(
    {
        "BalancesFirst",
        "DelayAck",
        "DelayCommand",
        "DelayFrame",
        "DuplicateFrame",
        "EventsBeforeAck",
        "FillBeforeAmend",
        "FillBeforeCancel",
        "Garbage",
        "HttpError",
        "LoseAck",
        "LoseCommand",
        "LoseFrame",
        "MalformedRow",
        "PendingCancel",
        "ReadLag",
        "Refuse",
        "RefuseBare",
        "RefuseRate",
        "RefuseRow",
        "SkipSequence",
        "StepClock",
        "StepVenueClock",
        "SwapFrames",
        "TakeAway",
        "UnknownChannel",
        "UnknownEvent",
    }
)
"""Faults that break no connection and crash nothing."""


class NothingBreaksByItself(Check):
    """Where nothing broke a connection or an actor, none begins again: a bad frame costs a frame, not a session.

    For worlds in which all that goes wrong is a fault of a plan.
    """

    promise: ClassVar[str] = "P8, P10"

    def settled(self) -> Iterator[str]:
        if HARMLESS.issuperset(self.scene.struck):
            for event in self.scene.happenings:
                if event.what is Happening.CRASHED:
                    yield f"{event.child} crashed though nothing broke it: {event.cause}"


class NothingLeaks(Check):
    """At rest there are no more tasks and sockets than at the start, and of nothing more than the stated bound."""

    promise: ClassVar[str] = "P9"

    def settled(self) -> Iterator[str]:
        yield from self._over()

    def closed(self) -> Iterator[str]:
        yield from self._over()

    def _over(self) -> Iterator[str]:
        for what, (there, most) in self.scene.leaks().items():
            if there > most:
                yield f"{what}: {there}, and there may be {most}"


class SecretsStaySecret(Check):
    """No key and no token stands in a log, an error, the journal or health."""

    promise: ClassVar[str] = "P12"

    def closed(self) -> Iterator[str]:
        secrets = self.scene.secrets
        for text in self.scene.texts():
            for secret in secrets:
                if secret in text:
                    yield f"a secret stands in: {text.replace(secret, '(secret)')}"


def _own_errors() -> set[str]:
    found, waiting = set(), [BatactorsError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return found
