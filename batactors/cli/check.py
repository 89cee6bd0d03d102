"""``batactors check``: whether a configuration is good, and what an engine would do with it. Nothing is connected."""

import json
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from attrs import asdict, fields_dict
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from batactors.config import AccountConfig, EngineConfig, Secret, SupervisionConfig
from batactors.journal.probing import probe
from batactors.model.credentials import Credentials
from batactors.model.errors import ConfigError, JournalError
from batactors.seams import Seams
from batactors.venues.codec import Codec, HttpRequest
from batactors.venues.protocols import codec_of, warning_of
from batactors.venues.registry import CODECS
from batactors.venues.sockets import Role

_PROBE = HttpRequest(method="POST", path="/")


def check(config: str, /, *, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """Check a configuration file and say what an engine would do with it, without connecting.

    Args:
        config: A TOML file.
        as_json: Print one JSON object.
    """
    engine = EngineConfig.from_toml(config)
    engine.require_venues(CODECS, config)
    accounts, errors = {}, []
    for name, account in engine.accounts.items():
        try:
            accounts[name] = _plan(name, account)
        except ConfigError as error:
            errors += [f"{config}: accounts.{name}.{line}" for line in str(error).splitlines()]
    if errors:
        raise ConfigError("\n".join(errors))
    warnings = [f"accounts.{name}.{line}" for name, account in engine.accounts.items() for line in _warnings(account)]
    supervision = asdict(engine.supervision)
    if as_json:
        plan = {"config": config, "accounts": accounts, "supervision": supervision, "warnings": warnings}
        print(json.dumps(plan))
    else:
        _show(config, {**{f"account {name}": plan for name, plan in accounts.items()}, "supervision": supervision})
        for line in warnings:
            Console().print(Text(f"warning: {line}"), style="yellow", soft_wrap=True)


def _plan(name: str, account: AccountConfig) -> dict[str, Any]:
    """Every setting as the engine would have it: the venue's own values in place, secrets by where they are."""
    now = Seams().clock.now()
    codec = codec_of(account.venue, tier=account.tier, protocol=account.protocol, on=now)
    errors = []
    patience = codec.patience
    try:
        patience = account.patience(codec.patience)
    except ConfigError as error:
        errors.append(str(error))
    addresses: dict[str, str | None] = {}
    try:
        addresses = _addresses(account, codec)
    except ConfigError as error:
        errors.append(str(error))
    errors += _check_secrets(account, codec)
    errors += _check_journal(name, account)
    if errors:
        raise ConfigError("\n".join(errors))
    kept = (
        {name: value for name, value in asdict(account.journal).items() if value is not None}
        if account.journal
        else None
    )
    plan = asdict(account, recurse=False) | asdict(patience) | addresses | {"journal": kept}
    return {name: str(value) if isinstance(value, Secret) else value for name, value in plan.items()}


def _addresses(account: AccountConfig, codec: Codec) -> dict[str, str | None]:
    """Where an engine would connect to.

    Raises:
        ConfigError: The venue has no such environment.
    """
    hosts = codec.hosts(account.environment)
    return {
        "rest_url": account.rest_url or hosts.rest,
        "websocket_url": account.websocket_url or hosts.websocket,
        "commands_url": account.commands_url or hosts.commands,
    }


def _check_journal(name: str, account: AccountConfig) -> list[str]:
    """What keeps an engine from using the journal. It is neither made nor taken."""
    if account.journal is None:
        return []
    try:
        probe(account.journal.path, account=name, venue=account.venue)
    except JournalError as error:
        return [f"journal.path: {error}"]
    return []


def _check_secrets(account: AccountConfig, codec: Codec) -> list[str]:
    """What is wrong with the secrets: not where they should be, or not of the venue's form."""
    found, errors = {}, []
    for name, secret in (("api_key", account.api_key), ("api_secret", account.api_secret)):
        try:
            found[name] = secret.reveal() if secret is not None else ""
        except ConfigError as error:
            errors.append(f"{name}: {error}")
    if account.api_secret is not None and not errors:
        try:
            codec.keys(Credentials(**found))
        except ConfigError as error:
            errors.append(f"api_secret: {account.api_secret}: {error}")
    return errors


def _warnings(account: AccountConfig) -> list[str]:
    names = ("rest_url", "websocket_url", "commands_url")
    unsigned = "api_secret is missing: the engine will have to be given a signer for this account"
    return [
        *([unsigned] if account.api_secret is None else []),
        *(
            f"{name} is {address}: keys and orders would travel unencrypted to another machine"
            for name in names
            if (address := getattr(account, name)) is not None
            and urlsplit(address).scheme in ("http", "ws")
            and not _is_here(urlsplit(address).hostname or "")
        ),
        *_mixed(account),
        *([] if (ends := warning_of(account.venue, account.protocol, Seams().clock.now())) is None else [ends]),
    ]


def _mixed(account: AccountConfig) -> list[str]:
    """Addresses that nobody gave where others were: an engine would trade half here and half at the venue itself."""
    codec = codec_of(account.venue, tier=account.tier, protocol=account.protocol, on=Seams().clock.now())
    hosts = codec.hosts(account.environment)
    own = {"rest_url": hosts.rest, "websocket_url": hosts.websocket, "commands_url": hosts.commands}
    given = {name: getattr(account, name) for name in own}
    others = [name for name, address in given.items() if address is not None and address != own[name]]
    takes_commands = hosts.commands is None and any(Role.COMMANDS in socket.roles for socket in codec.sockets)
    what = {
        "rest_url": "questions, and orders by REST,",
        "websocket_url": "orders" if takes_commands else "the session for events",
        "commands_url": "orders",
    }
    return [
        f"{name} is the venue's own, {address}, while {others[0]} is {given[others[0]]}: {what[name]} would go there"
        for name, address in own.items()
        if others and address is not None and given[name] is None
    ]


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _show(config: str, sections: dict[str, dict[str, Any]]) -> None:
    console = Console(highlight=False)
    console.print(Text(f"{config} is good. An engine would run with:"), soft_wrap=True)
    rules = fields_dict(AccountConfig) | fields_dict(SupervisionConfig)
    for title, settings in sections.items():
        table = Table(title=Text(title), title_justify="left", show_header=False, box=None, padding=(0, 2))
        for name, value in settings.items():
            shown = ", ".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, dict) else value
            rule = rules[name].validator if name in rules and value is not None else None  # not all can be set
            unit = getattr(rule, "unit", "")
            table.add_row(name, Text(f"{shown} {unit}".strip(), overflow="fold"))
        console.print(table)
