"""Where the Unified WebSocket's tokens come from: Spot's GetWebSocketsToken, by a normal Kraken key."""

from urllib.parse import parse_qs

from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_futures.calls import Call
from batactors.testing.kraken_futures.refusals import Refused
from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.credentials import Credentials
from batactors.testing.kraken_v2.tokens import LIFETIME, Tokens
from batactors.testing.venue.text import Json

TOKEN_PATH = "/0/private/GetWebSocketsToken"
TOKEN_METHOD = "GetWebSocketsToken"


class SpotKeys:
    """The normal keys of the venue's accounts, and the tokens that they get."""

    def __init__(self, *, accounts: dict[str, FuturesAccount], tokens: Tokens) -> None:
        self._tokens = tokens
        self._owners = {one.spot_key: one.api_key for one in accounts.values() if one.spot_key}
        self._credentials = Credentials(
            {
                one.spot_key: VenueAccount(api_key=one.spot_key, api_secret=one.spot_secret)
                for one in accounts.values()
                if one.spot_key
            }
        )

    def admit(self, call: Call) -> None:
        """Refuse a request that is not signed as Spot wants it."""
        body = call.signed[0]
        try:
            account = self._credentials.authenticate(
                key=call.headers.get("api-key"),
                sign=call.headers.get("api-sign"),
                nonce=parse_qs(body).get("nonce", [""])[0],
                path=call.signed[1],
                body=body.encode("latin-1"),
            )
        except refusals.Refused as refused:
            raise Refused(refused.error) from None
        call.account = self._owners[account.api_key]

    def token(self, call: Call) -> Json:
        """A new token."""
        return {"token": self._tokens.issue(call.account), "expires": int(LIFETIME.total_seconds())}
