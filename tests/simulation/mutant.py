"""What a mutant is: the engine with one small bug in it, for as long as a block lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import frozen

from tests.simulation.fitting import Patch as Patch  # noqa: PLC0414 - bugs find it here
from tests.simulation.fitting import fitting

Bug = Callable[[Patch], None]


@frozen(kw_only=True)
class Mutant:
    """One bug.

    Attributes:
        name: Short, as the table has it.
        sentence: What the bug is.
        bug: Puts it in.
        setting: What must be so for the bug to matter, such as a small room; the engine without the bug has it as well.
        venue: At which it is looked for.
    """

    name: str
    sentence: str
    bug: Bug
    setting: Bug | None = None
    venue: str = "kraken-spot"

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Let the engine have the bug.

        Raises:
            NoLongerFitsError: The bug is for other code than there is now.
        """
        with self.without(), fitting(self.name, self.bug):
            yield

    @contextmanager
    def without(self) -> Iterator[None]:
        """Let the engine be as it is beside the bug."""
        with fitting(self.name, self.setting):
            yield


class Mutants:
    """Collects them: a function that puts a bug in is one, under its name and with its docstring as the sentence."""

    def __init__(self, venue: str = "kraken-spot") -> None:
        self._venue = venue
        self.all: list[Mutant] = []

    def __call__(self, bug: Bug) -> Bug:
        """Take this one."""
        return self.given(None)(bug)

    def given(self, setting: Bug | None) -> Callable[[Bug], Bug]:
        """Take this one, in this setting."""

        def take(bug: Bug) -> Bug:
            name, sentence = bug.__name__.replace("_", " "), (bug.__doc__ or "").strip()
            self.all.append(Mutant(name=name, sentence=sentence, bug=bug, setting=setting, venue=self._venue))
            return bug

        return take
