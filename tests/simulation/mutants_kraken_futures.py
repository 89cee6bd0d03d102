"""Bugs on Kraken Futures' ground: what is left taken for the total, two feeds, a venue that forgets at once."""

from decimal import Decimal
from typing import Any

from attrs import evolve

from batactors.actors.under_way import UnderWay
from batactors.core.version import Version
from batactors.model.facts import FillFact, IgnoredFact, Says
from batactors.model.ids import FillId
from batactors.model.questions import Page
from batactors.venues.kraken_futures import (
    batches,
    errors,
    feeds,
    order_events,
    pages,
    rest_commands,
    rest_rows,
    session,
    terms,
    words,
)
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants(venue="kraken-futures")


@mutant
def remaining_taken_for_the_total(patch: Patch) -> None:
    """What a delta says is left of an order is told as its total."""

    def left_alone(left: Decimal | None, filled: Decimal | None) -> Decimal | None:
        return left or None

    patch.setattr(feeds, "total_of", left_alone)


@mutant
def full_fill_taken_for_a_cancel(patch: Patch) -> None:
    """An order that leaves the book because it was filled is told as canceled."""
    patch.setitem(words.REASONS, "full_fill", words.Reason(leaves=Says.CANCELED))


@mutant
def cancel_without_our_id_is_nobodys(patch: Patch) -> None:
    """A frame that names an order by the venue's id alone says nothing of one of ours."""
    real = feeds.read_delta

    def named(frame: Any, raw: Any, names: Any) -> list[Any]:
        facts: list[Any] = real(frame, raw, names)
        nameless = all(getattr(fact, "client_order_id", None) is None for fact in facts)
        return [IgnoredFact(what="nobody's")] if nameless and frame.is_cancel else facts

    patch.setattr(session, "read_delta", named)


@mutant
def process_before_is_left_out(patch: Patch) -> None:
    """Nothing says when the venue shall no longer carry a command out; it is told as absent as if it did."""
    patch.setattr(rest_commands, "in_time", lambda stamp: {})
    patch.setattr(batches, "in_time", lambda stamp: {})


@mutant
def snapshot_fills_under_ids_of_their_own(patch: Patch) -> None:
    """What the snapshot of fills repeats is told again."""
    real = session.FuturesSession._past

    def again(self: Any, read: Any, frame: Any) -> list[Any]:
        facts: list[Any] = real(self, read, frame)
        self._fills = [
            evolve(one, fill_id=FillId(f"{one.fill_id}-again")) if isinstance(one, FillFact) else one
            for one in self._fills or []
        ]
        return facts

    patch.setattr(session.FuturesSession, "_past", again)


@mutant
def executions_of_an_answer_taken_for_the_fills(patch: Patch) -> None:
    """What the answer to a command tells ahead, without a fee, is told as the fill itself."""
    real = order_events._fill
    patch.setattr(order_events, "_fill", lambda row, names: evolve(real(row, names), provisional=False))


@mutant
def listed_fills_taken_for_the_fills(patch: Patch) -> None:
    """The list of fills, which has no fees, is told as they are."""
    real = rest_rows.read_fill
    patch.setattr(pages, "read_fill", lambda row, names: evolve(real(row, names), provisional=False))


@mutant
def what_it_forgot_never_was(patch: Patch) -> None:
    """An order that orders/status does not know is not looked for in the history."""
    patch.setattr(pages, "_statuses", lambda question, facts: Page(facts=facts))


@mutant
def a_success_is_a_yes(patch: Patch) -> None:
    """The status inside of a success is not looked at."""
    patch.setattr(rest_commands, "of_status", lambda word, operation: errors.Outcome.DONE)


@mutant
def rows_of_a_batch_by_their_place(patch: Patch) -> None:
    """Rows that come in any order are tied to commands by their position."""
    real = rest_commands.read_status

    def in_place(command: Any, request_id: Any, row: Any, names: Any, place: Any) -> list[Any]:
        facts: list[Any] = real(command, request_id, row, names, place)
        return [evolve(one, client_order_id=None) if hasattr(one, "answer") else one for one in facts]

    patch.setattr(batches, "_leg", lambda row, commands: None)
    patch.setattr(batches, "read_status", in_place)


@mutant
def the_total_goes_out_as_what_is_left(patch: Patch) -> None:
    """An edit does not say that its size is the total, so that the venue adds what is filled."""
    real = terms.amend_terms

    def relative(amend: Any) -> dict[str, object]:
        return {name: value for name, value in real(amend).items() if name != "qtyMode"}

    patch.setattr(rest_commands, "amend_terms", relative)


@mutant
def commands_about_one_order_overtake_each_other(patch: Patch) -> None:
    """Two commands about one order are under way by HTTP at once."""

    async def at_once(self: Any, commands: Any) -> None:
        del self, commands

    patch.setattr(UnderWay, "turn", at_once)


@mutant
def the_venues_time_of_a_change_is_not_looked_at(patch: Patch) -> None:
    """Of two statements of an order the one that was heard last counts, whichever is the older one."""
    patch.setattr(Version, "is_past", lambda self, fact: False)
