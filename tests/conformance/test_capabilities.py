"""What the capability matrix says of each venue is what its simulated venue and the engine do now."""

import pytest

from batactors.testing.conformance import CAPABILITIES, Capability, CapabilityBroken, Entry, kept_matrix, play
from batactors.testing.conformance.capability import Group
from batactors.testing.conformance.stand import Stand
from batactors.testing.simulation.stages import STAGES
from tests.conformance.page import PAGE, tables

WRITE = "python -m tests.conformance"


@pytest.mark.holds("X62")
@pytest.mark.parametrize("venue", STAGES)
@pytest.mark.parametrize("name", CAPABILITIES)
def test_what_the_matrix_says_is_so(venue: str, name: str) -> None:
    """Played again, each scene comes to what is kept: done, and by which roads, or unsupported, and why."""
    assert Entry.of(play(CAPABILITIES[name], venue)) == kept_matrix()[venue][name], f"play all anew: {WRITE}"


def test_the_matrix_is_whole() -> None:
    """Every venue that has a simulation, and every capability, and nothing else."""
    matrix = kept_matrix()
    assert list(matrix) == list(STAGES), f"play all anew: {WRITE}"
    assert all(list(entries) == list(CAPABILITIES) for entries in matrix.values()), f"play all anew: {WRITE}"


def test_the_page_shows_the_matrix() -> None:
    """The tables of the docs are made from it."""
    assert tables(kept_matrix()) in PAGE.read_text(encoding="utf-8"), f"write it anew: {WRITE}"


async def _does_nothing_right(stand: Stand) -> None:
    await stand.place(price=100_000_000, quantity="1000000")  # which no venue accepts


def test_a_scene_that_fails_is_no_answer() -> None:
    """What neither comes to its end nor is told as unsupported stands in no matrix as either."""
    broken = Capability(id="broken", group=Group.ORDERS, title="", scene=_does_nothing_right)
    with pytest.raises(CapabilityBroken, match="broken at kraken-spot, by websocket"):
        play(broken, "kraken-spot")
