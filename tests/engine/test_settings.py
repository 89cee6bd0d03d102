"""Leverage, margin mode and position mode, through the engine: sent by REST, and read back if an answer is lost."""

from typing import Any

import pytest
import trio

from batactors import CommandHandle, CommandStatus, InvalidCommand, ModeForbids, Proof, Transport, Unsupported
from batactors.journal.memory import MemoryJournal
from batactors.model.positions import PositionMode
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import open_bench
from tests.engine.perp import BTC, open_perp, perp_engine


async def ended(handle: CommandHandle, within: float = 60.0) -> tuple[CommandStatus, Proof | None]:
    """Its verdict, and what proves it."""
    with trio.fail_after(within):
        verdict = await handle.verdict()
    return verdict.status, verdict.proof


@pytest.mark.holds("X22")
async def test_each_setting_is_set_at_the_venue(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a socket cannot carry goes by REST under ``auto``, and its handle is like every command's."""
    async with open_perp(seams, monkeypatch) as bench:
        handles = [
            await bench.account.set_leverage(BTC, 20),
            await bench.account.set_margin_mode(BTC, "isolated"),
            await bench.account.set_position_mode(PositionMode.HEDGE),
        ]
        for handle in handles:
            assert await ended(handle) == (CommandStatus.ACCEPTED, Proof.ANSWERED)
            assert (await handle.ack()).transport is Transport.REST
            assert (await handle.sent()) is not None
            assert handle.client_order_id is None
            assert [event async for event in handle.events()] == []
        assert bench.perp.settings == {
            BTC: {"leverage": "20", "margin_mode": "isolated"}, None: {"position_mode": "hedge"},
        }  # fmt: skip
        assert [handle.instrument for handle in handles] == [BTC, BTC, None]
        with pytest.raises(InvalidCommand, match="needs the client_order_id"):
            await handles[0].cancel()


async def test_a_socket_alone_carries_no_setting(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the policy ``websocket`` nothing goes by REST: it is told as not sent, with the reason."""
    async with open_perp(seams, monkeypatch) as bench:
        handle = await bench.account.set_leverage(BTC, 20, transport="websocket")
        assert await ended(handle) == (CommandStatus.NOT_EXECUTED, Proof.NEVER_WRITTEN)
        assert (await handle.resolved()).message == "the socket carries no settings"
        assert not {"set", "settings"} & set(bench.perp.asked)


@pytest.mark.holds("X22", "Y04")
@pytest.mark.parametrize(
    ("lost", "status"), [("before", CommandStatus.NOT_EXECUTED), ("after", CommandStatus.ACCEPTED)]
)
async def test_a_lost_answer_is_settled_by_reading_the_setting(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, lost: str, status: CommandStatus
) -> None:
    """Whatever became of the call: the setting is read until that proves it, and it is sent once."""
    async with open_perp(seams, monkeypatch) as bench:
        bench.perp.settings[BTC] = {"leverage": "10"}
        bench.perp.push({"what": "setting", "instrument": BTC, "leverage": 10})
        await trio.sleep(0.1)
        bench.perp.loses = lambda call: lost if call == "set" else None
        handle = await bench.account.set_leverage(BTC, 20)
        assert (await handle.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        assert bench.account.health().unknown_commands == 1
        assert await ended(handle) == (status, Proof.READ_BACK)
        assert bench.perp.asked.count("set") == 1
        assert bench.account.health().unknown_commands == 0


@pytest.mark.holds("Y04")
async def test_a_lost_call_stays_unknown_while_the_setting_cannot_be_read(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer to the question is no proof of anything; it is asked again until there is one."""
    async with open_perp(seams, monkeypatch) as bench:
        bench.perp.loses = lambda call: "before"
        handle = await bench.account.set_leverage(BTC, 20)
        await trio.sleep(60.0)
        assert bench.account.health().unknown_commands == 1
        assert bench.perp.asked.count("settings") > 3
        bench.perp.loses = lambda call: None
        bench.perp.settings[BTC] = {"leverage": "3"}
        assert await ended(handle) == (CommandStatus.NOT_EXECUTED, Proof.READ_BACK)


@pytest.mark.holds("X22")
async def test_a_setting_in_doubt_is_found_out_by_the_next_process(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent before a crash is read back after the restart, under the same command id."""
    journal = MemoryJournal()
    async with open_perp(seams, monkeypatch, journals=lambda name: journal) as bench:
        bench.perp.loses = lambda call: "after"
        handle = await bench.account.set_leverage(BTC, 20)
        await handle.ack()
        await bench.engine.stop()
        bench.perp.loses = lambda call: None
        async with perp_engine(bench.perp, bench.urls, seams, journals=lambda name: journal) as (_, account):
            (again,) = account.commands()
            assert again.command_id == handle.command_id
            assert await ended(again) == (CommandStatus.ACCEPTED, Proof.READ_BACK)
            assert bench.perp.asked.count("set") == 1


async def test_what_a_mode_lets_be_set(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Less leverage adds no risk, more may; a halted account sets nothing."""
    async with open_perp(seams, monkeypatch) as bench:
        bench.perp.push({"what": "setting", "instrument": BTC, "leverage": 10})
        await trio.sleep(0.1)
        bench.account.set_mode("reduce_only", reason="night")
        assert await ended(await bench.account.set_leverage(BTC, 5)) == (CommandStatus.ACCEPTED, Proof.ANSWERED)
        with pytest.raises(ModeForbids, match="settings that allow no more"):
            await bench.account.set_leverage(BTC, 11)
        with pytest.raises(ModeForbids):
            await bench.account.set_margin_mode(BTC, "cross")
        bench.account.set_mode("halted")
        with pytest.raises(ModeForbids):
            await bench.account.set_leverage(BTC, 1)
        assert [call for call in bench.perp.asked if call != "positions"] == ["set"]


@pytest.mark.parametrize("leverage", [0, -1, 2.5, True, "20", None])
async def test_what_is_no_leverage_is_refused_at_the_door(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, leverage: Any
) -> None:
    """It names what was given, and nothing is sent."""
    async with open_perp(seams, monkeypatch) as bench:
        with pytest.raises(InvalidCommand, match="give a whole number from 1 on"):
            await bench.account.set_leverage(BTC, leverage)
        with pytest.raises(InvalidCommand, match="give one of cross, isolated"):
            await bench.account.set_margin_mode(BTC, "crossed")
        with pytest.raises(InvalidCommand, match="did you mean"):
            await bench.account.set_leverage("BTC/USF", 2)
        assert not {"set", "settings"} & set(bench.perp.asked)


async def test_a_spot_venue_has_no_such_settings(network: SimulatedNetwork, seams: Seams) -> None:
    """It says so, and what it lacks."""
    async with open_bench(seams) as bench:
        with pytest.raises(Unsupported, match="Kraken Spot has no set_leverage: it has no positions"):
            await bench.account.set_leverage("BTC/USD", 2)
        with pytest.raises(Unsupported, match="set_position_mode"):
            await bench.account.set_position_mode("hedge")
