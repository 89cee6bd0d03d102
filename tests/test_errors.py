"""The thirteen kinds of error: one class each, each in use, and safe in groups."""

import ast
import pickle

import pytest

import batactors
from batactors import BatactorsError, ErrorKind
from batactors.actors.supervisor import leaves
from batactors.model.errors import ERRORS
from tests.source_tree import FILES, tree_of

KINDS = (
    "ConfigError", "TransportError", "Timeout", "RateLimited", "AuthError", "PermissionDenied", "Unsupported",
    "DecodeError", "ExchangeReject", "UnknownExecution", "StateDivergence", "ComplianceRequired",
    "TemporaryUnavailable",
)  # fmt: skip
"""Those of bat-markets 0.3.2 (section 6 of its study)."""


@pytest.mark.holds("X61")
def test_each_kind_has_one_class_of_its_name_and_its_own_words() -> None:
    """Thirteen, no more and no less; each class is public, and all others are below one of them."""
    assert tuple(kind.value for kind in ErrorKind) == tuple(cls.__name__ for cls in ERRORS.values()) == KINDS
    assert all(getattr(batactors, name) is ERRORS[ErrorKind(name)] for name in KINDS)
    assert all(cls.kind is kind for kind, cls in ERRORS.items())
    for name in batactors.__all__:
        cls = getattr(batactors, name)
        if isinstance(cls, type) and issubclass(cls, BatactorsError) and cls is not BatactorsError:
            assert cls.kind in ErrorKind


@pytest.mark.holds("X61")
@pytest.mark.parametrize("kind", ErrorKind)
def test_each_kind_is_used(kind: ErrorKind) -> None:
    """Somewhere it is raised, or told as what a receipt says: a word that nothing ever says only misleads."""
    used = []
    for path in FILES:
        if path == "model/errors.py" or path.startswith("testing"):
            continue
        for node in ast.walk(tree_of(path)):
            made = isinstance(node, ast.Call) and ast.unparse(node.func) == kind.value
            if made or (isinstance(node, ast.Attribute) and ast.unparse(node) == f"ErrorKind.{kind.name}"):
                used.append(path)
    assert used


@pytest.mark.holds("X61")
@pytest.mark.parametrize("kind", ErrorKind)
def test_each_kind_survives_a_group(kind: ErrorKind) -> None:
    """Caught by its class out of groups in groups, with its context whole, beside others that pass by."""
    error = ERRORS[kind]("what is wrong", venue="kraken-spot", native_code="EOrder:X", retriable=True)
    caught: list[BaseException] = []
    with pytest.raises(ExceptionGroup) as rest:
        try:
            raise ExceptionGroup("outer", [ExceptionGroup("inner", [error]), KeyError("else")])
        except* ERRORS[kind] as group:
            caught = leaves(group)
    assert caught == [error]
    assert [type(one) for one in leaves(rest.value)] == [KeyError]
    assert (error.message, error.venue, error.native_code, error.retriable) == (
        "what is wrong", "kraken-spot", "EOrder:X", True,
    )  # fmt: skip
    copied = pickle.loads(pickle.dumps(error))
    assert (type(copied), copied.message, copied.venue, copied.retriable) == (
        type(error),
        "what is wrong",
        "kraken-spot",
        True,
    )
