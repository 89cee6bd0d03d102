"""Promises of the user's own, beside those that every run is held to."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from batactors.model.errors import ConfigError
from batactors.testing.simulation.checks import ALL_CHECKS, Check


def read_checks(names: Sequence[str]) -> Sequence[type[Check]]:
    """Every check there is, and those that stand under these names, such as `our_promises:NeverShort`.

    Modules are looked for in the working directory too, as `python -m` does.

    Raises:
        ConfigError: There is no such check.
    """
    if names and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    return (*ALL_CHECKS, *map(_read, names))


def _read(name: str) -> type[Check]:
    module, _, attribute = name.partition(":")
    try:
        check = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"--check is {name!r}: give a module and a class, such as promises:NeverShort ({error})"
        ) from error
    if not (isinstance(check, type) and issubclass(check, Check)):
        raise ConfigError(
            f"--check is {name!r}: that is no class derived from batactors.testing.simulation.checks.Check"
        )
    return check
