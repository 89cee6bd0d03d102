"""Puts a bug into the engine, and sees where it no longer fits: one that crashes the engine by itself proves nothing.

A bug replaces parts of the engine by their names. Where the engine has changed since, a name is gone, or what replaces
a part is called in another way, or uses what is no longer there. That looks like a crash, which the checks find.
"""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from types import GeneratorType, TracebackType
from typing import Any, Final

import pytest

HERE = Path(__file__).parent
STALE = (AttributeError, TypeError, NameError, ImportError)
"""How Python says that code does not fit other code."""
_NOTHING: Final = object()


class NoLongerFitsError(Exception):
    """A bug that was written for other code than there is now."""


class Patch:
    """What a bug is put in with.

    Attributes:
        misfits: What of it did not fit, as the errors have it.
    """

    def __init__(self, real: pytest.MonkeyPatch) -> None:
        self._real = real
        self.misfits: list[str] = []

    def setattr(self, target: object, name: object, value: object = _NOTHING) -> None:
        """Put another value in the place of a part, which must be there; ``name`` may be a dotted path's value."""
        if value is _NOTHING:
            self._real.setattr(str(target), self._watched(name))
        else:
            self._real.setattr(target, str(name), self._watched(value))

    def setitem(self, table: MutableMapping[Any, Any], key: object, value: object) -> None:
        """Put another value into a table that the engine reads, under a key that must be there."""
        if key not in table:
            raise AttributeError(f"a table has no {key!r}")
        self._real.setitem(table, key, self._watched(value))

    def _watched(self, new: Any) -> Any:
        if not callable(new) or isinstance(new, type):
            return new
        watch: Callable[..., Any] = self._watched_async if iscoroutinefunction(new) else self._watched_sync
        return wraps(new)(watch(new))

    def _watched_async(self, new: Callable[..., Any]) -> Callable[..., Any]:
        async def watched(*args: Any, **kwargs: Any) -> Any:
            with self._seen():
                return await new(*args, **kwargs)

        return watched

    def _watched_sync(self, new: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            with self._seen():
                came = new(*args, **kwargs)
            return self._each(came) if isinstance(came, GeneratorType) else came

        return watched

    def _each(self, came: Iterator[Any]) -> Iterator[Any]:
        with self._seen():
            yield from came

    @contextmanager
    def _seen(self) -> Iterator[None]:
        try:
            yield
        except STALE as error:
            if _is_of_tests(error.__traceback__):
                self.misfits.append(f"{type(error).__name__}: {error}")
            raise


@contextmanager
def fitting(name: str, bug: Callable[[Patch], None] | None) -> Iterator[None]:
    """Let the engine have a bug, and see that it fits.

    Raises:
        NoLongerFitsError: It does not: it could not be put in, or failed by itself when it was met.
    """
    with pytest.MonkeyPatch.context() as real:
        patch = Patch(real)
        try:
            if bug is not None:
                bug(patch)
        except STALE as error:
            raise NoLongerFitsError(f"this mutant no longer fits: {name}: {error}") from error
        yield
    if patch.misfits:
        raise NoLongerFitsError(f"this mutant no longer fits: {name}: {patch.misfits[0]}")


def _is_of_tests(traceback: TracebackType | None) -> bool:
    """Whether the code that failed is a bug's own, and none of the engine's."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and Path(traceback.tb_frame.f_code.co_filename).parent == HERE
