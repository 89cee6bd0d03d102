"""What the house rules read: the package's files, what they import and which names they use. No rule lives here."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
ROOT = REPOSITORY / "batactors"


def sources(*folders: str) -> list[str]:
    """The Python files of these folders, as paths from the repository's root."""
    return sorted(
        path.relative_to(REPOSITORY).as_posix() for folder in folders for path in (REPOSITORY / folder).rglob("*.py")
    )


def inside(path: str, *places: str) -> bool:
    """Whether this file is one of these places or below it."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


def length_of(path: str) -> int:
    """The lines of a file, given from the repository's root."""
    return len((REPOSITORY / path).read_text(encoding="utf-8").splitlines())


# From here on a path is given from the package's folder, as in "core/dedup.py".
FILES = [path.removeprefix("batactors/") for path in sources("batactors")]


def _module_of(path: str) -> str:
    return f"batactors/{path}".removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {_module_of(path): path for path in FILES}


@cache
def tree_of(path: str) -> ast.Module:
    """A file's syntax tree, whole."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=path)


@cache
def running_tree_of(path: str) -> ast.Module:
    """A file's syntax tree without what stands under `if TYPE_CHECKING`: that part runs nowhere."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=path)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            node.body = [ast.Pass()]
    return tree


def imports_in(tree: ast.AST) -> Iterator[str]:
    """Every name that is imported, dotted and in full: `from a import b` is `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def file_of(name: str) -> str | None:
    """The file of the package that an imported name comes from, if it is one of ours."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return MODULES.get(name)


def files_imported(tree: ast.AST) -> set[str]:
    """The package's own files that this code imports."""
    return {target for name in imports_in(tree) if (target := file_of(name)) is not None}


def at_module_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, also those under `if`, `try` and `with`."""
    todo: list[ast.stmt] = list(tree.body)
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            todo += [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported name in the code, in full, with its line: `datetime.now` may be `datetime.datetime.now`."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, dot, rest = ast.unparse(node).partition(".")
            if first in known:
                yield node.lineno, known[first] + dot + rest


def calls_of(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of a function under these names, such as `float` or `json.loads`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
            yield node
