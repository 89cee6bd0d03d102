"""What a capability is, and the list of all."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from batactors.testing.conformance.stand import Stand

Scene = Callable[[Stand], Awaitable[None]]


class Group(StrEnum):
    """Under which heading a capability stands."""

    ORDERS = "Orders"
    CHANGES = "Changes of orders"
    BATCHES = "Batches, in one request"
    READS = "Reads and watches"
    DERIVATIVES = "Settings and positions"
    SAFETY = "When things break"


@frozen(kw_only=True)
class Capability:
    """Something that an account can do at a venue, or cannot.

    Attributes:
        id: Its name, for programs.
        title: What it is called in tables.
        scene: Does it; raises ``Unsupported`` where the venue, or this engine at it, cannot.
        roads: Whether it is done by commands, which can go by the socket or by REST: each is tried.
        options: For the account's configuration.
    """

    id: str
    group: Group
    title: str
    scene: Scene = field(repr=False)
    roads: bool = True
    options: Mapping[str, Any] = field(factory=dict)


CAPABILITIES: dict[str, Capability] = {}
"""All of them by their ids, in the order of the table."""


def capability(name: str, group: Group, title: str, *, roads: bool = True, **options: Any) -> Callable[[Scene], Scene]:
    """Put a scene on the list."""

    def enter(scene: Scene) -> Scene:
        assert name not in CAPABILITIES, f"there is a capability {name} already"
        CAPABILITIES[name] = Capability(id=name, group=group, title=title, scene=scene, roads=roads, options=options)
        return scene

    return enter
