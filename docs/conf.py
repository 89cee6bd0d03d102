"""How the documentation is built: ``sphinx-build -W docs docs/_build/html``. It needs the package and no network."""

from importlib.metadata import version as version_of

project = "batactors"
author = "The batactors developers"
copyright = author
release = version_of("batactors")
version = ".".join(release.split(".")[:2])

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"batactors {release}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
