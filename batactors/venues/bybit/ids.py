"""Ids (section 12). Whether two fills of one trade may share an id is not known, so ours has its order."""

import re
from hashlib import sha256

from batactors.model.ids import ClientOrderId, FillId

_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,36}")
_LONGEST = 36


def fill_id(execution: str, order: str) -> FillId:
    """Our form of a fill's id, the same for its early telling and for its whole one."""
    return FillId(f"{execution}:{order}")


def fits(client_order_id: str) -> bool:
    """Whether the venue takes it."""
    return _LEGAL.fullmatch(client_order_id) is not None


def shorten(client_order_id: str, attempt: int) -> ClientOrderId:
    """A legal id for this one, the same whenever asked.

    The first keeps what a reader recognises, the end, where counters are; the next ones are digests.
    """
    readable = "O" + client_order_id[1 - _LONGEST :]
    if attempt == 0 and fits(readable):
        return ClientOrderId(readable)
    text = f"{attempt} {client_order_id}".encode("utf-8", "surrogatepass")
    return ClientOrderId(sha256(text).hexdigest()[:32])
