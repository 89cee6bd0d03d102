"""The positions held against the ledger, at a venue that has them: those told at last, and those that were closed."""

from decimal import Decimal

from batactors.cli.demo.checks import Check, check
from batactors.cli.demo.seen import Seen
from batactors.cli.demo.truth import Truth


def check_positions(seen: Seen, truth: Truth) -> list[Check]:
    """Every position told as it is, and those that were to be closed are gone."""
    real = truth.positions()
    if real is None:
        return []
    wrong = [
        f"{name} told as {seen.positions.get(name, Decimal(0))}, is {real.get(name, Decimal(0))}"
        for name in sorted({**real, **seen.positions})
        if seen.positions.get(name, Decimal(0)) != real.get(name, Decimal(0))
    ]
    for one in seen.closed:
        if one.left != real.get(one.instrument, Decimal(0)):
            wrong.append(f"{one.instrument} closed but for {one.left}, is {real.get(one.instrument, Decimal(0))}")
        if not one.was or one.command is None:
            wrong.append(f"{one.instrument} was to be closed, and told as closed already")
    if not seen.closed:
        wrong.append("none was closed")
    return [check("positions told as they are, one closed", len({**real, **seen.positions}) + len(seen.closed), wrong)]
