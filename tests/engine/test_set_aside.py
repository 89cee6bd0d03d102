"""What a venue sent and nobody could read is in the journal, for whoever looks into it later."""

from pathlib import Path

import pytest
import trio

from batactors import CommandStatus, DecodeError
from batactors.journal.loop import in_loop
from batactors.journal.memory import MemoryJournal
from batactors.journal.secrets_out import LONGEST
from batactors.journal.sqlite import SqliteJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench, open_on, open_venue
from tests.engine.test_unknown_outcomes import place
from tests.journal.bench import rows

pytestmark = pytest.mark.usefixtures("network")


async def test_a_frame_that_cannot_be_read_is_kept_without_the_token(network: SimulatedNetwork, seams: Seams) -> None:
    """The row that is bad, whole, with what is wrong with it; the token, should the venue echo it, is not in it."""
    journal = MemoryJournal()
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, seams, journals=lambda name: journal) as bench,
    ):
        (token,) = list(venue.tokens_given)[-1:]
        venue.faults.add(f.Garbage(text=f'{{"channel":"executions","type":"update","data":[{{"x":"{token}"}}]}}'))
        await (await place(bench)).resolved()
        await trio.sleep(5.0)
        (kept,) = journal.set_aside
        assert kept.text == '{"x":"(token)"}'
        assert kept.reason


def spoil(bench: Bench, body: str, method: str = "OpenOrders", count: int = 3) -> None:
    """Let the venue answer so, with a status that says that all is well."""
    bench.venue.faults.add(f.HttpError(method=method, status=200, body=body, count=count))


async def test_a_page_that_cannot_be_read_is_kept_in_the_file(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With where it came from and what is wrong, without secrets, and once, however often the venue says it."""
    path = tmp_path / "a.journal"
    async with (
        open_venue(seams) as (venue, urls),
        open_on(
            venue, urls, seams,
            journals=lambda name: SqliteJournal(
                path, account=name, venue="kraken-spot", run=in_loop, clock=seams.clock
            ),
        ) as bench,
    ):  # fmt: skip
        (token,) = list(venue.tokens_given)[-1:]
        said = f'{{"error":[],"result":{{"open":7,"api_key":"hush","x":"{token}"}}}}'
        spoil(bench, said)
        for _ in range(3):
            with pytest.raises(DecodeError):
                await bench.account.reconcile()
        assert (await (await place(bench)).resolved()).status is CommandStatus.ACCEPTED
    assert "quarantined" in caplog.text
    assert "hush" not in caplog.text
    kept = rows(path, "SELECT payload ->> 'reason', payload ->> 'text' FROM set_aside")
    assert [text for _, text in kept] == ['{"error":[],"result":{"open":7,"api_key":"***","x":"(secret)"}}']
    assert kept[0][0].startswith("/0/private/OpenOrders: an answer of Kraken cannot be read: ")


async def test_a_long_page_is_cut(network: SimulatedNetwork, seams: Seams) -> None:
    """A page may have any length, and be no text at all; what is kept of it is bounded."""
    journal = MemoryJournal()
    async with open_bench(seams, journals=lambda name: journal) as bench:
        spoil(bench, "\ufeff<html>" + "x" * 3 * LONGEST, count=1)
        with pytest.raises(DecodeError):
            await bench.account.reconcile()
        (kept,) = journal.set_aside
        assert len(kept.text) == LONGEST
        assert "<html>xx" in kept.text


async def test_rows_that_cannot_be_read_are_kept_and_the_others_are_heeded(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """Each bad row of a page by itself, once; asked again, the venue adds nothing."""
    journal = MemoryJournal()
    async with open_bench(seams, journals=lambda name: journal) as bench:
        spoil(bench, '{"error":[],"result":{"ZUSD":"5.0","XXBT":"much","XETH":{"is":"odd"}}}', "Balance", count=9)
        for _ in range(3):
            await bench.account.reconcile()
        assert [kept.text for kept in journal.set_aside] == ['"much"', '{"is":"odd"}']
        assert all(kept.reason.startswith("/0/private/Balance: ") for kept in journal.set_aside)


async def test_an_answer_that_may_hold_a_token_is_not_kept(network: SimulatedNetwork, seams: Seams) -> None:
    """Of the answer to a question for the token only what is wrong with it, wherever in it the token is."""
    journal = MemoryJournal()
    async with open_bench(seams, journals=lambda name: journal) as bench:
        spoil(bench, '{"error":[],"result":["hush-hush"]}', "GetWebSocketsToken", count=1)
        bench.venue.restart(down_for=0.1)
        await trio.sleep(10.0)
        (kept,) = journal.set_aside
        assert kept.reason.startswith("/0/private/GetWebSocketsToken: ")
        assert kept.text == ""
        assert bench.account.health().components["connection"].cause is None


async def test_an_unclear_answer_to_a_command_is_kept(network: SimulatedNetwork, seams: Seams) -> None:
    """What the venue said instead of yes or no is evidence, and is there when the verdict is read later."""
    journal = MemoryJournal()
    async with open_bench(seams, journals=lambda name: journal) as bench:
        said = '{"result":'
        bench.venue.faults.add(f.HttpError(method="add_order", transport="rest", status=200, body=said, when="after"))
        handle = await place(bench, transport="rest")
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        (kept,) = journal.set_aside
        assert kept.text == said
        assert kept.reason.startswith("/0/private/AddOrder: ")
