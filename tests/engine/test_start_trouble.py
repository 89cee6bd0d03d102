"""An engine that cannot start says what stands in its way, first things first."""

import pytest

from batactors import EngineConfig, SupervisionConfig, TransportError, open_engine
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VenueAccount, VenueUrls
from tests.engine.bench import venue_config

pytestmark = pytest.mark.usefixtures("network")


async def test_a_venue_that_is_not_there_is_named_before_what_waits_for_it(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """What failed comes first, with the kind of error that is documented; what only waits its turn comes last."""
    nowhere = VenueUrls(
        rest="http://127.0.0.1:1",
        websocket="ws://127.0.0.1:1/v2",
        websocket_public="ws://127.0.0.1:1/v2",
        websocket_auth="ws://127.0.0.1:1/auth/v2",
    )
    config = EngineConfig(
        accounts={"kraken": venue_config(nowhere, VenueAccount.demo())},
        supervision=SupervisionConfig(start_within=3.0),
    )
    with pytest.raises(TransportError) as caught:
        async with open_engine(config, seams=seams):
            pass
    told = str(caught.value)
    assert told.startswith("account 'kraken' was not ready within 3 s: rest is degraded (TransportError: http://127")
    assert told.index("metadata is down") < told.index("connection is starting (it has not started yet)")
    assert caught.value.retriable
