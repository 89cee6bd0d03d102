"""The readers behind the house rules see what they should: a rule that sees nothing would always hold."""

import ast

from tests.source_tree import FILES, at_module_level, calls_of, file_of, files_imported, imports_in, inside, names_used


def test_the_package_is_found() -> None:
    """The rules run over the package's real files."""
    assert {"__init__.py", "seams.py"} <= set(FILES)
    assert file_of("batactors.seams.Seams") == "seams.py"
    assert file_of("batactors") == "__init__.py"
    assert file_of("trio.abc") is None


def test_imports_are_read_in_full() -> None:
    """Both forms of import yield the whole dotted name, also inside functions."""
    tree = ast.parse("import a.b as c\ndef f():\n    from d import e, g as h\n")
    assert sorted(imports_in(tree)) == ["a.b", "d.e", "d.g"]
    assert files_imported(ast.parse("from batactors import seams")) == {"seams.py"}


def test_imports_in_functions_are_not_at_module_level() -> None:
    """An import that waits in a function makes no ring; one under `if` or `try` does."""
    tree = ast.parse("if x:\n    import a\nelse:\n    import b\ndef f():\n    import c\n")
    assert {name for node in at_module_level(tree) if isinstance(node, ast.Import) for name in imports_in(node)} == {
        "a",
        "b",
    }


def test_names_are_followed_through_their_imports() -> None:
    """Renaming a forbidden function does not hide it, and another object's method of that name is not meant."""
    tree = ast.parse(
        "from datetime import datetime as when\nimport os as system, trio\n"
        "when.now()\nsystem.urandom(3)\ntrio.to_thread.run_sync(print)\nself.clock.now()\n"
    )
    used = {name for _, name in names_used(tree)}
    assert {"datetime.datetime.now", "os.urandom", "trio.to_thread.run_sync"} <= used
    assert not {name for name in used if "clock" in name}


def test_calls_are_found_by_their_written_name() -> None:
    """A call counts, a mention as a type does not."""
    tree = ast.parse("x: float = float('1')\njson.loads(text)\n")
    assert [call.lineno for call in calls_of(tree, "float", "json.loads")] == [1, 2]


def test_a_place_is_a_file_or_a_whole_folder() -> None:
    """`actors` does not contain `actors_old`."""
    assert inside("actors/rest.py", "actors")
    assert inside("seams.py", "seams.py")
    assert not inside("actors_old/rest.py", "actors")
