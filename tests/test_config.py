"""Configuration: what is read, what is refused, and in which words."""

from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.config import AccountConfig, EngineConfig, Secret, SupervisionConfig
from batactors.model.errors import ConfigError
from batactors.model.limits import Patience
from batactors.model.terms import TransportPolicy

KEYS = {"api_key": {"env": "KRAKEN_API_KEY"}, "api_secret": {"file": "/run/secrets/kraken_secret"}}
SECRETS: dict[str, Any] = {"api_key": Secret.value("k"), "api_secret": Secret.value("s")}


def account(**settings: Any) -> dict[str, Any]:
    """The tables of a configuration with one account."""
    return {"accounts": {"kraken": {**KEYS, **settings}}}


def errors_of(data: Any) -> list[str]:
    """The lines of the error that these tables are refused with."""
    with pytest.raises(ConfigError) as caught:
        EngineConfig.from_dict(data, "engine.toml")
    return str(caught.value).splitlines()


# -- what is read ------------------------------------------------------------------------------------------------------


def test_the_documented_file_is_read(tmp_path: Path) -> None:
    """The shortest file is an account with a key; everything else has a value of its own."""
    path = tmp_path / "engine.toml"
    path.write_text(
        """
        [accounts.kraken]
        venue = "kraken-spot"
        api_key = { env = "KRAKEN_API_KEY" }
        api_secret = { file = "/run/secrets/kraken_secret" }
        """
    )
    config = EngineConfig.from_toml(path)
    expected = AccountConfig(
        api_key=Secret.environment("KRAKEN_API_KEY"), api_secret=Secret.file("/run/secrets/kraken_secret")
    )
    assert config == EngineConfig(accounts={"kraken": expected})
    assert config == EngineConfig.from_toml(str(path))
    assert config.supervision == SupervisionConfig()


def test_everything_can_be_set(tmp_path: Path) -> None:
    """Every field of every value has its key in the file."""
    path = tmp_path / "engine.toml"
    path.write_text(
        """
        [accounts."my kraken"]
        venue = "kraken-spot"
        api_key.env = "K"
        api_secret.file = "~/secret"
        rest_url = "http://127.0.0.1:8080"
        websocket_url = "ws://[::1]:8080/v2"
        commands_url = "ws://[::1]:8081/v2"
        environment = "demo"
        tier = "pro"
        protocol = "v2"
        transport = "rest"
        mode = "reduce_only"
        new_risk_while_recovering = "refuse"
        send_within = 1
        validity = 60
        margin = 0
        read_lag = 0.0
        silence = 20
        ping_every = 7.5
        answer = 3
        socket_life = 3600
        keep_token_every = 60
        reads = 4
        recovery_patience = 30
        reconcile_every = 5
        tombstones = 100
        instruments_every = 600
        drop_token_on_stop = true
        clock_every = 60
        clock_alarm = 0.5
        cancel_after = 60
        paced = false
        journal = { path = "data/kraken.journal", sync = "normal", settled = 50, days = 30, recent = 7 }

        [supervision]
        backoff_first = 1
        backoff_most = 2
        backoff_factor = 1.5
        jitter = 0
        stable_after = 9
        failures = 0
        within = 8
        start_within = 7
        stop_within = 6
        cancelled_within = 2
        """,
        encoding="utf-8-sig",  # as some editors write it
    )
    config = EngineConfig.from_toml(path)
    read = config.accounts["my kraken"]
    assert read.transport is TransportPolicy.REST
    assert (read.tier, read.validity, read.margin, read.tombstones) == ("pro", 60, 0, 100)
    assert (read.environment, read.commands_url) == ("demo", "ws://[::1]:8081/v2")
    assert config.supervision.failures == 0
    assert read.journal is not None
    assert read.journal.path == str(tmp_path / "data" / "kraken.journal")
    for value in (read, config.supervision, read.journal):
        for field in attrs.fields(type(value)):
            if field.name != "venue":
                assert getattr(value, field.name) != field.default, f"{field.name} was not set"


def test_a_dictionary_may_hold_secrets() -> None:
    """From Python, a secret that the program has may stand where a file would refer to one."""
    config = EngineConfig.from_dict({"accounts": {"kraken": dict(SECRETS)}})
    assert config.accounts["kraken"].api_key.reveal() == "k"


def test_an_account_changes_only_what_it_says_of_the_venue_s_patience() -> None:
    """None means the codec's own value; and the two together must make sense."""
    own = Patience(validity=5.0, margin=2.0, read_lag=60.0, silence=10.0, ping_every=5.0, answer=10.0)
    assert AccountConfig(**SECRETS).patience(own) == own
    assert AccountConfig(**SECRETS, margin=0, answer=1).patience(own) == attrs.evolve(own, margin=0, answer=1)
    with pytest.raises(ConfigError, match="ping_every is 5: write less than silence, which is 4"):
        AccountConfig(**SECRETS, silence=4).patience(own)


# -- what is refused ---------------------------------------------------------------------------------------------------

WRONG = [
    ({"tier": "prov"}, "tier is 'prov': write starter, intermediate or pro; did you mean 'pro'?"),
    ({"tier": 3}, "tier is 3: write starter, intermediate or pro"),
    ({"tier": {}}, "tier is a table: write starter, intermediate or pro"),
    ({"transport": "resst"}, "transport is 'resst': write auto, websocket or rest; did you mean 'rest'?"),
    ({"transport": []}, "transport is a list: write auto, websocket or rest"),
    ({"mode": "halt"}, "mode is 'halt': write active, reduce_only or halted; did you mean 'halted'?"),
    (
        {"new_risk_while_recovering": "wait"},
        "new_risk_while_recovering is 'wait': write queue, refuse or allow",
    ),
    ({"venue": ""}, "venue is '': write the name of a venue, such as kraken-spot"),
    ({"send_within": 0}, "send_within is 0: write a number of seconds, more than 0 and at most 86400"),
    ({"send_within": "5"}, "send_within is '5': write a number of seconds, more than 0 and at most 86400"),
    ({"send_within": True}, "send_within is True: write a number of seconds, more than 0 and at most 86400"),
    ({"margin": -1}, "margin is -1: write a number of seconds, from 0 to 86400"),
    ({"margin": float("nan")}, "margin is nan: write a number of seconds, from 0 to 86400"),
    ({"silence": float("inf")}, "silence is inf: write a number of seconds, more than 0 and at most 86400"),
    ({"validity": 0.4}, "validity is 0.4: write a number of seconds, from 0.5 to 60"),
    ({"validity": 61}, "validity is 61: write a number of seconds, from 0.5 to 60"),
    ({"reads": 0}, "reads is 0: write a whole number from 1 to 1000"),
    ({"reads": 2.0}, "reads is 2.0: write a whole number from 1 to 1000"),
]


@pytest.mark.parametrize(("given_", "line"), WRONG, ids=[line.partition(":")[0] for _, line in WRONG])
def test_a_wrong_value_is_told_with_its_place_and_what_is_right(given_: dict[str, Any], line: str) -> None:
    """From TOML and from Python the same words; from TOML with the file and the path."""
    assert errors_of(account(**given_)) == [f"engine.toml: accounts.kraken.{line}"]
    if not {"transport", "mode", "new_risk_while_recovering"} & set(given_):  # words that are enums from Python
        with pytest.raises(ConfigError) as caught:
            AccountConfig(**SECRETS, **given_)
        assert str(caught.value) == line


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.kraken.com",
        "ftp://api.kraken.com",
        "wss://api.kraken.com",
        "https://",
        "https://:8080",
        "https://host:99999",
        "https://host:x",
        "https://[::1",
        "https://a b",
        "https://host/\n",
        "https://host?q=1",
        "https://user:hunter2@host",
        "https://höst",
        8080,
    ],
)
def test_a_wrong_address_is_refused(url: Any) -> None:
    """An address needs the right scheme and a host; whatever could hold a secret is refused and not repeated."""
    (line,) = errors_of(account(rest_url=url))
    assert line.startswith("engine.toml: accounts.kraken.rest_url is ")
    assert "https or http" in line
    assert "such as https://api.kraken.com" in line
    assert "hunter2" not in line


def test_unknown_keys_are_refused_with_the_right_spelling() -> None:
    """A misspelt key must not be taken for a default, on any level."""
    assert errors_of(account(teir="pro"))[0].startswith(
        "engine.toml: accounts.kraken.teir is not known; did you mean 'tier'? Known are venue, api_key,"
    )
    (line,) = errors_of({**account(), "supervison": {}})
    assert line == "engine.toml: supervison is not known; did you mean 'supervision'? Known are accounts, supervision"
    (line,) = errors_of({**account(), "supervision": {"zzz": 1}})
    assert line.startswith("engine.toml: supervision.zzz is not known. Known are backoff_first,")


def test_all_errors_are_told_at_once() -> None:
    """Who corrects a file corrects it once."""
    data = {
        "accounts": {"a b": {"api_secret": {"env": "K"}, "tier": "x", "validity": 0}, "c": 3},
        "supervision": {"jitter": 2, "failures": -1},
        "more": 1,
    }
    assert [line.split(" is ")[0] for line in errors_of(data)] == [
        "engine.toml: accounts.'a b'.api_key",
        "engine.toml: accounts.'a b'.tier",
        "engine.toml: accounts.'a b'.validity",
        "engine.toml: accounts.c",
        "engine.toml: supervision.jitter",
        "engine.toml: supervision.failures",
        "engine.toml: more",
    ]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({}, "accounts is missing: write a table [accounts.NAME] for each account, and one at least"),
        ({"accounts": {}}, "accounts is empty: write a table [accounts.NAME] for each account, and one at least"),
        ({"accounts": 3}, "accounts is a number: write a table [accounts.NAME] for each account, and one at least"),
        ({"accounts": {"": KEYS}}, "accounts has the name '': write one with something in it, and no white space"),
        ({"accounts": {" a": KEYS}}, "accounts has the name ' a': write one with something in it"),
        ({"accounts": {"a": "x"}}, "accounts.a is text: write a table with venue, api_key, api_secret,"),
        ({"accounts": {"a": {"api_secret": KEYS["api_key"]}}}, "accounts.a.api_key is missing: write { env ="),
        ({**account(), "supervision": 1}, "supervision is a number: write a table with backoff_first,"),
        (account(ping_every=5, silence=4), "accounts.kraken.ping_every is 5: write less than silence, which is 4"),
        ({**account(), "supervision": {"backoff_first": 40}}, "supervision.backoff_first is 40: write at most backoff"),
        ([], " is a list: write a table with accounts"),
    ],
    ids=str,
)
def test_a_wrong_shape_is_told_in_words(data: Any, line: str) -> None:
    """Tables that are missing, empty or something else are named."""
    (told,) = errors_of(data)
    assert told.removeprefix("engine.toml: ").startswith(line.strip())


def test_python_is_held_to_the_same() -> None:
    """A value made in Python is checked like one that was read."""
    for wrong in ({}, {"a": 3}, {"": AccountConfig(**SECRETS)}, None):
        with pytest.raises(ConfigError, match=r"^accounts "):
            EngineConfig(accounts=wrong)
    with pytest.raises(ConfigError, match=r"^supervision is nothing"):
        EngineConfig(accounts={"a": AccountConfig(**SECRETS)}, supervision=None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"^jitter is 2"):
        SupervisionConfig(jitter=2)


def test_venues_are_checked_by_whoever_knows_them() -> None:
    """This floor knows no venue; who does gets the path, too."""
    config = EngineConfig.from_dict(account(venue="krakenspot"))
    with pytest.raises(ConfigError) as caught:
        config.require_venues({"kraken-spot": 1, "binance": 2}, "engine.toml")
    assert str(caught.value) == (
        "engine.toml: accounts.kraken.venue is 'krakenspot': write binance or kraken-spot; did you mean 'kraken-spot'?"
    )
    config.require_venues(["krakenspot"])


# -- anything at all ---------------------------------------------------------------------------------------------------

JSONLIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from([field.name for field in attrs.fields(AccountConfig)])


@given(st.dictionaries(FIELDS, JSONLIKE), JSONLIKE)
def test_nothing_but_a_config_error_leaves(fields: dict[str, Any], anything: Any) -> None:
    """Whatever stands in a file, it is read, or refused with a line per error that says where."""
    for data in (anything, {"accounts": anything}, account(**fields), {**account(), "supervision": fields}):
        lines = []
        try:
            EngineConfig.from_dict(data, "engine.toml")
        except ConfigError as error:
            lines = str(error).split("\n")
        assert all(line.startswith("engine.toml: ") for line in lines)
