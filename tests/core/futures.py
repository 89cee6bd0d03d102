"""Stories told in the frames and answers of Kraken Futures."""

from attrs import evolve

from batactors.model.facts import AnswerFact, Fact
from batactors.model.ids import RequestId
from batactors.model.terms import Origin
from tests.core.story import Story
from tests.venues.kraken_futures.samples import BTC, OURS, session


def story_of(quantity: str = "1") -> Story:
    story = Story(instrument=BTC)
    story.create(OURS, quantity, "50000")
    return story


def hear(story: Story, *frames: bytes) -> None:
    """Frames of one session, one by one."""
    one = session()
    for frame in frames:
        story.hear(*one.decode(frame))


def answer(story: Story, facts: list[Fact]) -> None:
    """An answer over REST; its number is that of the only request so far, or of the last."""
    story.hear(*(_numbered(fact, story) for fact in facts), origin=Origin.ACK)


def _numbered(fact: Fact, story: Story) -> Fact:
    return evolve(fact, request_id=RequestId(story.requests)) if isinstance(fact, AnswerFact) else fact
