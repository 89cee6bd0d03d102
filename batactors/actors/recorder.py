"""Writes down a session, line by line: what went over the wire, and what the core was given, in the order of both.

Each line is a JSON object with one key that says what it is. What the core was given was read by the codec, mostly: it
is then written as the place where it was read, so that a replay goes through the codec, too.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from batactors.core.rules import Rules
from batactors.journal.values import pack
from batactors.model.facts import Fact
from batactors.model.inputs import Input

FORMAT = 1
REMEMBERED = 20_000
"""Facts whose place is known, the latest; one that is applied later than that is written in full."""


class Recorder:
    """The recording of one account.

    Args:
        write: Is given each line, with its end. It is called where frames are read, so it should not wait for long.
        bare: Takes secrets out of a text.
    """

    def __init__(self, write: Callable[[str], object], bare: Callable[[str], str]) -> None:
        self._write = write
        self._bare = bare
        self._lines = 0
        self._places: dict[str, tuple[int, int]] = {}

    def begin(
        self, *, account: str, venue: str, tier: str | None, protocol: str | None, rules: Rules, on: datetime
    ) -> None:
        """Write what a replay has to know first."""
        head = {"format": FORMAT, "account": account, "venue": venue, "tier": tier, "protocol": protocol}
        self.line("recording", head | {"rules": pack(rules), "started_on": pack(on)})

    def line(self, what: str, content: dict[str, Any]) -> int:
        """Write one; its number, from 0."""
        text = self._bare(json.dumps({what: content}, ensure_ascii=False))
        self._write(text + "\n")
        self._lines += 1
        return self._lines - 1

    def read(self, what: str, content: dict[str, Any], facts: Sequence[Fact]) -> None:
        """Write what came in, and remember where each fact was read in it."""
        keys = [_key(fact) for fact in facts]
        line = self.line(what, content | {"facts": len(facts)})
        for place, key in enumerate(keys):
            self._places.pop(key, None)
            self._places[key] = line, place
        while len(self._places) > REMEMBERED:
            del self._places[next(iter(self._places))]

    def applied(self, given: Sequence[Input]) -> None:
        """Write what the core was given."""
        for one in given:
            self.line("input", self._referring(pack(one)))

    def _referring(self, packed: Any) -> Any:
        """With each fact that was read as the place where that was."""
        if isinstance(packed, list):
            return [self._referring(one) for one in packed]
        if not isinstance(packed, dict):
            return packed
        if str(packed.get("$", "")).endswith("Fact"):
            place = self._places.get(json.dumps(packed, sort_keys=True))
            return packed if place is None else {"$read": list(place)}
        return {key: self._referring(one) for key, one in packed.items()}


def _key(fact: Fact) -> str:
    return json.dumps(pack(fact), sort_keys=True)
