"""Keys that stay elsewhere, and keys that are exchanged while the engine trades."""

from base64 import b64decode
from decimal import Decimal
from hmac import digest
from pathlib import Path

import pytest
import trio
from attrs import evolve

from batactors import (
    AuthError,
    CommandStatus,
    ConfigError,
    EngineConfig,
    OrderCanceled,
    OrderFilled,
    Scheme,
    Secret,
    open_engine,
)
from batactors.model.health import SessionPhase
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VenueAccount
from batactors.testing.binance import BinanceAccount
from tests.engine import bench as kraken
from tests.engine.binance import bench as binance

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.holds("X05")]


class Module:
    """A hardware module: it holds the secret, and takes its time."""

    def __init__(self, scheme: Scheme, key: bytes, algorithm: str) -> None:
        self.scheme = scheme
        self._key, self._algorithm = key, algorithm
        self.signed = 0

    async def sign(self, payload: bytes) -> bytes:
        await trio.sleep(0.05)
        self.signed += 1
        return digest(self._key, payload, self._algorithm)


async def test_a_key_may_stay_in_a_hardware_module(network: SimulatedNetwork, seams: Seams) -> None:
    """No secret is configured: what has to be signed, by REST and on the socket, is signed elsewhere and waited for."""
    demo = BinanceAccount.demo()
    module = Module(Scheme.HMAC_SHA256, demo.api_secret.encode(), "sha256")
    async with binance.open_venue(seams) as (_, urls):
        account = evolve(binance.account_config(urls, demo), api_secret=None)
        config = EngineConfig(accounts={"binance": account}, supervision=kraken.SUPERVISION)
        async with open_engine(config, seams=seams, signers={"binance": module}) as engine:
            handle = await engine.account("binance").create_order(**binance.ORDER)
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            asked = module.signed
            cancel = await handle.cancel()
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            assert module.signed > asked


async def test_a_key_of_kraken_may_stay_there_too(network: SimulatedNetwork, seams: Seams) -> None:
    """The scheme is the venue's; what the module is given is what it signs."""
    demo = VenueAccount.demo()
    module = Module(Scheme.HMAC_SHA512, b64decode(demo.api_secret), "sha512")
    async with kraken.open_venue(seams) as (_, urls):
        account = evolve(kraken.venue_config(urls, demo), api_secret=None)
        config = EngineConfig(accounts={"kraken": account}, supervision=kraken.SUPERVISION)
        async with open_engine(config, seams=seams, signers={"kraken": module}) as engine:
            handle = await engine.account("kraken").create_order(
                instrument="BTC/USD", side="buy", order_type="limit", quantity="0.5", price="48000"
            )
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED


async def test_a_key_must_be_somewhere(network: SimulatedNetwork, seams: Seams) -> None:
    """Without a secret and without a signer, and with a signer for an account that is not there, the error says so."""
    async with binance.open_venue(seams) as (_, urls):
        account = evolve(binance.account_config(urls, BinanceAccount.demo()), api_secret=None)
        config = EngineConfig(accounts={"binance": account})
        with pytest.raises(ConfigError, match=r"accounts\.binance\.api_secret is missing: .* a signer"):
            async with open_engine(config, seams=seams):
                raise AssertionError("it opened")
        module = Module(Scheme.HMAC_SHA256, b"", "sha256")
        with pytest.raises(ConfigError, match=r"for binanse: the .* accounts are binance"):
            async with open_engine(config, seams=seams, signers={"binanse": module}):
                raise AssertionError("it opened")


async def test_keys_are_exchanged_without_a_gap(network: SimulatedNetwork, seams: Seams, tmp_path: Path) -> None:
    """Orders fill and are cancelled meanwhile; each socket is up all the time; then the old key may be revoked."""
    demo = BinanceAccount.demo()
    key, secret = tmp_path / "key", tmp_path / "secret"
    key.write_text(demo.api_key)
    secret.write_text(demo.api_secret)
    async with binance.open_venue(seams) as (venue, urls):
        account = evolve(
            binance.account_config(urls, demo), api_key=Secret.file(key), api_secret=Secret.file(secret)
        )  # fmt: skip
        config = EngineConfig(accounts={"binance": account}, supervision=kraken.SUPERVISION)
        async with open_engine(config, seams=seams) as engine, trio.open_nursery() as nursery:
            trading = engine.account("binance")
            handle = await trading.create_order(**binance.ORDER)
            await handle.resolved()
            phases: list[object] = []

            async def look() -> None:
                while True:
                    components = trading.health().components
                    phases.extend(components[name].phase for name in ("user data", "commands"))
                    await trio.sleep(0.01)

            nursery.start_soon(look)
            key.write_text(demo.ed25519_key)
            secret.write_text(demo.ed25519_secret)
            nursery.start_soon(trading.rotate_keys)
            for _ in range(20):
                venue.fill(str(handle.client_order_id), quantity=Decimal("0.01"))
                await trio.sleep(0.05)
            await trio.sleep(15.0)
            venue.revoke(demo.api_key)
            await trio.sleep(5.0)
            cancel = await handle.cancel()
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            kinds = [type(event) async for event in handle.events()]
            assert (kinds.count(OrderFilled), kinds[-1]) == (20, OrderCanceled)
            assert set(phases) == {SessionPhase.READY}
            assert trading.health().reconnects == 0
            nursery.cancel_scope.cancel()


async def test_keys_that_cannot_be_used_change_nothing(network: SimulatedNetwork, seams: Seams, tmp_path: Path) -> None:
    """A file that is gone is told, and so is a key that the venue refuses; the sessions go on with the key before."""
    demo = BinanceAccount.demo()
    secret = tmp_path / "secret"
    secret.write_text(demo.ed25519_secret)
    async with binance.open_venue(seams) as (_, urls):
        account = evolve(binance.account_config(urls, demo, logs_on=True), api_secret=Secret.file(secret))
        config = EngineConfig(accounts={"binance": account}, supervision=kraken.SUPERVISION)
        async with open_engine(config, seams=seams) as engine:
            trading = engine.account("binance")
            secret.unlink()
            with pytest.raises(ConfigError, match="the secret cannot be read"):
                await trading.rotate_keys()
            handle = await trading.create_order(**binance.ORDER)
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
async def test_a_key_that_the_venue_refuses_is_not_kept(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path, *, logs_on: bool
) -> None:
    """It is told so, and all goes on with the key before: questions, commands by either road, and the sessions."""
    demo = BinanceAccount.demo()
    key = tmp_path / "key"
    key.write_text(demo.ed25519_key if logs_on else demo.api_key)
    async with binance.open_venue(seams) as (_, urls):
        account = evolve(binance.account_config(urls, demo, logs_on=logs_on), api_key=Secret.file(key))
        config = EngineConfig(accounts={"binance": account}, supervision=kraken.SUPERVISION)
        async with open_engine(config, seams=seams) as engine:
            trading = engine.account("binance")
            key.write_text("nobody's")
            with pytest.raises(AuthError):
                await trading.rotate_keys()
            await trading.fetch_balances()
            for transport in ("websocket", "rest"):
                handle = await trading.create_order(**binance.ORDER, transport=transport)
                assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            assert trading.health().reconnects == 0
