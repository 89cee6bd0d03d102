"""``batactors check``."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import trio

from batactors.cli.main import run
from batactors.config.rules import listed
from batactors.journal.loop import in_loop
from batactors.journal.sqlite import SqliteJournal
from batactors.testing.binance import BinanceAccount
from batactors.venues.registry import CODECS
from tests.cli.program import batactors

GOOD = """
[accounts.kraken]
api_key = { env = "TEST_API_KEY" }
api_secret = { file = "%s" }
answer = 3
"""


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEST_API_KEY", "visible-to-nobody")
    path = tmp_path / "secret"
    path.write_text("c2VjcmV0\n")
    return path


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "engine.toml"
    path.write_text(text)
    return str(path)


def test_a_good_one_is_told_in_full(tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The venue's own values stand where none was given, and secrets are told by where they are."""
    assert run(["check", written(tmp_path, GOOD % secrets), "--json"]) == 0
    printed = capsys.readouterr()
    plan = json.loads(printed.out, parse_float=Decimal)
    kraken = plan["accounts"]["kraken"]
    assert kraken["venue"] == "kraken-spot"
    assert kraken["answer"] == 3
    assert kraken["validity"] == 5  # the codec's
    assert kraken["api_key"] == "the environment variable TEST_API_KEY"
    assert kraken["api_secret"] == f"the file {secrets}"
    assert plan["supervision"]["failures"] == 5
    assert plan["warnings"] == []
    assert "visible-to-nobody" not in printed.out + printed.err
    assert "c2VjcmV0" not in printed.out + printed.err


def test_people_read_the_same_as_text(tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json the plan is a table, with units."""
    assert run(["check", written(tmp_path, GOOD % secrets)]) == 0
    lines = {" ".join(line.split()) for line in capsys.readouterr().out.splitlines()}
    assert {"account kraken", "answer 3 seconds", "send_within 5.0 seconds", "reads 2"} <= lines


def test_what_is_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Secrets that are not there, and settings that only together are wrong, are all told."""
    text = GOOD % (tmp_path / "absent") + "silence = 4\n"
    path = written(tmp_path, text.replace("TEST_API_KEY", "BATACTORS_UNSET"))
    assert run(["check", path]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[2].strip() for line in lines] == [
        "accounts.kraken.ping_every is 5",
        "accounts.kraken.api_key",
        "accounts.kraken.api_secret",
    ]
    assert "BATACTORS_UNSET is not set" in lines[1]
    assert f"{tmp_path / 'absent'}: No such file or directory" in lines[2]


def test_a_secret_that_is_none_is_told_without_it(
    tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret that the venue cannot have given out is found before anything is connected."""
    secrets.write_text("not*base64")
    assert run(["check", written(tmp_path, GOOD % secrets)]) == 2
    printed = capsys.readouterr().err
    assert "accounts.kraken.api_secret: the file" in printed
    assert "not base64" in printed
    assert "not*base64" not in printed


def test_an_unknown_venue_is_told_with_those_that_there_are(
    tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt venue gets the right spelling."""
    path = written(tmp_path, GOOD % secrets + 'venue = "krakn-spot"\n')
    assert run(["check", path]) == 2
    assert capsys.readouterr().err == (
        f"error: {path}: accounts.kraken.venue is 'krakn-spot': write {listed(sorted(CODECS))}; "
        "did you mean 'kraken-spot'?\n"
    )


def test_an_account_without_a_secret_needs_a_signer(
    tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is wrong with that, if the program gives the engine one; whoever forgot the secret is told."""
    path = written(
        tmp_path, "\n".join(line for line in (GOOD % secrets).splitlines() if "api_secret" not in line) + "\n"
    )
    assert run(["check", path]) == 0
    assert "warning: accounts.kraken.api_secret is missing: the engine will have to" in capsys.readouterr().out


@pytest.mark.parametrize(("host", "warned"), [("example.com", True), ("127.0.0.1:8080", False), ("[::1]:80", False)])
def test_unencrypted_roads_to_other_machines_are_warned_of(
    host: str, warned: bool, tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key should not cross a network in the clear; to this machine it does not cross one."""
    path = written(tmp_path, GOOD % secrets + f'rest_url = "http://{host}"\n')
    assert run(["check", path]) == 0
    assert ("warning: accounts.kraken.rest_url" in capsys.readouterr().out) == warned


def test_several_errors_leave_the_process_as_several_lines(tmp_path: Path) -> None:
    """Each error in a file is a line of its own that names the file and the place."""
    path = written(tmp_path, '[accounts.kraken]\ntier = "prov"\napi_secret = "SECRET"\n')
    found = batactors("check", path)
    assert found.returncode == 2
    assert found.stdout == ""
    assert all(line.startswith(f"error: {path}: accounts.kraken.") for line in found.stderr.splitlines())
    assert found.stderr.count("\n") == 3
    assert "SECRET" not in found.stderr


def test_a_journal_that_can_be_used_is_told_and_not_made(
    tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the file that names it; nothing is made."""
    text = GOOD % secrets + 'journal.path = "a.journal"\n'
    assert run(["check", written(tmp_path, text), "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["accounts"]["kraken"]
    assert plan["journal"]["path"] == str(tmp_path / "a.journal")
    assert plan["journal"]["sync"] == "full"
    assert not (tmp_path / "a.journal").exists()
    assert run(["check", written(tmp_path, text)]) == 0
    assert "sync full" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("secret", "it is no journal of batactors"),
        ("not/there", "there is no directory"),
        (".", "it is a directory"),
        ("other.journal", "it is the journal of account 'another' at kraken-spot, and this is account 'kraken'"),
    ],
)
def test_a_journal_that_cannot_be_used_is_told(
    tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str], path: str, wrong: str
) -> None:
    """What is wrong with the file is said before an engine is started on it, and the file is left as it is."""

    async def make() -> None:
        journal = SqliteJournal(tmp_path / "other.journal", account="another", venue="kraken-spot", run=in_loop)
        await journal.read()
        await journal.close()

    trio.run(make)
    before = (tmp_path / "other.journal").read_bytes()
    assert run(["check", written(tmp_path, GOOD % secrets + f'journal.path = "{path}"\n')]) == 2
    told = capsys.readouterr().err
    assert "accounts.kraken.journal.path: " in told
    assert wrong in told
    assert (tmp_path / "other.journal").read_bytes() == before


BINANCE = """
[accounts.binance]
venue = "binance"
environment = "%s"
api_key = { env = "TEST_API_KEY" }
api_secret = { file = "%s" }
"""


def test_where_it_would_connect_is_told(tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key in PEM is read, and the addresses are those of the environment; a wrong one of either kind is an error."""
    secrets.write_text(BinanceAccount.demo().ed25519_secret)
    assert run(["check", written(tmp_path, BINANCE % ("demo", secrets)), "--json"]) == 0
    plan = json.loads(capsys.readouterr().out, parse_float=Decimal)["accounts"]["binance"]
    assert plan["rest_url"] == "https://demo-fapi.binance.com"
    assert plan["websocket_url"] == "wss://demo-fstream.binance.com"
    assert plan["commands_url"] == "wss://testnet.binancefuture.com/ws-fapi/v1"
    assert run(["check", written(tmp_path, BINANCE % ("demoo", secrets))]) == 2
    assert "accounts.binance.environment is 'demoo'" in capsys.readouterr().err
    secrets.write_text(secrets.read_text().partition("\n")[0])
    assert run(["check", written(tmp_path, BINANCE % ("demo", secrets))]) == 2
    assert "give an Ed25519 key in PKCS#8 PEM" in capsys.readouterr().err


SIMULATED = {
    "rest_url": "http://127.0.0.1:8080",
    "websocket_url": "ws://127.0.0.1:8080",
    "commands_url": "ws://127.0.0.1:8080/ws-fapi/v1",
}
OWN = {
    "rest_url": "https://fapi.binance.com",
    "websocket_url": "wss://fstream.binance.com",
    "commands_url": "wss://ws-fapi.binance.com/ws-fapi/v1",
}
THERE = {
    "rest_url": "questions, and orders by REST, would go there",
    "websocket_url": "the session for events would go there",
    "commands_url": "orders would go there",
}


def warnings_of(path: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert run(["check", path, "--json"]) == 0
    warnings: list[str] = json.loads(capsys.readouterr().out)["warnings"]
    return warnings


@pytest.mark.parametrize("left_out", SIMULATED)
def test_an_address_that_is_left_out_beside_others_is_told(
    tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str], left_out: str
) -> None:
    """It is the real venue's: what would go there is said. With all of them, or none, nothing is."""
    secrets.write_text(BinanceAccount.demo().ed25519_secret)
    plain = BINANCE % ("production", secrets)
    assert warnings_of(written(tmp_path, plain), capsys) == []
    every = {name: f'{name} = "{address}"\n' for name, address in SIMULATED.items()}
    assert warnings_of(written(tmp_path, plain + "".join(every.values())), capsys) == []
    some = [line for name, line in every.items() if name != left_out]
    first = next(name for name in SIMULATED if name != left_out)
    assert warnings_of(written(tmp_path, plain + "".join(some)), capsys) == [
        f"accounts.binance.{left_out} is the venue's own, {OWN[left_out]}, "
        f"while {first} is {SIMULATED[first]}: {THERE[left_out]}"
    ]


def test_only_sockets_that_the_venue_has_are_told(
    tmp_path: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Kraken Spot has no socket for commands alone: orders go by the only one. Its own address is no mixture."""
    local = GOOD % secrets + 'rest_url = "http://127.0.0.1:8080"\n'
    (warning,) = warnings_of(written(tmp_path, local), capsys)
    assert warning.startswith("accounts.kraken.websocket_url is the venue's own, wss://")
    assert warning.endswith("while rest_url is http://127.0.0.1:8080: orders would go there")
    assert warnings_of(written(tmp_path, GOOD % secrets + 'rest_url = "https://api.kraken.com"\n'), capsys) == []
