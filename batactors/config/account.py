"""One set of keys at one venue, and how it is used."""

from typing import Literal

from attrs import evolve, field, frozen

from batactors.config.journal import JournalConfig
from batactors.config.rules import Rule, in_words, member_of, number, one_of, seconds, url, whole
from batactors.config.secret import Secret
from batactors.model.errors import ConfigError
from batactors.model.limits import Patience
from batactors.model.modes import NewRisk, TradingMode
from batactors.model.terms import TransportPolicy

Tier = Literal["starter", "intermediate", "pro"]

_SECRET = Rule(
    'write { env = "NAME" } or { file = "/path" }, or from Python a Secret',
    lambda value: isinstance(value, Secret),
    show=lambda value: False,
)
_NAME = Rule("write the name of a venue, such as kraken-spot", lambda value: isinstance(value, str) and bool(value))
_YES_OR_NO = Rule("write true or false", lambda value: isinstance(value, bool))
_JOURNAL = Rule("write a table with a path", lambda value: value is None or isinstance(value, JournalConfig))
_ENVIRONMENT = Rule("write a name, such as production", lambda value: isinstance(value, str) and bool(value))
_PROTOCOL = Rule("write a name, such as unified", lambda value: isinstance(value, str) and bool(value))
_REST = url("https", "http", example="https://api.kraken.com")
_WEBSOCKET = url("wss", "ws", example="wss://ws-auth.kraken.com/v2")
_VALIDITY = number(0.5, 60, "seconds")


def _policy(value: TransportPolicy | str) -> TransportPolicy:
    return in_words(TransportPolicy, value)


def _mode(value: TradingMode | str) -> TradingMode:
    return in_words(TradingMode, value)


def _new_risk(value: NewRisk | str) -> NewRisk:
    return in_words(NewRisk, value)


@frozen(kw_only=True)
class AccountConfig:
    """One account. All times are in seconds; ``None`` means the venue's own value, which its codec lists.

    Attributes:
        venue: Where the orders go.
        api_key: Where the public half of the key is.
        api_secret: Where its secret half is; nothing, if the engine is given a signer that has it.
        environment: Which of the venue's environments: ``production``, or what it has for practice, such as ``demo``.
        rest_url: Where the venue's REST begins.
        websocket_url: The venue's authenticated WebSocket, which tells what happens on the account.
        commands_url: The WebSocket that takes commands, at a venue that has one of its own for them.
        tier: The account's tier at a venue whose rate limits depend on it.
        protocol: How the venue is spoken to, at one that has more than one protocol; without it, its older one as long
            as that is in service.
        transport: Which road commands take unless they say otherwise.
        send_within: How long a command may wait to be written; then it is not sent at all.
        mode: What may go out at first; see ``Account.set_mode``.
        new_risk_while_recovering: What becomes of commands that add risk while there is no session, or the venue takes
            no new orders: they wait, are refused at once, or go out by whatever road there is.
        validity: After the write, within which the venue may still carry out a command that has no validity of its own.
        margin: What clocks may differ and an answer may travel, on top of ``validity``.
        read_lag: How far what REST reads say may trail what happened.
        silence: Without any frame, after which a socket counts as dead.
        ping_every: How often a quiet socket is asked for a sign of life.
        answer: How long an HTTP answer or the confirmation of a subscription may take.
        socket_life: After which another session takes a socket's place, at a venue that cuts it when its time is over.
        keep_token_every: How often the token of an open socket is asked for again, at a venue where it runs out.
        reads: How many times the venue must know nothing of a command before that counts as proof.
        recovery_patience: How long an unknown command is looked for before its recovery is reported as uncertain.
        reconcile_every: How often the venue is asked for its account of things, with no other reason.
        instruments_every: How often the venue's list of instruments is read; see ``Account.instrument_changes``.
        drop_token_on_stop: Whether the token of the sockets is given back at the end, where it would live on; not if
            another program of the same account may use it, too.
        clock_every: How often the venue's clock is asked for.
        clock_alarm: How far it may be from ours before health says so.
        tombstones: How many closed orders are remembered.
        journal: The file that outlives the process; without it, what was told is in memory only.
        cancel_after: Seconds without a word from the engine after which the venue cancels all open orders of the
            account, those of others too: the dead man's switch. 60 is what venues advise; without it, nothing is armed.
        paced: Whether questions keep to the venue's own limits; only a venue without limits can do without.
    """

    venue: str = field(default="kraken-spot", validator=_NAME)
    api_key: Secret = field(validator=_SECRET)
    api_secret: Secret | None = field(default=None, validator=_SECRET.or_none())
    environment: str = field(default="production", validator=_ENVIRONMENT)
    rest_url: str | None = field(default=None, validator=_REST.or_none())
    websocket_url: str | None = field(default=None, validator=_WEBSOCKET.or_none())
    commands_url: str | None = field(default=None, validator=_WEBSOCKET.or_none())
    tier: Tier | None = field(default=None, validator=one_of("starter", "intermediate", "pro").or_none())
    protocol: str | None = field(default=None, validator=_PROTOCOL.or_none())
    transport: TransportPolicy = field(
        default=TransportPolicy.AUTO, converter=_policy, validator=member_of(TransportPolicy)
    )
    send_within: float = field(default=5.0, validator=seconds())
    mode: TradingMode = field(default=TradingMode.ACTIVE, converter=_mode, validator=member_of(TradingMode))
    new_risk_while_recovering: NewRisk = field(default=NewRisk.QUEUE, converter=_new_risk, validator=member_of(NewRisk))
    validity: float | None = field(default=None, validator=_VALIDITY.or_none())
    margin: float | None = field(default=None, validator=seconds(zero=True).or_none())
    read_lag: float | None = field(default=None, validator=seconds(zero=True).or_none())
    silence: float | None = field(default=None, validator=seconds().or_none())
    ping_every: float | None = field(default=None, validator=seconds().or_none())
    answer: float | None = field(default=None, validator=seconds().or_none())
    socket_life: float | None = field(default=None, validator=seconds().or_none())
    keep_token_every: float | None = field(default=None, validator=seconds().or_none())
    reads: int = field(default=2, validator=whole(1, 1000))
    recovery_patience: float = field(default=120.0, validator=seconds())
    reconcile_every: float = field(default=60.0, validator=seconds())
    instruments_every: float = field(default=3600.0, validator=seconds())
    clock_every: float = field(default=300.0, validator=seconds())
    clock_alarm: float = field(default=1.0, validator=seconds())
    tombstones: int = field(default=10_000, validator=whole(1, 100_000_000))
    journal: JournalConfig | None = field(default=None, validator=_JOURNAL)
    cancel_after: int | None = field(default=None, validator=whole(5, 86_400).or_none())
    drop_token_on_stop: bool = field(default=False, validator=_YES_OR_NO)
    paced: bool = field(default=True, validator=_YES_OR_NO)

    def __attrs_post_init__(self) -> None:
        if self.ping_every is not None and self.silence is not None:
            _check_pings(self.ping_every, self.silence)

    def patience(self, own: Patience) -> Patience:
        """The venue's own patience, with what this account says otherwise.

        Raises:
            ConfigError: Together they make no sense.
        """
        names = ("validity", "margin", "read_lag", "silence", "ping_every", "answer")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        patience = evolve(own, **given)
        _check_pings(patience.ping_every, patience.silence)
        return patience


def _check_pings(ping_every: float, silence: float) -> None:
    if ping_every >= silence:
        raise ConfigError(
            f"ping_every is {ping_every:g}: write less than silence, which is {silence:g}, or a quiet socket "
            "is given up before it is asked"
        )
