"""How far something long is, on a terminal; nothing in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn


def console() -> Console:
    """For what is printed. In a pipe a line is as long as it has to be."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=1_000)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal of the error stream while this is entered; it takes what is done and how much there is."""
    terminal = Console(stderr=True)
    if not terminal.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    # No thread takes part: rich draws only when it is told to.
    with Progress(*columns, console=terminal, transient=True, auto_refresh=False) as progress:
        task = progress.add_task(what, total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, refresh=True)

        yield told
