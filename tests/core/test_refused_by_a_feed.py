"""A refusal that a feed told is the book's own word: an answer that is older does not bring the order back."""

import pytest

from batactors.model.receipts import CommandStatus
from tests.core.futures import answer, hear, story_of
from tests.venues.kraken_futures.samples import OURS, answered, by_id, create, sent

POST = "post_order_failed_because_it_would_filled"


@pytest.mark.holds("A06", "F14")
@pytest.mark.parametrize("crashed", [False, True], ids=["alive", "rebuilt"])
def test_an_older_answer_brings_nothing_back(crashed: bool) -> None:
    """`placed` in the answer is of before the feed's refusal, also where a crash was in between (seed 2349)."""
    story = story_of()
    hear(story, by_id(POST, cli_ord_id=OURS))
    if crashed:
        story.crash()
    answer(story, answered(create(), sent()))
    assert story.told(OURS) == ["Submitted", "Rejected"]
    assert story.verdict(f"create {OURS}") is CommandStatus.REJECTED
