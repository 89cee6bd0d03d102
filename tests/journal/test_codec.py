"""Every entry comes back as it was, and what is not known is an error that names it."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batactors.journal.codec import COMMANDS, EVENTS, FORMAT, REPORTS, STEPS, CodecError, decode, encode
from batactors.model.commands import Command
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderAccepted, OrderEvent
from batactors.model.reports import Report
from tests.journal.entries import EVERY, Life


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=25)
@given(data=st.data())
def test_every_entry_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    """Whatever is in it: an entry written and read is equal, and has the same class; money keeps its digits."""
    entry = data.draw(EVERY[kind])
    name, text = encode(entry)
    again = decode(name, text)
    assert (name, again, type(again)) == (kind, entry, type(entry))
    assert repr(again) == repr(entry), "equal numbers of other digits would be told differently"


def test_no_class_is_forgotten() -> None:
    """A new kind of event, step, report or command cannot be added without the journal learning of it."""
    assert set(EVENTS) == {*OrderEvent.__subclasses__(), *OrderAccepted.__subclasses__()}
    assert set(STEPS) == set(LifecycleEvent.__subclasses__())
    assert set(REPORTS) == set(Report.__subclasses__())
    assert set(COMMANDS) == set(Command.__args__)


def filled(**changed: Any) -> str:
    """The text of a fill, with fields changed; one that is given as ``...`` is left out."""
    fields = json.loads(encode(Life("a").filled())[1], parse_float=Decimal) | changed
    return json.dumps({name: value for name, value in fields.items() if value is not ...})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (filled(colour="red"), "OrderFilled has no field 'colour'"),
        (filled(fees=[{"asset": "USD", "amount": "1", "paid": True}]), "OrderFilled.fees has no field 'paid'"),
        (filled(price=...), "OrderFilled: Object missing required field `price`"),
        (filled(price=50000), "OrderFilled.price is 50000: money must be text"),
        (filled(price="much"), "OrderFilled: "),
        (filled(side="bye"), "OrderFilled: Invalid enum value 'bye'"),
        (filled(sequence="one"), "OrderFilled: Expected `int`"),
        (filled(received_at="yesterday"), "OrderFilled: Invalid RFC3339"),
        (filled(v=FORMAT + 1), f"OrderFilled is of format {FORMAT + 1}: this version of batactors reads 1 to {FORMAT}"),
        (filled(v=...), "OrderFilled is of format None"),
        (filled(v=True), "OrderFilled is of format True"),
        (filled()[:-5], "OrderFilled: "),
        ("[1]", "OrderFilled: it is no object"),
        ("[" * 100_000, "OrderFilled: "),
    ],
)
def test_what_is_not_as_it_should_be_is_named(text: str, complaint: str) -> None:
    """A field too many, a field too few, a value that cannot be: the error says which, and of what."""
    with pytest.raises(CodecError) as caught:
        decode("OrderFilled", text)
    assert str(caught.value).startswith(complaint)


def test_an_unknown_class_is_named() -> None:
    """A row of a class that is not known, and an entry of one, are errors too."""
    with pytest.raises(CodecError, match="OrderDreamt is no class that this version of batactors knows"):
        decode("OrderDreamt", filled())
    event = OrderEvent(**{name: getattr(Life("a").accepted(), name) for name in OrderEvent.__annotations__})
    with pytest.raises(CodecError, match="keeps nothing of the class OrderEvent"):
        encode(event)


def test_a_command_is_read_as_strictly() -> None:
    """What surrounds a command, and the command itself, may have no field too many and none too few."""
    kind, text = encode(Life("a").registered())
    fields = json.loads(text, parse_float=Decimal) | {"at": 1}
    for changed, complaint in (
        (fields | {"by": "me"}, "Registered has no field 'by'"),
        (fields | {"command": None}, "Registered lacks its command"),
        (fields | {"command": fields["command"] | {"leverage": "3"}}, "CreateOrder has no field 'leverage'"),
        (fields | {"command": fields["command"] | {"quantity": 3}}, "CreateOrder.quantity is 3: money must be text"),
        ({name: value for name, value in fields.items() if name != "on"}, "CreateOrder: .*`on`"),
    ):
        with pytest.raises(CodecError, match=complaint):
            decode(kind, json.dumps(changed))
