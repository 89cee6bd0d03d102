"""The whole configuration of an engine."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import evolve, field, frozen

from batactors.config.account import AccountConfig
from batactors.config.reading import read_toml, structure
from batactors.config.rules import Rule, kind_of, listed, suggestion
from batactors.config.supervision import SupervisionConfig
from batactors.model.errors import ConfigError


def _frozen(accounts: Any) -> Any:
    return MappingProxyType(dict(accounts)) if isinstance(accounts, Mapping) else accounts


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name) and name == name.strip() and name.isprintable()


class _Accounts(Rule):
    """At least one account, each under a name."""

    def complaint(self, value: object) -> str | None:
        if not isinstance(value, Mapping) or not value:
            return f"is {'empty' if value == {} else kind_of(value)}: {self.right}"
        for name, account in value.items():
            if not _is_name(name):
                return f"has the name {name!r}: write one with something in it, and no white space around it"
            if not isinstance(account, AccountConfig):
                return f"has under {name!r} what is {kind_of(account)}: give an AccountConfig"
        return None


_ACCOUNTS = _Accounts("write a table [accounts.NAME] for each account, and one at least", lambda value: True)
_SUPERVISION = Rule("give a SupervisionConfig", lambda value: isinstance(value, SupervisionConfig))


@frozen(kw_only=True)
class EngineConfig:
    """What ``open_engine`` takes: accounts under the names by which the program asks for them, and supervision."""

    accounts: Mapping[str, AccountConfig] = field(converter=_frozen, validator=_ACCOUNTS)
    supervision: SupervisionConfig = field(factory=SupervisionConfig, validator=_SUPERVISION)

    def __attrs_post_init__(self) -> None:
        owners: dict[str, str] = {}
        for name, account in self.accounts.items():
            if account.journal is not None:
                owner = owners.setdefault(os.path.abspath(account.journal.path), name)
                if owner != name:
                    raise ConfigError(
                        f"accounts.{name}.journal.path is {account.journal.path!r}, as is that of {owner}: "
                        "give each account a journal of its own"
                    )

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> "EngineConfig":
        """Read a TOML file.

        Raises:
            ConfigError: It is not there, is no TOML, or does not say what an engine needs; with a line for each error.
        """
        return structure(cls, read_toml(path), os.fspath(path))._within(Path(path).parent)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], source: str = "configuration") -> "EngineConfig":
        """Read what a TOML file would hold; a ``Secret`` may stand where the file would refer to one.

        Args:
            data: The tables.
            source: What errors are to name as the place where it comes from.

        Raises:
            ConfigError: It does not say what an engine needs; with a line for each error.
        """
        return structure(cls, data, source)

    def _within(self, directory: Path) -> "EngineConfig":
        """The same, with relative paths taken to begin at the directory of the file that they stand in."""
        accounts = {
            name: account if account.journal is None else evolve(account, journal=account.journal.within(directory))
            for name, account in self.accounts.items()
        }
        return evolve(self, accounts=accounts)

    def require_venues(self, known: Collection[str], source: str = "configuration") -> None:
        """Check that every account is at one of these venues, which this floor does not know.

        Raises:
            ConfigError: Some are not; with a line for each.
        """
        lines = [
            f"{source}: accounts.{name}.venue is {account.venue!r}: write {listed(sorted(known))}"
            f"{suggestion(account.venue, known)}"
            for name, account in self.accounts.items()
            if account.venue not in known
        ]
        if lines:
            raise ConfigError("\n".join(lines))
