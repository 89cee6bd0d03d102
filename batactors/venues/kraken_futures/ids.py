"""Client order ids: up to a hundred characters, so that ours go out as they are (sections 3.1 and 6)."""

import re
from hashlib import sha256

from batactors.model.ids import ClientOrderId

LONGEST = 100
_LEGAL = re.compile(r"[!-~]{1,100}")  # the sheet names no alphabet: what is printable and no space


def fits(client_order_id: str) -> bool:
    """Whether the venue takes it."""
    return _LEGAL.fullmatch(client_order_id) is not None


def shorten(client_order_id: str, attempt: int) -> ClientOrderId:
    """A legal id for this one, the same whenever asked: the first keeps its end, the next ones are digests."""
    readable = "O" + client_order_id[1 - LONGEST :]
    if attempt == 0 and fits(readable):
        return ClientOrderId(readable)
    text = f"{attempt} {client_order_id}".encode("utf-8", "surrogatepass")
    return ClientOrderId(sha256(text).hexdigest())
