"""Client order ids: the three shapes that the venue takes (section 0, fact 4), and how a longer one is made to fit."""

import re
from hashlib import sha256

from batactors.model.ids import ClientOrderId

_LEGAL = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|[0-9a-fA-F]{32}"
    r"|[!-~]{1,18}"
)
_FREE = 18


def fits(client_order_id: str) -> bool:
    """Whether it is a UUID, 32 hexadecimal digits, or up to 18 printable ASCII characters without a space."""
    return _LEGAL.fullmatch(client_order_id) is not None


def shorten(client_order_id: str, attempt: int) -> ClientOrderId:
    """A legal id for this one, the same whenever asked.

    The first keeps what a reader recognises, the end, where counters are. It can collide with another id of the same
    end, and then the next ones are digests.
    """
    readable = "O" + client_order_id[1 - _FREE :]
    if attempt == 0 and fits(readable):
        return ClientOrderId(readable)
    text = f"{attempt} {client_order_id}".encode("utf-8", "surrogatepass")
    return ClientOrderId(sha256(text).hexdigest()[:32])
