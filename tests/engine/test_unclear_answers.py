"""Answers that say nothing certain: the command is unknown, whatever they call it, until it is found out."""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import pytest
import trio

from batactors import CommandHandle, CommandStatus, ErrorKind, NewOrder, Receipt
from batactors.model.commands import Command
from batactors.model.facts import AnswerFact, Fact
from batactors.model.ids import RequestId
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.kraken_v2.session import V2Session
from tests.engine.bench import BID, Bench, open_bench
from tests.engine.test_unknown_outcomes import place, steps_of

pytestmark = pytest.mark.usefixtures("network")
ACCEPTED, NOT_EXECUTED, UNKNOWN = CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED, CommandStatus.UNKNOWN_EXECUTION
METHODS = {"create": "add_order", "amend": "amend_order", "cancel": "cancel_order", "cancel all": "cancel_all"}


def _without_result(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "result"}


SOME = ["EService:Timeout", "EGeneral:Internal error", "ENew:Category"]
UNKNOWN_STATUS = [
    *SOME, "EService:Unavailable", "EService:Busy", "EService:Deadline elapsed", "EGeneral:Internal error:17",
    "EDatabase:Internal error", "EOrder:cl_ord_id already in use", "EOrder:Words that nobody has heard",
    "something went wrong",
]  # fmt: skip
"""The venue's words for "perhaps", and words that nobody knows."""
UNREADABLE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "says timeout": lambda answer: _without_result(answer) | {"success": False, "error": "EService:Timeout"},
    "without a result": _without_result,
    "with a result of nothing": lambda answer: {**answer, "result": None},
    "with a result that is a number": lambda answer: {**answer, "result": 7},
    "with fields of other types": lambda answer: {**answer, "result": {"order_id": 7, "amend_id": []}},
    "with a success that is a word": lambda answer: {**answer, "success": "yes"},
    "without success": lambda answer: {key: value for key, value in answer.items() if key != "success"},
}
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no object": b"[]",
    "no result": b'{"error":[]}',
    "an empty result": b'{"error":[],"result":{}}',
    "a result of other types": b'{"error":[],"result":{"txid":7,"count":"x","amend_id":[]}}',
    "a page": b"<html></html>",
    "a timeout": b'{"error":["EService:Timeout"]}',
    "two errors": b'{"error":["EOrder:Insufficient funds","EService:Busy"]}',
    "torn": b'{"error":[],"result":{"txid":["O',
}
SAYS_ENOUGH = {"an empty result", "a result of other types", "with fields of other types"}
"""Of a cancel of all nobody needs to know more than that it succeeded."""


async def give(bench: Bench, what: str, transport: str) -> tuple[CommandHandle, CommandHandle]:
    """An order, and a command about it; for "create" they are one."""
    if what == "create":
        handle = await place(bench, transport=transport)
        return handle, handle
    handle = await place(bench)
    await handle.resolved()
    await trio.sleep(0.5)
    return handle, await about(handle, what, transport, bench)


async def about(order: CommandHandle, what: str, transport: str, bench: Bench) -> CommandHandle:
    """A command about an order that is there."""
    account, name = bench.account, str(order.client_order_id)
    if what == "amend":
        return await account.amend_order(name, price="49999", transport=transport)
    if what == "cancel":
        return await account.cancel_order(name, transport=transport)
    return await account.cancel_all(transport=transport)


def but_for_what_says_enough(how: Iterable[str]) -> list[tuple[str, str]]:
    """Each operation with each of these."""
    return [pair for pair in product(METHODS, how) if pair[0] != "cancel all" or pair[1] not in SAYS_ENOUGH]


async def check(bench: Bench, order: CommandHandle, command: CommandHandle, what: str, *, done: bool) -> None:
    """It was unknown and never anything else before its verdict, which is what the ledger says."""
    assert (await command.ack()).receipt.status is UNKNOWN
    with trio.fail_after(200.0):
        assert (await command.resolved()).status is (ACCEPTED if done else NOT_EXECUTED)
    receipts = [step.receipt for step in await steps_of(command) if isinstance(step, Receipt)]
    assert [receipt.status for receipt in receipts] == [UNKNOWN, ACCEPTED if done else NOT_EXECUTED]
    assert not receipts[0].retriable
    assert all(receipt.error is not ErrorKind.TIMEOUT for receipt in receipts)
    there = bench.venue.ledger.orders_by_client_id(str(order.client_order_id))
    assert [one.closed for one in there] == {"create": [False] * done, "amend": [False]}.get(what, [done])
    if what == "amend":
        assert there[0].limit_price == (49999 if done else 50000)


@pytest.mark.holds("X32")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
@pytest.mark.parametrize(
    ("what", "error"), [*product(["create"], UNKNOWN_STATUS), *product(["amend", "cancel", "cancel all"], SOME)]
)
async def test_the_venue_s_words_for_perhaps_are_no_refusal(
    network: SimulatedNetwork, seams: Seams, what: str, transport: str, error: str
) -> None:
    """Whatever the command and its road, such an answer leaves it unknown: it is neither rejected nor timed out. The
    venue is asked, and only then it is told as not executed.
    """
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.Refuse(method=METHODS[what], error=error))
        order, command = await give(bench, what, transport)
        await check(bench, order, command, what, done=False)


@pytest.mark.holds("X32")
@pytest.mark.parametrize(("what", "how"), but_for_what_says_enough(UNREADABLE))
async def test_what_was_done_under_an_unclear_answer_is_found_out(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, what: str, how: str
) -> None:
    """The venue carries a command out and says "perhaps", or says so in a way that nobody can read: it is unknown, and
    accepted once its effect is seen.
    """
    real, spoil = V2Session.decode, UNREADABLE[how]

    def decode(self: V2Session, frame: str | bytes) -> list[Fact]:
        read = json.loads(frame)
        return real(self, json.dumps(spoil(read)) if read.get("method") == METHODS[what] else frame)

    async with open_bench(seams) as bench:
        monkeypatch.setattr(V2Session, "decode", decode)
        if what == "create":
            bench.venue.faults.add(f.LoseFrame(count=2))
            order, command = await give(bench, what, "websocket")
        else:
            order = await place(bench)
            await order.resolved()
            bench.venue.faults.add(f.LoseFrame(count=1))
            command = await about(order, what, "websocket", bench)
        await check(bench, order, command, what, done=True)


@pytest.mark.holds("X32")
@pytest.mark.parametrize(("what", "body"), but_for_what_says_enough(BODIES))
async def test_what_was_done_by_rest_under_an_unreadable_body_is_found_out(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, what: str, body: str
) -> None:
    """By REST: a body that cannot be read, or lacks what shows that it was done, leaves the command unknown."""
    real = KrakenSpot.read_command

    def read(
        self: KrakenSpot, commands: Sequence[Command], request_id: RequestId, status: int, given: bytes
    ) -> list[AnswerFact]:
        return real(self, commands, request_id, status, BODIES[body])

    async with open_bench(seams) as bench:
        if what != "create":
            order = await place(bench)
            await order.resolved()
        monkeypatch.setattr(KrakenSpot, "read_command", read)
        bench.venue.faults.add(f.LoseFrame(count=2 if what == "create" else 1))
        if what == "create":
            order = command = await place(bench, transport="rest")
        else:
            command = await about(order, what, "rest", bench)
        await check(bench, order, command, what, done=True)


@pytest.mark.holds("X32")
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 520, 403])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_http_status_says_nothing_of_a_command(
    network: SimulatedNetwork, seams: Seams, when: str, status: int
) -> None:
    """What something in front of the venue answers, with whatever status, is no word of the venue's on the command."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(
            f.HttpError(method="add_order", status=status, when=when),  # type: ignore[arg-type]
            f.LoseFrame(count=2 * (when == "after") or 1, event="pending_new" if when == "before" else None),
        )
        handle = await place(bench, transport="rest")
        await check(bench, handle, handle, "create", done=when == "after")


@pytest.mark.holds("X32")
@pytest.mark.parametrize("error", UNKNOWN_STATUS)
async def test_a_row_of_a_batch_that_says_perhaps_is_unknown_alone(
    network: SimulatedNetwork, seams: Seams, error: str
) -> None:
    """Of a batch, the row whose error is no refusal is unknown and asked for; its siblings are what their rows say."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.RefuseRow(error=error, nth=2), f.RefuseRow(error="EOrder:Insufficient funds", nth=3))
        order = NewOrder(instrument="BTC/USD", side="buy", order_type="limit", quantity="0.1", price=BID)
        handles = await bench.account.create_orders([order] * 4)
        acks: Sequence[CommandStatus] = [(await handle.ack()).receipt.status for handle in handles]
        assert acks == [ACCEPTED, UNKNOWN, CommandStatus.REJECTED, ACCEPTED]
        with trio.fail_after(200.0):
            assert (await handles[1].resolved()).status is NOT_EXECUTED
        assert len(bench.venue.ledger.orders) == 2
