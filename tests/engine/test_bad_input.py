"""What is wrong is named, with where it is and what would be right; nothing hangs and nothing is sent."""

import pytest
import trio

from batactors import (
    AccountConfig,
    AuthError,
    BatactorsError,
    CommandStatus,
    ConfigError,
    EngineConfig,
    InvalidCommand,
    PermissionDenied,
    Secret,
    SupervisionConfig,
    TransportError,
    Unsupported,
    open_engine,
)
from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueAccount
from batactors.testing import faults as f
from tests.engine.bench import open_bench, venue_config
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")
ELSEWHERE = "c2VjcmV0IG9mIHNvbWVib2R5IGVsc2U="


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"instrument": "XBT/USD"}, "BTC/USD"),
        ({"instrument": "BTC/USDD"}, "did you mean"),
        ({"instrument": "~"}, "instrument '~' is not known at the venue: give one of account.instruments"),
        ({"quantity": "0.000000001"}, "step"),
        ({"quantity": "0.00001"}, "minimum 0.00005"),
        ({"quantity": "-1"}, "above zero"),
        ({"quantity": 0.1}, "float"),
        ({"quantity": "much"}, "not a number"),
        ({"quantity": "NaN"}, "finite"),
        ({"price": "50000.01"}, "50000"),
        ({"price": None}, "needs a price"),
        ({"side": "long"}, "buy, sell"),
        ({"order_type": "stop"}, "stop_market"),
        ({"order_type": "market"}, "takes no price"),
        ({"price": "0.1", "quantity": "0.0001"}, "minimum cost"),
        ({"client_order_id": "x" * 300}, "200"),
    ],
)
async def test_an_impossible_order_is_refused_before_it_is_sent(
    network: SimulatedNetwork, seams: Seams, changes: dict[str, object], says: str
) -> None:
    """An order that the venue could only refuse raises, naming what is wrong and what would be right."""
    async with open_bench(seams) as bench:
        with pytest.raises(InvalidCommand) as caught:
            await place(bench, **changes)
        assert says in str(caught.value)
        assert bench.venue.ledger.commands == []
        assert (await (await place(bench)).resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.holds("I04")
async def test_a_client_order_id_is_used_once(network: SimulatedNetwork, seams: Seams) -> None:
    """A client order id that an order had is refused for another, even after the first has closed."""
    async with open_bench(seams) as bench:
        first = await place(bench, client_order_id="mine")
        await (await first.cancel()).resolved()
        with pytest.raises(InvalidCommand, match="mine"):
            await place(bench, client_order_id="mine")


async def start(config: EngineConfig, seams: Seams) -> None:
    async with open_engine(config, seams=seams):
        raise AssertionError("the engine started")


@pytest.mark.parametrize("part", ["api_key", "api_secret"])
async def test_a_key_that_the_venue_refuses_ends_the_start(
    network: SimulatedNetwork, seams: Seams, nursery: trio.Nursery, part: str
) -> None:
    """A wrong key or secret is told at once as one plain error, without showing either."""
    demo = VenueAccount.demo()
    urls = await nursery.start(KrakenSpotVenue(seams=seams, accounts=[demo]).serve, "127.0.0.1", 0)
    wrong = {"api_key": demo.api_key, "api_secret": demo.api_secret, part: ELSEWHERE}
    config = AccountConfig(
        api_key=Secret.value(wrong["api_key"]), api_secret=Secret.value(wrong["api_secret"]),
        rest_url=urls.rest, websocket_url=urls.websocket_auth,
    )  # fmt: skip
    with trio.fail_after(5.0), pytest.raises(AuthError) as caught:
        await start(EngineConfig(accounts={"kraken": config}), seams)
    assert ELSEWHERE not in str(caught.value)
    assert demo.api_secret not in str(caught.value)


async def test_a_key_without_permission_ends_the_start(
    network: SimulatedNetwork, seams: Seams, nursery: trio.Nursery
) -> None:
    """A key that may not have a token is told at once, with the venue's words."""
    demo = VenueAccount.demo()
    poor = VenueAccount(api_key=demo.api_key, api_secret=demo.api_secret, permissions=frozenset())
    urls = await nursery.start(KrakenSpotVenue(seams=seams, accounts=[poor]).serve, "127.0.0.1", 0)
    with trio.fail_after(5.0), pytest.raises(PermissionDenied, match="Permission denied"):
        await start(EngineConfig(accounts={"kraken": venue_config(urls, demo)}), seams)


async def test_a_venue_that_cannot_be_reached_is_named(network: SimulatedNetwork, seams: Seams) -> None:
    """A venue that refuses connections is told within the stated time, with its address."""
    config = AccountConfig(
        api_key=Secret.value("key"), api_secret=Secret.value(ELSEWHERE), rest_url="http://127.0.0.1:4",
        websocket_url="ws://127.0.0.1:4/v2",
    )  # fmt: skip
    supervision = SupervisionConfig(start_within=3.0)
    with trio.fail_after(10.0), pytest.raises(TransportError, match=r"kraken.*127\.0\.0\.1:4"):
        await start(EngineConfig(accounts={"kraken": config}, supervision=supervision), seams)


async def test_a_secret_that_is_not_there_is_named(seams: Seams) -> None:
    """A missing environment variable is named before anything is dialled."""
    config = AccountConfig(api_key=Secret.environment("NOT_THERE_1"), api_secret=Secret.value("x"))
    with pytest.raises(ConfigError, match="NOT_THERE_1"):
        await start(EngineConfig(accounts={"kraken": config}), seams)


async def test_an_unknown_account_and_venue_are_named(network: SimulatedNetwork, seams: Seams) -> None:
    """Asking for an account that is not configured names those that are; so does an unknown venue."""
    async with open_bench(seams) as bench:
        with pytest.raises(ConfigError, match="kraken"):
            bench.engine.account("karken")
        with pytest.raises(InvalidCommand, match="nothing-of-this-id"):
            bench.account.command("nothing-of-this-id")
    config = AccountConfig(venue="karken-spot", api_key=Secret.value("k"), api_secret=Secret.value("x"))
    with pytest.raises(ConfigError, match="kraken-spot"):
        await start(EngineConfig(accounts={"kraken": config}), seams)


@pytest.mark.holds("G15")
@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("EOrder:Insufficient funds", CommandStatus.REJECTED),
        ("EGeneral:Permission denied", CommandStatus.REJECTED),
        ("EGeneral:Invalid arguments:volume", CommandStatus.REJECTED),
        ("EAPI:Rate limit exceeded", CommandStatus.REJECTED),
        ("EService:Market in cancel_only mode", CommandStatus.REJECTED),
        ("EService:Unavailable", CommandStatus.UNKNOWN_EXECUTION),
        ("EService:Busy", CommandStatus.UNKNOWN_EXECUTION),
        ("EService:Deadline elapsed", CommandStatus.UNKNOWN_EXECUTION),
        ("EGeneral:Internal error", CommandStatus.UNKNOWN_EXECUTION),
        ("EOrder:A word of tomorrow", CommandStatus.UNKNOWN_EXECUTION),
    ],
)
async def test_only_definite_refusals_are_rejections(
    network: SimulatedNetwork, seams: Seams, error: str, status: CommandStatus
) -> None:
    """The venue's list of definite refusals rejects; whatever else it says leaves the command unknown until it is
    proved.
    """
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.Refuse(method="add_order", error=error))
        handle = await place(bench)
        assert (await handle.ack()).receipt.status is status
        final = (await handle.resolved()).status
        assert final is (CommandStatus.NOT_EXECUTED if status is CommandStatus.UNKNOWN_EXECUTION else status)


async def test_no_secret_is_ever_shown(
    network: SimulatedNetwork, seams: Seams, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither key nor secret nor token stands in a log, a repr, a health report, an event or an error."""
    caplog.set_level("DEBUG", logger="batactors")
    shown: list[str] = []
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.HttpError(method="GetWebSocketsToken", count=2, status=502))
        handle = await place(bench)
        await handle.resolved()
        bench.venue.cut()
        await trio.sleep(5.0)
        wiring = bench.account._wiring
        tokens = list(bench.venue._tokens._tokens) if hasattr(bench.venue._tokens, "_tokens") else []
        shown += [repr(bench.engine), repr(bench.account), repr(handle), repr(wiring.config), repr(vars(wiring))]
        shown += [repr(bench.account.health()), repr(bench.engine.happenings), repr(bench.account.counters())]
        shown += [repr([event async for event in handle.lifecycle()])]
        demo = VenueAccount.demo()
        with pytest.raises(BatactorsError) as caught:
            bench.venue.faults.add(f.HttpError(method="Balance", status=500))
            await bench.account.fetch_balances()
        shown += [repr(caught.value), caplog.text]
    for secret in (demo.api_key, demo.api_secret, *map(str, tokens)):
        assert not [text for text in shown if secret in text], "a secret is shown"


async def test_what_the_venue_cannot_carry_is_refused_at_the_door(network: SimulatedNetwork, seams: Seams) -> None:
    """An order that no road could carry raises `Unsupported` with the reason, and is neither journaled nor sent."""
    async with open_bench(seams) as bench:
        with pytest.raises(Unsupported, match="offset"):
            await place(bench, order_type="trailing_stop", price=None)
        assert bench.account.commands() == []


async def test_a_cancel_of_an_order_that_nobody_knows_is_rejected_at_once(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A cancel or an amend of an id that neither we nor the venue know ends with the venue's refusal, without any
    asking.
    """
    async with open_bench(seams) as bench:
        cancel = await bench.account.cancel_order("nobody-s")
        amend = await bench.account.amend_order(venue_order_id="OAAAAA-BBBBB-CCCCCC", quantity="1")
        with trio.fail_after(1.0):
            assert (await cancel.resolved()).status is CommandStatus.REJECTED
            assert (await amend.resolved()).status is CommandStatus.REJECTED
        assert "EOrder" in str((await cancel.resolved()).message)


@pytest.mark.parametrize("key", ["LEAKY\nKEY", "LEAKYKÜY", "LEAKY KEY"])
async def test_a_key_that_can_be_none_is_named_and_not_shown(seams: Seams, key: str) -> None:
    """A key with white space or odd letters in it is refused before anything is dialled, by its place alone."""
    config = AccountConfig(api_key=Secret.value(key), api_secret=Secret.value(ELSEWHERE))
    with pytest.raises(ConfigError, match=r"accounts\.kraken\.api_key") as caught:
        await start(EngineConfig(accounts={"kraken": config}), seams)
    assert "LEAKY" not in str(caught.value)


async def test_what_is_no_order_is_named_by_its_place(network: SimulatedNetwork, seams: Seams) -> None:
    """A batch with something else in it than orders says which, and sends none."""
    async with open_bench(seams) as bench:
        with pytest.raises(InvalidCommand, match="order 0 of the batch is a dict"):
            await bench.account.create_orders([{"side": "buy"}])  # type: ignore[list-item]
