"""One HTTP request and its response, signed at the moment of sending, under a deadline of ours."""

import ssl

import httpx2
import trio

from batactors.actors.addresses import Addresses
from batactors.actors.board import Board
from batactors.actors.heeding import Heeding
from batactors.actors.keyring import KeyRing
from batactors.actors.nonces import Nonces
from batactors.actors.signing import signed
from batactors.actors.unanswered import UnreachedError
from batactors.core.clock import VenueClock
from batactors.model.errors import Timeout, TransportError
from batactors.seams import WallClock
from batactors.venues.codec import Codec, HttpRequest, SignedRequest, Stamp

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""It would trust nobody, and nobody uses it: even to make one takes longer than a request."""


class Http:
    """A venue's REST, as requests and responses.

    Args:
        answer: Seconds that a response may take.
    """

    def __init__(
        self,
        *,
        url: str,
        codec: Codec,
        ring: KeyRing,
        answer: float,
        board: Board,
        clock: WallClock,
        venue_clock: VenueClock,
        heeding: Heeding,
    ) -> None:
        self._url = url
        self._codec = codec
        self._ring = ring
        self._answer = answer
        self._board = board
        self._clock = clock
        self._venue_clock = venue_clock
        self.nonces = Nonces(clock)
        self._heeding = heeding
        self._whole = Addresses(url).whole

    def client(self) -> httpx2.AsyncClient:
        """What keeps the connections."""
        # Each request has a deadline of ours; the library's own timeouts would only add other errors.
        # Where nothing is encrypted, as at a simulated venue, there are no certificates to read, which takes long.
        verify = _NO_CERTIFICATES if self._url.startswith("http://") else True
        return httpx2.AsyncClient(base_url=self._url, timeout=None, trust_env=False, verify=verify)

    def stamp(self, validity: float) -> Stamp:
        """What a request carries that is signed now, and valid for so many seconds."""
        now, on = trio.current_time(), self._clock.now()
        until = self._venue_clock.deadline(now, on, validity)
        return Stamp(now=self._venue_clock.stamp(now, on), valid_until=until, nonce=self.nonces.next())

    async def sign(self, request: HttpRequest, stamp: Stamp) -> SignedRequest:
        """The request as it is sent.

        Raises:
            Unsupported: It could not be signed.
        """
        keys = self._ring.keys
        self._board.tap.asked(request.method, request.path, request.fields)
        return await signed(self._codec.sign(request, keys, stamp), keys.signer)

    async def exchange(self, client: httpx2.AsyncClient, ready: SignedRequest) -> httpx2.Response:
        """One request and its response.

        Raises:
            UnreachedError: There was no connection to write to.
            TransportError: The venue broke off.
            Timeout: It did not answer in time.
        """
        mark = self._heeding.limiter.mark
        try:
            with trio.fail_after(self._answer):
                response = await client.request(
                    ready.method, self._whole(ready.path), headers=ready.headers, content=ready.body or None
                )
        except trio.TooSlowError as error:
            raise Timeout(f"{self._url}{bare(ready)} did not answer in {self._answer:g} s") from error
        except (httpx2.RequestError, httpx2.InvalidURL, OSError) as error:
            unreached = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
            raise (UnreachedError if unreached else TransportError)(
                f"{self._url}{bare(ready)}: {type(error).__name__} {self._board.bare(str(error))}"
            ) from error
        self._heeding.hear(self._codec.heed(response.status_code, response.headers, response.content), mark)
        return response


def bare(request: HttpRequest | SignedRequest) -> str:
    """The path of a request, without what it asks for."""
    return request.path.partition("?")[0]
