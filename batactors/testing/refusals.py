"""What would make a run in virtual time differ from the next: a table, with why, and what to use instead.

A row names what is called by where it is kept, as text, so that this file needs none of those modules.
"""

from collections.abc import Iterator

from attrs import frozen

# Libraries of the test bench and below the engine. They read clocks for stamps and statistics, and chance for keys and
# masks, and none of it decides what they do; what does is put into virtual time, or follows from the seed.
LIBRARIES = (
    *("trio", "trio_websocket", "wsproto", "h11", "httpx2", "httpcore2", "anyio", "sniffio", "outcome"),
    *("hypothesis", "_pytest", "pytest", "pytest_trio", "pluggy", "coverage", "rich"),
)


@frozen(kw_only=True)
class Kind:
    """Why a call is refused.

    Attributes:
        why: What it does to a run.
        instead: What to use.
        trusted: Modules, with all below them, that may call it all the same.
    """

    why: str
    instead: str
    trusted: tuple[str, ...] = ()


CLOCK = Kind(
    why="it tells real time, which is another in every run",
    instead="`trio.current_time()` to measure, and the seams' clock (`VirtualClock`) for the time of day",
    trusted=(*LIBRARIES, "logging", "ssl", "email", "http"),
)
SLEEP = Kind(
    why="it stops the whole run for real time, and virtual time stands still meanwhile",
    instead="`await trio.sleep(...)`",
)
THREAD = Kind(
    why="virtual time does not wait for a thread: hours pass while it works for a moment",
    instead="a task; or call it directly, if it is short",
)
PROCESS = Kind(
    why="virtual time does not wait for a process: hours pass while it works for a moment",
    instead="a part that the simulation replaces, or do it outside of the run",
)
SOCKET = Kind(
    why="the real network keeps real time",
    instead="trio's sockets, or what is built on them, with a `SimulatedNetwork` installed",
    trusted=("trio._core",),  # it wakes itself through a pair of sockets
)
NAMES = Kind(why=SOCKET.why, instead=SOCKET.instead, trusted=("trio",))  # it asks for numbers only
CHANCE = Kind(
    why="it draws what no seed decides",
    instead='a generator of your own with a seed: `seams.chance.generator("name")` or `random.Random(seed)`',
    trusted=(*LIBRARIES, "tempfile", "copy", "email", "http"),
)


@frozen(kw_only=True)
class Refusal:
    """One thing that is not to be called.

    Attributes:
        name: Where it is kept: module, perhaps class, and name.
        kind: Why.
        call: What a reader calls it, if not by that name.
        harmless_with: The position of the argument with which it does no harm.
    """

    name: str
    kind: Kind
    call: str = ""
    harmless_with: int | None = None


def _each(kind: Kind, module: str, names: str) -> Iterator[Refusal]:
    return (Refusal(name=f"{module}.{name}", kind=kind) for name in names.split())


REFUSALS: tuple[Refusal, ...] = (
    *_each(CLOCK, "time", "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns"),
    *_each(CLOCK, "time", "process_time process_time_ns thread_time thread_time_ns clock_gettime clock_gettime_ns"),
    *(Refusal(name=f"time.{n}", kind=CLOCK, harmless_with=0) for n in ("localtime", "gmtime", "ctime", "asctime")),
    Refusal(name="time.strftime", kind=CLOCK, harmless_with=1),
    Refusal(name="uuid._generate_time_safe", kind=CLOCK, call="uuid.uuid1"),
    Refusal(name="batactors.seams.SystemClock.now", kind=CLOCK),
    Refusal(name="time.sleep", kind=SLEEP),
    Refusal(name="threading.Thread.start", kind=THREAD),
    # trio and the pools keep threads that idle, so work for a thread need not start one.
    Refusal(name="trio._core._thread_cache.ThreadCache.start_thread_soon", kind=THREAD, call="a thread of trio's"),
    Refusal(name="concurrent.futures.thread.ThreadPoolExecutor.submit", kind=THREAD),
    *_each(PROCESS, "os", "fork forkpty posix_spawn posix_spawnp system"),
    Refusal(name="subprocess.Popen.__init__", kind=PROCESS, call="subprocess.Popen"),
    Refusal(name="_posixsubprocess.fork_exec", kind=PROCESS),
    Refusal(name="socket.socket.__init__", kind=SOCKET, call="socket.socket"),
    # Refused before there is a socket that nobody closes.
    *_each(SOCKET, "socket", "socketpair create_server"),
    *_each(NAMES, "socket", "getaddrinfo getnameinfo gethostbyname gethostbyname_ex gethostbyaddr"),
    *_each(CHANCE, "random", "betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits"),
    *_each(CHANCE, "random", "lognormvariate normalvariate paretovariate randbytes randint random randrange sample"),
    *_each(CHANCE, "random", "shuffle triangular uniform vonmisesvariate weibullvariate"),
    Refusal(name="random.Random.seed", kind=CHANCE, call="random.Random without a seed", harmless_with=1),
    *_each(CHANCE, "os", "urandom getrandom"),
    Refusal(name="random._urandom", kind=CHANCE, call="os.urandom"),
    Refusal(name="batactors.seams.SystemChance.generator", kind=CHANCE),
)

# Methods of types that cannot be patched: only a strict guard sees them.
STRICT_REFUSALS: tuple[Refusal, ...] = (
    *_each(CLOCK, "datetime.datetime", "now utcnow today"),
    Refusal(name="datetime.date.today", kind=CLOCK),
    Refusal(name="_thread.start_new_thread", kind=THREAD),
)
