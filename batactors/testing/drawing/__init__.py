"""A run's trace as a picture: a page that a browser shows without a network, and a file that ui.perfetto.dev reads."""

from batactors.testing.drawing.html import to_html
from batactors.testing.drawing.perfetto import to_perfetto

__all__ = ["to_html", "to_perfetto"]
