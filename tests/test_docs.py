"""What the documentation says about the code is what the code has."""

import ast
import re
from importlib import import_module
from pathlib import Path

import attrs
import pytest

import batactors
from batactors import HealthStatus
from batactors.model.health import STATUS_OF
from batactors.testing import faults
from batactors.testing.fault_script import Fault
from tests import settings_page
from tests.readme import REPOSITORY

DOCS = REPOSITORY / "docs"
STEP = re.compile(r"^\| `([\w/]+\.py)` \| `(\w+)` \|", re.MULTILINE)
STEPS = sorted(set(STEP.findall((DOCS / "roads.md").read_text(encoding="utf-8"))))
LINK = re.compile(r"\]\((?!http|#)([^)#]+)")


def functions_of(path: Path) -> set[str]:
    """The names of all functions in a file, methods included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("file", "function"), STEPS)
def test_the_roads_lead_through_real_functions(file: str, function: str) -> None:
    """Each step of the three roads names a function that its file has."""
    assert function in functions_of(REPOSITORY / "batactors" / file)


def test_the_picture_names_real_files() -> None:
    """Each file in the picture of the roads exists."""
    picture = (DOCS / "_static" / "roads.svg").read_text(encoding="utf-8")
    files = re.findall(r">([\w/]+(?:\.py|/))<", picture)
    assert len(files) == 9
    assert not [file for file in files if not (REPOSITORY / "batactors" / file).exists()]


def test_the_picture_of_health_is_the_code() -> None:
    """Its files exist; its reasons and the statuses beside them are those of the code, in the code's order."""
    picture = (DOCS / "_static" / "health.svg").read_text(encoding="utf-8")
    files = re.findall(r">([\w/]+\.py)<", picture)
    assert len(files) == 11
    assert not [file for file in files if not (REPOSITORY / "batactors" / file).exists()]
    words = re.findall(r'(?:font-weight="600"|fill="#fff")>([A-Z]\w+)<', picture)
    told = {reason: status for reason, status in STATUS_OF.items() if "PUBLIC" not in reason.name}
    assert words == [*map(str, told), *dict.fromkeys(map(str, told.values())), str(HealthStatus.HEALTHY)]


def test_the_reference_has_every_public_name() -> None:
    """Everything that `import batactors` offers stands in the reference, once."""
    reference = (DOCS / "reference.md").read_text(encoding="utf-8")
    named = re.findall(r"^\.\. auto\w+:: batactors\.(\w+)$", reference, re.MULTILINE)
    named = [name for name in named if name not in ("seams", "testing")]
    assert sorted(named) == sorted(batactors.__all__)


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere(page: Path) -> None:
    """A link within the documentation leads to a page that is there."""
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


LIMIT = re.compile(r"\| (\d+) \| `([\w.]+)` \|")


@pytest.mark.parametrize(("number", "place"), LIMIT.findall((DOCS / "semantics.md").read_text(encoding="utf-8")))
def test_the_limits_are_those_of_the_code(number: str, place: str) -> None:
    """Each number of the table of what is kept is the one that the code goes by."""
    module, name = place.rsplit(".", 1)
    owner = module.rsplit(".", 1)
    if owner[-1][0].isupper():
        settings = getattr(import_module(f"batactors.{owner[0]}"), owner[-1])
        assert attrs.fields_dict(settings)[name].default == int(number)
    else:
        assert getattr(import_module(f"batactors.{module}"), name) == int(number)


def test_the_configuration_page_is_the_code() -> None:
    """Every key stands there with its default and its meaning; `python -m tests.settings_page` writes them anew."""
    text = settings_page.PAGE.read_text(encoding="utf-8")
    assert settings_page.with_tables(text) == text


def test_the_configuration_in_the_page_is_good(tmp_path: Path) -> None:
    """The TOML and the Python of the page say the same."""
    text = settings_page.PAGE.read_text(encoding="utf-8")
    (toml,), (python,) = (re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL) for language in ("toml", "python"))
    (tmp_path / "engine.toml").write_text(toml, encoding="utf-8")
    told: dict[str, batactors.EngineConfig] = {}
    exec(python, told)
    assert batactors.EngineConfig.from_toml(tmp_path / "engine.toml") == told["config"]


def test_the_simulated_venue_page_has_every_fault() -> None:
    """Each fault that a test can ask for stands in the page, and no other."""
    page = (DOCS / "simulated-venue.md").read_text(encoding="utf-8")
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    kinds = {kind for kind in vars(faults).values() if isinstance(kind, type) and issubclass(kind, Fault)}
    leaves = {kind.__name__ for kind in kinds if not any(kind in other.__bases__ for other in kinds)}
    assert set(re.findall(r"`([A-Z]\w+)`", rows)) == leaves
