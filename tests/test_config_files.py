"""Configuration files that are none: each is told with its name."""

from pathlib import Path

import pytest

from batactors.config import EngineConfig
from batactors.model.errors import ConfigError


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"[accounts.kraken\n", "is not TOML: Expected ']' at the end of a table declaration (at line 1, column 17)"),
        (b"a = 1\na = 2\n", "is not TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"a = \xff\n", "is not TOML: the byte at position 4 is not UTF-8"),
        (b"", "accounts is missing: write a table [accounts.NAME] for each account, and one at least"),
    ],
    ids=["syntax", "twice", "bytes", "empty"],
)
def test_what_is_no_configuration_is_told_with_the_file(content: bytes, line: str, tmp_path: Path) -> None:
    """The file is named, and the line where there is one."""
    path = tmp_path / "engine.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        EngineConfig.from_toml(path)
    assert str(caught.value).removeprefix(str(path)).lstrip(": ") == line


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    """Nothing there, a directory, a name that no file can have."""
    for path, line in (
        (tmp_path / "absent", f"{tmp_path}/absent is not there: give the path of a TOML file"),
        (tmp_path, f"{tmp_path} is a directory: give a TOML file"),
        (tmp_path / "a" / ("b" * 300), "File name too long"),
        ("", "'' cannot be a file's name"),
        ("a\0b", "'a\\x00b' cannot be a file's name"),
    ):
        if "b" * 300 in str(path):
            (tmp_path / "a").mkdir()
        with pytest.raises(ConfigError) as caught:
            EngineConfig.from_toml(path)
        assert line in str(caught.value)
