"""Plays the whole suite, with a bar on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.progress import track

from batactors.testing.conformance.capability import CAPABILITIES
from batactors.testing.conformance.matrix import Entry, Matrix
from batactors.testing.conformance.played import play


def play_all(venues: Sequence[str]) -> Matrix:
    """Play every capability at each of these venues; the bar goes to standard error, and stays out of a pipe.

    Raises:
        CapabilityBroken: A scene failed.
    """
    console = Console(stderr=True)
    todo = [(venue, capability) for venue in venues for capability in CAPABILITIES.values()]
    matrix: dict[str, dict[str, Entry]] = {venue: {} for venue in venues}
    for venue, capability in track(
        todo, "Playing", console=console, disable=not console.is_terminal, transient=True
    ):  # fmt: skip
        matrix[venue][capability.id] = Entry.of(play(capability, venue))
    return matrix
