"""Configurations written in Python: text will do for words, as in a file, and what was given stays as it was."""

import pytest

from batactors.config import AccountConfig, EngineConfig
from batactors.model.errors import ConfigError
from batactors.model.modes import NewRisk, TradingMode
from batactors.model.terms import TransportPolicy
from tests.test_config import SECRETS


def test_python_may_say_words_as_text() -> None:
    """What is text in a file may be text in Python, and is the same value."""
    told = AccountConfig(**SECRETS, transport="rest", mode="halted", new_risk_while_recovering="refuse")
    assert told.transport is TransportPolicy.REST
    assert told.mode is TradingMode.HALTED
    assert told.new_risk_while_recovering is NewRisk.REFUSE


def test_a_word_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    """The error names the key, what stands there and what would be right, and the word that was perhaps meant."""
    with pytest.raises(ConfigError, match=r"^transport is 'rset': write auto, websocket or rest; did you mean 'rest'"):
        AccountConfig(**SECRETS, transport="rset")
    with pytest.raises(ConfigError, match=r"^new_risk_while_recovering is 'wait': write queue, refuse or allow"):
        AccountConfig(**SECRETS, new_risk_while_recovering="wait")
    with pytest.raises(ConfigError, match=r"^mode is a list: write active, reduce_only or halted"):
        AccountConfig(**SECRETS, mode=["halted"])  # type: ignore[arg-type]


def test_a_configuration_does_not_change() -> None:
    """What was given may change later; the configuration stays as it was checked."""
    accounts = {"kraken": AccountConfig(**SECRETS)}
    config = EngineConfig(accounts=accounts)
    accounts.clear()
    assert list(config.accounts) == ["kraken"]
    with pytest.raises(TypeError):
        config.accounts["other"] = config.accounts["kraken"]  # type: ignore[index]
