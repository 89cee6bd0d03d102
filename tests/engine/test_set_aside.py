"""What a venue sent and nobody could read is in the journal, for whoever looks into it later."""

import pytest
import trio

from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_on, open_venue
from tests.engine.test_unknown_outcomes import place

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
