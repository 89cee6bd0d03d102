"""What has changed in a venue's list of instruments since it was read before."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs
from attrs import evolve

from batactors.model.ids import InstrumentId
from batactors.model.instruments import Instrument, InstrumentChange, InstrumentStatus, ListingChange

_NAMES = tuple(field.name for field in attrs.fields(Instrument))


def differences(
    before: Mapping[InstrumentId, Instrument],
    gone: Iterable[InstrumentId],
    listed: Iterable[Instrument],
    *,
    whole: bool,
    on: datetime,
) -> list[InstrumentChange]:
    """The changes, those of the list in its order, then what is in it no more.

    Args:
        before: What was known.
        gone: Those among it that were in the list no more when it was read last.
        listed: What the list says now.
        whole: Every row of the list could be read: what is not in it is not listed.
        on: When it was read (UTC).
    """
    known, away = dict(before), dict.fromkeys(gone)
    changes = [
        _change(instrument, last, instrument.id in away, on)
        for instrument in {one.id: one for one in listed}.values()
        if (last := known.pop(instrument.id, None)) != instrument or instrument.id in away
    ]
    return changes + [_delisted(last, on) for last in known.values() if whole and last.id not in away]


def _change(instrument: Instrument, last: Instrument | None, is_back: bool, on: datetime) -> InstrumentChange:
    what = ListingChange.LISTED if last is None or is_back else ListingChange.CHANGED
    return InstrumentChange(what=what, instrument=instrument, before=last, fields=_differ(last, instrument), on=on)


def _delisted(last: Instrument, on: datetime) -> InstrumentChange:
    halted = evolve(last, status=InstrumentStatus.HALTED)
    fields = _differ(last, halted)
    return InstrumentChange(what=ListingChange.DELISTED, instrument=halted, before=last, fields=fields, on=on)


def _differ(before: Instrument | None, now: Instrument) -> tuple[str, ...]:
    if before is None:
        return ()
    return tuple(name for name in _NAMES if getattr(before, name) != getattr(now, name))
