"""Whether two receipts are about the same command, by the rules of bat-markets 0.3.2.

The engine does not call this: its answers find their command by request id, in one look-up, and one without is tied to
none. It is for who matches receipts as a 0.3.2 handle does. The operation must be the same; then the first kind of id
that both carry decides, order id before client order id before request id. The instrument alone ties nothing together.
"""

from batactors.model.receipts import CommandReceipt


def same_command(left: CommandReceipt, right: CommandReceipt) -> bool:
    """Whether these two receipts concern one command."""
    if left.operation is not right.operation:
        return False
    for ours, theirs in (
        (left.venue_order_id, right.venue_order_id),
        (left.client_order_id, right.client_order_id),
        (left.request_id, right.request_id),
    ):
        if ours is not None and theirs is not None:
            return ours == theirs
    return False
