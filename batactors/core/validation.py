"""What a venue could only refuse, found before anything is sent."""

from collections.abc import Mapping
from decimal import Context, Decimal
from difflib import get_close_matches

from batactors.model.commands import (
    AmendOrder,
    CancelAll,
    CancelOrder,
    Command,
    CreateOrder,
    SetLeverage,
    SetPositionMode,
    SettingCommand,
)
from batactors.model.errors import InvalidCommand
from batactors.model.ids import InstrumentId
from batactors.model.instruments import Instrument, InstrumentStatus
from batactors.model.money import ZERO, plain
from batactors.model.terms import OrderType, TimeInForce

_ONLY = {
    InstrumentStatus.CANCEL_ONLY: "takes cancels only now",
    InstrumentStatus.HALTED: "is halted",
}
VALIDITY = (0.5, 60.0)
"""Seconds, least and most, that a command may be valid after its write."""
MOST = Decimal(10) ** 18
"""More than any venue takes of anything; beyond it a number is a slip, and its digits would fill the log."""
MOST_DECIMALS = 40
"""The same for digits behind the point."""
EXACT = Context(prec=200)
"""Whatever context the caller calculates in, here no digit of numbers within these limits is rounded away."""
LONGEST_NAME = 30
"""Characters of a wrong name that are compared and repeated."""


def check(command: Command, instruments: Mapping[InstrumentId, Instrument]) -> None:
    """Check a command against the rules of its instrument.

    Raises:
        InvalidCommand: It names what is wrong, and what would be right.
    """
    _validity(command)
    if isinstance(command, CancelAll):
        return
    if isinstance(command, CancelOrder | AmendOrder) and not command.client_order_id and not command.venue_order_id:
        raise InvalidCommand(f"{command.operation} needs the client_order_id or the venue_order_id of an order")
    if isinstance(command, CancelOrder):
        return  # what takes risk away is let through, also for an instrument that is no longer listed
    if isinstance(command, SettingCommand):
        _setting(command, instruments)
        return
    _numbers(command)
    if isinstance(command, AmendOrder):
        _changes(command)
        if command.instrument is not None:
            _fits(command, find(command.instrument, instruments))
    else:
        _create(command, find(command.instrument, instruments))


def find(instrument_id: InstrumentId, instruments: Mapping[InstrumentId, Instrument]) -> Instrument:
    """The instrument of this id.

    Raises:
        InvalidCommand: There is none; the nearest names are told.
    """
    instrument = instruments.get(instrument_id)
    if instrument is not None:
        return instrument
    given = instrument_id[:LONGEST_NAME]
    near = get_close_matches(given.upper(), [str(one) for one in instruments], n=3, cutoff=0.4)
    alias = next((one.id for one in instruments.values() if instrument_id in one.aliases), None)
    meant = alias or " or ".join(near)
    hint = f"did you mean {meant}?" if meant else "give one of account.instruments"
    raise InvalidCommand(f"instrument {given!r} is not known at the venue: {hint}")


def _setting(command: SettingCommand, instruments: Mapping[InstrumentId, Instrument]) -> None:
    if isinstance(command, SetPositionMode):
        return
    if command.instrument is not None:
        find(command.instrument, instruments)
    if isinstance(command, SetLeverage) and command.leverage < 1:
        raise InvalidCommand(f"leverage is {command.leverage}: give a whole number from 1 on")


def _validity(command: Command) -> None:
    least, most = VALIDITY
    if command.validity is not None and not least <= command.validity <= most:
        raise InvalidCommand(f"validity is {command.validity:g}: give from {least:g} to {most:g} seconds")


def _numbers(command: CreateOrder | AmendOrder) -> None:
    """Check what must hold of any number, whatever is traded."""
    numbers = {"quantity": command.quantity, "price": command.price, "trigger_price": command.trigger_price}
    if isinstance(command, CreateOrder):
        numbers["display_quantity"] = command.display_quantity
    for name, number in numbers.items():
        if number is None:
            continue
        shown = str(number)[:LONGEST_NAME]
        if number <= 0:
            raise InvalidCommand(f"{name} is {shown}: it must be above zero")
        if number > MOST:
            raise InvalidCommand(f"{name} is {shown}: no venue takes that much, give at most {MOST}")
        if number.as_tuple().exponent < -MOST_DECIMALS:  # type: ignore[operator]  # finite, so it is a number
            raise InvalidCommand(f"{name} is {shown}: give at most {MOST_DECIMALS} decimals")


def _create(command: CreateOrder, instrument: Instrument) -> None:
    kind = command.order_type
    if instrument.status is InstrumentStatus.REDUCE_ONLY and not command.reduces:
        raise InvalidCommand(f"{instrument.id} takes only what reduces a position now: give reduce_only")
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
    if command.post_only and command.time_in_force in (TimeInForce.IOC, TimeInForce.FOK):
        raise InvalidCommand(f"{command.time_in_force} cannot be post_only: it takes liquidity or nothing")
    _expiry(command)
    _display(command)
    _fits(command, instrument)
    price = command.price or command.trigger_price
    if price is None:
        return  # a market order: what it costs, only the venue knows
    cost = EXACT.multiply(price, command.quantity)
    if cost < instrument.minimum_cost and not command.reduces:
        raise InvalidCommand(
            f"price times quantity is {plain(cost)} {instrument.quote}, below the minimum cost "
            f"{plain(instrument.minimum_cost)} of {instrument.id}"
        )


def _expiry(command: CreateOrder) -> None:
    if command.time_in_force is TimeInForce.GTD and command.expire_at is None:
        raise InvalidCommand("a gtd order needs expire_at")
    if command.expire_at is None:
        return
    if command.time_in_force is not TimeInForce.GTD:
        raise InvalidCommand(f"{command.time_in_force} takes no expire_at: make it gtd, or leave that out")
    if command.expire_at.tzinfo is None:
        raise InvalidCommand(f"expire_at {command.expire_at.isoformat()} has no time zone: give one, such as UTC")


def _display(command: CreateOrder) -> None:
    shown = command.display_quantity
    if command.order_type is not OrderType.ICEBERG:
        if shown is not None:
            raise InvalidCommand(
                f"a {command.order_type} order takes no display_quantity, and this one has {plain(shown)}"
            )
    elif shown is None:
        raise InvalidCommand("an iceberg order needs a display_quantity")
    elif shown > command.quantity:
        raise InvalidCommand(f"display_quantity {plain(shown)} is above the quantity {plain(command.quantity)}")


def _changes(command: AmendOrder) -> None:
    if (command.quantity, command.price, command.trigger_price, command.post_only) == (None, None, None, None):
        raise InvalidCommand("an amend changes nothing: give quantity, price, trigger_price or post_only")


def _fits(command: CreateOrder | AmendOrder, instrument: Instrument) -> None:
    """Check the numbers against tick, step and minimum."""
    if command.quantity is not None:
        _quantity(command, command.quantity, instrument)
    if isinstance(command, CreateOrder) and command.display_quantity is not None:
        _multiple("display_quantity", command.display_quantity, "step", instrument.step, instrument)
    for name, price in (("price", command.price), ("trigger_price", command.trigger_price)):
        if price is not None:
            _multiple(name, price, "tick", instrument.tick, instrument)
            _within(name, price, (instrument.minimum_price or ZERO, instrument.maximum_price), instrument)


def _quantity(command: CreateOrder | AmendOrder, quantity: Decimal, instrument: Instrument) -> None:
    """Check a quantity; some venues have limits of their own for market orders."""
    limits = (instrument.minimum_quantity, instrument.maximum_quantity)
    step = instrument.step
    if isinstance(command, CreateOrder) and not command.order_type.has_price and instrument.market is not None:
        limits, step = (instrument.market.minimum, instrument.market.maximum), instrument.market.step
    _multiple("quantity", quantity, "step", step, instrument)
    _within("quantity", quantity, limits, instrument)


def _within(name: str, number: Decimal, limits: tuple[Decimal, Decimal | None], instrument: Instrument) -> None:
    least, most = limits
    if number < least:
        raise InvalidCommand(f"{name} {plain(number)} is below the minimum {plain(least)} of {instrument.id}")
    if most is not None and number > most:
        raise InvalidCommand(f"{name} {plain(number)} is above the maximum {plain(most)} of {instrument.id}")


def _multiple(name: str, number: Decimal, of: str, unit: Decimal, instrument: Instrument) -> None:
    if not unit or not EXACT.remainder(number, unit):
        return
    below = EXACT.multiply(EXACT.divide_int(number, unit), unit)
    near = " or ".join(plain(one) for one in (below, EXACT.add(below, unit)) if one)
    raise InvalidCommand(
        f"{name} {plain(number)} is not a multiple of the {of} {plain(unit)} of {instrument.id}: {near} would be"
    )
