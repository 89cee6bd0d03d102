"""How far the reading of a long journal is, drawn on a terminal, for a program that asks for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def restoring_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal of the error stream, for ``open_engine(..., progress=bar)``, while this is entered.

    It is there only while a journal is read, and only if that takes longer than a second. Where the error stream is no
    terminal, nothing is ever printed.
    """
    # What draws is read when a bar is asked for, not by everybody who imports an engine.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with ExitStack() as stack:
        drawn: dict[str, Callable[[int, int], None]] = {}

        def begun(account: str) -> Callable[[int, int], None]:
            # No thread takes part: rich draws only when it is told to.
            bar = Progress(*columns, console=terminal, transient=True, auto_refresh=False)
            stack.callback(bar.stop)
            bar.start()
            task = bar.add_task(f"restoring the journal of {account}")

            def draw(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, refresh=True)
                if done >= total:
                    bar.stop()

            return draw

        def told(account: str, done: int, total: int) -> None:
            if terminal.is_terminal:
                if account not in drawn:
                    drawn[account] = begun(account)
                drawn[account](done, total)

        yield told
