"""The way of a request through Binance: what is refused on it, and with what."""

from collections.abc import Callable
from typing import ClassVar

from batactors.testing import faults as f
from batactors.testing.binance.calls import Answer, Call
from batactors.testing.binance.credentials import Credentials
from batactors.testing.binance.rates import Rates
from batactors.testing.binance.refusals import Refused, refusal_of
from batactors.testing.binance.routes import ALL_SYMBOLS_WEIGHT, ROUTES, Route
from batactors.testing.binance.telling import Telling
from batactors.testing.binance.trading import Trading
from batactors.testing.venue import road
from batactors.testing.venue.orders import Happened

Handler = Callable[[Call], object]


class Road(road.Road[Call, Route]):
    """From a client's request to its answer."""

    refuses: ClassVar[type[Exception]] = Refused

    def __init__(
        self, *, credentials: Credentials, rates: Rates, trading: Trading, telling: Telling, **shared: object
    ) -> None:
        super().__init__(**shared)  # type: ignore[arg-type]  # what every venue's road has
        self._credentials = credentials
        self._rates = rates
        self._trading = trading
        self._telling = telling

    def admit(self, call: Call) -> Route:
        where = call.occasion
        route = ROUTES[call.method]
        everything = call.method == "openOrders" and not call.arguments.text("symbol")
        self._rates.weigh(ALL_SYMBOLS_WEIGHT if everything else route.weight)
        if refusal := self._faults.take(f.Refuse, **where):
            raise refusal_of(refusal.error)
        if limited := self._faults.take(f.RefuseRate, **where):
            raise Refused(-1015, limited.error) if "-" not in limited.error else refusal_of(limited.error)
        if stale := self._faults.take(f.RefuseToken, **where):
            raise Refused(-2015) if "-" not in stale.error else refusal_of(stale.error)
        if self._trading.status == "maintenance":
            raise Refused(None, "Service Unavailable.", status=503)
        if route.security == "key":
            call.account = self._credentials.account_of(call.api_key)
        elif route.security == "signed":
            self._credentials.authenticate(call)
        if any(route.orders):
            self._rates.order(call.account, *route.orders)
        return route

    def at_the_door(self, call: Call) -> None:
        self._credentials.check_again(call)

    def bare(self, call: Call, error: str) -> Answer:
        # On the WS API an answer to nobody; by REST a body without a code.
        call.req_id = None
        return Answer(body={"msg": error}, status=400)

    def answer_of(self, call: Call, body: object) -> Answer:
        return Answer(body=body, headers=self._counts(call, refused=False))

    def refusal(self, call: Call, refused: Exception) -> Answer:
        assert isinstance(refused, Refused)
        headers = self._counts(call, refused=True) | refused.headers
        return Answer(body=refused.body, status=refused.status, headers=headers)

    def errors_of(self, body: object) -> tuple[str, ...]:
        """The refusals of single rows of a batch."""
        if not isinstance(body, list):
            return ()
        return tuple(f"{row['code']} {row['msg']}" for row in body if isinstance(row, dict) and "msg" in row)

    def publish(self, happened: list[Happened]) -> None:
        self._telling.publish(happened)

    def take_happened(self) -> list[Happened]:
        return self._trading.take_happened()

    def _counts(self, call: Call, *, refused: bool) -> dict[str, str]:
        return self._rates.headers(call.account, orders=any(ROUTES[call.method].orders), refused=refused)
