"""Bugs on Binance's ground: fills told ahead, a logon, client order ids that are used again."""

from collections.abc import Iterator
from typing import Any, cast

from attrs import evolve

from batactors.core.book import Book
from batactors.core.record import Record
from batactors.venues.binance import stream, ws_api
from batactors.venues.binance.ids import fill_id
from batactors.venues.binance.order_update import read_lite
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants(venue="binance")


@mutant
def fill_told_ahead_taken_for_the_fill(patch: Patch) -> None:
    """TRADE_LITE, which knows no fee, is told as the fill itself."""

    def whole(row: Any, names: Any) -> Iterator[Any]:
        facts: Iterator[Any] = read_lite(row, names)
        return (evolve(fact, provisional=False) for fact in facts)

    patch.setattr(stream, "read_lite", whole)


@mutant
def fill_told_ahead_under_an_id_of_its_own(patch: Patch) -> None:
    """TRADE_LITE is told as a fill, under an id that nobody else has for it."""

    def twice(row: Any, names: Any) -> Iterator[Any]:
        own, facts = fill_id(row.s, row.t + 1_000_000, row.i), iter(read_lite(row, names))
        return (evolve(fact, provisional=False, fill_id=own) for fact in cast("Iterator[Any]", facts))

    patch.setattr(stream, "read_lite", twice)


@mutant
def client_order_id_taken_for_the_order(patch: Patch) -> None:
    """Another program's order under an id that we had used is taken for ours."""
    patch.setattr(Book, "conflicts", lambda self, order, venue_order_id: False)
    patch.setattr(Record, "_learn", lambda self, venue_order_id: setattr(self, "heard", True))


@mutant
def commands_do_not_wait_for_the_logon(patch: Patch) -> None:
    """A command goes out by a connection that is not logged on yet."""
    patch.setattr(ws_api.CommandSession, "awaits", ())
