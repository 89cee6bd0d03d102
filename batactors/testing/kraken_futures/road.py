"""The way of a request of REST through Kraken Futures: what is refused on it, and with what."""

from collections.abc import Callable
from typing import ClassVar

from batactors.testing import faults as f
from batactors.testing.kraken_futures.calls import Call, rows_of
from batactors.testing.kraken_futures.credentials import Credentials
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.rates import LIMIT, Rates
from batactors.testing.kraken_futures.refusals import Refused, refusal_of
from batactors.testing.kraken_futures.routes import ROUTES, Route
from batactors.testing.kraken_futures.trading import Trading
from batactors.testing.kraken_futures.wire import stamp
from batactors.testing.venue import road
from batactors.testing.venue.orders import Happened
from batactors.testing.venue.road import Answer
from batactors.testing.venue.text import Json

GOOD = ("placed", "partiallyFilled", "filled", "edited", "cancelled", "noOrdersToCancel", "novated")
GONE = "endpointGone"


class Road(road.Road[Call, Route]):
    """From a client's request to its answer."""

    refuses: ClassVar[type[Exception]] = Refused

    def __init__(
        self,
        *,
        credentials: Credentials,
        rates: Rates,
        trading: Trading,
        publish: Callable[[list[Happened]], None],
        habits: Habits,
        **shared: object,
    ) -> None:
        super().__init__(habits=habits, **shared)  # type: ignore[arg-type]  # what every venue's road has
        self._credentials = credentials
        self._rates = rates
        self._trading = trading
        self._publish = publish
        self._habits = habits

    def admit(self, call: Call) -> Route:
        where, route = call.occasion, ROUTES[call.method]
        if self._now() >= self._habits.v1_ends:
            raise Refused(GONE, code=0, status=410, word="GONE")
        for kind in (f.Refuse, f.RefuseToken):
            if refusal := self._faults.take(kind, **where):
                raise refusal_of("authenticationError" if kind is f.RefuseToken else refusal.error)
        if self._faults.take(f.RefuseRate, **where):
            raise Refused(LIMIT, status=self._habits.limit_status)
        if self._trading.status == "maintenance":
            raise Refused("Unavailable", status=503)
        if not route.private:
            return route
        post_data, path = call.signed
        account = self._credentials.authenticate(
            key=call.headers.get("apikey", ""),
            authent=call.headers.get("authent", ""),
            nonce=call.headers.get("nonce"),
            post_data=post_data,
            path=path,
            decoded_too=self._habits.decoded_hash,
        )
        if route.command and account.access != "full":
            raise Refused("authenticationError")
        call.account = account.api_key
        if call.method.startswith("batch"):
            call.rows = rows_of(call.arguments)
        self._rates.limit_status = self._habits.limit_status
        self._rates.spend(call.account, route.budget, self._cost(call, route))
        return route

    def bare(self, call: Call, error: str) -> Answer:
        del call
        return Answer(body={"result": "error", "error": error})

    def answer_of(self, call: Call, body: object) -> Answer:
        assert isinstance(body, dict)
        return Answer(body={"result": "success", **body, "serverTime": stamp(self._now())})

    def refusal(self, call: Call, refused: Exception) -> Answer:
        assert isinstance(refused, Refused)
        return Answer(body=refused.body | {"serverTime": stamp(self._now())}, status=refused.status)

    def errors_of(self, body: object) -> tuple[str, ...]:
        """The statuses that say no."""
        return tuple(word for row in _statuses(body) if (word := row.get("status", "placed")) not in GOOD)

    def publish(self, happened: list[Happened]) -> None:
        self._publish(happened)

    def take_happened(self) -> list[Happened]:
        return self._trading.take_happened()

    def _cost(self, call: Call, route: Route) -> int:
        if call.method == "fills" and call.arguments.text("lastFillTime"):
            return 25
        return route.cost + len(call.rows)


def _statuses(body: object) -> list[Json]:
    if not isinstance(body, dict):
        return []
    found = [body[name] for name in ("sendStatus", "editStatus", "cancelStatus") if name in body]
    return found + list(body.get("batchStatus", []))
