"""The venue's ledger beside what the followers were told: what is lost, doubled or contradicted, one sentence each."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.crash_drill.seen import Seen

ENDS = {"filled": ("filled",), "canceled": ("canceled", "rejected"), "expired": ("expired",)}
"""How the venue calls the end of an order, and how we may; post-only refusals are cancels there."""
NEVER_THERE = ("rejected", "not_executed")


def compare(ledger: dict[str, Any], seen: Seen, settled: dict[str, Any]) -> list[str]:
    """Everything that is wrong; nothing, if all is well."""
    ours = [order for order in ledger["orders"] if not order["by_hand"]]
    return [
        *(f"command {one} has no verdict" for one in settled["left"]),
        *(f"order {one}: its events do not end" for one in settled["unfollowed"]),
        *_sent_twice(ours),
        *(line for order in ours for line in _order(order, seen, settled["verdicts"])),
        *_made_up(ours, seen),
        *_taken_for_others(ours, seen),
        *_numbers(seen),
    ]


def _sent_twice(ours: list[dict[str, Any]]) -> Iterator[str]:
    for name, count in Counter(order["order"] for order in ours).items():
        if count > 1:
            yield f"order {name} is {count} orders at the venue"


def _order(order: dict[str, Any], seen: Seen, verdicts: dict[str, str]) -> Iterator[str]:
    """One order that the venue has."""
    name, told = order["order"], seen.orders.get(order["order"], [])
    if not told:
        yield f"order {name} is at the venue, and no follower knows of it"
        return
    fills = Counter((one["fill"], float(one["quantity"])) for one in told if "fill" in one)
    there = Counter((fill, float(quantity)) for fill, quantity in order["fills"].items())
    for fill, _ in (there - fills).elements():
        yield f"order {name}: fill {fill} was never told"
    for fill, _ in (fills - there).elements():
        yield f"order {name}: fill {fill} was told {fills.total()} times, or the venue has none of it"
    if told[-1]["state"] not in ENDS.get(order["status"], ()):
        yield f"order {name} is {order['status']} at the venue, and was told as {told[-1]['state']}"
    if verdicts.get(name, "Accepted") != "Accepted":
        yield f"order {name} is at the venue, and its command is {verdicts[name]}"


def _made_up(ours: list[dict[str, Any]], seen: Seen) -> Iterator[str]:
    """Orders that followers know and the venue does not."""
    there = {order["order"] for order in ours}
    for name, told in seen.orders.items():
        if name not in there and told[-1]["state"] not in NEVER_THERE:
            yield f"order {name} is not at the venue, and was told as {told[-1]['state']}"


def _taken_for_others(ours: list[dict[str, Any]], seen: Seen) -> Iterator[str]:
    there = {order["venue"]: order["order"] for order in ours}
    for report in seen.reports:
        if report["venue"] in there:
            yield f"order {there[report['venue']]} is ours, and report {report['report']} tells it as somebody else's"
    numbers = Counter(report["report"] for report in seen.reports)
    yield from (f"report {number} was told {count} times" for number, count in numbers.items() if count > 1)


def _numbers(seen: Seen) -> Iterator[str]:
    """Each follower has each event once and in order, over all lives."""
    for name, told in seen.orders.items():
        numbers = [one["number"] for one in told]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"order {name}: events told were numbered {numbers}"
