"""What a venue could only refuse, found before anything is sent."""

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.errors import InvalidCommand
from batactors.model.ids import InstrumentId
from batactors.model.instruments import Instrument, InstrumentStatus
from batactors.model.money import plain
from batactors.model.terms import TimeInForce

_ONLY = {
    InstrumentStatus.CANCEL_ONLY: "takes cancels only now",
    InstrumentStatus.HALTED: "is halted",
}


def check(command: Command, instruments: Mapping[InstrumentId, Instrument]) -> None:
    """Check a command against the rules of its instrument.

    Raises:
        InvalidCommand: It names what is wrong, and what would be right.
    """
    if isinstance(command, CancelAll):
        return
    if (
        isinstance(command, CancelOrder | AmendOrder)
        and command.client_order_id is None
        and command.venue_order_id is None
    ):
        raise InvalidCommand(f"{command.operation} needs the client_order_id or the venue_order_id of an order")
    if isinstance(command, CancelOrder):
        return
    if command.instrument is None:
        if isinstance(command, AmendOrder):
            _changes(command)
        return
    instrument = find(command.instrument, instruments)
    if isinstance(command, AmendOrder):
        _changes(command)
        _terms(command, instrument)
    else:
        _create(command, instrument)


def find(instrument_id: InstrumentId, instruments: Mapping[InstrumentId, Instrument]) -> Instrument:
    """The instrument of this id.

    Raises:
        InvalidCommand: There is none; the nearest names are told.
    """
    instrument = instruments.get(instrument_id)
    if instrument is not None:
        return instrument
    near = get_close_matches(instrument_id.upper(), [str(one) for one in instruments], n=3, cutoff=0.4)
    alias = next((one.id for one in instruments.values() if instrument_id in one.aliases), None)
    hint = alias or " or ".join(near) or "one that the venue lists"
    raise InvalidCommand(f"instrument {instrument_id!r} is not known at the venue: did you mean {hint}?")


def _create(command: CreateOrder, instrument: Instrument) -> None:
    kind = command.order_type
    if instrument.status in _ONLY:
        raise InvalidCommand(f"{instrument.id} {_ONLY[instrument.status]}")
    if kind.has_price and command.price is None:
        raise InvalidCommand(f"a {kind} order needs a price")
    if not kind.has_price and command.price is not None:
        raise InvalidCommand(f"a {kind} order takes no price, and this one has {plain(command.price)}")
    if kind.has_trigger and command.trigger_price is None:
        raise InvalidCommand(f"a {kind} order needs a trigger_price")
    if not kind.has_trigger and command.trigger_price is not None:
        raise InvalidCommand(f"a {kind} order takes no trigger_price, and this one has {plain(command.trigger_price)}")
    if command.post_only and not kind.has_price:
        raise InvalidCommand(f"a {kind} order cannot be post_only: it takes liquidity")
    if command.time_in_force is TimeInForce.GTD and command.expire_at is None:
        raise InvalidCommand("a gtd order needs expire_at")
    if command.expire_at is not None and command.expire_at.tzinfo is None:
        raise InvalidCommand(f"expire_at {command.expire_at.isoformat()} has no time zone: give one, such as UTC")
    _terms(command, instrument)
    price = command.price or command.trigger_price
    if price is not None and price * command.quantity < instrument.minimum_cost:
        raise InvalidCommand(
            f"price times quantity is {plain(price * command.quantity)} {instrument.quote}, below the minimum cost "
            f"{plain(instrument.minimum_cost)} of {instrument.id}"
        )


def _changes(command: AmendOrder) -> None:
    if (command.quantity, command.price, command.trigger_price, command.post_only) == (None, None, None, None):
        raise InvalidCommand("an amend changes nothing: give quantity, price, trigger_price or post_only")


def _terms(command: CreateOrder | AmendOrder, instrument: Instrument) -> None:
    if command.quantity is not None:
        _positive("quantity", command.quantity)
        _multiple("quantity", command.quantity, "step", instrument.step, instrument)
        if command.quantity < instrument.minimum_quantity:
            raise InvalidCommand(
                f"quantity {plain(command.quantity)} is below the minimum {plain(instrument.minimum_quantity)} "
                f"of {instrument.id}"
            )
    for name, price in (("price", command.price), ("trigger_price", command.trigger_price)):
        if price is not None:
            _positive(name, price)
            _multiple(name, price, "tick", instrument.tick, instrument)


def _positive(name: str, number: Decimal) -> None:
    if number <= 0:
        raise InvalidCommand(f"{name} is {plain(number)}: it must be above zero")


def _multiple(name: str, number: Decimal, of: str, unit: Decimal, instrument: Instrument) -> None:
    if unit and number % unit:
        below = number - number % unit
        raise InvalidCommand(
            f"{name} {plain(number)} is not a multiple of the {of} {plain(unit)} of {instrument.id}: "
            f"{plain(below)} or {plain(below + unit)} would be"
        )
