"""The tables of ``docs/configuration.md``, from the code. ``python -m tests.settings_page`` writes them anew."""

import inspect
import re
from enum import Enum

import attrs

from batactors.config import AccountConfig, JournalConfig, SupervisionConfig
from batactors.config.rules import Rule, listed
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.kraken_v2.limits import PATIENCE, USUAL_TIER
from tests.readme import REPOSITORY

PAGE = REPOSITORY / "docs" / "configuration.md"
TABLES = {"account": AccountConfig, "journal": JournalConfig, "supervision": SupervisionConfig}
PATIENCE_NAMES = tuple(field.name for field in attrs.fields(type(PATIENCE)))
HOSTS = KrakenSpot().hosts("production")
VENUES_OWN = {
    "rest_url": f"`{HOSTS.rest}`",
    "websocket_url": f"`{HOSTS.websocket}`",
    "tier": f"`{USUAL_TIER}`",
    "socket_life": "it ends none",
    "keep_token_every": "it lasts",
}
ENTRY = re.compile(r"^    (\w+): (.+?)(?=^    \w+: |\Z)", re.MULTILINE | re.DOTALL)


def table_of(settings: type) -> str:
    """One row for each key: its unit and what is right, its default, what it is for."""
    documentation = inspect.getdoc(settings) or ""
    meanings = dict(ENTRY.findall(documentation.partition("Attributes:\n")[2]))
    rows = ["| key | default | what it is | right is |", "|---|---|---|---|"]
    for field in attrs.fields(settings):
        meaning = " ".join(meanings[field.name].split()).replace("``", "`")
        assert isinstance(field.validator, Rule)
        rows.append(f"| `{field.name}` | {default_of(field)} | {meaning} | {right_of(field)} |")
    return "\n".join(rows) + "\n"


def default_of(field: "attrs.Attribute[object]") -> str:
    """What holds if the key is left out, as TOML has it."""
    if field.default is attrs.NOTHING:
        return "must be given"
    if field.name in VENUES_OWN:
        return f"the venue's; Kraken Spot: {VENUES_OWN[field.name]}"
    if field.default is None and field.name not in PATIENCE_NAMES:
        return "none"
    if field.default is None:
        return f"the venue's; Kraken Spot: {getattr(PATIENCE, field.name):g}"
    value = field.default.value if isinstance(field.default, Enum) else field.default
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def right_of(field: "attrs.Attribute[object]") -> str:
    """What may stand there, in the words of the error that names what is wrong."""
    if field.name in ("api_key", "api_secret"):
        return '`{ env = "NAME" }` or `{ file = "/path" }`'
    if field.name == "journal":
        return "a table, as below"
    if isinstance(field.default, Enum) and field.default is not attrs.NOTHING:  # which is one, too
        return listed(type(field.default))
    assert isinstance(field.validator, Rule)
    return field.validator.right.removeprefix("write ").partition(", such as")[0].partition(" such as")[0]


def with_tables(text: str) -> str:
    """The page with its tables as the code has them."""
    for name, settings in TABLES.items():
        begin, end = (f"<!-- {name}: {word} -->\n" for word in ("begin", "end"))
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table_of(settings)}{end}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
