"""`batactors check` warns of a protocol that its venue will end."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from batactors.cli.main import run
from batactors.seams import SystemClock
from batactors.testing.kraken_futures import FuturesAccount
from batactors.venues.protocols import PROTOCOLS

END = PROTOCOLS["kraken-futures"].ends["v1"]
ACCOUNT = """
[accounts.futures]
venue = "kraken-futures"
{protocol}api_key.env = "FUTURES_KEY"
api_secret.file = "{secret}"
"""


@pytest.mark.parametrize(
    ("protocol", "days", "said"),
    [
        ("", 91, None), ("", 10, "protocol 'v1' ends on 2027-03-01"), ('protocol = "v1"\n', -1, "ended on 2027-03-01"),
        ('protocol = "unified"\n', 10, None), ("", -1, None),
    ],
    ids=["long_before", "soon", "over", "the_other", "over_by_default"],
)  # fmt: skip
def test_the_end_of_a_protocol_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, protocol: str, days: int,
    said: str | None,
) -> None:  # fmt: skip
    """Within three months before it, and behind it where the configuration still names it; the default goes on."""
    demo = FuturesAccount.demo()
    secret = tmp_path / "secret"
    secret.write_text(demo.api_secret)
    secret.chmod(0o600)
    monkeypatch.setenv("FUTURES_KEY", demo.api_key)
    monkeypatch.setattr(SystemClock, "now", lambda self: _at(days))
    path = tmp_path / "engine.toml"
    path.write_text(ACCOUNT.format(protocol=protocol, secret=secret))
    assert run(["check", str(path), "--json"]) == 0
    warnings: list[str] = json.loads(capsys.readouterr().out)["warnings"]
    assert [one.startswith("accounts.futures.kraken-futures: its") for one in warnings] == (
        [] if said is None else [True]
    )
    assert said is None or said in warnings[0]


def _at(days: int) -> datetime:
    return END - timedelta(days=days)
