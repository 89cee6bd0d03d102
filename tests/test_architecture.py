"""House rules: what may import what, what may wait, and what may ask the world outside.

Each rule is a table that is easy to adjust and a test that runs once per file. The reasons stand beside the tables;
``docs/decisions/0001-layout-and-floors.md`` tells the idea.
"""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

import batactors
from tests.source_tree import (
    FILES,
    at_module_level,
    calls_of,
    files_imported,
    imports_in,
    inside,
    length_of,
    names_used,
    running_tree_of,
    sources,
    tree_of,
)

# What a part of the package may import. A part is a folder, which may also import from itself, or one file, which may
# do more or less than its folder. The longest key that fits a file counts.
WORDS = {"model", "seams.py"}
BELOW_ACTORS = {"model", "core", "journal", "seams.py"}
INSIDE = BELOW_ACTORS | {"venues", "actors", "config"}
DOOR = {"__init__.py", "engine.py", "config"}
MAY_IMPORT: dict[str, set[str]] = {
    "seams.py": set(),
    "model": set(),
    "core": {"model"},
    "venues": {"model"},
    "journal": {"model", "core", "seams.py"},
    "actors": BELOW_ACTORS,
    # The only actors that hold a codec; all others speak in words.
    "actors/live_session.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/writer.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/tapped.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/wires.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/rest.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/http.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/signing.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/keyring.py": BELOW_ACTORS | {"actors", "venues"},
    "actors/metadata.py": BELOW_ACTORS | {"actors", "venues"},
    "config": {"model"},
    # The door, from the inside out: the actors of one account, what a user holds, and what opens it all.
    "drafts.py": {"model"},
    "life.py": {"model", "actors"},
    "wiring.py": INSIDE | {"given.py", "life.py"},
    "given.py": {"model", "core", "config", "venues"},
    "health.py": {"model", "actors", "wiring.py"},
    "gauges.py": {"model", "core", "actors", "wiring.py"},
    "diagnosing.py": {"model", "actors", "wiring.py", "gauges.py"},
    "handle.py": {"model", "core", "actors"},
    "view.py": {
        "model",
        "core",
        "actors",
        "drafts.py",
        "wiring.py",
        "health.py",
        "gauges.py",
        "diagnosing.py",
        "handle.py",
    },
    "reads.py": {"model", "core", "actors", "drafts.py", "view.py"},
    "watches.py": {"model", "actors", "reads.py"},
    "rotating.py": {"model", "actors", "watches.py"},
    "adopting.py": {"model", "core", "actors", "drafts.py", "handle.py", "rotating.py"},
    "submitting.py": {"model", "actors", "drafts.py", "handle.py", "adopting.py"},
    "setting_verbs.py": {"model", "drafts.py", "handle.py", "submitting.py"},
    "stopping.py": {"model", "core", "seams.py", "life.py", "wiring.py"},
    "closing_positions.py": {"model", "core", "actors", "drafts.py", "handle.py", "wiring.py", "setting_verbs.py"},
    "account.py": {"model", "core", "actors", "drafts.py", "handle.py", "closing_positions.py", "submitting.py"},
    "supervision.py": {"model", "actors"},
    "journals.py": {"journal", "config", "seams.py"},
    "engine.py": INSIDE | {"diagnosing.py", "wiring.py", "journals.py", "stopping.py", "handle.py", "account.py"},
    "opening.py": {"model", "journal", "actors", "venues", "config", "seams.py", "engine.py"},
    "restoring.py": set(),
    "replaying.py": {"model", "core", "journal", "venues"},
    "__init__.py": INSIDE
    | {
        "opening.py",
        "restoring.py",
        "replaying.py",
        "drafts.py",
        "handle.py",
        "account.py",
        "engine.py",
        "supervision.py",
    }
    | {"closing_positions.py", "replaying.py"},
    # The bench goes through the door, as a user does: a simulated venue that used our codec would share its mistakes.
    "testing": WORDS | {"journal"} | DOOR,
    "testing/venue": WORDS | {"testing"},
    "testing/kraken_spot": WORDS | {"testing"},
    "testing/kraken_v2": WORDS | {"testing"},
    "testing/kraken_futures": WORDS | {"testing"},
    "testing/binance": WORDS | {"testing"},
    "testing/bybit": WORDS | {"testing"},
    "dashboard": BELOW_ACTORS | {"actors"} | DOOR,
    "cli": BELOW_ACTORS | {"venues", "actors", "testing", "dashboard"} | DOOR,
    "__main__.py": {"cli"},
}

# Values in, values out: these parts neither wait nor reach out.
PURE = ("model", "core", "venues")
LIBRARIES = {"trio", "trio_websocket", "httpcore2", "httpx2", "h11", "sqlite3"}
OUTSIDE = {*LIBRARIES, "socket", "ssl", "os", "pathlib", "subprocess"}

# The seams ask for chance; the bench makes what libraries draw follow from a seed.
MAY_TAKE_CHANCE = ("seams.py", "testing/schedule.py")

# A class of these modules is still good as a type elsewhere: import it under `if TYPE_CHECKING`.
SEAM_MODULES = {"time", "random", "secrets", "uuid"}
SEAM_NAMES = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "os.urandom",
    "os.getrandom",
}

# Under the mock clock, hours pass while a thread works for a moment.
THREADS = {"threading", "concurrent", "multiprocessing", "asyncio", "trio.to_thread", "trio.from_thread"}

# The guard refuses threads, and asks which it is in. The journal waits for a disk in one, where time is not virtual.
MAY_NAME_THREADS = ("testing/guard.py", "journal/loop.py")

# trio-websocket is one implementation of the transport; the bench holds the venue's end of it.
MAY_IMPORT_TRIO_WEBSOCKET = ("actors/transport.py", "testing")

# Only the supervisor turns any crash into a restart; the bench crashes things on purpose. What a user's own signer
# raises keeps one request from being sent, and nothing else from working.
MAY_CATCH_EVERYTHING = ("actors/child.py", "actors/signing.py", "testing")

# Money is Decimal, read from the text. A file that turns something else into a float says here what that is.
MAY_CALL_FLOAT: dict[str, str] = {
    "testing/drawing/spans.py": "the virtual seconds for which a fault is in force",
}

# A ratchet, not a wall: no new file has more lines than this, and those that have may only shrink.
LONG = 300
LONG_FILES: dict[str, int] = {}
SHRUNK_ENOUGH = 20  # lines: when a long file lost more than this, its entry follows it down
MEASURED = sources("batactors", "tests", "examples", "benchmarks")

each_file = pytest.mark.parametrize("path", FILES)


def only(*places: str) -> pytest.MarkDecorator:
    """Run once per file of these places."""
    return pytest.mark.parametrize("path", [path for path in FILES if inside(path, *places)])


def all_but(*places: str) -> pytest.MarkDecorator:
    """Run once per file that is in none of these places."""
    return pytest.mark.parametrize("path", [path for path in FILES if not inside(path, *places)])


def part_of(path: str) -> str:
    """The key of MAY_IMPORT that a file falls under."""
    keys = [key for key in MAY_IMPORT if inside(path, key)]
    assert keys, f"{path} has no row in MAY_IMPORT: which floor is it on?"
    return max(keys, key=len)


def top_of(path: str) -> str:
    """The folder, or the file beside the folders, that a path begins with."""
    return path.partition("/")[0]


@each_file
def test_imports_only_downward(path: str) -> None:
    """A file imports only from where the table says, so that the import graph is the data-flow graph."""
    part = part_of(path)
    allowed = MAY_IMPORT[part] | {part}
    wrong = {target for target in files_imported(tree_of(path)) if not inside(target, *allowed)}
    assert not wrong, f"{part} may import {sorted(allowed)} only"


def test_the_floors_are_a_tower() -> None:
    """The table has no ring in itself: there is an order in which the parts can be built."""
    parts: dict[str, set[str]] = {}
    for part, others in MAY_IMPORT.items():
        parts.setdefault(top_of(part), set()).update(others - {top_of(part)})
    assert set(TopologicalSorter(parts).static_order()) == parts.keys()


def test_no_import_cycles() -> None:
    """No two files need each other, not even for types: two files that must be read together are one."""
    graph = {path: {t for node in at_module_level(tree_of(path)) for t in files_imported(node)} for path in FILES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("a ring of imports: " + " <- ".join(error.args[1]))


@only(*PURE)
def test_nothing_waits_below_the_actors(path: str) -> None:
    """Words, rules and codecs are synchronous: they return what to do, and an actor does it."""
    waiting = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith
    assert not [f"line {node.lineno}" for node in ast.walk(tree_of(path)) if isinstance(node, waiting)]


@only(*PURE)
def test_nothing_reaches_out_below_the_actors(path: str) -> None:
    """Words, rules and codecs touch no network, no disk and no process: the same input has the same output, always."""
    tree = running_tree_of(path)
    assert not {name for name in imports_in(tree) if name.partition(".")[0] in OUTSIDE}
    assert not [f"line {call.lineno}" for call in calls_of(tree, "open")]


@all_but(*MAY_TAKE_CHANCE)
def test_time_ids_and_chance_come_through_the_seams(path: str) -> None:
    """Only the seams ask for the time of day, an id or a random number, so that a run with one seed repeats exactly."""
    tree = running_tree_of(path)
    modules = {name for name in imports_in(tree) if name.partition(".")[0] in SEAM_MODULES}
    assert not modules, "take it from Seams; if it is only a type, import it under `if TYPE_CHECKING`"
    assert not [f"line {line}: {name}" for line, name in names_used(tree) if name in SEAM_NAMES]


@all_but(*MAY_NAME_THREADS)
def test_no_threads(path: str) -> None:
    """No thread takes part in anything, so that virtual time is the only time there is."""
    tree = running_tree_of(path)
    names = set(imports_in(tree)) | {name for _, name in names_used(tree)}
    assert not {name for name in names if any(f"{name}.".startswith(f"{thread}.") for thread in THREADS)}


@all_but(*MAY_IMPORT_TRIO_WEBSOCKET)
def test_the_transport_hides_its_library(path: str) -> None:
    """One file knows trio-websocket, so that another implementation can take its place."""
    assert not {name for name in imports_in(tree_of(path)) if name.partition(".")[0] == "trio_websocket"}


@all_but(*MAY_CATCH_EVERYTHING)
def test_only_the_supervisor_catches_everything(path: str) -> None:
    """An error that nobody foresaw reaches the supervisor, which alone decides what a crash means."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}"
            caught = {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)}
            assert caught.isdisjoint({"Exception", "BaseException"}), f"line {node.lineno}"


@each_file
def test_money_is_never_a_float(path: str) -> None:
    """No file calls `float` but those whose entry says what they convert, and no entry stays longer than its need."""
    calls = calls_of(tree_of(path), "float")
    lines = [call.lineno for call in calls if not all(isinstance(given, ast.Constant) for given in call.args)]
    assert bool(lines) == (path in MAY_CALL_FLOAT), f"float() in lines {lines}"


@each_file
def test_json_numbers_are_read_as_text(path: str) -> None:
    """The standard JSON reader, which makes floats of prices, is told how to read them."""
    reads = calls_of(tree_of(path), "json.loads", "json.load")
    careless = [call.lineno for call in reads if "parse_float" not in {keyword.arg for keyword in call.keywords}]
    assert not careless, "say parse_float=Decimal, or decode into typed rows with msgspec"


@each_file
def test_nothing_walks_over_a_set(path: str) -> None:
    """A set's order depends on hash seeds and addresses, and what follows from it would not repeat. Sort it first."""
    loops = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)]
    sets = [loop.iter for loop in loops if isinstance(loop.iter, ast.Set | ast.SetComp)]
    made = [call for loop in loops for call in calls_of(loop.iter, "set", "frozenset") if call is loop.iter]
    assert not [f"line {node.lineno}" for node in [*sets, *made]]


@pytest.mark.parametrize("path", MEASURED)
def test_files_stay_short(path: str) -> None:
    """A file that needs a table of contents is two files. The long ones are listed, and the list may only shrink."""
    lines = length_of(path)
    limit = LONG_FILES.get(path, LONG)
    assert lines <= limit, f"{path} has {lines} lines and may have {limit}: make two files of it"
    if path in LONG_FILES:
        assert lines > LONG, f"{path} is short now: take it off LONG_FILES"
        assert lines > limit - SHRUNK_ENOUGH, f"{path} shrank: write {lines} into LONG_FILES"


def test_exceptions_name_files_that_exist() -> None:
    """An entry about a file that is gone would one day excuse another file of that name."""
    assert set(LONG_FILES) <= set(MEASURED)
    assert set(MAY_CALL_FLOAT) <= set(FILES)


def test_public_names_say_what_they_are() -> None:
    """Everything that `batactors` exports is there and, where it is ours, has a docstring."""
    for name in getattr(batactors, "__all__", ()):
        thing = getattr(batactors, name)
        if getattr(thing, "__module__", "").startswith("batactors"):
            assert thing.__doc__, name
