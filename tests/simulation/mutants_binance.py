"""Bugs on Binance's ground: two sockets, no replay, a listen key, answers that say nothing, ids that are used again."""

from collections.abc import Iterator
from math import inf
from typing import Any, cast

from attrs import evolve

from batactors.actors.events import Events
from batactors.actors.token import Token
from batactors.core import findings, proofs
from batactors.core.book import Book
from batactors.core.ledger import Ledger
from batactors.core.record import Record
from batactors.core.touched import Touches
from batactors.core.version import Version
from batactors.model.terms import Origin
from batactors.venues.binance import answers, errors, stream, ws_api
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
def listen_key_never_kept(patch: Patch) -> None:
    """Nobody asks whether the listen key still lives: a socket without one is silent for ever."""

    async def keep(self: Token) -> None:
        return

    patch.setattr(Token, "keep", keep)


@mutant
def unknown_outcome_taken_for_a_refusal(patch: Patch) -> None:
    """-1007 and its like, which say that nobody knows, count as a no."""
    real = errors.outcome_of

    def sure(*args: Any) -> errors.Outcome:
        outcome = real(*args)
        return errors.Outcome.REFUSED if outcome is errors.Outcome.UNKNOWN else outcome

    for module in (answers, ws_api):
        patch.setattr(module, "outcome_of", sure)


@mutant
def session_does_not_ask_what_it_missed(patch: Patch) -> None:
    """A new session on the user data goes on with what it hears, as if the venue replayed anything."""

    async def at_once(self: Events, epoch: int, **how: Any) -> None:
        held, self._held = self._held or [], None
        if held:
            self._post(held, Origin.STREAM)

    patch.setattr(Events, "catch_up", at_once)


@mutant
def not_found_taken_for_absent_at_once(patch: Patch) -> None:
    """What a read does not show was never there, however fresh the command and old the read.

    For orders to create, each of the three guards covers for the others: so many reads of the order itself, so late;
    lists that show all; fills asked for as late.
    """
    proves = proofs.from_answers

    def hasty(record: Any, seen: Any, rules: Any) -> Any:
        return proves(record, seen, evolve(rules, reads=1, margin=-1000.0, read_lag=0.0))

    patch.setattr(findings, "from_answers", hasty)
    patch.setattr(Ledger, "shows_all", lambda self, asked_at: True)
    patch.setattr(findings, "proof_from", lambda record, rules: -inf)


@mutant
def touched_instruments_forgotten_at_restart(patch: Patch) -> None:
    """A process that starts again asks for the fills of no instrument, since it has heard of none."""
    patch.setattr(Touches, "restore", lambda self, told, since: None)


@mutant
def late_statement_taken_for_the_latest(patch: Patch) -> None:
    """What two sockets tell, each at its own pace, is told as it comes."""
    patch.setattr(Record, "in_order", lambda self, fact, news: fact)
    patch.setattr(Version, "is_past", lambda self, fact: False)


@mutant
def client_order_id_taken_for_the_order(patch: Patch) -> None:
    """Another program's order under an id that we had used is taken for ours."""
    patch.setattr(Book, "conflicts", lambda self, order, venue_order_id: False)
    patch.setattr(Record, "_learn", lambda self, venue_order_id: setattr(self, "heard", True))


@mutant
def commands_do_not_wait_for_the_logon(patch: Patch) -> None:
    """A command goes out by a connection that is not logged on yet."""
    patch.setattr(ws_api.CommandSession, "awaits", ())
