"""Secrets: found where they are, and shown by nothing."""

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batactors.config import AccountConfig, EngineConfig, Secret
from batactors.model.errors import ConfigError

# Nothing that our own words could hold by chance.
SECRET_TEXT = st.text("QXZJ0123456789+/=", min_size=12, max_size=90).map(lambda text: f"Q{text}Z")


def test_secrets_are_looked_up_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time anew, and without the line's end that editors and shells add."""
    secret = Secret.environment("BATACTORS_TEST")
    monkeypatch.setenv("BATACTORS_TEST", "one\n")
    assert secret.reveal() == "one"
    monkeypatch.setenv("BATACTORS_TEST", "two")
    assert secret.reveal() == "two"
    path = tmp_path / "secret"
    path.write_text("  three \n")
    assert Secret.file(path).reveal() == Secret.file(str(path)).reveal() == "three"
    assert Secret.value("four").reveal() == "four"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Secret.file("~/secret").reveal() == "three"


def test_a_secret_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable or the file."""
    monkeypatch.delenv("BATACTORS_TEST", raising=False)
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "binary").write_bytes(b"QXZJ\xff")
    monkeypatch.setenv("BATACTORS_EMPTY", " ")
    for secret, line in (
        (Secret.environment("BATACTORS_TEST"), "the environment variable BATACTORS_TEST is not set"),
        (Secret.environment("BATACTORS_EMPTY"), "the environment variable BATACTORS_EMPTY is empty"),
        (Secret.file(tmp_path / "absent"), f"{tmp_path}/absent: No such file or directory"),
        (Secret.file(tmp_path), f"{tmp_path}: Is a directory"),
        (Secret.file(tmp_path / "empty"), f"{tmp_path}/empty is empty"),
        (Secret.file(tmp_path / "binary"), f"{tmp_path}/binary: it is not text in UTF-8"),
        (Secret.file("a\0b"), "there can be no such file"),
        (Secret.value(""), "a secret given from Python is empty"),
    ):
        with pytest.raises(ConfigError) as caught:
            secret.reveal()
        assert line in str(caught.value)
        assert "QXZJ" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_shows_where_it_is() -> None:
    """The repr is the reference, and of a value nothing."""
    assert repr(Secret.environment("KEY")) == "Secret.environment('KEY')"
    assert repr(Secret.file("/run/key")) == "Secret.file('/run/key')"
    assert repr(Secret.value("hunter2")) == "Secret.value(...)"
    assert str(Secret.value("hunter2")) == "a secret given from Python"


@given(SECRET_TEXT)
def test_a_value_is_shown_by_nothing(value: str) -> None:
    """No repr, str or format of a secret, or of what holds it, has its value in it."""
    secret = Secret.value(value)
    held = AccountConfig(api_key=secret, api_secret=secret)
    config = EngineConfig(accounts={"kraken": held})
    shown = [f(each) for each in (secret, held, config) for f in (repr, str, format, "{!r:>5}".format, "%s".__mod__)]
    assert value not in "".join(shown)
    assert secret.reveal() == value


def account(api_secret: Any, tier: str) -> dict[str, Any]:
    """The tables of a configuration with this in place of a secret."""
    return {"accounts": {"kraken": {"api_key": {"env": "KEY"}, "api_secret": api_secret, "tier": tier}}}


def shapes_of(value: str) -> list[Any]:
    """The ways in which someone might write a secret where a reference to one should stand."""
    tables: list[Mapping[str, Any]] = [{key: value} for key in ("value", "Env", "env ", value)]
    return [value, [value], *tables, {"env": [value]}, {"env": "A", "file": value}, {"env": f"{value}="},
            {"file": f"a{value}"}, {"file": {"path": value}}, {"env": {"name": value}}]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=SECRET_TEXT, data=st.data())
def test_a_secret_in_the_file_is_refused_and_not_repeated(value: str, data: st.DataObject, tmp_path: Path) -> None:
    """Neither the error nor its traceback has it, whatever else is wrong."""
    shape = data.draw(st.sampled_from(shapes_of(value)))
    with pytest.raises(ConfigError) as caught:
        EngineConfig.from_dict(account(shape, data.draw(st.sampled_from(["pro", "nope"]))))
    told = "".join(traceback.format_exception(caught.value))
    assert value not in told
    assert "accounts.kraken.api_secret " in told
    assert "write " in str(caught.value)
    path = tmp_path / "engine.toml"
    for line in (f'api_key = "{value}"', f"api_key = {value}", f'api_key = "{value}', f"{{ {value} }}"):
        path.write_text(f"[accounts.kraken]\n{line}\n")
        with pytest.raises(ConfigError) as caught:
            EngineConfig.from_toml(path)
        assert value not in "".join(traceback.format_exception(caught.value))


def test_a_literal_secret_is_told_what_would_be_right() -> None:
    """The error says how to refer to a secret instead."""
    with pytest.raises(ConfigError) as caught:
        EngineConfig.from_dict(account("hunter2", "pro"), "engine.toml")
    assert str(caught.value) == (
        "engine.toml: accounts.kraken.api_secret is written out here, where many eyes may see it: "
        'write { env = "NAME" } or { file = "/path" }'
    )
    with pytest.raises(ConfigError, match=r"^api_key is text: write .* a Secret$"):
        AccountConfig(api_key="hunter2", api_secret=Secret.value("x"))  # type: ignore[arg-type]
