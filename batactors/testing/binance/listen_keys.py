"""Listen keys: one for each account, good for an hour, shared by everybody who asks for it, and killed for all."""

from collections.abc import Callable

from attrs import define

from batactors.testing.binance.refusals import Refused
from batactors.testing.venue.agenda import Agenda, Entry

LIFETIME = 3_600.0


@define(eq=False)
class Key:
    """The key of an account that is good now."""

    text: str
    expiry: Entry


class ListenKeys:
    """The keys by account. `ended` is told the account and the text of each that runs out."""

    def __init__(self, *, fresh: Callable[[], str], agenda: Agenda, ended: Callable[[str, str], None]) -> None:
        self._fresh = fresh
        self._agenda = agenda
        self._ended = ended
        self.given: list[str] = []
        """Every key that was ever given out."""
        self._keys: dict[str, Key] = {}
        self._accounts: dict[str, str] = {}

    def start(self, account: str) -> str:
        """The key of this account: the one that is good, for another hour, or a new one."""
        if account in self._keys:
            return self.keep(account)
        text = self._fresh()
        self.given.append(text)
        self._accounts[text] = account
        self._keys[account] = Key(text, self._expiry(account))
        return text

    def keep(self, account: str) -> str:
        """Let the key be good for another hour.

        Raises:
            Refused: There is none.
        """
        if account not in self._keys:
            raise Refused(-1125)
        key = self._keys[account]
        key.expiry.drop()
        key.expiry = self._expiry(account)
        return key.text

    def close(self, account: str) -> str | None:
        """End the key for everybody; its text is returned, if there was one."""
        key = self._keys.pop(account, None)
        if key is None:
            return None
        key.expiry.drop()
        return key.text

    def close_all(self) -> None:
        """End every key, and tell nobody."""
        for account in list(self._keys):
            self.close(account)

    def expire(self, account: str) -> None:
        """Let the key of an account run out now, if it has one."""
        text = self.close(account)
        if text is not None:
            self._ended(account, text)

    def is_good(self, text: str, account: str) -> bool:
        """Whether what happens to this account is told to who has this key."""
        return account in self._keys and self._keys[account].text == text

    def _expiry(self, account: str) -> Entry:
        return self._agenda.after(LIFETIME, lambda: self.expire(account))
