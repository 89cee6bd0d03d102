"""Sees everything that happens in a world, writes it down, and lets the checks judge it at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import GeneratorType

import trio

from batactors import ChildEvent, Happening
from batactors.journal.store import Entry
from batactors.model.order_events import OrderEvent
from batactors.testing.simulation.checks import Check, Violation
from batactors.testing.simulation.checks.base import Scene
from batactors.testing.simulation.given import checks_given
from batactors.testing.simulation.happenings import note_entry, note_frame, note_supervision
from batactors.testing.simulation.record import Follower, Frame, Record
from batactors.testing.simulation.stages.words import Words
from batactors.testing.trace import Trace


class InvariantViolation(AssertionError):
    """A promise was broken. The text says which, and how; `violations` has each."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("\n".join(map(str, violations)))
        self.violations = tuple(violations)


class Judge:
    """Takes in what was written, told, sent and supervised.

    Args:
        words: What the venue's wire says.
        stop: Ends the run: called at the first violation, and when a check or a fault fails itself.
    """

    def __init__(self, trace: Trace, stop: Callable[[], None], words: Words) -> None:
        self.record = Record(words)
        self.violations: list[Violation] = []
        self.happenings: list[ChildEvent] = []
        self._errors: list[Exception] = []
        self._trace = trace
        self._stop = stop
        self._checks: Sequence[Check] = ()
        self._lookers: dict[str, Sequence[Check]] = {}
        """Those that look at what there is much of: by the name of their method for it."""

    def begin(self, checks: Sequence[type[Check]], scene: Scene) -> None:
        """Let these look on from now."""
        self._checks = [check(scene) for check in checks_given(checks)]
        self._lookers = {
            name: [check for check in self._checks if getattr(type(check), name) is not getattr(Check, name)]
            for name in ("wrote", "told", "saw")
        }

    def finish(self) -> None:
        """Raise what was found.

        Raises:
            InvariantViolation: A promise was broken.
            Exception: What a check or a fault failed with itself.
        """
        if self._errors:
            raise self._errors[0]
        if self.violations:
            raise InvariantViolation(self.violations)

    def check(self, hook: str, *what: object) -> None:
        """Let every check look, with its method of this name; the first that sees something broken ends the run."""
        try:  # as `of_ours`, which takes longer to enter than most checks take to look
            for check in self._lookers.get(hook, self._checks):
                found = getattr(check, hook)(*what)
                if type(found) is not GeneratorType and (isinstance(found, str) or not isinstance(found, Iterable)):
                    raise TypeError(
                        f"{check.name}.{hook} gave {found!r}: yield a sentence for each thing that is wrong"
                    )
                for text in found:
                    if not isinstance(text, str):
                        raise TypeError(f"{check.name}.{hook} yielded {text!r}: yield a sentence, which is text")
                    self._violated(Violation(check=check.name, text=text, at=trio.current_time()))
        except Exception as error:
            self._failed(error)

    @contextmanager
    def of_ours(self) -> Iterator[None]:
        """What checks and faults raise ends the run, but must not look like a crash of the actor that was at it."""
        try:
            yield
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._errors.append(error)
        self._stop()

    def _violated(self, violation: Violation) -> None:
        if not self.violations:
            self._trace.note("check", "violation", f"{violation.check}: {violation.text}")
            self._stop()
        self.violations.append(violation)

    def wrote(self, entries: Sequence[Entry]) -> None:
        """These have just become durable."""
        for entry in entries:
            self.record.take(entry)
            note_entry(self._trace, self.record, entry)
            self.check("wrote", entry)

    def told(self, follower: Follower, event: OrderEvent) -> None:
        """A follower was told this."""
        follower.told.append(event)
        self.check("told", follower, event)

    def saw(self, connection: int, kind: str, text: str, order: str | None) -> None:
        """The venue received or sent this."""
        up = kind in ("frame up", "request")
        frame = Frame(at=trio.current_time(), up=up, kind=kind, connection=connection, text=text, order=order)
        note_frame(self._trace, frame, self.record.words)
        self.check("saw", frame)

    def supervised(self, event: ChildEvent) -> None:
        """Supervision did this."""
        self.happenings.append(event)
        note_supervision(self._trace, event)
        if event.what is Happening.CRASHED and "InjectedCrash" in (event.cause or ""):
            self.record.crashes += 1
        self.check("supervised", event)
