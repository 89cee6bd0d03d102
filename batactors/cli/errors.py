"""How errors leave the command line: one clear line each, no traceback, and an exit status that a script can go by.

What is not foreseen here is a bug, and keeps its traceback.
"""

import os
import sys
from collections.abc import Callable, Iterator

from cyclopts import CycloptsError

from batactors.model.errors import BatactorsError

FAILED = 2
INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended
BROKEN_PIPE = 141


def status_of(command: Callable[[], int | None]) -> int:
    """Run a command, tell what went wrong, and say with which status to exit.

    Args:
        command: Returns its own exit status; ``None`` is success.
    """
    status = 0
    try:
        status = command() or 0
    except* KeyboardInterrupt:
        status = INTERRUPTED
    except* BrokenPipeError:
        # Whoever read our output has gone, as ``head`` does. Nothing is left to be said, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = status or BROKEN_PIPE
    except* (BatactorsError, OSError, CycloptsError) as group:
        if status != INTERRUPTED:  # what ends because everything ends is no error
            _tell(group)
        status = status or FAILED
    return status


def _tell(group: BaseExceptionGroup[BaseException]) -> None:
    lines = dict.fromkeys(line for error in _leaves(group) for line in lines_of(error))
    for line in lines:
        print(f"error: {line}", file=sys.stderr)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def lines_of(error: BaseException) -> list[str]:
    """An error in words: a line for each thing that is wrong."""
    match error:
        case CycloptsError():
            return [" ".join(str(error).split())]
        case BatactorsError(native_code=str() as code) if code not in str(error):
            return [f"{error} ({code})"]
        case OSError(strerror=str() as why):
            return [": ".join(str(part) for part in (error.filename, why) if part is not None)]
    return str(error).splitlines() or [type(error).__name__]
