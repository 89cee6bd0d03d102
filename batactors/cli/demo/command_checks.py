"""Every verdict held against the ledger: what was said not to be done was not, and what was said to be done was."""

from collections import Counter
from collections.abc import Container, Iterable

from batactors import CommandStatus
from batactors.cli.demo.checks import Check, check
from batactors.cli.demo.seen import Seen, SeenCommand
from batactors.cli.demo.truth import Truth
from batactors.model.commands import Operation
from batactors.testing.venue.orders import VenueOrder

DENIALS = (CommandStatus.NOT_EXECUTED, CommandStatus.REJECTED)


def check_commands(seen: Seen, truth: Truth) -> list[Check]:
    """Verdicts: one for each command, and all of them true."""
    commands = list(seen.commands.values())
    denied = [one for one in commands if any(verdict in DENIALS for verdict in one.verdicts)]
    accepted = [one for one in commands if CommandStatus.ACCEPTED in one.verdicts]
    frames = Counter(one.request_id for one in commands)
    done = _done_requests(truth)
    lonely = [
        one
        for one in denied
        if one.request_id in done and frames[one.request_id] == 1 and not _came_to_nothing(one, truth)
    ]
    return [
        check("every command has its verdict", len(commands), [_name(one) for one in commands if not one.verdicts]),
        check(
            "steps numbered without holes",
            sum(len(one.steps) for one in commands),
            [_name(one) for one in commands if [s.sequence for s in one.steps] != list(range(1, len(one.steps) + 1))],
        ),
        check(
            "what was denied was never done",
            len(denied),
            [
                *(
                    f"{_name(one)} said {one.verdicts}, the venue carried out request {one.request_id}"
                    for one in lonely
                ),
                *_said_of(denied, (_denied_and_done(one, seen, truth) for one in denied)),
            ],
        ),
        check(
            "what was accepted was done",
            len(accepted),
            _said_of(accepted, (_accepted_and_not_done(one, truth, done) for one in accepted)),
        ),
    ]


def _done_requests(truth: Truth) -> dict[int | str | None, None]:
    """The requests on the socket that the venue carried out whole."""
    return {one.req_id: None for one in truth.ledger.commands if one.req_id is not None and not one.errors}


def _denied_and_done(command: SeenCommand, seen: Seen, truth: Truth) -> str | None:
    if command.leverage is not None:
        return "the venue has it set so" if truth.leverage(command.instrument) == command.leverage else None
    order = _order(command, truth)
    if order is None:
        return None
    if command.operation is Operation.CREATE_ORDER:
        return None if _closed_at_once(command, truth) else f"the venue has {order.order_id}, {order.status}"
    if command.operation is Operation.AMEND_ORDER:
        return "the venue has its terms" if _amended(command, order, truth) else None
    if order.reason == truth.by_request and not _other_cancel(command, seen):
        return "the venue cancelled the order, and no other cancel of ours was accepted"
    return None


def _came_to_nothing(command: SeenCommand, truth: Truth) -> bool:
    """Whether the venue took it, and yet it was not done: a pending cancel that a fill overtook, or as below."""
    order = _order(command, truth)
    overtaken = command.operation is Operation.CANCEL_ORDER and order is not None and order.status == "filled"
    return overtaken or _closed_at_once(command, truth)


def _closed_at_once(command: SeenCommand, truth: Truth) -> bool:
    """Whether it was refused by way of taking it and closing it at once, as the venue does to post-only orders."""
    order = _order(command, truth)
    created = command.operation is Operation.CREATE_ORDER and CommandStatus.NOT_EXECUTED not in command.verdicts
    return created and order is not None and truth.never_rested(order)


def _accepted_and_not_done(command: SeenCommand, truth: Truth, done: Container[int | str | None]) -> str | None:
    if command.leverage is not None:
        found = truth.leverage(command.instrument)
        return None if found == command.leverage else f"the venue has {found} set, not {command.leverage}"
    order = _order(command, truth)
    if order is None:
        return "the venue never had the order"
    if command.operation is Operation.AMEND_ORDER:
        amended = _amended(command, order, truth) or truth.shrunk(order)
        return None if amended else "the venue never had its terms"
    if command.operation is Operation.CANCEL_ORDER:
        # Filled between the venue's word that the cancel is pending, and the cancel.
        overtaken = order.status == "filled" and (command.request_id in done or _taken_by_rest(command, order, truth))
        return None if order.status == "canceled" or overtaken else f"the order is {order.status}"
    return None


def _taken_by_rest(command: SeenCommand, order: VenueOrder, truth: Truth) -> bool:
    """Whether the venue took a cancel of this order by REST, where frames have no ids."""
    return command.request_id is None and any(
        one.transport == "rest" and one.method == "cancel_order" and not one.errors
        for one in truth.ledger.commands
        if order.order_id in one.order_ids or order.client_order_id in one.client_order_ids
    )


def _amended(command: SeenCommand, order: VenueOrder, truth: Truth) -> bool:
    """Whether the order ever had what this amend asked for; each amend asks for a price of its own."""
    return any(
        command.price in (None, terms.order.limit_price) and command.quantity in (None, terms.order.quantity)
        for terms in truth.ledger.amendments(order.order_id)
        if terms.kind == "user"
    )


def _other_cancel(command: SeenCommand, seen: Seen) -> bool:
    return any(
        other is not command
        and other.operation is Operation.CANCEL_ORDER
        and other.client_order_id == command.client_order_id
        and other.verdicts[-1:] == [CommandStatus.ACCEPTED]
        for other in seen.commands.values()
    )


def _order(command: SeenCommand, truth: Truth) -> VenueOrder | None:
    found = truth.orders_of(command.client_order_id)
    return found[0] if found else None


def _said_of(commands: list[SeenCommand], words: Iterable[str | None]) -> list[str]:
    return [f"{_name(one)} said {one.verdicts}: {word}" for one, word in zip(commands, words, strict=True) if word]


def _name(command: SeenCommand) -> str:
    return f"{command.operation} {command.command_id} of {command.client_order_id or command.instrument}"
