"""A question that is asked in parts: one that fails at once is asked again, for all of them have to be answered."""

from collections.abc import Iterator

import pytest
import trio

from batactors.actors.messages import Answered
from batactors.actors.parts import patiently
from batactors.model.errors import BatactorsError, ExchangeReject, RateLimited, TemporaryUnavailable, TransportError

ANSWER = Answered(asked_at=1.0)
AWAY = TemporaryUnavailable("away")


class Venue:
    """Answers with these, one after the other, each after so many seconds."""

    def __init__(self, *outcomes: BatactorsError | Answered, seconds: float = 0.1) -> None:
        self._outcomes: Iterator[BatactorsError | Answered] = iter(outcomes)
        self._seconds = seconds
        self.asked = 0

    async def ask(self) -> Answered:
        self.asked += 1
        await trio.sleep(self._seconds)
        outcome = next(self._outcomes)
        if isinstance(outcome, BatactorsError):
            raise outcome
        return outcome


@pytest.mark.parametrize("error", [AWAY, TransportError("cut")], ids=repr)
async def test_one_of_many_is_asked_again(error: BatactorsError) -> None:
    """Twice at the most, with a pause."""
    venue, began = Venue(error, error, ANSWER), trio.current_time()
    assert await patiently(venue.ask, of=20) is ANSWER
    assert venue.asked == 3
    assert trio.current_time() - began == pytest.approx(0.9)
    hopeless = Venue(error, error, error)
    with pytest.raises(type(error)):
        await patiently(hopeless.ask, of=20)
    assert hopeless.asked == 3


@pytest.mark.parametrize(
    ("venue", "of"),
    [
        (Venue(AWAY), 1),
        (Venue(AWAY, seconds=10.0), 20),
        (Venue(RateLimited("too many")), 20),
        (Venue(ExchangeReject("no")), 20),
    ],
    ids=["alone", "slowly", "limited", "refused"],
)
async def test_what_is_not_asked_again(venue: Venue, of: int) -> None:
    """A question by itself, which who asked it asks again; one that took long to fail; and one that was answered."""
    with pytest.raises(BatactorsError):
        await patiently(venue.ask, of=of)
    assert venue.asked == 1
