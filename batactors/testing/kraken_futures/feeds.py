"""WebSocket v1: the challenge, who may subscribe to what, and the snapshots that follow."""

from collections.abc import Callable, Sequence

from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import GoSilent, RefuseToken
from batactors.testing.kraken_futures.credentials import Credentials
from batactors.testing.kraken_futures.market import Contract, Markets
from batactors.testing.kraken_futures.session import HEARTBEAT, Session, Subscription
from batactors.testing.kraken_futures.telling import Telling
from batactors.testing.venue.text import Json, decode

PRIVATE = ("open_orders", "open_orders_verbose", "fills", "balances", "open_positions", "account_log")
PRIVATE_TOO = ("notifications_auth",)
PUBLIC = ("ticker", "ticker_lite", "book", "trade")


class Feeds:
    """Where the messages of every session go."""

    def __init__(
        self,
        *,
        credentials: Credentials,
        markets: Markets,
        telling: Telling,
        faults: FaultScript,
        fresh: Callable[[], str],
    ) -> None:
        self.given: list[str] = []
        """Every challenge that was ever given out."""
        self._credentials = credentials
        self._markets = markets
        self._telling = telling
        self._faults = faults
        self._fresh = fresh

    def enter(self, session: Session) -> None:
        """A session begins."""
        self._telling.sessions.append(session)
        session.send({"event": "info", "version": 1})

    def leave(self, session: Session) -> None:
        """A session is over."""
        self._telling.sessions.remove(session)

    def handle_message(self, session: Session, text: str | bytes) -> None:
        """Deal with one message of a client."""
        try:
            message = decode(text)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            session.send({"event": "error", "message": "Json Error"})
            return
        event, feed = message.get("event"), message.get("feed")
        occasion = {"method": str(feed or event), "transport": "websocket", "client_order_id": None}
        if silence := self._faults.take(GoSilent, **occasion):
            session.connection.go_silent(silence.seconds)
        if event == "challenge":
            self._challenge(session, message)
        elif event in ("subscribe", "unsubscribe") and isinstance(feed, str):
            self._subscription(session, message, str(event), feed, occasion)
        else:
            session.send({"event": "alert", "message": "Bad request"})

    def _challenge(self, session: Session, message: Json) -> None:
        if not isinstance(message.get("api_key"), str):
            session.send({"event": "alert", "message": "Bad request"})
            return
        challenge = self._fresh()
        self.given.append(challenge)
        session.challenges.append(challenge)
        session.send({"event": "challenge", "message": challenge})

    def _subscription(
        self, session: Session, message: Json, event: str, feed: str, occasion: dict[str, str | None]
    ) -> None:
        if feed == HEARTBEAT:
            session.heartbeat = event == "subscribe"
            session.send({"event": f"{event}d", "feed": feed})
        elif feed in PUBLIC:
            self._public(session, message, event, feed)
        elif feed in (*PRIVATE, *PRIVATE_TOO):
            account = self._signed(session, message, occasion)
            if account is None:
                session.send({"event": "alert", "message": "Failed to subscribe to authenticated feed"})
            else:
                self._private(session, message, event, feed, account)
        else:
            session.send({"event": "alert", "message": "Couldn't subscribe to invalid feed"})

    def _signed(self, session: Session, message: Json, occasion: dict[str, str | None]) -> str | None:
        """Whose feed is asked for; None if that is not proven. A challenge belongs to its connection."""
        challenge, signed = message.get("original_challenge"), message.get("signed_challenge")
        if challenge not in session.challenges or not isinstance(signed, str):
            return None
        if self._faults.take(RefuseToken, **occasion):
            return None
        account = self._credentials.signs(str(message.get("api_key")), str(challenge), signed)
        return None if account is None else account.api_key

    def _private(self, session: Session, message: Json, event: str, feed: str, account: str) -> None:
        products = message.get("product_ids")
        named = tuple(map(str, products)) if isinstance(products, list) else ()
        if event == "unsubscribe":
            word = "unsubscribed" if session.private.pop(feed, None) is not None else "unsubscribed_failed"
            session.send({"event": word, "feed": feed})
            return
        again = feed in session.private
        subscription = session.private[feed] = Subscription(feed, account, named)
        if again:
            session.send({"event": "alert", "message": "Already subscribed to feed, re-requesting"})
        session.send({"event": "subscribed", "feed": feed})
        self._telling.snapshot(session, subscription)

    def _public(self, session: Session, message: Json, event: str, feed: str) -> None:
        products = message.get("product_ids")
        contracts = self._contracts(products if isinstance(products, list) else [])
        if contracts is None or not contracts:
            session.send({"event": "error", "message": "Invalid product id"})
            return
        names = [one.symbol for one in contracts]
        for name in names:
            if event == "subscribe":
                session.public[feed, name] = True
            else:
                session.public.pop((feed, name), None)
        session.send({"event": f"{event}d", "feed": feed, "product_ids": names})
        if event == "subscribe":
            for contract in contracts:
                self._telling.public_snapshot(session, feed, contract)

    def _contracts(self, names: Sequence[object]) -> list[Contract] | None:
        found = [self._markets.named(str(name)) for name in names]
        known = [one for one in found if one is not None]
        return known if len(known) == len(found) else None
