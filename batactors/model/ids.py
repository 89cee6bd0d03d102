"""Ids, each a type of its own, so that a checker notices when one is given for another."""

from typing import NewType

AccountName = NewType("AccountName", str)
"""Ours: the name that the configuration gives to one set of keys at one venue."""

InstrumentId = NewType("InstrumentId", str)
"""Ours: base and quote with a slash, ``BTC/USD``; derivatives add what they settle in, ``BTC/USDT:USDT``."""

CommandId = NewType("CommandId", str)
"""Ours: one per command, unique for ever."""

ClientOrderId = NewType("ClientOrderId", str)
"""Ours: one per order, chosen before it is sent, unique for the account for ever. FIX tag 11."""

VenueOrderId = NewType("VenueOrderId", str)
"""Theirs: learned from the first of ack, stream and query. FIX tag 37."""

FillId = NewType("FillId", str)
"""Theirs: one per fill, the same live and in history; unique per account and instrument. FIX tag 17."""

RequestId = NewType("RequestId", int)
"""Ours: one per frame or HTTP request, echoed by the venue; it ties an answer to what was asked."""

Asset = NewType("Asset", str)
"""A currency or coin, in the word that the venue uses on its streams: ``BTC``, ``USD``."""
