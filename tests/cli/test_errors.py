"""How errors leave the command line."""

import pytest

from batactors.cli.errors import status_of
from batactors.cli.main import run
from batactors.model.errors import AuthError, ConfigError, ExchangeReject
from tests.cli.program import batactors


def raising(error: BaseException) -> int:
    def command() -> None:
        raise error

    return status_of(command)


def test_success_and_a_command_s_own_status_pass() -> None:
    """A command decides on its own exit status; returning nothing is success."""
    assert status_of(lambda: None) == 0
    assert status_of(lambda: 0) == 0
    assert status_of(lambda: 1) == 1


def test_each_leaf_of_a_group_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """However deep errors are nested, each is told once, in order, without a traceback."""
    inner = ExceptionGroup("inner", [AuthError("the venue refuses the key", native_code="EAPI:Invalid key")])
    status = raising(ExceptionGroup("outer", [ConfigError("a is wrong\nb is wrong"), inner, ConfigError("a is wrong")]))
    assert status == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: a is wrong",
        "error: b is wrong",
        "error: the venue refuses the key (EAPI:Invalid key)",
    ]


def test_a_code_that_the_message_has_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """A venue's own words stand in a line once."""
    assert raising(ExchangeReject("refused: EOrder:Unknown order", native_code="EOrder:Unknown order")) == 2
    assert capsys.readouterr().err == "error: refused: EOrder:Unknown order\n"


def test_the_system_s_errors_are_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    """What the operating system refuses is told in its words, with what it was about."""
    assert raising(PermissionError(13, "Permission denied", "/etc/keys")) == 2
    assert raising(OSError("odd")) == 2
    assert capsys.readouterr().err == "error: /etc/keys: Permission denied\nerror: odd\n"


def test_an_interruption_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C says nothing and exits with 130, also out of nurseries, also while something fails."""
    assert raising(KeyboardInterrupt()) == 130
    assert raising(BaseExceptionGroup("nursery", [KeyboardInterrupt()])) == 130
    assert capsys.readouterr().err == ""
    assert raising(BaseExceptionGroup("nursery", [ConfigError("wrong"), KeyboardInterrupt()])) == 130


def test_a_bug_keeps_its_traceback() -> None:
    """An error that nobody foresaw is not dressed up as the operator's mistake."""
    with pytest.raises(ZeroDivisionError):
        raising(ZeroDivisionError())
    with pytest.raises(ExceptionGroup):
        raising(ExceptionGroup("mixed", [ConfigError("wrong"), ZeroDivisionError()]))


@pytest.mark.parametrize(
    "tokens",
    [["nope"], ["check"], ["check", "a", "b"], ["venue", "serve"], ["venue", "serve", "kraken-spot", "--port", "x"]],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_and_status_2(tokens: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A command line that cannot be read says why in one line."""
    assert run(tokens) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1


def test_the_process_exits_as_it_should() -> None:
    """What holds inside holds for the process: status, output, and no traceback."""
    wrong = batactors("check", "/nowhere/engine.toml")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "error: /nowhere/engine.toml is not there: give the path of a TOML file\n"
    assert batactors("--nope").returncode == 2
    version = batactors("--version")
    assert version.returncode == 0
    assert version.stdout.strip()


def test_a_reader_that_leaves_is_no_error() -> None:
    """Piping into a program that reads nothing ends quietly."""
    import subprocess

    from tests.cli.program import COMMAND, environment

    process = subprocess.Popen([*COMMAND, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    with process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
