"""One HTTP request and its response, signed at the moment of sending, under a deadline of ours."""

import trio

from batactors.actors.board import Board
from batactors.actors.heeding import Heeding
from batactors.actors.http_client import HTTP_ERRORS, NOT_CONNECTED, HttpAnswer, HttpClient
from batactors.actors.keyring import KeyRing
from batactors.actors.nonces import Nonces
from batactors.actors.signing import signed
from batactors.actors.unanswered import UnreachedError
from batactors.core.clock import VenueClock
from batactors.model.errors import Timeout, TransportError
from batactors.seams import WallClock
from batactors.venues.codec import Codec, HttpRequest, SignedRequest, Stamp


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

    def client(self) -> HttpClient:
        """What keeps the connections."""
        return HttpClient(self._url)

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

    async def exchange(self, client: HttpClient, ready: SignedRequest) -> HttpAnswer:
        """One request and its response.

        Raises:
            UnreachedError: There was no connection to write to.
            TransportError: The venue broke off.
            Timeout: It did not answer in time.
        """
        mark = self._heeding.limiter.mark
        try:
            with trio.fail_after(self._answer):
                response = await client.request(ready.method, ready.path, ready.headers, ready.body)
        except trio.TooSlowError as error:
            raise Timeout(f"{self._url}{bare(ready)} did not answer in {self._answer:g} s") from error
        except HTTP_ERRORS as error:
            unreached = isinstance(error, NOT_CONNECTED)
            raise (UnreachedError if unreached else TransportError)(
                f"{self._url}{bare(ready)}: {type(error).__name__} {self._board.bare(str(error))}"
            ) from error
        self._heeding.hear(self._codec.heed(response.status_code, response.headers, response.content), mark)
        return response


def bare(request: HttpRequest | SignedRequest) -> str:
    """The path of a request, without what it asks for."""
    return request.path.partition("?")[0]
