"""What an engine is told before it starts, from TOML or from Python, with secrets by reference only."""

from batactors.config.account import AccountConfig
from batactors.config.engine import EngineConfig
from batactors.config.journal import JournalConfig
from batactors.config.secret import Secret
from batactors.config.supervision import SupervisionConfig

__all__ = ["AccountConfig", "EngineConfig", "JournalConfig", "Secret", "SupervisionConfig"]
