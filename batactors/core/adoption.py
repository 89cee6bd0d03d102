"""What makes an order of somebody else ours to follow: what must be known of it, and what it begins with."""

from batactors.core.ledger import Ledger
from batactors.model.commands import AdoptOrder, Command, ToldFill
from batactors.model.errors import InvalidCommand
from batactors.model.facts import OrderFact
from batactors.model.ids import ClientOrderId, CommandId, VenueOrderId
from batactors.model.inputs import Finding
from batactors.model.money import ZERO
from batactors.model.terms import OrderState, TimeInForce


def followed_by(ledger: Ledger, venue_order_id: VenueOrderId) -> Command | None:
    """The command whose events tell of this order: the one that made it, or that adopted it before."""
    order = ledger.book.find(None, venue_order_id)
    return None if order is None else ledger.desk.commands[order.create_command_id].command


def why_not(ledger: Ledger, venue_order_id: VenueOrderId) -> str | None:
    """Why this order of somebody else cannot be adopted; ``None`` if it can."""
    stranger, known = ledger.strangers.get(venue_order_id), f"order {venue_order_id!r} of account {ledger.account!r}"
    if ledger.book.is_bygone(None, venue_order_id):
        return f"{known} was followed until it ended, and is forgotten"
    if stranger is None or not stranger.identified:
        return f"{known} is not known to {ledger.venue}: give the venue's own id of an order that is open"
    if stranger.state.is_closed:
        return f"{known} has ended, it is {stranger.state}: only an open order can be adopted"
    if stranger.goes_on_as is not None:
        return f"{known} was triggered, and goes on as {str(stranger.goes_on_as)!r}: adopt that"
    terms = ("instrument", "side", "order_type", "quantity")
    missing = [name for name in terms if getattr(stranger, name) is None]
    return f"{known} cannot be followed: the venue does not say its {', '.join(missing)}" if missing else None


def command_of(
    ledger: Ledger, venue_order_id: VenueOrderId, command_id: CommandId, key: ClientOrderId, found: Finding
) -> AdoptOrder | None:
    """The command that adopts this order, as it is known once the answer is applied; ``None`` if it cannot be."""
    stranger = ledger.strangers.get(venue_order_id)
    if stranger is None or why_not(ledger, venue_order_id) is not None:
        return None
    assert stranger.instrument is not None
    assert stranger.side is not None
    assert stranger.order_type is not None
    assert stranger.quantity is not None
    rows = [row for row in found.facts if isinstance(row, OrderFact) and row.venue_order_id == venue_order_id]
    times = [row.occurred_at for row in rows if row.occurred_at is not None]
    in_force = [row.time_in_force for row in rows if row.time_in_force is not None]
    return AdoptOrder(
        command_id=command_id, account=ledger.account, client_order_id=key, instrument=stranger.instrument,
        side=stranger.side, order_type=stranger.order_type, quantity=stranger.quantity, price=stranger.price,
        trigger_price=stranger.trigger_price, time_in_force=in_force[-1] if in_force else TimeInForce.GTC,
        venue_order_id=venue_order_id, opened_on=min([found.on, *times]), filled=stranger.filled or ZERO,
        state=OrderState.ACCEPTED if stranger.state is OrderState.SUBMITTED else stranger.state,
        told=tuple(
            ToldFill(fill_id=fill_id, quantity=quantity, price=price)
            for fill_id, (quantity, price) in stranger.fills.items()
        ),
    )  # fmt: skip


def refusal(ledger: Ledger, venue_order_id: VenueOrderId) -> InvalidCommand:
    """The error of an order that was not adopted."""
    return InvalidCommand(why_not(ledger, venue_order_id) or f"order {venue_order_id!r} was not adopted: ask again")
