"""The script of faults that a simulated venue consults: which are still to strike, and which did.

A venue asks at each point where a fault could strike. A fault strikes from its ``nth`` matching occasion on, ``count``
times. This module knows no venue: a venue says on which occasions it asks, and with which words.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar, cast

from attrs import define, frozen

from batactors.testing.right_values import require

# What the fields of a fault are compared with, by name: method, transport, client_order_id, channel, and so on.
Occasion = Mapping[str, str | None]


@frozen(kw_only=True)
class Fault:
    """Something that goes wrong, from the nth occasion that it applies to, as often as `count`.

    A field named in `narrows` applies to every occasion when it is None, and to the equal ones otherwise.
    """

    narrows: ClassVar[tuple[str, ...]] = ()
    nth: int = 1
    count: float = 1

    def __attrs_post_init__(self) -> None:
        require(self)

    def applies_to(self, occasion: Occasion) -> bool:
        """Whether this occasion is one of those the fault is meant for."""
        return all(getattr(self, name) in (None, occasion.get(name)) for name in self.narrows)


AnyFault = TypeVar("AnyFault", bound=Fault)


@define(eq=False)
class _Entry:
    """One fault in the script, and how often it was met and struck."""

    fault: Fault
    seen: int = 0
    struck: int = 0


class FaultScript:
    """The faults that are still to strike, and a count of those that did, by kind."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._kinds: set[type[Fault]] = set()
        """Those that there may be entries of."""
        self.fired: Counter[str] = Counter()
        self.told: Callable[[Fault], None] | None = None
        """If set, it is called with each fault that strikes."""

    def add(self, *faults: Fault) -> None:
        """Let these strike when their occasion comes."""
        for fault in faults:
            if not isinstance(fault, Fault):
                raise TypeError(f"{fault!r} waits for no request and no frame: write a fault such as faults.LoseAck()")
        self._entries.extend(_Entry(fault) for fault in faults)
        self._kinds.update(map(type, faults))

    def clear(self) -> None:
        """Forget the faults that have not struck; the count stays."""
        self._entries.clear()

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """The faults that may strike yet."""
        return tuple(entry.fault for entry in self._entries)

    def take(self, kind: type[AnyFault], **occasion: str | None) -> AnyFault | None:
        """The fault of this kind that strikes on this occasion, if one does; it counts as fired.

        Every fault that applies has seen the occasion, but only the first that is due strikes: two equal faults strike
        twice.
        """
        if kind not in self._kinds:
            return None  # a venue asks for a dozen kinds at each point, and few are planned
        striking: _Entry | None = None
        for entry in self._entries:
            if type(entry.fault) is not kind or not entry.fault.applies_to(occasion):
                continue
            entry.seen += 1
            if striking is None and entry.seen >= entry.fault.nth:
                striking = entry
        if striking is None:
            return None
        striking.struck += 1
        self.fired[kind.__name__] += 1
        if self.told is not None:
            self.told(striking.fault)
        if striking.struck >= striking.fault.count:
            self._entries = [entry for entry in self._entries if entry is not striking]
        return cast(AnyFault, striking.fault)
