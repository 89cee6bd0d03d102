"""What the answers to questions prove about a command whose fate is unknown.

A question proves nothing of what was *not* done if it was asked before the command's validity had run out, with a
margin for clocks and for bytes still on their way; and where reads may trail what happened by some seconds, the last of
several must have been asked that much later still.
"""

from collections.abc import Sequence

from attrs import frozen

from batactors.core.changelist import is_listed
from batactors.core.commands import CommandRecord
from batactors.core.expected import shows
from batactors.core.lifecycle import ENDS, WORKS
from batactors.core.rules import Rules
from batactors.core.ruling import Ruling, Undecidable
from batactors.core.verdicts import Standing, Terms, is_its_doing, is_partly_done, is_without_it
from batactors.model.commands import AmendOrder, CancelOrder, CreateOrder
from batactors.model.facts import OrderFact, Says
from batactors.model.facts import Terms as TermsOnce
from batactors.model.receipts import CommandStatus, Difference, OrderStanding, Proof, RecoveryOutcome

MOST_COUNTED = 100
"""Questions without a trace of a command that are kept, where more are not asked for."""


@frozen(kw_only=True)
class Seen:
    """What the answers to one round of questions said of the order that a command addresses.

    Attributes:
        asked_at: When the first of them was asked, on trio's clock.
        rows: The order's own rows.
        unheard: The venue has never said anything of it, in these answers or before.
        amends: All amends of the order.
        history: Every set of terms that it has had; ``None`` where the venue did not say.
        cancel_confirmed: The venue has said yes to a cancel of ours: that is what took it off the book.
        post_only: It takes no liquidity.
    """

    asked_at: float
    rows: Sequence[OrderFact]
    unheard: bool
    amends: Sequence[CommandRecord]
    history: Sequence[TermsOnce] | None = None
    cancel_confirmed: bool = False
    post_only: bool = False

    @property
    def as_open(self) -> bool:
        """It is listed as working, and not also as ended."""
        return any(row.says in WORKS for row in self.rows) and not self.as_closed

    @property
    def as_closed(self) -> bool:
        """It is listed as ended, which is for ever."""
        return any(row.says in ENDS for row in self.rows)

    @property
    def terms(self) -> list[Terms]:
        """The terms that its rows show."""
        return [(row.quantity, row.price, row.trigger_price) for row in self.rows]


def from_answers(record: CommandRecord, seen: Seen, rules: Rules) -> Ruling | Undecidable | None:
    """What one more round of questions, and those before, prove about a command that is unknown."""
    match record.command:
        case CreateOrder():
            undone = seen.unheard and not seen.rows
            proof, says = Proof.ABSENT, "no endpoint knows of it"
        case CancelOrder():
            if seen.unheard and seen.as_closed:
                if record.refused_as_not_open:
                    says = "the venue refused it, the order having ended"
                    return Ruling(CommandStatus.REJECTED, Proof.ORDER_GONE, says)
                if any(row.says is Says.CANCELED for row in seen.rows):
                    return Ruling(CommandStatus.ACCEPTED, Proof.ORDER_CLOSED, "the order is canceled")
                return Ruling(CommandStatus.NOT_EXECUTED, Proof.ORDER_GONE, "the order ended without it")
            undone = seen.as_open or (not seen.rows and (record.refused_as_not_open or seen.unheard))
            proof = Proof.STILL_OPEN if seen.as_open else Proof.ABSENT
            says = "the order is still open" if seen.as_open else "no endpoint knows of the order"
        case AmendOrder():
            found = _amend(record, seen, rules)
            if found is not None or _why_it_ended(record, seen, rules):
                return found
            proof, says = _why_not_amended(record, seen)
            undone = says != ""
        case _:
            return None
    if not undone or not is_proved_by_now(record, seen.asked_at, rules):
        return None
    says = f"{says}, asked {len(record.negatives)} times after its validity ran out"
    status = CommandStatus.REJECTED if record.refused_as_not_open else CommandStatus.NOT_EXECUTED
    return Ruling(status, proof, says)


def _why_not_amended(record: CommandRecord, seen: Seen) -> tuple[Proof, str]:
    """Why an amend was not done, by these answers; nothing if they do not say so."""
    if seen.history is not None:
        return Proof.OLD_TERMS, "it is not among the changes that the venue lists"
    if seen.as_open and any(is_without_it(record, terms, seen.amends) for terms in seen.terms):
        return Proof.OLD_TERMS, "the order has its old terms"
    if seen.unheard and not seen.rows:
        return Proof.ABSENT, "no endpoint knows of the order"
    return Proof.ANSWERED, "the venue refused it" if record.refused_as_not_open and not seen.as_closed else ""


def _why_it_ended(record: CommandRecord, seen: Seen, rules: Rules) -> str:
    """Why an amend may have taken the order off the book; nothing if it cannot have.

    To less than is filled, it cancels the rest; at some venues it also cancels what is post-only and would take.
    Whether Kraken lists such a change among the others is not known.
    """
    command = record.command
    if not isinstance(command, AmendOrder) or record.refused_as_not_open or seen.cancel_confirmed:
        return ""
    canceled = [row for row in seen.rows if row.says is Says.CANCELED]
    ended = [row.filled for row in canceled if row.filled is not None]
    if command.quantity is not None and any(filled >= command.quantity for filled in ended):
        return "with more filled than the amend asked for"
    moved = command.price is not None and any(row.price != command.price for row in canceled)
    return "which the amend may have let take" if moved and seen.post_only and rules.amends_may_cancel else ""


def is_proved_by_now(record: CommandRecord, asked_at: float, rules: Rules) -> bool:
    """Count one more question that shows no effect of a command; whether these together prove that it had none."""
    earliest = proof_from(record, rules)
    if asked_at >= earliest:
        record.negatives.append(asked_at)
        del record.negatives[: -max(rules.reads, MOST_COUNTED)]
    return len(record.negatives) >= rules.reads and record.negatives[-1] >= earliest + rules.read_lag


def proof_from(record: CommandRecord, rules: Rules) -> float:
    """From when on a question can prove that a command was not done, on trio's clock."""
    return record.expires + rules.margin


def _amend(record: CommandRecord, seen: Seen, rules: Rules) -> Ruling | Undecidable | None:
    """What the rows prove at once."""
    command = record.command
    assert isinstance(command, AmendOrder)
    if record.refused_as_not_open:
        return None
    if why := _why_it_ended(record, seen, rules):
        says = f"the order was canceled, {why}: perhaps that is what ended it"
        return Undecidable(RecoveryOutcome.STILL_UNCERTAIN, says) if record.gave_up else None
    if seen.history is not None:
        if is_listed(record, seen.history, seen.amends):
            says = "it is among the changes that the venue lists"
            return Ruling(CommandStatus.ACCEPTED, Proof.NEW_TERMS, says)
        return None
    if any(is_its_doing(record, terms, seen.amends) for terms in seen.terms):
        return Ruling(CommandStatus.ACCEPTED, Proof.NEW_TERMS, "the order was found with the new terms")
    late = seen.asked_at >= record.expires + rules.margin + rules.read_lag
    if (late or seen.as_closed) and any(shows(terms, command) for terms in seen.terms):
        return Ruling(CommandStatus.ACCEPTED, Proof.NEW_TERMS, "the order was found with the terms asked for")
    if late or seen.as_closed:
        for terms in seen.terms:
            differences = is_partly_done(record, terms, seen.amends)
            if differences:
                says = "some of the terms asked for are there, and some are not"
                return Undecidable(RecoveryOutcome.DIVERGED, says, differences=tuple(differences))
    if not seen.as_closed:
        return None
    if any(is_without_it(record, terms, seen.amends) for terms in seen.terms):
        return Ruling(CommandStatus.NOT_EXECUTED, Proof.ORDER_GONE, "the order ended with its old terms")
    if not record.gave_up:
        return None  # the list of all its changes may still be had
    says = "the order has ended, and its last terms do not tell whether this amend was among those done"
    return Undecidable(RecoveryOutcome.STILL_UNCERTAIN, says)


@frozen(kw_only=True)
class Aftermath:
    """What became of the orders that were open when a cancel-all was sent.

    Attributes:
        known: Those that surely were, as far as they are still known.
        still_open: How many of these the venue lists as open.
        gone: How many of these are canceled, and no other command of ours is known to have done that.
        perhaps: How many more it lists that may have been open then, and may not.
        unsettled: How many of all these it does not list, while we do not know their end yet.
        orders: All of these, each as it stands.
    """

    asked_at: float
    known: Sequence[Standing]
    still_open: int
    gone: int
    perhaps: int
    unsettled: int
    orders: tuple[OrderStanding, ...] = ()


def from_list(record: CommandRecord, seen: Aftermath, rules: Rules) -> Ruling | Undecidable | None:
    """What the venue's list of all open orders proves about a cancel-all that is unknown."""
    # Until its validity has run out it could still be carried out, and take off the book what was placed since.
    if seen.unsettled or seen.asked_at < proof_from(record, rules):
        return None
    if not seen.still_open and not seen.perhaps:
        says = "nothing is open of what was open when it was sent"
        return Ruling(CommandStatus.ACCEPTED, Proof.ORDER_CLOSED, says, orders=seen.orders)
    if not is_proved_by_now(record, seen.asked_at, rules):
        return None
    if seen.gone and seen.still_open:
        says = f"partly done: {seen.gone} of {len(seen.known)} orders were canceled, {seen.still_open} are still open"
        return Undecidable(RecoveryOutcome.DIVERGED, says, orders=seen.orders, differences=_not_canceled(seen.orders))
    if seen.still_open:
        says = f"{seen.still_open} of {len(seen.known)} orders are still open, and none was canceled by it"
        return Ruling(CommandStatus.NOT_EXECUTED, Proof.STILL_OPEN, says, orders=seen.orders)
    if not record.gave_up:
        return None
    says = f"{seen.perhaps} orders are open of which it is not known whether they were when it was sent"
    return Undecidable(RecoveryOutcome.STILL_UNCERTAIN, says, orders=seen.orders)


def _not_canceled(orders: Sequence[OrderStanding]) -> tuple[Difference, ...]:
    return tuple(
        Difference(of=str(one.client_order_id or one.venue_order_id), field="state", ours="canceled", theirs=one.state)
        for one in orders
        if not one.state.is_closed
    )
