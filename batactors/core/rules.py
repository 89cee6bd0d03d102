"""The numbers that decisions depend on."""

from attrs import frozen


@frozen(kw_only=True)
class Rules:
    """The numbers that decisions depend on.

    Attributes:
        validity: Seconds for which a command may be valid that has none of its own, and whose writing is not on record.
        margin: Seconds after a command's validity before a question can prove anything.
        read_lag: Seconds by which HTTP reads may trail what happened.
        reads: How many questions a proof of absence takes.
        patience: Seconds of recovery after which those who wait for a verdict are told how it stands.
        tombstones: How many ended orders are remembered, with all that protects them.
        others: How many ended orders of others are remembered; as many as of ours if it is not given.
        remembered_ids: How many ids of orders are remembered beyond that, so that none is used or told twice.
        sockets_overlap: A socket gives way to another that tells the same for a while.
        keeps_conditional_apart: The venue has lists and ids of their own for orders that wait for a trigger.
        amends_may_cancel: The venue cancels a post-only order whose amend asks for a price at which it would take.
        renames_triggered: It may go on with a triggered order under another id.
        ids_return: A client order id may be another order's once the one that had it has ended.
    """

    validity: float = 60.0
    margin: float = 2.0
    read_lag: float = 60.0
    reads: int = 2
    patience: float = 120.0
    tombstones: int = 10_000
    others: int | None = None
    remembered_ids: int = 100_000
    sockets_overlap: bool = False
    keeps_conditional_apart: bool = False
    amends_may_cancel: bool = False
    renames_triggered: bool = False
    ids_return: bool = False
