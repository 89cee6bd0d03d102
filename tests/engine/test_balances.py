"""What the stream and REST say of balances is compared by the reconciler's rounds, and only told."""

from decimal import Decimal

import pytest
import trio
from attrs import evolve

from batactors import (
    AccountConfig,
    EngineConfig,
    HealthReason,
    HealthStatus,
    OrderFilled,
    Secret,
    SupervisionConfig,
    open_engine,
)
from batactors.config.account import Tier
from batactors.model.ids import Asset
from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueAccount
from batactors.testing import faults as f
from tests.engine.bench import open_bench, open_on, open_venue
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")

USD = Asset("USD")


@pytest.mark.holds("D14")
async def test_a_balance_that_nobody_told_of_is_reported(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What REST says otherwise, twice, is told in health with both values; what the stream said stands, and no fill."""
    async with open_bench(seams, reconcile_every=5.0) as bench:
        handle = await place(bench)
        await handle.resolved()
        await trio.sleep(12.0)
        assert bench.account.health().divergences == ()
        ours = bench.account.balances()[USD]
        real = type(bench.venue.ledger).balances

        def less(self: object, account: str) -> dict[str, Decimal]:
            return {**real(self, account), "USD": real(self, account)["USD"] - 7}  # type: ignore[arg-type]

        monkeypatch.setattr(type(bench.venue.ledger), "balances", less)
        await trio.sleep(15.0)
        health = bench.account.health()
        (divergence,) = health.divergences
        assert (divergence.asset, divergence.ours, divergence.theirs) == (USD, ours, ours - 7)
        assert (health.status, health.reasons) == (
            HealthStatus.RECONCILE_REQUIRED, (HealthReason.STATE_DIVERGENCE,),
        )  # fmt: skip
        assert bench.account.balances()[USD] == ours
        assert not bench.account._wiring.dedup_actor.dispatch.strangers.log
        monkeypatch.undo()
        await trio.sleep(12.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        cancel = await handle.cancel()
        await cancel.resolved()
        assert not [event for event in await events_of(handle) if isinstance(event, OrderFilled)]


@pytest.mark.holds("D14")
async def test_lost_balance_frames_are_no_fills(network: SimulatedNetwork, seams: Seams) -> None:
    """The frames of a fill are lost, the balances have moved: the fill is told when the venue tells it, once."""
    async with open_bench(seams, reconcile_every=5.0) as bench:
        handle = await place(bench, quantity="0.5")
        await handle.resolved()
        bench.venue.faults.add(f.LoseFrame(count=3))
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.5"))
        with trio.fail_after(60.0):
            fills = [event for event in await events_of(handle) if isinstance(event, OrderFilled)]
        real = [str(fill.exec_id) for fill in bench.venue.ledger.fills]
        assert [str(fill.fill_id) for fill in fills] == real


async def test_what_the_stream_said_outlives_a_crash_of_the_dedup_actor(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """The snapshot of balances is told once in a session; a rebuilt account still knows it, and finds no difference."""
    supervision = SupervisionConfig(backoff_first=0.1)
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, seams, supervision=supervision, reconcile_every=3.0) as bench,
    ):
        before = bench.account.balances()
        assert before[USD]
        wiring = bench.account._wiring
        wiring.dedup.post("nonsense")  # type: ignore[arg-type]
        real = wiring.dedup_actor._handle

        async def crash(message: object) -> None:
            if message == "nonsense":
                raise ValueError("nonsense")
            await real(message)  # type: ignore[arg-type]

        wiring.dedup_actor._handle = crash  # type: ignore[method-assign]
        await trio.sleep(20.0)
        assert any(event.child == "dedup" and event.what == "crashed" for event in bench.engine.happenings)
        assert bench.account.balances() == before
        assert bench.account.health().status is HealthStatus.HEALTHY


@pytest.mark.holds("S10")
@pytest.mark.parametrize("tier", ["starter", "intermediate", "pro"])
async def test_an_idle_account_is_asked_for_and_never_refused(
    network: SimulatedNetwork, seams: Seams, caplog: pytest.LogCaptureFixture, tier: Tier
) -> None:
    """By default the venue is asked for everything each minute, within its counter of calls: none is refused."""
    demo = evolve(VenueAccount.demo(), tier=tier)
    venue = KrakenSpotVenue(seams=seams, accounts=[demo])
    asked: list[str] = []
    refused: list[str] = []

    def watch(number: int, word: str, text: str, client_order_id: str | None) -> None:
        if word == "request":
            asked.append(text.split()[1].rpartition("/")[2])
        elif word == "reply" and "Rate limit" in text:
            refused.append(text)

    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.watch = watch
        account = AccountConfig(
            api_key=Secret.value(demo.api_key), api_secret=Secret.value(demo.api_secret),
            rest_url=urls.rest, websocket_url=urls.websocket_auth, tier=tier,
        )  # fmt: skip
        async with open_engine(EngineConfig(accounts={"kraken": account}), seams=seams) as engine:
            asked.clear()
            await trio.sleep(1800.0)
            assert engine.account("kraken").health().status is HealthStatus.HEALTHY
        nursery.cancel_scope.cancel()
    for question in ("OpenOrders", "TradesHistory", "Balance"):
        assert 20 <= asked.count(question) <= 32, "once a minute, with no reason but time"
    assert refused == []
