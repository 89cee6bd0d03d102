"""What an actor is called, by the name that supervision has for it."""

SUBSCRIBER = "subscriber"


def actor_of(child: str) -> str:
    """The actor's name: all subscribers together are `subscriber`, which names no command."""
    return SUBSCRIBER if child.startswith(f"{SUBSCRIBER} ") else child
