"""The two sides of the demo held against each other: what the strategy was told, and what the venue's ledger says.

Nothing here asks the engine. Each check is a plain function of the two, and names whatever is wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen

from batactors import (
    FillReport,
    Missed,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderState,
    OrderStatusReport,
    OrderSubmitted,
)
from batactors.cli.demo.seen import Seen, SeenOrder
from batactors.cli.demo.truth import Truth
from batactors.testing.venue.orders import VenueFill


@frozen(kw_only=True)
class Check:
    """One thing that must hold.

    Attributes:
        name: What it is, as a promise.
        checked: How many cases of it there were.
        wrong: Those that break it, in words.
    """

    name: str
    checked: int
    wrong: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether no case breaks it."""
        return not self.wrong


def check(name: str, checked: int, wrong: Iterable[str]) -> Check:
    """A check, with what was found wrong."""
    return Check(name=name, checked=checked, wrong=tuple(wrong))


def check_fills(seen: Seen, truth: Truth) -> list[Check]:
    """Every fill of ours told, once, and as it was."""
    real = {truth.fill_id(fill): fill for fill in truth.ledger.fills if fill.client_order_id in seen.orders}
    told = [(order, fill) for order in seen.orders.values() for fill in order.fills]
    counts = Counter(str(fill.fill_id) for _, fill in told)
    return [
        check("every fill told", len(real), (f"lost: {_fill(one)}" for key, one in real.items() if key not in counts)),
        check(
            "no fill told twice",
            len(told),
            (f"told {number} times: fill {key}" for key, number in counts.items() if number > 1),
        ),
        check(
            "each with its quantity, price and fee",
            len(told),
            (
                f"fill {fill.fill_id} of {order.text}: {difference}"
                for order, fill in told
                for difference in _differences(order, fill, real.get(str(fill.fill_id)))
            ),
        ),
    ]


def check_orders(seen: Seen, truth: Truth) -> list[Check]:
    """Every order ended as it ended at the venue, and its story was told in order."""
    orders = list(seen.orders.values())
    doubles = (
        f"{len(found)} orders at the venue for {order.client_order_id} ({order.text})"
        for order in orders
        if len(found := truth.orders_of(order.client_order_id)) > 1
    )
    strangers = (
        f"nobody sent {order.order_id}, client order id {order.client_order_id}"
        for order in truth.orders()
        if not order.by_hand and order.client_order_id not in seen.orders
    )
    return [
        check("orders ended as the ledger says", len(orders), _each(orders, lambda order: _wrong_end(order, truth))),
        check("sequence numbers without holes", sum(len(order.events) for order in orders), _each(orders, _holes)),
        check("events in order, one end", len(orders), _each(orders, _disorder)),
        check("at most one order per client order id", len(orders), (*doubles, *strangers)),
    ]


def check_reports(seen: Seen, truth: Truth, by_hand: Sequence[str]) -> list[Check]:
    """What was done by hand at the venue was told once, and nothing of ours came that way."""
    ledger = truth.ledger
    wrong = [f"missed {one.count} reports" for one in seen.reports if isinstance(one, Missed)]
    reports = [one for one in seen.reports if not isinstance(one, Missed)]
    numbers = [one.sequence for one in reports]
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append("the sequence numbers have holes or repeat")
    wrong += [
        f"a report of our own order {one.client_order_id}" for one in reports if one.client_order_id in seen.orders
    ]
    fills = Counter((str(one.fill_id), one.quantity, one.price) for one in reports if isinstance(one, FillReport))
    real = {(truth.fill_id(fill), fill.quantity, fill.price): fill for key in by_hand for fill in ledger.fills_of(key)}
    wrong += [f"lost: {_fill(fill)}" for key, fill in real.items() if key not in fills]
    wrong += [f"told {number} times: fill {key[0]}" for key, number in fills.items() if number > 1]
    wrong += [f"never happened: fill {key[0]}" for key in fills if key not in real]
    last = {str(one.venue_order_id): one for one in reports if isinstance(one, OrderStatusReport)}
    for key in by_hand:
        order = ledger.orders[key]
        told = last.get(truth.order_id(order))
        if told is None:
            # Placed and taken back in one outage, it changed nothing, and no list of what is open ever had it.
            if order.filled or not order.closed:
                wrong.append(f"never told: the order {key}")
        elif order.closed and told.state != order.status:
            wrong.append(f"order {key} is {order.status}, told last as {told.state}")
    return [check("orders by hand reported once", len(by_hand) + len(real), wrong)]


def _differences(order: SeenOrder, told: OrderFilled, real: VenueFill | None) -> list[str]:
    """In what a fill was told otherwise than it was."""
    if real is None:
        return ["the ledger does not have it"]
    fees = {str(fee.asset): fee.amount for fee in told.fees}
    pairs = (
        ("order", order.client_order_id, real.client_order_id),
        ("quantity", told.quantity, real.quantity),
        ("price", told.price, real.price),
        ("side", told.side, real.order.side),
        ("fees", fees, {real.order.pair.quote.name: real.fee}),
    )
    return [f"{name} told as {one}, is {other}" for name, one, other in pairs if one != other]


def _wrong_end(order: SeenOrder, truth: Truth) -> str | None:
    found = truth.orders_of(order.client_order_id)
    if not order.settled:
        return f"its events never ended: {order.state}, at the venue {found[0].status if found else 'unknown'}"
    if not found:
        fits = order.state in (OrderState.REJECTED, OrderState.NOT_EXECUTED)
        return None if fits else f"told as {order.state}; the venue never had it"
    real = found[0]
    last = [event for event in order.events if not event.late or event.is_terminal][-1]
    if isinstance(last, OrderRejected) and truth.never_rested(real):
        return None
    if last.state != real.status:
        return f"told as {last.state}, is {real.status}"
    filled = sum(fill.quantity for fill in order.fills)
    if filled != real.filled or (isinstance(last, OrderCanceled | OrderExpired) and last.filled != real.filled):
        return f"told as filled with {filled}, is {real.filled}"
    return None


def _holes(order: SeenOrder) -> str | None:
    numbers = [event.sequence for event in order.events]
    return None if numbers == list(range(1, len(numbers) + 1)) else f"numbered {numbers}"


def _disorder(order: SeenOrder) -> str | None:
    kinds = [type(event) for event in order.events]
    if not kinds or kinds[0] is not OrderSubmitted or kinds.count(OrderSubmitted) > 1:
        return "does not begin with one Submitted"
    if kinds.count(OrderAccepted) > 1:
        return "Accepted twice"
    lived = [
        event for event in order.events[1:] if not isinstance(event, OrderAccepted) and not event.state.never_lived
    ]
    if lived and (OrderAccepted not in kinds or kinds.index(OrderAccepted) > order.events.index(lived[0])):
        return f"{type(lived[0]).__name__} before Accepted"
    ends = [number for number, event in enumerate(order.events) if event.is_terminal and not event.late]
    if len(ends) != 1:
        return f"{len(ends)} ends"
    if any(not event.late for event in order.events[ends[0] + 1 :]):
        return "something after its end that is not marked as late"
    return None


def _each(orders: Iterable[SeenOrder], rule: Callable[[SeenOrder], str | None]) -> list[str]:
    return [f"{order.client_order_id} ({order.text}): {wrong}" for order in orders if (wrong := rule(order))]


def _fill(fill: VenueFill) -> str:
    return f"fill {fill.exec_id}, {fill.quantity} @ {fill.price} of {fill.client_order_id or fill.order_id}"
