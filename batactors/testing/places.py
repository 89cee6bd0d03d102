"""Where a task waits, told in words that are the same on every machine."""

from pathlib import PurePath
from types import FrameType

from trio.lowlevel import Task

HIDDEN = ("trio", "batactors.testing", "contextlib")
"""Packages whose frames say nothing about where an actor waits."""
CALLERS = 2
"""How many of the actor's own functions are told that lead to the place."""


def place_of(task: Task) -> str:
    """Where a task waits, and who called that, from the inside out."""
    frames = [(frame, line) for frame, line in task.iter_await_frames() if not _is_hidden(_module_of(frame))]
    if not frames:  # trio's own, such as those that dial several addresses at once
        return f"a task of {place_of(task.parent_nursery.parent_task)}" if task.parent_nursery is not None else ""
    *outer, inner = frames
    home = _module_of(frames[0][0]).partition(".")[0]
    callers = [one for one in outer if _module_of(one[0]).partition(".")[0] == home][-CALLERS:]
    return " < ".join(_told(*one) for one in (inner, *reversed(callers)))


def _told(frame: FrameType, line: int) -> str:
    path = PurePath(frame.f_code.co_filename)
    inside = len(_module_of(frame).split(".")) + (path.stem == "__init__")
    return f"{'/'.join(path.parts[-inside:])}:{line} in {frame.f_code.co_qualname}"


def _is_hidden(module: str) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in HIDDEN)


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))
