"""A guard around runs in virtual time: what would make two runs of one seed differ is refused, by name.

It replaces functions by ones that look who asks. That costs nothing to speak of, and sees all but two kinds of calls:
of functions of C that somebody has imported by name (`from time import time`), and of methods of types of C
(`datetime.now`). A strict guard sees these too, for it is told of each call by the interpreter.
"""

import logging
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pkgutil import resolve_name
from types import BuiltinFunctionType, FrameType
from typing import Any

from batactors.testing.refusals import CHANCE, LIBRARIES, REFUSALS, STRICT_REFUSALS, Refusal

_log = logging.getLogger(__name__)


class NondeterminismError(Exception):
    """Something in a run in virtual time would make it differ from the next run of the same seed."""


@contextmanager
def refuse_nondeterminism(
    *, strict: bool = False, chance: bool = True, trusted: Collection[str] = ()
) -> Iterator[None]:
    """Refuse threads, processes, real sockets, real time and unseeded chance, around a trio run or within one.

    The call raises `NondeterminismError`, which says who called what, and what to use instead. Whoever catches it
    gains nothing: it is raised again at the end. Libraries that only stamp and measure by the clock are let through,
    and so is the operating system's entropy under `deterministic_entropy`. Only this thread is guarded.

    Args:
        strict: See also functions of C that were imported by name, and `datetime.now`. A run of the engine takes 1.7 to
            2.2 times as long (one order, twenty orders). This takes the place of a profiler; if one is set already, a
            note is logged and the guard is not strict.
        chance: Whether to refuse unseeded chance.
        trusted: More modules, with all below them, that may call what they like.

    Raises:
        NondeterminismError: At the end, if something was refused and the error does not tell so by itself.
    """
    guard = _Guard(tuple(trusted))
    with ExitStack() as stack:
        stack.callback(guard.retire)
        refusals = [refusal for refusal in REFUSALS if chance or refusal.kind is not CHANCE]
        if strict:
            guard.watch_all_calls((*refusals, *STRICT_REFUSALS), stack)
        for refusal in refusals:
            guard.patch(refusal, stack)
        try:
            yield
        except Exception as error:
            if guard.first is None or _tells(error):
                raise
            raise guard.first from error
    if guard.first is not None:
        raise guard.first


def _tells(error: BaseException | None) -> bool:
    """Whether a reader of this error sees that something was refused."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(_tells, error.exceptions))
    return error is not None and (isinstance(error, NondeterminismError) or _tells(error.__cause__))


class _Guard:
    """Knows whom to refuse, and keeps the first refusal."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self.first: NondeterminismError | None = None
        self._trusted = trusted
        self._thread: int | None = threading.get_ident()

    def retire(self) -> None:
        """Let everything through: somebody may have kept a function of ours."""
        self._thread = None

    def patch(self, refusal: Refusal, stack: ExitStack) -> None:
        """Put a function that asks us in the place of this one, if it is there and nobody has put a fake there."""
        place, _, name = refusal.name.rpartition(".")
        owner = _owner(place)
        original = vars(owner).get(name) if owner is not None else None
        if original is None or not _is_genuine(original, refusal):
            return
        ours = self._asking(refusal, original)
        setattr(owner, name, ours)
        stack.callback(_put_back, owner, name, ours, original)

    def _asking(self, refusal: Refusal, original: Callable[..., Any]) -> Callable[..., Any]:
        position = refusal.harmless_with
        trusted: set[str] = set()  # the modules that were let through; each asks often

        def ask(*args: Any, **kwargs: Any) -> Any:
            if self._thread == threading.get_ident() and not _is_given(position, (*args, *kwargs.values())):
                frame = sys._getframe(1)
                if frame.f_globals.get("__name__") not in trusted and self._judge(refusal, frame):
                    trusted.add(_module_of(frame))
            return original(*args, **kwargs)

        ask.__wrapped__ = original  # type: ignore[attr-defined]
        ask.asks = True  # type: ignore[attr-defined]
        return ask

    def watch_all_calls(self, refusals: Iterable[Refusal], stack: ExitStack) -> None:
        """Have the interpreter tell us of each call of a function of C. To be done before these are patched."""
        if sys.getprofile() is not None:
            _log.warning("a profiler is set, so the guard against nondeterminism is not strict")
            return
        watched = {call: refusal for refusal in refusals for call in _functions_of_c(refusal)}

        def watch(frame: FrameType, event: str, call: object) -> None:
            if event == "c_call" and call in watched and not _is_ours(frame):
                self._judge(watched[call], frame)

        sys.setprofile(watch)
        stack.callback(sys.setprofile, None)

    def _judge(self, refusal: Refusal, frame: FrameType) -> bool:
        """Refuse what this frame called, unless who called it, or who had it called, is trusted.

        Returns:
            Whether the caller's module is trusted, so that it need not be looked at again.
        """
        asking: FrameType | None = frame
        while asking is not None and (_is_ours(asking) or refusal.name.startswith(f"{_module_of(asking)}.")):
            asking = asking.f_back
        if asking is not None and _is_in(_module_of(asking), refusal.kind.trusted):
            return asking is frame
        culprit, way = _culprit_of(frame)
        if _is_in(_module_of(culprit), self._trusted):
            return False
        where = f"{culprit.f_code.co_filename}:{culprit.f_lineno} in {culprit.f_code.co_qualname}"
        call = f"{refusal.call or refusal.name}{f' (by way of {way})' if way else ''}"
        error = NondeterminismError(f"{where} called {call}: {refusal.kind.why}. Use {refusal.kind.instead}.")
        self.first = self.first or error
        raise error


@cache
def _owner(place: str) -> Any:
    """The module or class of this name, if this machine has it."""
    try:
        return resolve_name(place)
    except (ImportError, AttributeError):
        return None


def _put_back(owner: Any, name: str, ours: object, original: object) -> None:
    """Undo a patch, unless somebody has patched it again, for longer than we have."""
    if vars(owner).get(name) is ours:
        setattr(owner, name, original)


def _is_genuine(function: Any, refusal: Refusal) -> bool:
    """Whether this is the machine's own, or another guard's. A fake that somebody put there repeats, or so they say."""
    if isinstance(function, BuiltinFunctionType) or hasattr(function, "asks"):
        return True
    return refusal.name.startswith(f"{function.__module__}.") and refusal.name.endswith(f".{function.__name__}")


def _is_given(position: int | None, values: tuple[object, ...]) -> bool:
    return position is not None and len(values) > position and values[position] is not None


def _functions_of_c(refusal: Refusal) -> Iterator[object]:
    """The function of this row as the interpreter sees it; none if the arguments matter, which it does not show."""
    place, _, name = refusal.name.rpartition(".")
    function = getattr(_owner(place), name, None)
    if isinstance(function, BuiltinFunctionType) and refusal.harmless_with is None:
        yield function


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "?"))


def _is_ours(frame: FrameType) -> bool:
    return frame.f_globals is globals()


def _is_in(module: str, trusted: Collection[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in trusted)


def _culprit_of(frame: FrameType) -> tuple[FrameType, str]:
    """The innermost caller that is neither Python's nor a library's, and what of theirs it called."""
    way = ""
    culprit: FrameType | None = frame
    while culprit is not None and _is_library(_module_of(culprit)):
        name = culprit.f_code.co_qualname
        if not culprit.f_code.co_name.startswith(("__", "<")) and not _is_ours(culprit):
            way = f"{_module_of(culprit).partition('.')[0]}.{name}"
        culprit = culprit.f_back
    return (frame, "") if culprit is None else (culprit, way)


def _is_library(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top in LIBRARIES or module == __name__
