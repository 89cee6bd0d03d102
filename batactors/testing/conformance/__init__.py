"""One suite for all venues: what an account can do there, found by doing it at the simulated venue.

Each capability is a scene that is played in a world of its own, with every check of the simulation watching. A venue
has it if the scene comes to its end, and has it not if the engine says that it is unsupported; anything else is a
failure of the suite. `capabilities.json` beside this file is what came out, and a test plays it all again.
"""

from batactors.testing.conformance import scenes_orders, scenes_changes, scenes_account, scenes_safety  # noqa: F401, I001
from batactors.testing.conformance.capability import CAPABILITIES, Capability, Group
from batactors.testing.conformance.matrix import Entry, Matrix, kept_matrix
from batactors.testing.conformance.played import CapabilityBroken, play

__all__ = ["CAPABILITIES", "Capability", "CapabilityBroken", "Entry", "Group", "Matrix", "kept_matrix", "play"]
