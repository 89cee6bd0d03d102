"""The page in a browser, where there is one: its script runs, and shows what was asked for."""

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from batactors.testing.drawing import to_html
from batactors.testing.trace import TraceEvent
from tests.testing.drawing_example import example

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom")
PATIENCE = 60  # real seconds: a browser that does not start says nothing about the page

pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no browser here")


def shown(page: str, folder: Path) -> str:
    """The document after its script has run, without the scripts."""
    file = folder / "run.html"
    file.write_text(page, encoding="utf-8")
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={folder / 'profile'}", file.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        pytest.skip("the browser did not answer in time")
    return re.sub(r"<script.*?</script>", "", done.stdout, flags=re.DOTALL)


def test_the_page_shows_an_orders_road(tmp_path: Path) -> None:
    """The panel lists each event of the chosen order, and hostile text is text there too."""
    order = "bat-01-0003"
    hostile = TraceEvent(at=89.0, lane="venue", kind="said", text="<img src=x onerror=alert(1)></script>", order=order)
    events = [*example(), hostile]
    page = shown(to_html(events, title="A <run>", summary={"seed": "1 < 2"}, order=order), tmp_path)
    road = [event for event in events if event.order == order or order in event.text]
    assert page.count('class="when"') == len(road)
    for text in (hostile.text, "A <run>", "1 < 2"):
        assert html.escape(text, quote=False) in page
    assert "<img" not in page


def test_the_page_shows_all_orders(tmp_path: Path) -> None:
    """Without an order the panel lists them all, broken promises first."""
    page = shown(to_html(example(), title="A run", summary={}), tmp_path)
    assert page.count('class="order"') == 24
    assert page.index("was told twice") < page.index("bat-01-0000")


def test_an_empty_trace_is_an_empty_picture(tmp_path: Path) -> None:
    """A run in which nothing happened has a page as well."""
    assert "0 orders" in shown(to_html([], title="A run", summary={}), tmp_path)
