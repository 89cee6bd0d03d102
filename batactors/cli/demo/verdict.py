"""The verdict on a run: every check, and the figures beside them. It is good only if everything holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from batactors.cli.demo.checks import Check, check, check_fills, check_orders, check_reports
from batactors.cli.demo.command_checks import check_commands
from batactors.cli.demo.position_checks import check_positions
from batactors.cli.demo.seen import Seen
from batactors.cli.demo.truth import Truth
from batactors.testing.venue.ledger import Ledger


@frozen(kw_only=True)
class Verdict:
    """What came of a run.

    Attributes:
        figures: What happened, in numbers, by name.
        faults: How many struck, by kind.
    """

    checks: tuple[Check, ...]
    figures: Mapping[str, int]
    faults: Mapping[str, int]

    @property
    def good(self) -> bool:
        """Whether everything holds."""
        return all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "ok": self.good,
            "checks": [
                {"name": one.name, "checked": one.checked, "ok": one.holds, "wrong": list(one.wrong)}
                for one in self.checks
            ],
            **self.figures,
            "faults": dict(self.faults),
            "faults_survived": sum(self.faults.values()),
        }


def judge(
    seen: Seen, truth: Truth, *, by_hand: Sequence[str], crashes: Sequence[str], faults: Mapping[str, int]
) -> Verdict:
    """Hold what was told against the ledger.

    Args:
        seen: What was told.
        truth: What happened.
        by_hand: The venue's ids of the orders that were placed there by hand.
        crashes: Crashes of actors that no fault of a venue may cause.
        faults: What struck, by kind.
    """
    return Verdict(
        checks=(
            *check_fills(seen, truth),
            *check_orders(seen, truth),
            *check_commands(seen, truth),
            *check_reports(seen, truth, by_hand),
            *check_positions(seen, truth),
            check("no actor crashed but by a fault", len(crashes), crashes),
        ),
        figures=figures(seen, truth.ledger),
        faults=dict(faults),
    )


def figures(seen: Seen, ledger: Ledger) -> dict[str, int]:
    """The run in numbers."""
    last = Counter(one.verdicts[-1] for one in seen.commands.values() if one.verdicts)
    return {
        "orders": len(seen.orders),
        "commands": len(seen.commands),
        **{_snake(status): number for status, number in sorted(last.items())},
        "unresolved": len(seen.unresolved()),
        "recovered": sum(one.was_unknown and bool(one.verdicts) for one in seen.commands.values()),
        "fills_in_ledger": sum(fill.client_order_id in seen.orders for fill in ledger.fills),
        "fills_told": seen.fills_told(),
        "replayed_fills": sum(fill.replayed for order in seen.orders.values() for fill in order.fills),
        "reports": len(seen.reports),
    }


def _snake(word: str) -> str:
    """``NotExecuted`` as ``not_executed``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in word).lstrip("_")
