"""Leverage, margin mode and position mode (section 4.1)."""

from typing import Any

import pytest

from batactors.model.account_facts import SettingFact
from batactors.model.commands import Operation
from batactors.model.errors import Unsupported
from batactors.model.facts import Answer
from batactors.model.ids import AccountName, CommandId
from batactors.model.positions import MarginMode, PositionMode
from batactors.model.questions import AskSettings
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode, SettingCommand
from tests.venues.binance.samples import BTC, REQUEST, STAMP, only, taught, text

WHO: dict[str, Any] = {"command_id": CommandId("c"), "account": AccountName("a")}
LEVERAGE = SetLeverage(**WHO, instrument=BTC, leverage=21)
ISOLATED = SetMarginMode(**WHO, instrument=BTC, margin_mode=MarginMode.ISOLATED)
HEDGE = SetPositionMode(**WHO, position_mode=PositionMode.HEDGE)


@pytest.mark.parametrize(
    ("command", "path", "fields"),
    [
        (LEVERAGE, "leverage", {"symbol": "BTCUSDT", "leverage": 21}),
        (ISOLATED, "marginType", {"symbol": "BTCUSDT", "marginType": "ISOLATED"}),
        (SetMarginMode(**WHO, instrument=BTC, margin_mode=MarginMode.CROSS), "marginType",
         {"symbol": "BTCUSDT", "marginType": "CROSSED"}),
        (HEDGE, "positionSide/dual", {"dualSidePosition": "true"}),
        (SetPositionMode(**WHO, position_mode=PositionMode.ONE_WAY), "positionSide/dual",
         {"dualSidePosition": "false"}),
    ],
)  # fmt: skip
def test_requests(command: SettingCommand, path: str, fields: dict[str, object]) -> None:
    """Each is a POST; the position mode is text."""
    request = taught().request_command([command], STAMP)
    assert (request.method, request.path, dict(request.fields)) == ("POST", f"/fapi/v1/{path}", fields)


def read(command: SettingCommand, body: object, status: int = 200) -> list[Any]:
    """What the answer says."""
    return taught().read_command([command], REQUEST, status, text(body))


def test_leverage_as_the_venue_set_it() -> None:
    """Which may be less than was asked for."""
    answer, setting = read(LEVERAGE, {"leverage": 20, "maxNotionalValue": "1000000", "symbol": "BTCUSDT"})
    assert answer.answer is Answer.ACCEPTED
    assert setting == SettingFact(instrument=BTC, leverage=20)


@pytest.mark.parametrize(
    ("command", "code", "setting"),
    [
        (ISOLATED, -4046, SettingFact(instrument=BTC, margin_mode=MarginMode.ISOLATED)),
        (HEDGE, -4059, SettingFact(position_mode=PositionMode.HEDGE)),
    ],
)
def test_what_was_so_before(command: SettingCommand, code: int, setting: SettingFact) -> None:
    """It is a success, and so is one without a word."""
    for body, status in (({"code": code, "msg": "No need to change."}, 400), ({"code": 200, "msg": "success"}, 200)):
        answer, told = read(command, body, status)
        assert (answer.answer, answer.error) == (Answer.ACCEPTED, None)
        assert told == setting


@pytest.mark.parametrize("command", [LEVERAGE, ISOLATED, HEDGE])
@pytest.mark.parametrize("code", [-4047, -4048, -4067, -4068, -4161, -4202, -4403])
def test_refusals(command: SettingCommand, code: int) -> None:
    """The setting is as it was."""
    assert only(read(command, {"code": code, "msg": "m"}, 400)).answer is Answer.REFUSED


@pytest.mark.parametrize("command", [LEVERAGE, ISOLATED, HEDGE])
@pytest.mark.parametrize(("status", "body"), [(503, "x"), (408, {"code": -1007, "msg": "m"}), (400, {"code": -1000})])
def test_unknown_outcomes(command: SettingCommand, status: int, body: object) -> None:
    """The setting has to be read back (W4)."""
    assert only(read(command, body, status)).answer is Answer.UNCLEAR


@pytest.mark.parametrize("body", [{}, [], {"leverage": "x"}, {"leverage": None}])
def test_a_leverage_that_cannot_be_read(body: object) -> None:
    """It may have been set."""
    assert only(read(LEVERAGE, body)).answer is Answer.UNCLEAR


def test_settings_are_read_back() -> None:
    """Of a symbol and of the account."""
    asked = AskSettings(instrument=BTC)
    request = taught().request(asked)
    assert (request.path, dict(request.fields)) == ("/fapi/v1/symbolConfig", {"symbol": "BTCUSDT"})
    other = {"symbol": "ETHUSDT", "marginType": "CROSSED", "leverage": 5, "maxNotionalValue": "1"}
    rows = [other, {"symbol": "BTCUSDT", "marginType": "CROSSED", "leverage": 21, "maxNotionalValue": "1000000"}]
    setting = SettingFact(instrument=BTC, leverage=21, margin_mode=MarginMode.CROSS)
    assert taught().read(asked, 0, 200, text(rows)).facts == (setting,)

    assert taught().request(AskSettings()).path == "/fapi/v1/accountConfig"
    body = {"feeTier": 0, "canTrade": True, "dualSidePosition": True, "multiAssetsMargin": False, "tradeGroupId": -1}
    (fact,) = taught().read(AskSettings(), 0, 200, text(body)).facts
    assert fact == SettingFact(position_mode=PositionMode.HEDGE, multi_assets=False, can_trade=True)


def test_settings_have_operations_of_their_own() -> None:
    """So that evidence about them is not taken for evidence about orders."""
    assert [command.operation for command in (LEVERAGE, ISOLATED, HEDGE)] == [
        Operation.SET_LEVERAGE, Operation.SET_MARGIN_MODE, Operation.SET_POSITION_MODE,
    ]  # fmt: skip


def test_there_is_no_margin_mode_of_the_whole_account() -> None:
    """Each instrument has its own; it is refused before anything is sent, with what would be right."""
    command = SetMarginMode(**WHO, margin_mode=MarginMode.CROSS)
    for refuse in (lambda: taught().check(command), lambda: taught().request_command([command], STAMP)):
        with pytest.raises(Unsupported, match="name one"):
            refuse()
