"""What a venue's list of instruments says anew: each difference once, and none that is not there."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from attrs import evolve

from batactors.core.listing import differences
from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument, InstrumentStatus, ListingChange

ON = datetime(2026, 1, 2, tzinfo=UTC)


def instrument(name: str) -> Instrument:
    """A pair against the dollar."""
    return Instrument(
        id=InstrumentId(f"{name}/USD"), base=Asset(name), quote=Asset("USD"), tick=Decimal("0.1"), step=Decimal("0.01")
    )


BTC, ETH, SOL = instrument("BTC"), instrument("ETH"), instrument("SOL")
KNOWN = {one.id: one for one in (BTC, ETH)}


@pytest.mark.holds("X04")
def test_what_is_new_changed_and_gone_is_told_each_by_itself() -> None:
    """A tick that differs, a new instrument and one that is listed no more are three changes, with what they change."""
    finer = evolve(BTC, tick=Decimal("0.05"), status=InstrumentStatus.POST_ONLY)
    told = differences(KNOWN, (), [SOL, finer], whole=True, on=ON)
    assert [(one.what, one.instrument.id, one.fields) for one in told] == [
        (ListingChange.LISTED, SOL.id, ()),
        (ListingChange.CHANGED, BTC.id, ("tick", "status")),
        (ListingChange.DELISTED, ETH.id, ("status",)),
    ]
    assert told[1].before == BTC
    assert told[2].instrument.status is InstrumentStatus.HALTED


@pytest.mark.holds("X04")
def test_a_list_with_a_row_that_cannot_be_read_takes_nothing_off_the_list() -> None:
    """The instrument of that row may be any of those that are missing."""
    assert differences(KNOWN, (), [BTC], whole=False, on=ON) == []
    assert len(differences(KNOWN, (), [BTC], whole=True, on=ON)) == 1


def test_what_is_gone_is_told_once_and_its_return_as_listed() -> None:
    """Also when it comes back as it was."""
    halted = evolve(ETH, status=InstrumentStatus.HALTED)
    known = {BTC.id: BTC, ETH.id: halted}
    assert differences(known, [ETH.id], [BTC], whole=True, on=ON) == []
    (back,) = differences(known, [ETH.id], [BTC, ETH], whole=True, on=ON)
    assert (back.what, back.instrument) == (ListingChange.LISTED, ETH)
    (still_halted,) = differences(known, [ETH.id], [BTC, halted], whole=True, on=ON)
    assert still_halted.what is ListingChange.LISTED
