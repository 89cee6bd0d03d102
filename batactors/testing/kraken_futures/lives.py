"""What the two feeds, `open_orders` and `fills`, tell of the life of orders, in the order of this time."""

from collections.abc import Sequence

from attrs import evolve, frozen

from batactors.testing.kraken_futures import frames
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.matching import LIQUIDATION, POST
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.orders import Happened, VenueFill, VenueOrder
from batactors.testing.venue.text import Json

PLACED, EDITED, TRIGGERED, FROM_STOP = (
    "new_placed_order_by_user",
    "edited_by_user",
    "stop_order_triggered",
    "limit_order_from_stop",
)
PARTIAL, FULL = "partial_fill", "full_fill"
POST_SPELT = {"filled": POST, "be_filled": "post_order_failed_because_it_would_be_filled"}


@frozen(kw_only=True)
class Told:
    """One frame to come.

    Attributes:
        event: What a fault may be narrowed to: the bench's word for a step of an order, the reason for a fill as
            `open_orders` tells it, and `trade` for what `fills` tells.
        fills: Of `fills`: the frame is made of them.
    """

    account: str
    event: str
    client_order_id: str | None
    symbol: str
    frame: Json | None = None
    fills: tuple[VenueFill, ...] = ()

    @property
    def feed(self) -> str:
        return "fills" if self.fills else "open_orders"


class Lives:
    """Makes frames of what happened."""

    def __init__(self, *, habits: Habits, dice: Dice) -> None:
        self._habits = habits
        self._dice = dice

    def told(self, happened: Sequence[Happened]) -> list[Told]:
        """What is to be told of what happened at once."""
        orders: dict[str, list[Happened]] = {}
        for step in happened:
            orders.setdefault(step.order.order_id, []).append(step)
        pairs = [pair for steps in orders.values() for pair in self._life(steps)]
        return self._in_turn(pairs)

    # -- one order -----------------------------------------------------------------------------------------------------

    def _life(self, steps: Sequence[Happened]) -> list[list[Told]]:
        """What is told of one order, in groups that stay together: of a group one feed may come first or the other."""
        first, last = steps[0], steps[-1].order
        fills = [step for step in steps if step.fill is not None]
        kinds = [step.exec_type for step in steps]
        if first.exec_type == "new" and not first.order.waits_for_trigger:
            return self._entry(steps, last)
        groups: list[list[Told]] = []
        if first.exec_type == "new":
            groups.append([self._delta("new", first.order, PLACED)])
        if "status" in kinds:
            return [*groups, *self._trigger(steps[kinds.index("status") :], last)]
        if "amended" in kinds and fills:
            # An edit that crosses: the fills come first in the recording, and one delta tells what is left.
            told = [self._fill(step) for step in fills]
            end = self._end(last) if last.closed else self._delta("amended", last, EDITED)
            return [*groups, *[[one] for one in told], [end]]
        return groups + [group for step in steps for group in [self._step(step)] if group]

    def _step(self, step: Happened) -> list[Told]:
        order = step.order
        match step.exec_type:
            case "amended":
                return [self._delta("amended", order, EDITED)]
            case "trade":
                reason = FULL if order.status == "filled" else PARTIAL
                delta = self._delta(reason, order, reason, cancel=reason == FULL)
                return [delta, self._fill(step)]
            case "canceled" | "expired":
                return [self._end(order)]
            case _:
                return []

    def _entry(self, steps: Sequence[Happened], last: VenueOrder) -> list[list[Told]]:
        """An order that arrives. What it trades as it does so is told by `fills` only, unless it then rests."""
        new, fills = steps[0].order, [step for step in steps if step.fill is not None]
        reason = LIQUIDATION if new.terms.native_type == LIQUIDATION else PLACED
        if reason == PLACED and fills and not self._dice.falls(self._habits.takers_shown):
            told = [[self._fill(step)] for step in fills]
            return told if last.closed else [*told, [self._delta("new", last, reason)]]
        return [[self._delta("new", new, reason)], *[group for step in steps[1:] if (group := self._step(step))]]

    def _trigger(self, steps: Sequence[Happened], last: VenueOrder) -> list[list[Told]]:
        """A stop fires: it is said to, and its child is told of if it is ever in the book."""
        stop, fills = steps[0].order, [step for step in steps if step.fill is not None]
        if self._habits.trigger_cancels:
            gone = frames.cancel_only(stop.order_id, self._name(stop), TRIGGERED)
            groups = [[self._told("status", stop, gone)]]
        else:
            row = frames.order_row(stop, named=self._names_delta(), as_stop=True)
            groups = [[self._told("status", stop, frames.delta(row, TRIGGERED))]]
        groups += [[self._fill(step)] for step in fills]
        if not last.closed:
            groups.append([self._delta("new", last, FROM_STOP)])
        elif last.status != "filled" or stop.child_id is None:
            groups.append([self._end(last)])
        return groups

    # -- frames --------------------------------------------------------------------------------------------------------

    def _delta(self, event: str, order: VenueOrder, reason: str, *, cancel: bool = False) -> Told:
        row = frames.order_row(order, named=self._names_delta() and self._child_named(order))
        return self._told(event, order, frames.delta(row, reason, cancel=cancel))

    def _end(self, order: VenueOrder) -> Told:
        if order.status == "filled":
            return self._delta(FULL, order, FULL, cancel=True)
        reason = self.spelt(order.reason or "cancelled_by_user")
        if self._dice.falls(self._habits.unknown_words):
            reason = "novated"
        if self._dice.falls(self._habits.cancels_whole):
            return self._delta(order.status, order, reason, cancel=True)
        return self._told(order.status, order, frames.cancel_only(order.live_id, self._name(order), reason))

    def _fill(self, step: Happened) -> Told:
        assert step.fill is not None
        fill = step.fill
        order = fill.order
        if not self._child_named(order):
            fill = evolve(fill, order=evolve(order, terms=evolve(order.terms, client_order_id=None)))
        return Told(
            account=order.account,
            event="trade",
            client_order_id=order.client_order_id,
            symbol=order.pair.symbol,
            fills=(fill,),
        )

    def _told(self, event: str, order: VenueOrder, frame: Json) -> Told:
        return Told(
            account=order.account,
            event=event,
            client_order_id=order.client_order_id,
            symbol=order.pair.symbol,
            frame=frame,
        )

    def spelt(self, reason: str) -> str:
        """A reason, in one of its spellings."""
        if reason != POST:
            return reason
        fixed = self._habits.post_reason or ("be_filled" if self._dice.falls(0.5) else "filled")
        return POST_SPELT[fixed]

    def _name(self, order: VenueOrder) -> str | None:
        named = self._dice.falls(self._habits.cancels_named) and self._child_named(order)
        return order.client_order_id if named else None

    def _names_delta(self) -> bool:
        return self._dice.falls(self._habits.deltas_named)

    def _child_named(self, order: VenueOrder) -> bool:
        return order.child_id is None or self._habits.child_named

    # -- the two feeds -------------------------------------------------------------------------------------------------

    def _in_turn(self, groups: Sequence[Sequence[Told]]) -> list[Told]:
        """All frames, as chance has them follow each other; each feed keeps its own order."""
        if self._dice.falls(self._habits.feeds_apart):
            flat = [one for group in groups for one in group]
            deltas, fills = [one for one in flat if not one.fills], [one for one in flat if one.fills]
            together = self._together(fills)
            return together + deltas if self._dice.falls(self._habits.fills_first) else deltas + together
        told: list[Told] = []
        for group in groups:
            swapped = len(group) == 2 and self._dice.falls(self._habits.fills_first)
            told += group[::-1] if swapped else group
        return told

    def _together(self, fills: list[Told]) -> list[Told]:
        """The fills of one order in one frame, now and then."""
        if len(fills) < 2 or not self._dice.falls(self._habits.fills_together):
            return fills
        by_order: dict[str, list[Told]] = {}
        for one in fills:
            by_order.setdefault(one.fills[0].order_id, []).append(one)
        return [
            evolve(group[0], fills=tuple(fill for one in group for fill in one.fills)) for group in by_order.values()
        ]
