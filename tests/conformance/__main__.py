"""``python -m tests.conformance``: play every capability at every simulated venue, and keep what comes of it.

With ``--venue NAME`` only that one's entries are made anew.
"""

import json
import sys
from pathlib import Path

import batactors.testing.conformance as suite
from batactors.testing.conformance.matrix import KEPT, Entry, Matrix, as_json
from batactors.testing.conformance.progress import play_all
from batactors.testing.simulation.stages import STAGES
from tests.conformance.page import write_page


def main(arguments: list[str]) -> None:
    """Play, and write the matrix and the page."""
    wanted = arguments[1:2] if arguments[:1] == ["--venue"] else list(STAGES)
    played = play_all(wanted)
    kept: Matrix = suite.kept_matrix()
    matrix = {venue: played.get(venue) or kept.get(venue) or dict[str, Entry]() for venue in STAGES}
    kept_file = Path(suite.__file__).parent / KEPT
    kept_file.write_text(json.dumps(as_json(matrix), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_page(matrix)


if __name__ == "__main__":
    main(sys.argv[1:])
