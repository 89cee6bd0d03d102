"""Whichever actor crashes wherever it waits, with commands by REST alone: each order is told once, and sent once."""

import pytest

from tests.engine.kraken_futures.bench import open_on, open_venue
from tests.engine.sweep import Place, crash_anywhere, met, stall_anywhere

HERE = Place(open_venue=open_venue, open_on=open_on)
ACTORS = ("private feeds", "rest", "dedup", "reconciler", "lane")


def test_the_actors_are_met() -> None:
    """Each of the actors that are crashed passes await points in an ordinary run."""
    assert set(ACTORS) <= met(HERE)


@pytest.mark.holds("D04")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_crash_anywhere_is_survived(actor: str) -> None:
    """Two orders, an amend and a cancel, with one crash: fills once, verdicts for all, nothing sent twice, healthy."""
    crash_anywhere(HERE, actor)


@pytest.mark.holds("D04")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_stall_anywhere_is_survived(actor: str) -> None:
    """The same where one task of an actor is held for longer than a venue's answer is waited for."""
    stall_anywhere(HERE, actor)
