"""What is counted, and listened to, in a simulated run."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import trio


@contextmanager
def listening(name: str, into: list[str]) -> Iterator[None]:
    """Collect what is logged, the least important too, instead of printing it."""
    logger, handler = logging.getLogger(name), _Listener(into)
    before, level = logger.propagate, logger.level
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = before


class _Listener(logging.Handler):
    def __init__(self, into: list[str]) -> None:
        super().__init__()
        self._into = into

    def emit(self, record: logging.LogRecord) -> None:
        self._into.append(record.getMessage())


def tasks_named(prefixes: tuple[str, ...]) -> int:
    """How many tasks of this run have names that begin so."""
    root = trio.lowlevel.current_root_task()
    waiting = [root] if root is not None else []
    count = 0
    while waiting:
        task = waiting.pop()
        children = [child for nursery in task.child_nurseries for child in nursery.child_tasks]
        waiting += children
        count += sum(child.name.startswith(prefixes) for child in children)
    return count
