"""The page of the docs that shows the capability matrix."""

from pathlib import Path

from batactors.testing.conformance.matrix import Matrix, as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "capabilities.md"
BEGIN, END = "<!-- matrix: begin -->\n", "<!-- matrix: end -->\n"
TITLES = {
    "kraken-spot": "Kraken Spot",
    "kraken-futures": "Kraken Futures",
    "kraken-futures-unified": "Kraken Futures, Unified",
    "binance": "Binance USD-M",
    "bybit": "Bybit linear",
}


def tables(matrix: Matrix) -> str:
    """The tables, between the marks of the page."""
    return f"{BEGIN}{as_markdown(matrix, lambda venue: TITLES.get(venue, venue))}\n{END}"


def write_page(matrix: Matrix) -> None:
    """Put the tables into the page in place of those that are there."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{before}{tables(matrix)}{rest.partition(END)[2]}", encoding="utf-8")
